/** Sections of a sensitivity study: what was found, the loss along each choice, two choices together, which choices matter, every setting. */
import type { CurveLine } from '../../protocol/chartSections';
import type { Measured, MeasuredSetting, Varied } from '../../protocol/experiments';
import type { Section } from '../../protocol/report';
import type { OptionValue } from '../../protocol/recipe';
import type { Sensitivity } from '../experiments/sensitivity/study';
import { rowsChoice } from '../experiments/sensitivity/axes';
import { usualWords } from '../experiments/sensitivity/usual';
import { settingWords, valueWords } from '../experiments/sensitivity/words';
import { capitalised, countOf, formatLevel, formatNumber, formatPercent } from './format';
import { quantile } from '../unlabelled/shared/quantile';
import { designWords, networkWords, timeWords } from './sensitivityWords';

export function sensitivitySections(study: Sensitivity, model: string): Section[] {
  return [
    foundSection(study, model), ...(study.varied.length === 1 ? alongSections(study, study.varied[0]!) : []),
    ...togetherSections(study), ...sharesSection(study), settingsSection(study),
  ];
}

const isNumeric = ({ values }: Varied): boolean => values.every(value => typeof value === 'number');

function foundSection(study: Sensitivity, model: string): Section {
  const [first = ''] = study.findings;
  return {
    kind: 'table', id: 'found', panel: 'overview', title: 'What was found', summary: first, method: designWords(study, model),
    assumptions: [
      study.folds === 1 ? 'One fold gives no intervals: differences between settings may be chance.' : `Intervals over folds are by the corrected resampled t (Nadeau and Bengio 2003), at ${formatLevel(study.level)}.`,
      ...(study.dealsChosen ? ['How often the folds were dealt follows from the numbers of settings, rows and columns; it can be set (repeats).'] : []),
      ...networkWords(study), ...timeWords(study),
    ],
    header: [{ title: 'Finding', wrap: true }], rows: study.findings.map(text => [text]),
  };
}

const meanWords = ({ folds }: Sensitivity): string => (folds === 1 ? 'On one fold' : `Mean over up to ${folds} folds`);

/** One choice: loss, gap and time along it, the usual setting as a line to read against. */
function alongSections(study: Sensitivity, varied: Varied): Section[] {
  const settings = study.settings.slice(1);
  if (!isNumeric(varied)) return [categorySection(study, varied, settings)];
  return [lossSection(study, varied, settings), gapSection(study, varied, settings), ...stepsSection(study, varied, settings), ...timeSection(study, varied, settings)];
}

const xTitleOf = ({ name }: Varied): string => (name === rowsChoice ? 'Share of the training rows' : name);

type Picked = (setting: MeasuredSetting) => Measured | undefined;

/** A logarithmic axis has no 0: its place is a tenth of the smallest other value, and the title says so. */
function places({ values, log }: Varied): (value: OptionValue) => number {
  const positive = (values as readonly number[]).filter(value => value > 0);
  const zero = Math.min(...positive) / 10;
  return value => (log === true && value === 0 ? zero : (value as number));
}

function lineOf(name: string, varied: Varied, settings: readonly MeasuredSetting[], pick: Picked): CurveLine {
  const place = places(varied);
  const points = settings.flatMap(item => {
    const found = pick(item);
    return found ? [{ x: place(item.setting[varied.name]!), ...found }] : [];
  });
  const bands = points.every(point => point.low !== undefined);
  return { name, x: points.map(p => p.x), y: points.map(p => p.value), ...(bands && points.length > 0 && { low: points.map(p => p.low!), high: points.map(p => p.high!) }) };
}

function axis(varied: Varied): { xTitle: string; xScale?: 'log' } {
  const shifted = varied.log === true && varied.values.includes(0);
  return { xTitle: `${xTitleOf(varied)}${shifted ? ' (0 at the left end)' : ''}`, ...(varied.log === true && { xScale: 'log' as const }) };
}

function usualLine(study: Sensitivity, varied: Varied, value: number | undefined): CurveLine[] {
  const place = places(varied);
  const ends = [varied.values[0]!, varied.values[varied.values.length - 1]!].map(place);
  return value === undefined ? [] : [{ name: capitalised(usualWords(study.usual)), x: ends, y: [value, value], reference: true }];
}

function lossSection(study: Sensitivity, varied: Varied, settings: readonly MeasuredSetting[]): Section {
  const bad = settings.filter(item => item.diverged + item.failed + item.constant > 0).length;
  return {
    kind: 'curve', id: 'loss', panel: 'sensitivity', title: `${capitalised(study.loss)} along ${xTitleOf(varied).toLowerCase() === 'share of the training rows' ? 'the training rows' : varied.name}`,
    summary: `${study.findings[0]!}${bad > 0 ? ` ${countOf(bad, 'setting')} had runs that diverged, failed or gave the same prediction for every row.` : ''}`,
    method: `${meanWords(study)}, held-out rows and the training rows of the same models`,
    ...axis(varied), yTitle: study.loss, bandName: `${formatLevel(study.level)} intervals over the folds`,
    lines: [
      lineOf('Held-out rows', varied, settings, item => item.loss),
      lineOf('Training rows', varied, settings, item => (item.trainLoss === undefined ? undefined : { value: item.trainLoss })),
      ...usualLine(study, varied, study.settings[0]!.loss?.value),
    ],
  };
}

function gapSection(study: Sensitivity, varied: Varied, settings: readonly MeasuredSetting[]): Section {
  const gaps = settings.flatMap(item => (item.gap ? [{ value: item.setting[varied.name]!, gap: item.gap.value }] : []));
  const largest = gaps.reduce<(typeof gaps)[number] | undefined>((most, item) => (!most || item.gap > most.gap ? item : most), undefined);
  return {
    kind: 'curve', id: 'gap', panel: 'sensitivity', title: 'Gap between held-out and training rows',
    summary: largest ? `The largest mean gap is ${formatNumber(largest.gap, 3)}, with ${settingWords({ [varied.name]: largest.value })}. A gap that grows while the held-out ${study.loss} rises is overfitting.` : 'No run gave a gap.',
    method: `Held-out ${study.loss} less that on the training rows, ${meanWords(study).toLowerCase()}`,
    ...axis(varied), yTitle: 'Gap', bandName: `${formatLevel(study.level)} intervals over the folds`,
    lines: [lineOf('Gap', varied, settings, item => item.gap), ...usualLine(study, varied, study.settings[0]!.gap?.value)],
  };
}

const meanOnly = (of: (item: MeasuredSetting) => number | undefined): Picked => item => {
  const value = of(item);
  return value === undefined ? undefined : { value };
};

/** How many steps a fit took to converge, of families that tell. */
function stepsSection(study: Sensitivity, varied: Varied, settings: readonly MeasuredSetting[]): Section[] {
  const what = stepsOf(study);
  const counts = settings.flatMap(item => (what ? what.pick(item) ?? [] : []));
  if (!what || counts.length === 0) return [];
  const [low, high] = [Math.min(...counts), Math.max(...counts)].map(count => formatNumber(count, 3));
  return [{
    kind: 'curve', id: 'convergence', panel: 'sensitivity', title: `${what.title} until convergence`,
    summary: `A fit took ${low === high ? `${low}` : `${low} to ${high}`} ${what.title.toLowerCase()} on average over the folds.`, method: what.method,
    ...axis(varied), yTitle: what.title, lines: [lineOf(what.title, varied, settings, meanOnly(what.pick))],
  }];
}

interface Steps { readonly title: string; readonly method: string; readonly pick: (item: MeasuredSetting) => number | undefined }

function stepsOf({ family, settings }: Sensitivity): Steps | undefined {
  if (settings.some(item => item.settledEpochs !== undefined)) return { title: 'Epochs', method: 'Passes over the training rows until 95 % of the fall of the loss was done, on the rows that stop the training', pick: item => item.settledEpochs };
  if (settings.every(item => item.iterations === undefined)) return undefined;
  return family === 'ebm'
    ? { title: 'Rounds', method: 'Rounds of boosting of the last stage, until the rows left out of each sample stopped them; mean over the samples', pick: item => item.iterations }
    : { title: 'Iterations', method: 'Iterations of the fit until it converged', pick: item => item.iterations };
}

function timeSection(study: Sensitivity, varied: Varied, settings: readonly MeasuredSetting[]): Section[] {
  const settled = settings.some(item => item.settledSeconds !== undefined);
  const slowest = settings.reduce((most, item) => Math.max(most, item.seconds ?? 0), 0);
  const rest = settled ? ' Settled: 95 % of the fall of the loss is done.' : stepsOf(study) ? '' : ' The model does not tell of steps until convergence: the time is that of the whole fit.';
  return [{
    kind: 'curve', id: 'time', panel: 'sensitivity', title: settled ? 'Time until the loss settles' : 'Time of a fit',
    summary: `The slowest setting takes ${formatNumber(slowest, 2)} s a fit, on average over the folds.${rest}`,
    method: 'Mean over the folds, each fit on one core',
    ...axis(varied), yTitle: 'Seconds', lines: [
      lineOf('Whole fit', varied, settings, meanOnly(item => item.seconds)),
      ...(settled ? [lineOf('Until the loss settles', varied, settings, meanOnly(item => item.settledSeconds))] : []),
    ],
  }];
}

function categorySection(study: Sensitivity, varied: Varied, settings: readonly MeasuredSetting[]): Section {
  return {
    kind: 'estimates', id: 'loss', panel: 'sensitivity', title: `${capitalised(study.loss)} by ${varied.name}`, summary: study.findings[0]!,
    method: `Difference from ${usualWords(study.usual)} fold by fold, on up to ${countOf(study.folds, 'fold')}; below 0 is better`,
    xTitle: `Difference in ${study.loss} from the usual setting`, estimateName: 'Difference', intervalName: `${formatLevel(study.level)} interval`, chooser: 'Choice',
    groups: [{
      name: varied.name,
      items: settings.map(item => ({
        name: String(item.setting[varied.name]),
        ...(item.difference && { estimate: item.difference.value, ...(item.difference.low !== undefined && { low: item.difference.low, high: item.difference.high! }) }),
      })),
    }],
  };
}

/** Each pair of choices as a heat map of the mean loss, over all values of the other choices: on the folds that all settings share. */
function togetherSections(study: Sensitivity): Section[] {
  const { varied, complete, common, folds, loss, neverRun } = study;
  if (varied.length < 2 || !complete || common.folds === 0) return [];
  const pairs = varied.flatMap((a, i) => varied.slice(i + 1).map(b => [a, b] as const));
  const shared = common.folds < folds ? sharedWords(study) : countOf(folds, 'fold');
  const matrices = pairs.map(([a, b]) => matricesOf(study, a, b));
  const outliers = matrices.some(items => items.length > 1) ? `; where a mean is above ${outlying} times the median of the cells, the first map of the two choices ends there, so that it does not take all colours, and the second has every value` : '';
  return [{
    kind: 'heatmap', id: 'together', panel: 'sensitivity', title: 'Two choices together', summary: togetherSummary(study),
    method: `Mean held-out ${loss} over ${shared}${varied.length > 2 ? ' and over the values of the other choices' : ''}; empty where a run diverged or failed${neverRun > 0 ? ', or a setting was never run' : ''}${outliers}`,
    matrices: matrices.flat(),
  }];
}

const sharedWords = ({ common }: Sensitivity): string => `the ${common.folds === 1 ? 'one fold' : countOf(common.folds, 'fold')} that all settings with runs share`;

/** Of the folds that the cells are on: where settings were left behind these are fewer than those of the first finding. */
function togetherSummary(study: Sensitivity): string {
  const { common, settings, loss, findings } = study;
  if (settings.every(({ folds }) => folds === 0 || folds === common.folds)) return findings[0]!;
  const best = common.losses.reduce<number | undefined>((least, value, i) => (value !== undefined && (least === undefined || value < common.losses[least]!) ? i : least), undefined);
  const lowest = best === undefined ? 'no setting was scored' : `the lowest mean held-out ${loss} is ${formatNumber(common.losses[best]!, 3)}, with ${best === 0 ? usualWords(study.usual) : settingWords(settings[best]!.setting)}`;
  return `On ${sharedWords(study)} ${lowest}. These means differ from those of the table, which are on up to ${countOf(Math.max(...settings.map(({ folds }) => folds)), 'fold')}.`;
}

/** A mean above so many times the median of the cells would leave one colour to all the others. */
const outlying = 3;

function matricesOf(study: Sensitivity, a: Varied, b: Varied) {
  const { settings, common, loss } = study;
  const cell = (x: OptionValue, y: OptionValue): number | undefined => {
    const losses = settings.flatMap(({ setting }, i) => (setting[a.name] === x && setting[b.name] === y ? [common.losses[i]] : []));
    return losses.length === 0 || losses.some(value => value === undefined) ? undefined : losses.reduce<number>((sum, value) => sum + value!, 0) / losses.length;
  };
  const cells = b.values.map(y => a.values.map(x => cell(x, y)));
  const known = Float64Array.from(cells.flat().filter(value => value !== undefined)).sort();
  const end = known.length === 0 ? Infinity : outlying * quantile(known, 0.5);
  const label = ({ name, values }: Varied): string[] => values.map(value => valueWords(name, value));
  const matrix = (name: string, most: number) => ({
    name: `${a.name} and ${b.name}: ${loss}${name}`, xTitle: a.name, yTitle: b.name, rows: label(b), columns: label(a),
    values: cells.map(row => row.map(value => Math.min(most, value ?? 0))), absent: cells.map(row => row.flatMap((value, k) => (value === undefined ? [k] : []))), diverging: false, fromLowest: true,
  });
  const whole = matrix('', Infinity);
  return known.length > 0 && end > 0 && known.at(-1)! > end ? [matrix(`, colours end at ${formatNumber(end, 3)}, which stands for all above`, end), matrix(', every value', Infinity)] : [whole];
}

function sharesSection({ shares: { shares, settings, folds }, level, complete }: Sensitivity): Section[] {
  if (shares.length < 2) return [];
  const [first] = shares;
  return [{
    kind: 'estimates', id: 'choices', panel: 'sensitivity', title: 'Which choices matter',
    summary: `The largest share of the variance of the loss between ${settings} settings is that of ${first!.choices.join(' with ')}: ${formatPercent(first!.share)}${first!.low === undefined || first!.high === undefined ? '' : ` (${formatLevel(level)} interval ${formatPercent(first!.low)} to ${formatPercent(first!.high)})`}.`,
    method: `Functional analysis of variance over ${settings} settings on the same ${countOf(folds, 'fold')} (after Hutter and others 2014), chance between folds taken off, with the overlap of their training rows; ${shares.some(({ low }) => low !== undefined) ? 'intervals by resampling the folds, widened for that overlap' : 'the folds are too few, or too much alike, for intervals'}`,
    assumptions: [
      'Shares hold for the values that were varied: a wider grid makes a choice matter more.', 'A run that diverged or failed counts as 1.5 times the loss of predicting the mean.',
      ...(complete ? [] : ['Not every combination was run, so that only the choices by themselves are told apart.']),
    ],
    xTitle: 'Share of the variance', estimateName: 'Share', intervalName: `${formatLevel(level)} interval`, chooser: 'Choices',
    groups: [{ name: 'All', items: shares.map(({ choices, share, low, high }) => ({ name: choices.join(' × '), estimate: share, ...(low !== undefined && high !== undefined && { low, high }) })) }],
  }];
}

function settingsSection({ settings, varied, usual, family, loss, skill, level, folds }: Sensitivity): Section {
  const networks = settings.some(item => item.epochs !== undefined);
  const steps = settings.some(item => item.iterations !== undefined);
  const number = (value: number | undefined): number | string => value ?? '';
  return {
    kind: 'table', id: 'settings', panel: 'settings', title: 'Every setting',
    summary: `${countOf(settings.length, 'setting')} on up to ${countOf(folds, 'fold')}; the first row is ${usualWords(usual)}.`, method: `Means over the folds; differences from the usual setting fold by fold, ${formatLevel(level)} intervals`,
    header: [
      ...varied.map(({ name }) => ({ title: name })), { title: 'Folds', numeric: true }, { title: `Held-out ${loss}`, numeric: true }, { title: `${formatLevel(level)} interval` }, { title: `Training ${loss}`, numeric: true },
      { title: skill, numeric: true }, { title: 'From the usual setting' }, { title: 'Seconds a fit', numeric: true }, ...(networks ? [{ title: 'Epochs', numeric: true }, { title: 'Settled after', numeric: true }] : []), ...(steps ? [{ title: family === 'ebm' ? 'Rounds' : 'Iterations', numeric: true }] : []), { title: 'Ended' },
    ],
    rows: settings.map((item, i) => [
      ...varied.map(({ name }) => (i === 0 ? `usual: ${usual[name] ?? ''}` : String(item.setting[name]))), item.folds, number(item.loss?.value), rangeWords(item.loss), number(item.trainLoss),
      number(item.skill), item.difference ? `${formatNumber(item.difference.value, 3)}${item.difference.low === undefined ? '' : ` (${rangeWords(item.difference)})`}` : '', number(item.seconds), ...(networks ? [number(item.epochs), number(item.settledEpochs)] : []), ...(steps ? [number(item.iterations)] : []), endWords(item),
    ]),
  };
}

function rangeWords(measured: Measured | undefined): string {
  return measured?.low === undefined || measured.high === undefined ? '' : `${formatNumber(measured.low, 3)} to ${formatNumber(measured.high, 3)}`;
}

function endWords({ folds, diverged, constant, failed }: MeasuredSetting): string {
  const parts = [[diverged, 'diverged'], [constant, 'constant'], [failed, 'failed']].filter(([count]) => (count as number) > 0).map(([count, word]) => `${String(word)} in ${String(count)} of ${folds}`);
  return folds === 0 ? 'not run' : parts.length === 0 ? 'scored' : parts.join(', ');
}
