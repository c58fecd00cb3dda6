/** How much a model's held-out metrics change when the model is changed: both on the same held-out rows of the same folds. */
import type { MetricName } from '../../protocol/measures';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Rng } from '../math/random';
import { pairedBootstrap } from './bootstrap';
import { ClassificationScorer } from './classificationScores';
import type { Evaluation } from './crossValidate';
import { fewestFoldRows } from './foldSummary';
import { isBetterHigher, testToTrainRatio } from './intervals';
import { RegressionScorer } from './regressionScores';
import { FoldMeans, pooledErrors, type RowScorers } from './rowScorers';
import type { Scorer } from './scores';
import { gainsOverFolds } from './versusBaseline';

export interface MetricChange {
  readonly name: MetricName;
  /** Value after − value before. */
  readonly change: number;
  readonly low?: number;
  readonly high?: number;
}

/**
 * Paired differences with intervals as those of the metrics themselves (foldSummary.ts): corrected resampled t over the folds, or, for one
 * fold and folds of fewer than 50 rows, the bootstrap of held-out rows. `before` and `after` have the same folds.
 */
export async function pairedChanges(dataset: Dataset, before: Evaluation, after: Evaluation, context: WorkContext, rng: Rng): Promise<MetricChange[]> {
  const { folds, level } = after;
  const small = folds.length === 1 || folds.some(fold => fold.test.length < fewestFoldRows);
  const gains = small
    ? (await pairedBootstrap(rowScorers(dataset, before, after), level, rng, context)).gains
    : gainsOverFolds(dataset.target.task, scorers(dataset, after).map(s => s.score()), scorers(dataset, before).map(s => s.score()), testToTrainRatio(folds), level);
  return gains.map(({ name, gain, low, high }) => {
    const bounds = low === undefined || high === undefined ? {} : isBetterHigher(name) ? { low, high } : { low: -high, high: -low };
    return { name, change: isBetterHigher(name) ? gain : 0 - gain, ...bounds };
  });
}

function rowScorers(dataset: Dataset, before: Evaluation, after: Evaluation): RowScorers {
  const { target } = dataset;
  if (target.task === 'classification' || after.folds.length === 1) {
    return { model: new FoldMeans(scorers(dataset, after)), baseline: new FoldMeans(scorers(dataset, before)) };
  }
  const pooled = (evaluation: Evaluation): Scorer => pooledErrors(parts(evaluation).map(({ rows, places }, f) => ({
    actual: rows.map(row => target.values[row]!), predicted: places.map(place => evaluation.heldOut.prediction.mean![place]!),
    trainMean: meanAt(target.values, evaluation.folds[f]!.train),
  }))).model;
  return { model: pooled(after), baseline: pooled(before) };
}

function meanAt(values: Float64Array, rows: Int32Array): number {
  return rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
}

/** One scorer a fold. */
function scorers({ target }: Dataset, evaluation: Evaluation): Scorer[] {
  const { mean, probabilities } = evaluation.heldOut.prediction;
  return parts(evaluation).map(({ rows, places }) => {
    if (target.task === 'regression') return new RegressionScorer(rows.map(row => target.values[row]!), places.map(place => mean![place]!));
    const width = target.classes.length;
    const own = new Float64Array(places.length * width);
    places.forEach((place, i) => own.set(probabilities!.subarray(place * width, (place + 1) * width), i * width));
    return new ClassificationScorer(Int32Array.from(rows, row => target.codes[row]!), own, width);
  });
}

/** Of each fold its held-out rows and their places in `heldOut`. */
function parts({ heldOut, folds }: Evaluation): { readonly rows: Float64Array; readonly places: Float64Array }[] {
  const places = folds.map((): number[] => []);
  heldOut.foldOf.forEach((fold, place) => places[fold]!.push(place));
  return places.map(list => ({ places: Float64Array.from(list), rows: Float64Array.from(list, place => heldOut.rows[place]!) }));
}
