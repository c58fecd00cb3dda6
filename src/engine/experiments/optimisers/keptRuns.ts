/** Runs as a file of findings keeps them, and back: so that a study goes on where an earlier part of it ended. */
import type { DescentRun } from './measure';
import type { KeptDescent, TrajectoryPoint } from './result';

interface Design { readonly passes: number; readonly batchSize: number }

/** Seconds to a ten-millionth; losses in full, as what goes on is to give the numbers of a study in one go. */
export function keepRuns(runs: readonly DescentRun[], { passes, batchSize }: Design): KeptDescent[] {
  return runs.map(({ optimiser, rate, fold, outcome: { end, points, parameters, took } }) => ({
    optimiser, rate, fold, passes, batchSize, end, parameters, took: shortened(took),
    points: (end === 'diverged' ? points.slice(0, 1) : points).map(point => [point.pass, point.steps, shortened(point.seconds), point.train, point.heldOut] as const),
  }));
}

/** Those that belong to the study: as many passes, batches as large, rates and folds that it has. */
export function knownRuns(kept: readonly KeptDescent[], { passes, batchSize, rates, folds }: Design & { readonly rates: readonly number[]; readonly folds: number }): DescentRun[] {
  const fits = (run: KeptDescent): boolean =>
    run.passes === passes && run.batchSize === batchSize && run.fold < folds && (run.optimiser === 'lbfgs' || rates.includes(run.rate));
  return kept.filter(fits).map(({ optimiser, rate, fold, end, points, parameters, took }) => ({ optimiser, rate, fold, outcome: { end, parameters, took, points: points.map(pointOf) } }));
}

function pointOf([pass, steps, seconds, train, heldOut]: KeptDescent['points'][number]): TrajectoryPoint {
  return { pass, steps, seconds, train, heldOut };
}

function shortened(seconds: number): number {
  return Number(seconds.toFixed(7));
}
