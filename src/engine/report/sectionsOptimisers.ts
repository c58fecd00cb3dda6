/** Sections of a comparison of optimisers: what was found, losses along the training, final losses, robustness to the learning rate, every run. */
import type { CurveLine } from '../../protocol/chartSections';
import type { Section } from '../../protocol/report';
import { clockWords } from '../experiments/optimisers/findings';
import type { OptimiserMeasured, OptimiserStudy, RateMeasured } from '../experiments/optimisers/result';
import { arrivalsOf, fallWords } from '../experiments/optimisers/wording';
import { countOf, formatLevel, formatNumber, intervalWords, listWords } from './format';

export function optimiserSections(study: OptimiserStudy, model: string): Section[] {
  return [
    foundSection(study, model), ...trainingSections(study), ...optimumSection(study), finalSection(study), ...rateSections(study), summarySection(study), runsSection(study),
  ];
}

const usable = ({ optimisers }: OptimiserStudy): OptimiserMeasured[] => optimisers.filter(item => item.curve !== undefined);

function foundSection(study: OptimiserStudy, model: string): Section {
  const { folds, scheme, done, planned, rates, passes, parameters, rows, problem } = study;
  return {
    kind: 'table', id: 'found', panel: 'overview', title: 'What was found', summary: study.findings[0]!,
    method: `${model} (${problem}, ${countOf(parameters, 'parameter')}, ${countOf(rows, 'training row')}), ${countOf(passes, 'pass', 'passes')} with each of nine optimisers at ${countOf(rates.length, 'learning rate')}, compared on ${countOf(folds, 'fold')} (${scheme}); ${done} of ${planned} runs${cutWords(study)}`,
    assumptions: [
      `Training losses are at the learning rate with the lowest of them. ${heldOutChoice(study)}`,
      ...(folds > 1 ? ['Intervals over folds are by the corrected resampled t (Nadeau and Bengio 2003), each for its difference alone; the lowest was picked on the same folds, so that its lead is somewhat flattered.'] : []),
    ],
    header: [{ title: 'Finding', wrap: true }], rows: study.findings.map(text => [text]),
  };
}

function cutWords({ partial, gridFolds, folds }: OptimiserStudy): string {
  if (partial) return ', as the first fold was cut short';
  return gridFolds < folds ? `, as only the best rates went on after ${countOf(gridFolds, 'fold')} to keep to the time` : '';
}

const heldOutChoice = ({ folds }: OptimiserStudy): string =>
  (folds > 1 ? 'Held-out losses on a fold are at the rate that did best on the held-out rows of the other folds.' : 'With one fold, held-out losses are at the same rate.');

/** Most of the way is made in the first few passes. */
const logPasses = ({ passes }: OptimiserStudy): boolean => passes > 20;

function lines(study: OptimiserStudy, along: 'passes' | 'steps' | 'seconds', of: 'train' | 'heldOut'): CurveLine[] {
  // The start is at 0, which an axis by powers of ten does not have; L-BFGS is there still after its first pass.
  const least = along === 'seconds' ? Number.MIN_VALUE : along === 'steps' || logPasses(study) ? 1 : 0;
  return usable(study).map(({ title, curve }) => {
    const kept = curve![along].map((x, i) => ({ x, y: curve![of][i]! })).filter(({ x }) => x >= least);
    return { name: title, x: kept.map(({ x }) => x), y: kept.map(({ y }) => y) };
  }).filter(({ x }) => x.length > 0);
}

function referenceLines({ startLoss, optimum }: OptimiserStudy, from: number, to: number): CurveLine[] {
  const line = (name: string, y: number): CurveLine => ({ name, x: [from, to], y: [y, y], reference: true });
  return [line('The start', startLoss), ...(optimum === undefined ? [] : [line('The exact optimum', optimum)])];
}

/** By powers of ten where the losses allow it, and cut off where a training that rises for a while would hide all others. */
function lossAxis(drawn: readonly CurveLine[], start: number): { yScale?: 'log'; yMax?: number; said: string[] } {
  const values = drawn.flatMap(({ y }) => y);
  const top = 4 * start;
  const above = drawn.filter(({ y }) => y.some(value => value > top)).map(({ name }) => name);
  const log = Math.min(...values) > 0 && Math.min(top, Math.max(...values)) > 2 * Math.min(...values);
  return {
    ...(log && { yScale: 'log' as const }), ...(above.length > 0 && { yMax: top }),
    said: above.length > 0 ? [`The axis ends at four times the loss of the start; beyond it for a while: ${listWords(above, 9)}. The table has all values.`] : [],
  };
}

function trainingSections(study: OptimiserStudy): Section[] {
  if (usable(study).length === 0) return [];
  const { findings, passes, lossName, folds, startLoss } = study;
  const method = `Mean over ${countOf(folds, 'fold')}, each optimiser at its best learning rate; all training rows of a fold`;
  const base = { kind: 'curve', panel: 'optimisers' } as const;
  const train = { passes: lines(study, 'passes', 'train'), steps: lines(study, 'steps', 'train'), seconds: lines(study, 'seconds', 'train') };
  const unseen = lines(study, 'passes', 'heldOut');
  const along = { xTitle: 'Passes over the training rows', ...(logPasses(study) && { xScale: 'log' as const }) };
  const seconds = train.seconds.flatMap(({ x }) => x);
  const steps = train.steps.flatMap(({ x }) => x);
  const drawn = (own: readonly CurveLine[], start: number, extra: readonly CurveLine[], assumptions: readonly string[] = []): { lines: CurveLine[]; assumptions?: string[]; yScale?: 'log'; yMax?: number } => {
    const { said, ...axis } = lossAxis([...own, ...extra.filter(({ y }) => y[0]! > 0)], start);
    const all = [...assumptions, ...said];
    const reference = axis.yScale === 'log' ? extra.filter(({ y }) => y[0]! > 0) : extra;
    return { ...axis, lines: [...own, ...reference], ...(all.length > 0 && { assumptions: all }) };
  };
  return [
    {
      ...base, id: 'trainingLoss', title: 'Training loss along the passes', summary: findings[0]!, method, ...along, yTitle: lossName,
      ...drawn(train.passes, startLoss, referenceLines(study, logPasses(study) ? 1 : 0, passes), ['A pass costs each optimiser about as much arithmetic: one gradient of all rows, or as many rows in batches.']),
    },
    {
      ...base, id: 'trainingSteps', title: 'Training loss along the steps', summary: stepWords(study), method: `${method}. A step is an update of the parameters; of L-BFGS, a trial that lowered the loss`,
      xTitle: 'Steps', xScale: 'log', yTitle: lossName, ...drawn(train.steps, startLoss, referenceLines(study, Math.min(...steps), Math.max(...steps))),
    },
    {
      ...base, id: 'trainingTime', title: 'Training loss along the time', summary: timeWords(study, Math.max(...seconds)),
      method: `${method}. Seconds of gradients and updates, without looks at the losses`, xTitle: 'Seconds', xScale: 'log', yTitle: lossName,
      ...drawn(train.seconds, startLoss, referenceLines(study, Math.min(...seconds), Math.max(...seconds)), ['Seconds are those of this program on this machine, where runs go on side by side; they differ from run to run.']),
    },
    {
      ...base, id: 'heldOutLoss', title: 'Held-out loss along the passes', summary: findings[1]!, method: `Mean over ${countOf(folds, 'fold')}. ${heldOutChoice(study).replace(/\.$/, '')}`,
      ...along, yTitle: lossName, ...drawn(unseen, usable(study)[0]!.curve!.heldOut[0]!, []),
    },
  ];
}

function stepWords(study: OptimiserStudy): string {
  const counts = usable(study).map(({ title, steps }) => ({ title, steps: steps! })).sort((a, b) => a.steps - b.steps);
  const [fewest, most] = [counts[0]!, counts[counts.length - 1]!];
  const words = `${countOf(study.passes, 'pass', 'passes')} over the training rows`;
  if (fewest.steps === most.steps) return `${words} are ${countOf(most.steps, 'step')} of every optimiser.`;
  return `${words} are from ${countOf(fewest.steps, 'step')} (${fewest.title}) to ${countOf(most.steps, 'step')} (in batches of up to ${study.batchSize} rows).`;
}

function timeWords(study: OptimiserStudy, longest: number): string {
  const { everywhere } = arrivalsOf(study);
  const folds = study.folds === 1 ? 'the fold' : `all ${study.folds} folds`;
  const first = everywhere.length === 0 ? `None made ${fallWords(study)} on ${folds}.` : `Of ${countOf(everywhere.length, 'optimiser')} that made ${fallWords(study)} on ${folds}:${clockWords(everywhere).replace(/^ In time /, ' in time ')}`;
  return `The ${countOf(study.passes, 'pass', 'passes')} take up to ${formatNumber(longest, 2)} s. ${first}`;
}

/** Convex problems: how far the loss is above the optimum, by powers of ten. */
function optimumSection(study: OptimiserStudy): Section[] {
  const { optimum, startLoss, folds, theory, batchSize, rows } = study;
  if (optimum === undefined || usable(study).length === 0) return [];
  const floor = 1e-16 * Math.max(1, startLoss);
  const bound = theory ? ` Gradient descent at a rate η shrinks the error along the flattest direction by the factor 1 − η λmin a step; the condition number λmax/λmin is ${formatNumber(theory.condition, 3)} on the first fold.` : '';
  const batches = batchSize < rows ? '; batches with a constant learning rate stay at a distance from the optimum' : '';
  return [{
    kind: 'curve', id: 'aboveOptimum', panel: 'optimisers', title: 'Distance from the exact optimum', method: `Mean training loss over ${countOf(folds, 'fold')} less that of the exact solution; what is nearer than rounding is drawn at ${formatNumber(floor, 2)}`,
    summary: `A straight line down is convergence by a constant factor a pass${batches}.${bound}`,
    xTitle: 'Passes over the training rows', yTitle: 'Training loss above the optimum', yScale: 'log',
    lines: usable(study).map(({ title, curve }) => ({ name: title, x: curve!.passes, y: curve!.train.map(loss => Math.max(floor, loss - optimum)) })),
  }];
}

function finalSection(study: OptimiserStudy): Section {
  const { level, findings, passes, lossName, optimisers } = study;
  const group = (name: string, of: 'trainLoss' | 'heldOutLoss') => ({
    name, items: optimisers.map(item => {
      const loss = item[of];
      return {
        name: item.title, ...(loss && { estimate: loss.value, ...(loss.low !== undefined && { low: loss.low, high: loss.high! }) }),
        details: [rateOf(item, of)],
      };
    }),
  });
  return {
    kind: 'estimates', id: 'finalLoss', panel: 'optimisers', title: `Loss after ${countOf(passes, 'pass', 'passes')}`, summary: findings[1] ?? findings[0]!,
    method: `Mean over ${countOf(study.folds, 'fold')}, training rows at the learning rate with the lowest training loss. ${heldOutChoice(study)} ${study.folds > 1 ? 'The commonest of them is named' : ''}`.trim(), xTitle: lossName, estimateName: 'Loss', intervalName: `${formatLevel(level)} interval`,
    chooser: 'Rows', details: [{ title: 'Learning rate' }], groups: [group('Held-out rows', 'heldOutLoss'), group('Training rows', 'trainLoss')],
  };
}

function rateOf({ rate, heldOutRate }: OptimiserMeasured, of: 'trainLoss' | 'heldOutLoss'): string {
  const used = of === 'trainLoss' ? rate : heldOutRate;
  return used === undefined ? '' : formatNumber(used, 2);
}

function rateSections(study: OptimiserStudy): Section[] {
  const measured = study.optimisers.filter(item => item.rates.length > 0);
  if (measured.length === 0) return [];
  const { level, findings, gridFolds, rates } = study;
  const said = findings.find(text => text.startsWith('Least sensitive')) ?? 'The whole grid of learning rates was run on no fold, so that no area is measured.';
  const on = gridFolds > 0 ? `mean over the ${countOf(gridFolds, 'fold')} with the whole grid` : 'of the runs that there are';
  const assumptions = ['0 is the lowest final training loss of all runs on the fold, 1 that of the start; a run that diverged or ended above the start counts as 1.'];
  const cells = measured.map(item => rates.map(rate => item.rates.find(found => found.rate === rate)?.normalised));
  return [
    {
      kind: 'curve', id: 'rates', panel: 'optimisers', title: 'Final loss along the learning rate', summary: said, method: `Normalised final training loss, ${on}; L-BFGS has no learning rate`,
      assumptions, xTitle: 'Learning rate', xScale: 'log', yTitle: 'Normalised final training loss',
      lines: measured.map(item => ({ name: item.title, x: item.rates.map(({ rate }) => rate), y: item.rates.map(({ normalised }) => normalised) })),
    },
    {
      kind: 'heatmap', id: 'rateMap', panel: 'optimisers', title: 'Which learning rates work', summary: said, method: `Normalised final training loss, ${on}${cells.some(row => row.includes(undefined)) ? '; empty where there was no run' : ''}`, assumptions,
      matrices: [{
        name: 'Normalised final training loss', xTitle: 'Learning rate', yTitle: 'Optimiser', rows: measured.map(({ title }) => title), columns: rates.map(rate => formatNumber(rate, 2)),
        values: cells.map(row => row.map(value => value ?? 0)), absent: cells.map(row => row.flatMap((value, k) => (value === undefined ? [k] : []))), diverging: false,
      }],
    },
    ...(measured.some(item => item.area) ? [{
      kind: 'estimates' as const, id: 'robustness', panel: 'optimisers' as const, title: 'Robustness to the learning rate', summary: said,
      method: `Area under the curve of the normalised final loss: its mean over the ${countOf(rates.length, 'rate')} of the grid, on ${countOf(gridFolds, 'fold')}; lower is more robust`, assumptions,
      xTitle: 'Area', estimateName: 'Area', intervalName: `${formatLevel(level)} interval`, chooser: 'Optimisers',
      groups: [{ name: 'All', items: measured.flatMap(({ title, area }) => (area ? [{ name: title, estimate: area.value, ...(area.low !== undefined && { low: area.low, high: area.high! }) }] : [])) }],
    }] : []),
  ];
}

function summarySection({ optimisers, level, passes, folds, optimum }: OptimiserStudy): Section {
  const exact = optimisers.some(item => item.aboveOptimum);
  return {
    kind: 'table', id: 'optimisers', panel: 'optimisers', title: 'The optimisers', summary: `Each at its best learning rate, after ${countOf(passes, 'pass', 'passes')}.`,
    method: `Means over ${countOf(folds, 'fold')}; differences from the lowest fold by fold${folds > 1 ? `, ${formatLevel(level)} intervals` : ''}. The fall: ${fallWords({ optimum })}; passes and seconds only where it was made on every fold`,
    header: [
      { title: 'Optimiser' }, { title: 'Learning rate', numeric: true }, { title: 'Training loss', numeric: true }, { title: 'Above the lowest' }, { title: 'Learning rate', numeric: true }, { title: 'Held-out loss', numeric: true }, { title: 'Above the lowest' },
      ...(exact ? [{ title: 'Above the optimum', numeric: true }] : []), { title: 'Steps', numeric: true }, { title: 'Seconds', numeric: true }, { title: 'Folds with 95 % of the fall' }, { title: 'Passes to that', numeric: true }, { title: 'Seconds to that', numeric: true },
    ],
    rows: optimisers.map(item => [
      item.title, item.rate ?? '', item.trainLoss?.value ?? '', difference(item.trainDifference, level), item.heldOutRate ?? '', item.heldOutLoss?.value ?? '', difference(item.heldOutDifference, level),
      ...(exact ? [item.aboveOptimum?.value ?? ''] : []), item.steps ?? '', item.seconds ?? '', ...arrival(item),
    ]),
  };
}

/** A mean over some of the folds would not compare with others. */
function arrival({ folds, toTarget }: OptimiserMeasured): (string | number)[] {
  if (folds === 0) return ['', '', ''];
  return [`${toTarget?.folds ?? 0} of ${folds}`, ...(toTarget?.folds === folds ? [toTarget.passes, toTarget.seconds] : ['', ''])];
}

function difference(found: OptimiserMeasured['trainDifference'], level: number): string {
  return found ? `${formatNumber(found.value, 3)}${intervalWords(found, level)}` : '';
}

function runsSection({ optimisers, done, gridFolds, folds }: OptimiserStudy): Section {
  const means = gridFolds < folds ? 'Means over those of the compared folds that each was run on, of the runs that did not diverge: rows with different folds do not compare' : 'Means over the folds, of the runs that did not diverge';
  return {
    kind: 'table', id: 'runs', panel: 'settings', title: 'Every learning rate', summary: `${countOf(done, 'run')} in all.`, method: `${means}.${gridFolds > 0 ? ` Normalised: over the ${countOf(gridFolds, 'fold')} with the whole grid` : ''}`.replace(/\.$/, ''),
    assumptions: ['Above the start: the training loss ended higher than it began. Hardly moved: it fell by less than a thousandth.'],
    header: [
      { title: 'Optimiser' }, { title: 'Learning rate', numeric: true }, { title: 'Folds', numeric: true }, { title: 'Training loss', numeric: true }, { title: 'Held-out loss', numeric: true },
      { title: 'Normalised', numeric: true }, { title: 'Ended' },
    ],
    rows: optimisers.flatMap(item => item.rates.map(found => [item.title, found.rate, found.folds, found.trainLoss ?? '', found.heldOutLoss ?? '', found.normalised, endWords(found)])),
  };
}

function endWords({ ends, folds }: RateMeasured): string {
  const parts = ([[ends.diverged, 'diverged'], [ends.above, 'above the start'], [ends.still, 'hardly moved']] as const).filter(([count]) => count > 0);
  return parts.length === 0 ? 'trained' : listWords(parts.map(([count, word]) => `${word} in ${count} of ${folds}`));
}
