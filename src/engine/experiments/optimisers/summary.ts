/** From the runs of all optimisers to each one's best learning rate, losses with intervals, speed, and robustness to the learning rate. */
import type { Measured } from '../../../protocol/experiments';
import { meanOf } from '../../evaluate/intervals';
import { measured } from '../sensitivity/summary';
import { finalPoint, type DescentRun, type MeasuredRuns } from './measure';
import { optimiserIds, optimiserTitles, type OptimiserCurve, type OptimiserId, type OptimiserMeasured, type RateMeasured, type RunEnd } from './result';

export interface OptimiserSummaryInput extends Pick<MeasuredRuns, 'runs' | 'gridFolds' | 'finished'> {
  readonly rates: readonly number[];
  readonly testToTrain: number;
  readonly level: number;
  /** Exact optimum of the training loss by fold, where it is known. */
  readonly optima: readonly (number | undefined)[];
}

/** Share of the largest fall of the training loss at which an optimiser has arrived. */
const arrived = 0.95;

/** What is compared, in one order however the runs came: on a fold that was cut short some would be missing. */
interface Compared extends OptimiserSummaryInput { readonly folds: readonly number[]; readonly floors: Floors }

export function summariseOptimisers(input: OptimiserSummaryInput): OptimiserMeasured[] {
  const folds = comparedFolds(input);
  const runs = input.runs.filter(run => folds.includes(run.fold)).sort((a, b) => a.fold - b.fold || a.rate - b.rate);
  const compared = { ...input, runs, folds, floors: floorsOf({ ...input, runs }) };
  return withDifferences(compared, optimiserIds.map(id => measureOne(compared, id)));
}

/** Folds on which nothing in the running was cut short; where there is none, the first one with runs. */
export function comparedFolds({ finished, runs }: Pick<MeasuredRuns, 'finished' | 'runs'>): readonly number[] {
  return finished.length > 0 ? finished : runs.length > 0 ? [Math.min(...runs.map(run => run.fold))] : [];
}

/** Of each fold, the start's training loss and the lowest one that any run ended with (or the exact optimum). */
type Floors = ReadonlyMap<number, { readonly start: number; readonly floor: number }>;

function floorsOf({ runs, optima }: OptimiserSummaryInput): Floors {
  const floors = new Map<number, { start: number; floor: number }>();
  for (const { fold, outcome } of runs) {
    const start = outcome.points[0]!.train;
    const known = floors.get(fold) ?? { start, floor: Math.min(start, optima[fold] ?? Infinity) };
    floors.set(fold, { start, floor: outcome.end === 'diverged' ? known.floor : Math.min(known.floor, finalPoint(outcome).train) });
  }
  return floors;
}

function normalised({ outcome, fold }: DescentRun, floors: Floors): number {
  const { start, floor } = floors.get(fold)!;
  if (outcome.end === 'diverged' || !(start > floor)) return 1;
  return Math.min(1, Math.max(0, (finalPoint(outcome).train - floor) / (start - floor)));
}

function measureOne(input: Compared, id: OptimiserId): OptimiserMeasured {
  const own = input.runs.filter(run => run.optimiser === id);
  const rates = id === 'lbfgs' ? [] : input.rates.map(rate => rateMeasured(rate, own.filter(run => run.rate === rate), input)).filter(item => item.folds > 0);
  const rate = id === 'lbfgs' ? 1 : bestRate(rates, input.folds.length);
  const best = rate === undefined ? [] : usable(own, rate);
  const area = id === 'lbfgs' ? undefined : within01(measured(areasOf(input, own), input.testToTrain, input.level));
  const title = optimiserTitles[id];
  if (best.length === 0) return { id, title, folds: 0, rates, ...(area && { area }) };
  const { testToTrain, level, optima } = input;
  const summary = (values: readonly number[]): Measured => measured(values, testToTrain, level)!;
  const unseen = heldOutChoice(own, best);
  const rated = id === 'lbfgs' ? undefined : commonest(unseen.map(run => run.rate));
  const edge = id !== 'lbfgs' && (rate === rates[0]!.rate || rate === rates[rates.length - 1]!.rate);
  const above = best.flatMap(run => (optima[run.fold] === undefined ? [] : [aboveOptimum(run, optima[run.fold]!)]));
  const toTarget = arrival(best, input.floors);
  return {
    id, title, ...(id !== 'lbfgs' && { rate: rate! }), ...(edge && { atEdge: true as const }), folds: best.length,
    trainLoss: notBelowZero(summary(best.map(run => finalPoint(run.outcome).train))), heldOutLoss: notBelowZero(summary(unseen.map(run => finalPoint(run.outcome).heldOut))),
    ...(rated !== undefined && { heldOutRate: rated }),
    steps: meanOf(best.map(run => finalPoint(run.outcome).steps)), seconds: meanOf(best.map(run => finalPoint(run.outcome).seconds)),
    ...(toTarget && { toTarget }), curve: curveOf(best, unseen, input), ...(above.length > 0 && { aboveOptimum: notBelowZero(summary(above)) }), rates, ...(area && { area }),
  };
}

/** Both are found to rounding only: what is below the optimum by that is at it. */
function aboveOptimum({ outcome }: DescentRun, optimum: number): number {
  const above = finalPoint(outcome).train - optimum;
  return above < 0 && above > -1e-9 * outcome.points[0]!.train ? 0 : above;
}

/** A loss is never below 0, and its interval says so. */
function notBelowZero({ low, ...found }: Measured): Measured {
  return { ...found, ...(low !== undefined && { low: Math.max(0, low) }) };
}

/** On each fold, the run at the rate with the lowest mean held-out loss on the other folds; where there are none, the run with the lowest training loss. */
function heldOutChoice(own: readonly DescentRun[], best: readonly DescentRun[]): DescentRun[] {
  const fine = own.filter(run => run.outcome.end !== 'diverged');
  return best.map(run => {
    const here = fine.filter(item => item.fold === run.fold);
    const elsewhere = (rate: number): number[] => best.flatMap(({ fold }) => {
      const other = fold === run.fold ? undefined : fine.find(item => item.fold === fold && item.rate === rate);
      return other ? [finalPoint(other.outcome).heldOut] : [];
    });
    const judged = here.map(item => ({ item, losses: elsewhere(item.rate) })).filter(({ losses }) => losses.length === best.length - 1 && losses.length > 0);
    return judged.length === 0 ? run : judged.reduce((a, b) => (meanOf(b.losses) < meanOf(a.losses) ? b : a)).item;
  });
}

function commonest(rates: readonly number[]): number {
  const count = (rate: number): number => rates.filter(item => item === rate).length;
  return rates.reduce((a, b) => (count(b) > count(a) ? b : a));
}

function rateMeasured(rate: number, runs: readonly DescentRun[], { gridFolds, floors }: Compared): RateMeasured {
  const whole = runs.filter(run => gridFolds.includes(run.fold));
  const count = (end: RunEnd): number => runs.filter(run => run.outcome.end === end).length;
  const finite = runs.filter(run => run.outcome.end !== 'diverged').map(run => finalPoint(run.outcome));
  return {
    rate, folds: runs.length, ends: { trained: count('trained'), still: count('still'), above: count('above'), diverged: count('diverged') },
    ...(finite.length > 0 && { trainLoss: meanOf(finite.map(point => point.train)), heldOutLoss: meanOf(finite.map(point => point.heldOut)) }),
    normalised: runs.length === 0 ? 1 : meanOf((whole.length > 0 ? whole : runs).map(run => normalised(run, floors))),
  };
}

/** The lowest mean final training loss, of the rates that were run on all compared folds and diverged on none; held-out rows have no say. */
function bestRate(rates: readonly RateMeasured[], folds: number): number | undefined {
  const fine = rates.filter(item => item.folds === folds && item.ends.diverged === 0 && item.trainLoss !== undefined);
  return fine.reduce<RateMeasured | undefined>((best, item) => (!best || item.trainLoss! < best.trainLoss! ? item : best), undefined)?.rate;
}

function usable(own: readonly DescentRun[], rate: number): DescentRun[] {
  return own.filter(run => run.rate === rate && run.outcome.end !== 'diverged').sort((a, b) => a.fold - b.fold);
}

/** Mean over the grid, fold by fold where the whole grid was run. */
function areasOf({ gridFolds, floors }: Compared, own: readonly DescentRun[]): number[] {
  return gridFolds.map(fold => meanOf(own.filter(run => run.fold === fold).map(run => normalised(run, floors))));
}

function within01(found: Measured | undefined): Measured | undefined {
  return found?.low === undefined ? found : { value: found.value, low: Math.max(0, found.low), high: Math.min(1, found.high!) };
}

function arrival(best: readonly DescentRun[], floors: Floors): OptimiserMeasured['toTarget'] {
  const hits = best.flatMap(({ fold, outcome }) => {
    const { start, floor } = floors.get(fold)!;
    const hit = outcome.points.find(point => point.train <= start - arrived * (start - floor));
    return hit ? [hit] : [];
  });
  return hits.length === 0 ? undefined : { passes: meanOf(hits.map(hit => hit.pass)), seconds: meanOf(hits.map(hit => hit.seconds)), folds: hits.length };
}

function curveOf(best: readonly DescentRun[], unseen: readonly DescentRun[], { testToTrain, level }: OptimiserSummaryInput): OptimiserCurve {
  const points = best[0]!.outcome.points.map((_, i) => best.map(run => run.outcome.points[i]!));
  const train = points.map(list => notBelowZero(measured(list.map(point => point.train), testToTrain, level)!));
  const heldOut = points.map((_, i) => notBelowZero(measured(unseen.map(run => run.outcome.points[i]!.heldOut), testToTrain, level)!));
  const bands = train.every(item => item.low !== undefined) && heldOut.every(item => item.low !== undefined);
  return {
    passes: points.map(list => list[0]!.pass), steps: points.map(list => meanOf(list.map(point => point.steps))), seconds: points.map(list => meanOf(list.map(point => point.seconds))),
    train: train.map(item => item.value), heldOut: heldOut.map(item => item.value),
    ...(bands && {
      trainLow: train.map(item => item.low!), trainHigh: train.map(item => item.high!),
      heldOutLow: heldOut.map(item => item.low!), heldOutHigh: heldOut.map(item => item.high!),
    }),
  };
}

/** Differences from the optimiser with the lowest loss, and from that with the least area. All that have a loss have it on the same folds. */
function withDifferences(input: Compared, items: readonly OptimiserMeasured[]): OptimiserMeasured[] {
  const best = { train: lowest(items, item => item.trainLoss?.value), heldOut: lowest(items, item => item.heldOutLoss?.value), area: lowest(items, item => item.area?.value) };
  const own = (item: OptimiserMeasured): DescentRun[] => input.runs.filter(run => run.optimiser === item.id);
  const losses = (item: OptimiserMeasured, of: 'train' | 'heldOut'): number[] => {
    const runs = usable(own(item), item.rate ?? 1);
    return (of === 'train' ? runs : heldOutChoice(own(item), runs)).map(run => finalPoint(run.outcome)[of]);
  };
  const difference = (item: OptimiserMeasured, from: OptimiserMeasured | undefined, values: (item: OptimiserMeasured) => number[]): Measured | undefined => {
    if (!from || item === from) return undefined;
    const others = values(from);
    return measured(values(item).map((value, i) => value - others[i]!), input.testToTrain, input.level);
  };
  return items.map(item => {
    const train = item.folds > 0 ? difference(item, best.train, it => losses(it, 'train')) : undefined;
    const heldOut = item.folds > 0 ? difference(item, best.heldOut, it => losses(it, 'heldOut')) : undefined;
    const area = item.area ? difference(item, best.area, it => areasOf(input, own(it))) : undefined;
    return { ...item, ...(train && { trainDifference: train }), ...(heldOut && { heldOutDifference: heldOut }), ...(area && { areaDifference: area }) };
  });
}

export function lowest(items: readonly OptimiserMeasured[], of: (item: OptimiserMeasured) => number | undefined): OptimiserMeasured | undefined {
  return items.filter(item => of(item) !== undefined).reduce<OptimiserMeasured | undefined>((best, item) => (!best || of(item)! < of(best)! ? item : best), undefined);
}
