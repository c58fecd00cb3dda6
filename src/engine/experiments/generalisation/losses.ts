/** Losses of single rows, and scores with intervals from them: what all comparisons between domains rest on. */
import type { Measured } from '../../../protocol/experiments';
import type { Dataset, Target } from '../../data/dataset';
import { logLossClip } from '../../evaluate/classificationScores';
import { quantileOfSorted } from '../../evaluate/order';
import { alignedProbabilities } from '../../evaluate/scores';
import type { Rng } from '../../math/random';
import type { Model } from '../../models/model';

/** Squared errors, or −log of the actual class's probability; NaN where the model gives no number. */
export function rowLosses({ table, target }: Pick<Dataset, 'table' | 'target'>, model: Model, rows: Int32Array): Float64Array {
  const prediction = model.predict(table, rows);
  if (target.task === 'regression') return Float64Array.from(rows, (row, i) => (target.values[row]! - (prediction.mean?.[i] ?? NaN)) ** 2);
  const width = target.classes.length;
  const p = alignedProbabilities(prediction, model.classes, target.classes);
  return Float64Array.from(rows, (row, i) => -Math.log(Math.max(logLossClip, p[i * width + target.codes[row]!]!)));
}

/** Losses of predicting the mean, or the classes' shares, of the training rows. */
export function baselineLosses(target: Target, train: Int32Array, test: Int32Array): Float64Array {
  if (target.task === 'regression') {
    const mean = train.reduce((sum, row) => sum + target.values[row]! / train.length, 0);
    return Float64Array.from(test, row => (target.values[row]! - mean) ** 2);
  }
  const shares = new Float64Array(target.classes.length);
  for (const row of train) shares[target.codes[row]!]! += 1 / train.length;
  return Float64Array.from(test, row => -Math.log(Math.max(logLossClip, shares[target.codes[row]!]!)));
}

export function baselineScore(target: Target, train: Int32Array, test: Int32Array): number {
  return scaleOf(target)(meanOf(baselineLosses(target, train, test)));
}

/** From mean losses to the unit of the score: RMSE, or log loss as it is. */
export type Scale = (meanLoss: number) => number;

export const scaleOf = (target: Pick<Target, 'task'>): Scale => (target.task === 'regression' ? value => Math.sqrt(Math.max(0, value)) : value => value);

const mostDraws = 1000;
const fewestDraws = 200;
/** Row visits that all draws together may cost. */
const budget = 1e7;

/** Percentile bootstrap of rows (Efron & Tibshirani 1993): the chance of which rows were held out, not that of the training. */
export function bootstrapped(rows: number, statistic: (sample: Int32Array) => number, level: number, rng: Rng): Measured {
  const value = statistic(Int32Array.from({ length: rows }, (_, i) => i));
  if (rows < 2) return { value };
  const draws = Math.round(Math.min(mostDraws, Math.max(fewestDraws, budget / rows)));
  const sample = new Int32Array(rows);
  const values = Float64Array.from({ length: draws }, () => {
    for (let i = 0; i < rows; i++) sample[i] = rng.integer(rows);
    return statistic(sample);
  }).sort();
  return { value, low: quantileOfSorted(values, (1 - level) / 2), high: quantileOfSorted(values, (1 + level) / 2) };
}

export function scoreOf(losses: Float64Array, scale: Scale, level: number, rng: Rng): Measured {
  return bootstrapped(losses.length, sample => scale(meanAt(losses, sample)), level, rng);
}

/** Score of `a` less that of `b`, on the same rows. */
export function pairedDrop(a: Float64Array, b: Float64Array, scale: Scale, level: number, rng: Rng): Measured {
  return bootstrapped(a.length, sample => scale(meanAt(a, sample)) - scale(meanAt(b, sample)), level, rng);
}

/** Score of `a` less that of `b`, on different rows: both are resampled. */
export function unpairedDrop(a: Float64Array, b: Float64Array, scale: Scale, level: number, rng: Rng): Measured {
  const value = scale(meanOf(a)) - scale(meanOf(b));
  if (a.length < 2 || b.length < 2) return { value };
  const draws = Math.round(Math.min(mostDraws, Math.max(fewestDraws, budget / (a.length + b.length))));
  const once = (losses: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < losses.length; i++) sum += losses[rng.integer(losses.length)]!;
    return scale(sum / losses.length);
  };
  const values = Float64Array.from({ length: draws }, () => once(a) - once(b)).sort();
  return { value, low: quantileOfSorted(values, (1 - level) / 2), high: quantileOfSorted(values, (1 + level) / 2) };
}

function meanAt(losses: Float64Array, sample: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < sample.length; i++) sum += losses[sample[i]!]!;
  return sum / sample.length;
}

export function meanOf(losses: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < losses.length; i++) sum += losses[i]!;
  return sum / losses.length;
}
