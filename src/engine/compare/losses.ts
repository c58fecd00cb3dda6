/** The loss that models are compared by, row by row and summed up as in the metrics of a report. */
import { fewestFoldRows } from '../evaluate/foldSummary';
import { logLossClip } from '../evaluate/classificationScores';
import type { Evaluation } from '../evaluate/crossValidate';
import type { Fold } from '../evaluate/splits';
import type { Dataset } from '../data/dataset';

/** Loss of each held-out row of the evaluation (its `heldOut.rows`): squared error, or −ln of the clipped probability of the class. */
export function rowLosses({ target }: Dataset, { heldOut }: Evaluation): Float64Array {
  const { rows, prediction } = heldOut;
  if (target.task === 'regression') {
    const mean = prediction.mean!;
    return Float64Array.from(rows, (row, i) => (target.values[row]! - mean[i]!) ** 2);
  }
  const classes = target.classes.length;
  const probabilities = prediction.probabilities!;
  return Float64Array.from(rows, (row, i) => {
    const p = probabilities[i * classes + target.codes[row]!]!;
    return -Math.log(p < logLossClip ? logLossClip : p > 1 ? 1 : p);
  });
}

/** One model's losses by fold, each in the order of the fold's rows. */
export type FoldLosses = ReadonlyMap<Fold, Float64Array>;

/** Undefined where some loss is no number. Folds that could not be fitted are not in it. */
export function foldLosses(dataset: Dataset, evaluation: Evaluation): FoldLosses | undefined {
  const losses = rowLosses(dataset, evaluation);
  if (losses.length === 0 || !losses.every(Number.isFinite)) return undefined;
  const places = evaluation.folds.map((): number[] => []);
  evaluation.heldOut.foldOf.forEach((fold, i) => places[fold]!.push(i));
  return new Map(evaluation.folds.map((fold, f) => [fold, Float64Array.from(places[f]!, i => losses[i]!)]));
}

/** As in a report: metrics of folds of fewer rows are not judged by their spread, and a regression's are those of all rows together. */
export function areSmall(folds: Iterable<ArrayLike<number>>): boolean {
  return [...folds].some(fold => fold.length < fewestFoldRows);
}

/** What the mean of row losses becomes: its root for squared errors. */
export function lossOf(root: boolean, mean: number): number {
  return root ? Math.sqrt(mean) : mean;
}

/** The loss of a model: the mean over folds, or that of all rows together for squared errors in small folds. `root`: RMSE. */
export function meanLoss(losses: FoldLosses, root: boolean): number {
  const folds = [...losses.values()];
  if (root && areSmall(folds)) return lossOf(root, meanOfAll(folds));
  return folds.reduce((sum, fold) => sum + lossOf(root, mean(fold)), 0) / folds.length;
}

export function mean(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function meanOfAll(folds: readonly Float64Array[]): number {
  const rows = folds.reduce((sum, fold) => sum + fold.length, 0);
  return folds.reduce((sum, fold) => sum + fold.reduce((a, b) => a + b, 0), 0) / rows;
}
