/** RMSE, MAE and R² of predicted means. */
import type { Scorer, Scores } from './scores';
import { rowsWords, ScoreList } from './scores';

/** Scores predictions against actual values, both in the target's unit. Sums are scaled, so values near 1e300 do not overflow. */
export class RegressionScorer implements Scorer {
  readonly rows: number;

  constructor(private readonly actual: Float64Array, private readonly predicted: Float64Array) {
    this.rows = actual.length;
  }

  score(weights?: ArrayLike<number>): Scores {
    const { actual, predicted } = this;
    const residual = (i: number): number => actual[i] - predicted[i];
    const list = new ScoreList();
    const invalid = predicted.reduce((count, p) => (Number.isFinite(p) ? count : count + 1), 0);
    if (invalid > 0) {
      for (const name of ['rmse', 'mae', 'r2'] as const) list.put(name, NaN, `the model gave no number for ${rowsWords(invalid)}`);
      return list;
    }
    const error = rootMeanSquare(this.rows, residual, weights);
    list.put('rmse', error);
    list.put('mae', meanOf(this.rows, i => Math.abs(residual(i)), weights));
    const mean = meanOf(this.rows, i => actual[i], weights);
    const spread = rootMeanSquare(this.rows, i => actual[i] - mean, weights);
    const ratio = error / spread;
    list.put('r2', spread > 0 ? 1 - ratio * ratio : NaN, this.rows === 1
      ? 'one held-out row has no spread to explain'
      : 'the actual values of the held-out rows are all the same');
    return list;
  }
}

function meanOf(n: number, value: (i: number) => number, weights?: ArrayLike<number>): number {
  let total = 0;
  let mean = 0;
  for (let i = 0; i < n; i++) {
    const weight = weights ? weights[i] : 1;
    if (weight === 0) continue;
    total += weight;
    mean += (value(i) - mean) * (weight / total);
  }
  return total > 0 ? mean : NaN;
}

function rootMeanSquare(n: number, value: (i: number) => number, weights?: ArrayLike<number>): number {
  let scale = 0;
  for (let i = 0; i < n; i++) scale = Math.max(scale, Math.abs(value(i)));
  if (scale === 0 || !Number.isFinite(scale)) return scale;
  let total = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const weight = weights ? weights[i] : 1;
    const part = value(i) / scale;
    total += weight;
    squares += weight * part * part;
  }
  return total > 0 ? scale * Math.sqrt(squares / total) : NaN;
}
