/** What a model makes of rows, reduced to what permutation importance compares: losses, and a rank or share measure. */
import type { Dataset } from '../data/dataset';
import type { Table } from '../data/table';
import { rocAuc } from '../evaluate/auc';
import { ClassificationScorer } from '../evaluate/classificationScores';
import { pick, pickCodes } from '../evaluate/crossValidate';
import { alignedProbabilities } from '../evaluate/scores';
import type { Model } from '../models/model';

export interface Outcome {
  /** Squared error (regression) or −ln probability of the actual class, by row. */
  readonly losses: Float64Array;
  /** Probability of the positive class by row; two classes only. */
  readonly scores?: Float64Array;
}

export interface OutcomeSummary {
  /** RMSE or log loss. */
  readonly loss: number;
  /** R² or AUC; NaN where undefined. */
  readonly measure: number;
}

/**
 * Outcome of `model` on rows of `table` (all when `tableRows` is absent); `datasetRows` names the rows of the dataset
 * that they are, in the same order, for the actual values.
 */
export function outcomeOf(dataset: Dataset, model: Model, table: Table, datasetRows: Int32Array, tableRows?: Int32Array): Outcome {
  const { target } = dataset;
  const prediction = model.predict(table, tableRows);
  if (target.task === 'regression') {
    const mean = prediction.mean;
    return { losses: pick(target.values, datasetRows).map((y, i) => (y - (mean?.[i] ?? NaN)) ** 2) };
  }
  const classes = target.classes.length;
  const probabilities = alignedProbabilities(prediction, model.classes, target.classes);
  const { rowLoss } = new ClassificationScorer(pickCodes(target.codes, datasetRows), probabilities, classes);
  if (classes !== 2) return { losses: rowLoss };
  const scores = new Float64Array(datasetRows.length);
  for (let i = 0; i < scores.length; i++) scores[i] = probabilities[2 * i + 1];
  return { losses: rowLoss, scores };
}

/** RMSE and R², or log loss and AUC, of an outcome. */
export function summaryOf(dataset: Dataset, datasetRows: Int32Array, outcome: Outcome): OutcomeSummary {
  const { target } = dataset;
  const mean = meanOfArray(outcome.losses);
  if (target.task === 'classification') {
    const measure = outcome.scores ? rocAuc(outcome.scores, pickCodes(target.codes, datasetRows)) : NaN;
    return { loss: mean, measure };
  }
  const actual = pick(target.values, datasetRows);
  const centre = meanOfArray(actual);
  const spread = meanOfArray(actual.map(y => (y - centre) ** 2));
  return { loss: Math.sqrt(mean), measure: spread > 0 ? 1 - mean / spread : NaN };
}

/** Adds to `sum` what each row adds to the rise of the loss; the RMSE = √mean e² is linearised with 1 / (2 RMSE). */
export function addRowRises(sum: Float64Array, dataset: Dataset, base: Outcome, disturbed: Outcome, lossBefore: number, lossAfter: number): void {
  const regression = dataset.target.task === 'regression';
  const before = regression ? (lossBefore > 0 ? 1 / (2 * lossBefore) : 0) : 1;
  const after = regression ? (lossAfter > 0 ? 1 / (2 * lossAfter) : 0) : 1;
  for (let i = 0; i < sum.length; i++) sum[i] += disturbed.losses[i] * after - base.losses[i] * before;
}

function meanOfArray(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
