/** What a model makes of rows, reduced to what permutation importance compares: losses, and a rank or share measure. */
import type { Dataset, Target } from '../data/dataset';
import { rocAuc } from '../evaluate/auc';
import { logLossClip } from '../evaluate/classificationScores';
import { pick, pickCodes } from '../evaluate/scores';
import { alignedProbabilities } from '../evaluate/scores';
import type { Model, Prediction } from '../models/model';

export interface Outcome {
  /** Squared error in units of `targetUnit`² (regression) or −ln probability of the actual class, by row. */
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

/** The actual values of some rows of a dataset, against which prediction after prediction is held. */
export class ActualRows {
  private readonly values: Float64Array | undefined;
  private readonly codes: Int32Array | undefined;
  private readonly unit: number;
  /** Mean squared distance of the values from their mean, in the unit. */
  private readonly spread: number;

  constructor(private readonly dataset: Dataset, readonly rows: Int32Array) {
    const { target } = dataset;
    this.values = target.task === 'regression' ? pick(target.values, rows) : undefined;
    this.codes = target.task === 'classification' ? pickCodes(target.codes, rows) : undefined;
    this.unit = targetUnit(dataset);
    this.spread = this.values ? spreadOf(this.values, this.unit) : NaN;
  }

  /** The outcome of a model's prediction of the rows, in their order. */
  outcome(prediction: Prediction, model: Model): Outcome {
    const { target } = this.dataset;
    const n = this.rows.length;
    const losses = new Float64Array(n);
    if (target.task === 'regression') {
      const { mean } = prediction;
      for (let i = 0; i < n; i++) losses[i] = ((this.values![i] - (mean ? mean[i] : NaN)) / this.unit) ** 2;
      return { losses };
    }
    const classes = target.classes.length;
    const probabilities = alignedProbabilities(prediction, model.classes, target.classes);
    for (let i = 0; i < n; i++) {
      const own = probabilities[i * classes + this.codes![i]];
      losses[i] = -Math.log(own < logLossClip ? logLossClip : own > 1 ? 1 : own);
    }
    if (classes !== 2) return { losses };
    const scores = new Float64Array(n);
    for (let i = 0; i < n; i++) scores[i] = probabilities[2 * i + 1];
    return { losses, scores };
  }

  /** RMSE and R², or log loss and AUC, of an outcome. */
  summary(outcome: Outcome): OutcomeSummary {
    const mean = meanOfArray(outcome.losses);
    if (this.codes) return { loss: mean, measure: outcome.scores ? rocAuc(outcome.scores, this.codes) : NaN };
    return { loss: this.unit * Math.sqrt(mean), measure: this.spread > 0 ? 1 - mean / this.spread : NaN };
  }
}

/** Adds to `sum` what each row adds to the rise of the loss; the RMSE = √mean e² is linearised with 1 / (2 RMSE). */
export function addRowRises(sum: Float64Array, dataset: Dataset, base: Outcome, disturbed: Outcome, lossBefore: number, lossAfter: number): void {
  const regression = dataset.target.task === 'regression';
  const unit = targetUnit(dataset);
  const before = regression ? rootSlope(lossBefore, unit) : 1;
  const after = regression ? rootSlope(lossAfter, unit) : 1;
  for (let i = 0; i < sum.length; i++) sum[i] += disturbed.losses[i] * after - base.losses[i] * before;
}

/** Slope of an RMSE, in the target's unit, by the mean of squares in units of `unit`²; 0 where the RMSE is. */
export function rootSlope(rmse: number, unit: number): number {
  return rmse > 0 ? unit / (2 * (rmse / unit)) : 0;
}

const units = new WeakMap<Target, number>();

/**
 * A power of two near the target's largest distance from its first value; 1 for classes and constants. Errors are squared in this unit:
 * the squares of errors of 1e-180 would all be 0, those of 1e180 no numbers.
 */
export function targetUnit({ target }: Dataset): number {
  let unit = units.get(target);
  if (unit === undefined) {
    let largest = 0;
    if (target.task === 'regression') for (const value of target.values) largest = Math.max(largest, Math.abs(value - target.values[0]));
    unit = largest > 0 ? 2 ** Math.max(-1022, Math.floor(Math.log2(Math.min(largest, Number.MAX_VALUE)))) : 1;
    units.set(target, unit);
  }
  return unit;
}

function spreadOf(values: Float64Array, unit: number): number {
  const centre = meanOfArray(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] - centre) / unit) ** 2;
  return sum / values.length;
}

function meanOfArray(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
