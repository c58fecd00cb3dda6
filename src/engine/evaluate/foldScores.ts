/** Scores one fold's model and the baseline on the rows that were held out, and the model on its training rows. */
import type { Dataset, Target } from '../data/dataset';
import type { Rng } from '../math/random';
import type { Model, Prediction } from '../models/model';
import { ClassificationScorer } from './classificationScores';
import { RegressionScorer } from './regressionScores';
import { ClassBaselineScorer, type FoldErrors } from './rowScorers';
import type { Scorer, Scores } from './scores';
import { alignedProbabilities, pick, pickCodes, sampleRows } from './scores';
import type { Fold } from './splits';
import { classCounts } from './splits';

/** Training rows per fold on which the training metrics are measured: a sample, for they only show the gap. */
const mostTrainRows = 20_000;

export interface ScoredFold {
  /** Of the held-out rows; probabilities have the columns of the dataset's classes. */
  readonly prediction: Prediction;
  readonly model: Scorer;
  readonly baseline: Scorer;
  readonly heldOut: Scores;
  readonly baselineScores: Scores;
  readonly train: Scores;
  readonly trainRows: number;
  /** Regression only. */
  readonly errors?: FoldErrors;
}

export function scoreFold(dataset: Dataset, model: Model, fold: Fold, rng: Rng): ScoredFold {
  const seen = sampleRows(fold.train, mostTrainRows, rng);
  const train = scorerOf(dataset, model, seen);
  const test = scorerOf(dataset, model, fold.test);
  const { baseline, errors } = baselineOf(dataset.target, fold, test.prediction);
  return {
    prediction: test.prediction, model: test.scorer, baseline, heldOut: test.scorer.score(), baselineScores: baseline.score(),
    train: train.scorer.score(), trainRows: seen.length, ...(errors && { errors }),
  };
}

function scorerOf(dataset: Dataset, model: Model, rows: Int32Array): { scorer: Scorer; prediction: Prediction } {
  const given = model.predict(dataset.table, rows);
  const { target } = dataset;
  if (target.task === 'regression') {
    const mean = given.mean ?? new Float64Array(rows.length).fill(NaN);
    return { scorer: new RegressionScorer(pick(target.values, rows), mean), prediction: { rows: rows.length, mean } };
  }
  const probabilities = alignedProbabilities(given, model.classes, target.classes);
  const scorer = new ClassificationScorer(pickCodes(target.codes, rows), probabilities, target.classes.length);
  return { scorer, prediction: { rows: rows.length, probabilities } };
}

function baselineOf(target: Target, fold: Fold, prediction: Prediction): { baseline: Scorer; errors?: FoldErrors } {
  const baseline = baselineScorer(target, fold);
  if (target.task === 'classification') return { baseline };
  return { baseline, errors: { actual: pick(target.values, fold.test), predicted: prediction.mean!, trainMean: meanOfRows(target.values, fold.train) } };
}

/** Scores the held-out rows as if each were the mean of the training rows, or had their shares of the classes. */
export function baselineScorer(target: Target, fold: Fold): Scorer {
  if (target.task === 'classification') {
    const trainCounts = classCounts(pickCodes(target.codes, fold.train), target.classes.length);
    return new ClassBaselineScorer(trainCounts, pickCodes(target.codes, fold.test));
  }
  const actual = pick(target.values, fold.test);
  return new RegressionScorer(actual, new Float64Array(actual.length).fill(meanOfRows(target.values, fold.train)));
}

/** Two passes; where the sum is no number, a running mean. */
function meanOfRows(values: Float64Array, rows: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += values[rows[i]];
  if (Number.isFinite(sum)) {
    const middle = sum / rows.length;
    let rest = 0;
    for (let i = 0; i < rows.length; i++) rest += values[rows[i]] - middle;
    return middle + rest / rows.length;
  }
  let mean = 0;
  for (let i = 0; i < rows.length; i++) mean += (values[rows[i]] - mean) / (i + 1);
  return mean;
}
