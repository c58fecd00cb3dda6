/** RMSE, MAE and R² of predicted means. */
import type { Scorer, Scores } from './scores';
import { rowsWords, ScoreList } from './scores';

/**
 * Scores predictions against actual values, both in the target's unit. Sums are scaled, so values near 1e300 do not overflow.
 * `reference`: what R² compares with, a number a row such as the mean of the training rows; absent: the mean of these rows.
 */
export class RegressionScorer implements Scorer {
  readonly rows: number;
  private residuals: Float64Array | undefined;

  constructor(private readonly actual: Float64Array, private readonly predicted: Float64Array, private readonly reference?: Float64Array) {
    this.rows = actual.length;
  }

  score(weights?: ArrayLike<number>): Scores {
    const { actual, predicted, rows } = this;
    const list = new ScoreList();
    let invalid = 0;
    for (let i = 0; i < rows; i++) if (!Number.isFinite(predicted[i])) invalid++;
    if (invalid > 0) {
      for (const name of ['rmse', 'mae', 'r2'] as const) list.put(name, NaN, `the model gave no number for ${rowsWords(invalid)}`);
      return list;
    }
    this.residuals ??= residualsOf(actual, predicted);
    const error = rootMeanSquare(this.residuals, 0, weights);
    list.put('rmse', error);
    list.put('mae', meanSize(this.residuals, weights));
    const spread = this.reference
      ? rootMeanSquare(residualsOf(actual, this.reference), 0, weights)
      : rootMeanSquare(actual, mean(actual, weights), weights);
    const ratio = error / spread;
    list.put('r2', spread > 0 ? 1 - ratio * ratio : NaN, rows === 1
      ? 'one held-out row has no spread to explain'
      : 'the actual values of the held-out rows are all the same');
    return list;
  }
}

function residualsOf(actual: Float64Array, predicted: Float64Array): Float64Array {
  const residuals = new Float64Array(actual.length);
  for (let i = 0; i < residuals.length; i++) residuals[i] = actual[i] - predicted[i];
  return residuals;
}

function mean(values: Float64Array, weights?: ArrayLike<number>): number {
  let total = values.length;
  let sum = 0;
  if (weights) {
    total = 0;
    for (let i = 0; i < values.length; i++) {
      total += weights[i];
      sum += weights[i] * values[i];
    }
  } else {
    for (let i = 0; i < values.length; i++) sum += values[i];
  }
  return total > 0 && Number.isFinite(sum) ? sum / total : carefulMean(values, weights);
}

/** Of values whose sum is no number. */
function carefulMean(values: Float64Array, weights?: ArrayLike<number>): number {
  let total = 0;
  let result = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights ? weights[i] : 1;
    if (weight === 0) continue;
    total += weight;
    result += (values[i] - result) * (weight / total);
  }
  return total > 0 ? result : NaN;
}

function meanSize(values: Float64Array, weights?: ArrayLike<number>): number {
  return mean(values.map(v => (v < 0 ? -v : v)), weights);
}

/** √ of the weighted mean of (value − centre)². */
function rootMeanSquare(values: Float64Array, centre: number, weights?: ArrayLike<number>): number {
  let scale = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] - centre);
    if (!(size <= scale)) scale = size;
  }
  if (!(scale > 0) || scale === Infinity) return scale;
  let total = values.length;
  let squares = 0;
  if (weights) {
    total = 0;
    for (let i = 0; i < values.length; i++) {
      const part = (values[i] - centre) / scale;
      total += weights[i];
      squares += weights[i] * part * part;
    }
  } else {
    for (let i = 0; i < values.length; i++) {
      const part = (values[i] - centre) / scale;
      squares += part * part;
    }
  }
  return total > 0 ? scale * Math.sqrt(squares / total) : NaN;
}
