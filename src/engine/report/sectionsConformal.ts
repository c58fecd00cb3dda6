/** Conformal intervals and sets in a report: what they promise, how they did on held-out rows, and where they are wide. */
import type { CurveLine } from '../../protocol/chartSections';
import type { IntervalSummary } from '../../protocol/measures';
import type { FitSection } from '../../protocol/performanceSections';
import type { Section } from '../../protocol/report';
import { binomialQuantile } from '../uncertainty/binomial';
import { plottedLevels, type ConformalResult, type IntervalResult, type SetResult } from '../uncertainty/conformal';
import type { MeasuredMethod } from '../uncertainty/measureIntervals';
import { conformalName } from './conformalWords';
import { capitalised, countOf, formatLevel, formatNumber, formatPercent } from './format';
import type { Facts } from './input';
import { classTable, tenthSections } from './sectionsConformalParts';

/** Sections of the intervals panel; none without a result. */
export function conformalSections(result: ConformalResult | undefined, facts: Facts): Section[] {
  if (!result) return [];
  return [
    meaningSection(result, facts),
    ...calibrationSection(result, facts),
    ...(result.task === 'regression' ? tenthSections(result, facts) : classTable(result, facts)),
  ];
}

/** The `conformal` part of the report's `intervals`. */
export function conformalSummary(result: ConformalResult): NonNullable<IntervalSummary['conformal']> {
  const { measured } = result.delivered;
  return {
    method: methodWords(result), level: result.level, guarantee: result.infinite === undefined ? result.guarantee : 1, rows: measured?.rows ?? result.rows,
    ...(measured && { coverage: measured.coverage, coverageLow: measured.interval.low, coverageHigh: measured.interval.high }),
    ...(widthOf(result) !== undefined && { meanWidth: widthOf(result) }),
    ...(result.task === 'classification' && result.delivered.measured && { meanSetSize: result.delivered.measured.meanSize }),
    ...(result.infinite !== undefined && { infinite: true }),
  };
}

/** Mean width of finite intervals. */
function widthOf(result: ConformalResult): number | undefined {
  return result.task === 'regression' && result.infinite === undefined ? result.meanWidth : undefined;
}

/** `intervals` with its conformal part; where the model has no intervals of its own the conformal ones are the intervals. */
export function withConformal(own: IntervalSummary | undefined, result: ConformalResult | undefined): IntervalSummary | undefined {
  if (!result) return own;
  const conformal = conformalSummary(result);
  if (own) return { ...own, conformal };
  const { method, level, rows, coverage, meanWidth } = conformal;
  return { kind: 'conformal', method, level, rows, ...(coverage !== undefined && { coverage }), ...(meanWidth !== undefined && { meanWidth }), conformal };
}

function methodWords(result: ConformalResult): string {
  const name = capitalised(conformalName(result.method, result.task === 'classification'));
  const models = result.models > 1 ? ` with ${countOf(result.models, 'fold model')}` : '';
  return `${name}${models}, calibrated on ${countOf(result.rows, 'held-out row')}`;
}

/** How coverage was measured: no row was judged by an interval that it had calibrated. */
export function measuredWords(result: ConformalResult, facts: Facts): string {
  const others = result.predictor.state.combination === 'split' ? 'the other half of the held-out rows of its fold' : 'the held-out rows of the other folds';
  return `${capitalised(facts.measured?.scheme ?? 'held-out rows')}; each held-out row was predicted by a model that did not see it and judged by an interval calibrated on ${others}`;
}

function meaningSection(result: ConformalResult, facts: Facts): Section {
  return {
    kind: 'fit', id: 'conformal', panel: 'intervals', title: result.task === 'regression' ? 'Conformal intervals' : 'Conformal prediction sets',
    summary: result.task === 'regression' ? intervalWordsOf(result, facts) : setWords(result, facts),
    method: `${methodWords(result)}. ${measuredWords(result, facts)}.`,
    assumptions: assumptions(result, facts), values: values(result, facts),
  };
}

function intervalWordsOf(result: IntervalResult, facts: Facts): string {
  const { name } = facts.target;
  if (result.infinite !== undefined) return `The conformal interval of every row reaches from −∞ to ∞: ${result.infinite}`;
  const mean = widthOf(result);
  const width = mean === undefined ? '' : ` Its mean width is ${formatNumber(mean, 3)} (units of ${name}).`;
  return `A conformal interval goes with each prediction: it holds the ${name} of ${promiseWords(result)}, however wrong the model is, as long as new rows come from the same source as these. ${measuredSentence(result)}${width}`;
}

function setWords(result: SetResult, facts: Facts): string {
  const { name } = facts.target;
  if (result.infinite !== undefined) return `The conformal set of every row holds all ${result.classes.length} classes: ${result.infinite}`;
  const { measured } = result.delivered;
  const size = measured ? ` A set has ${formatNumber(measured.meanSize, 3)} of ${result.classes.length} classes on average; ${formatPercent(measured.singletons)} of the sets name a single class.` : '';
  return `Instead of one class a conformal set names all that are plausible: it holds the ${name} of ${promiseWords(result)}, however wrong the probabilities are, as long as new rows come from the same source as these. ${measuredSentence(result)}${size}`;
}

function promiseWords({ guarantee, level }: ConformalResult): string {
  if (guarantee === 0) return `close to ${formatLevel(level)} of new rows as a rule (so few rows in each fold allow no guarantee)`;
  return guarantee === level
    ? `at least ${formatLevel(level)} of new rows`
    : `at least ${formatPercent(guarantee)} of new rows, and of close to ${formatLevel(level)} of them as a rule`;
}

function measuredSentence({ delivered: { measured }, level }: ConformalResult): string {
  if (!measured) return 'There are too few held-out rows to measure its coverage on rows that did not calibrate it.';
  return `Of ${countOf(measured.rows, 'held-out row')} that had no part in its calibration it held ${formatPercent(measured.coverage)} (${formatLevel(level)} interval ${formatPercent(measured.interval.low)} to ${formatPercent(measured.interval.high)}).`;
}

function assumptions(result: ConformalResult, { recipe: { split }, evaluation }: Facts): string[] {
  const grouped = split.scheme === 'foldColumn' || (split.scheme === 'kFold' && split.groupColumn !== undefined);
  const stratified = result.task === 'classification' && !grouped;
  return [
    'Rows are exchangeable: new rows come from the same source as these, in no particular order. Drift, and groups of rows that belong together, break the promise.',
    'The promise is for new rows on the average (marginal coverage). For one kind of row it may hold less often than that, for another more often.',
    ...(grouped ? ['The folds keep groups whole: for rows of a group that was not seen the promise holds only as far as groups are alike.'] : []),
    ...(evaluation?.takenFromAllRows === undefined ? [] : [`The models of the folds took over ${evaluation.takenFromAllRows}, which was chosen on all rows, calibration rows among them. Strictly the promise does not allow that; it holds as far as one row among so many has no say in that choice.`]),
    ...(result.kept ? [] : ['The models of the folds are too large for the model file: when it predicts new files, the model of all rows stands in for them, and those intervals have no guarantee.']),
    ...(stratified ? ['The folds have the classes in equal shares, which the guarantee does not count; its effect is of the order of one row in a fold.'] : []),
  ];
}

function values(result: ConformalResult, facts: Facts): FitSection['values'] {
  const { measured } = result.delivered;
  const sets = result.task === 'classification' ? result.delivered.measured : undefined;
  return [
    { label: 'Method', value: capitalised(conformalName(result.method, result.task === 'classification')) },
    { label: 'Level', value: formatLevel(result.level) },
    result.infinite === undefined
      ? { label: 'Guaranteed coverage', value: result.guarantee, hint: guaranteeHint(result) }
      : { label: 'Guaranteed coverage', value: '100 %, and worth nothing', hint: result.task === 'regression' ? 'An interval from −∞ to ∞ holds every value' : 'A set of all classes holds every class' },
    ...(measured ? [
      { label: 'Measured coverage', value: measured.coverage, hint: countOf(measured.rows, 'held-out row') },
      { label: 'Measured coverage, low', value: measured.interval.low, hint: `Wilson interval at ${formatLevel(result.level)}` },
      { label: 'Measured coverage, high', value: measured.interval.high },
    ] : []),
    ...(widthOf(result) !== undefined ? [{ label: 'Mean width', value: widthOf(result)!, hint: `Units of ${facts.target.name}` }] : []),
    ...(sets ? [
      { label: 'Mean number of classes in a set', value: sets.meanSize },
      { label: 'Share of sets with one class', value: sets.singletons },
      { label: 'Share of sets filled up', value: sets.filled, hint: 'No class was plausible enough at this level; the likeliest stands in the set all the same, so that none is empty' },
    ] : []),
    ...othersValues(result),
    { label: 'Calibration rows', value: result.rows },
  ];
}

function guaranteeHint({ predictor, models }: ConformalResult): string {
  return predictor.state.combination === 'split' || models === 1
    ? '1 − α for any number of exchangeable rows'
    : '1 − 2α and a term for the size of the folds: the worst that is possible with models that change wildly from fold to fold';
}

/** The same rows by the method that was not chosen. */
function othersValues(result: ConformalResult): FitSection['values'][number][] {
  if (result.task === 'classification') {
    const [lac] = result.others;
    if (!lac?.measured || result.infinite !== undefined) return [];
    return [{ label: 'Mean number of classes, not adaptive', value: lac.measured.meanSize, hint: `Least ambiguous sets (LAC): one threshold for the probability; held ${formatPercent(lac.measured.coverage)}` }];
  }
  const other = result.others.find(item => conformalNames.has(item.name));
  if (!other?.measured || other.measured.meanWidth === undefined) return [];
  return [{ label: `Mean width by ${lineName(other)}`, value: other.measured.meanWidth, hint: `Held ${formatPercent(other.measured.coverage)}` }];
}

const conformalNames = new Map([
  ['split', 'split conformal'], ['cv+', 'CV+'], ['jackknife+', 'jackknife+'], ['cqr', 'conformalised quantiles'],
  ['aps', 'adaptive sets (APS)'], ['lac', 'least ambiguous sets (LAC)'],
]);

function lineName({ name }: { readonly name: string }): string {
  return conformalNames.get(name) ?? `${name}s of the model`;
}

/** Nominal against measured coverage, with the band in which binomial chance alone would put it. */
function calibrationSection(result: ConformalResult, facts: Facts): Section[] {
  const methods: readonly MeasuredMethod[] = [result.delivered, ...result.others].filter(method => method.calibration.length > 1);
  if (methods.length === 0) return [];
  const [first] = methods;
  const rows = first.calibration[0].rows;
  const at = (probability: number): number[] => plottedLevels.map(level => binomialQuantile(probability, rows, level) / rows);
  const promised: CurveLine = {
    name: 'As promised', x: [...plottedLevels], y: [...plottedLevels], low: at((1 - facts.level) / 2), high: at((1 + facts.level) / 2), reference: true,
  };
  const lines = methods.map(method => {
    const x = method.calibration.map(point => point.level);
    return { name: capitalised(lineName(method)), x, y: method.calibration.map(point => point.coverage) };
  });
  return [{
    kind: 'curve', id: 'intervalCalibration', panel: 'intervals', title: 'Do the intervals hold what they promise?',
    summary: `${methods.map(calibrationWords).join(' ')} The band around the diagonal is where chance puts the coverage of ${countOf(rows, 'row')} in ${formatLevel(facts.level)} of cases.${result.task === 'classification' ? ' Sets always hold the likeliest class, so that their coverage does not fall below the accuracy.' : ''}`,
    method: `${measuredWords(result, facts)}; band: binomial quantiles. The same rows calibrate and judge in turn, which keeps conformal lines closer to the diagonal than a fresh sample would.`,
    xTitle: 'Nominal coverage', yTitle: 'Measured coverage', unitSquare: true, lines: [...lines, promised],
  }];
}

/** The level at which measured coverage is furthest below the nominal one. */
function calibrationWords(method: MeasuredMethod): string {
  const worst = method.calibration.reduce((a, b) => (b.coverage - b.level < a.coverage - a.level ? b : a));
  const name = capitalised(lineName(method));
  if (worst.coverage >= worst.level - 0.005) return `${name}: never more than half a point below the nominal coverage.`;
  return `${name}: furthest below at ${formatLevel(worst.level)}, where ${formatPercent(worst.coverage)} were held.`;
}
