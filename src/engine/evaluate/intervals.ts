/** Intervals for means over folds, for proportions, and the range that each metric lives in. */
import type { MetricName } from '../../protocol/measures';
import { incompleteBeta, normalFactor, tFactor } from '../math/distributions';

export interface Interval { readonly low: number; readonly high: number }

/**
 * Interval for the mean of a quantity over k folds by the corrected resampled t: variance s² (1/k + n_test/n_train),
 * k − 1 degrees of freedom. The second term stands for the overlap of the training sets (Nadeau & Bengio 2003,
 * Machine Learning 52, 239–281). Undefined for fewer than two folds.
 */
export function correctedResampledT(values: readonly number[], testToTrain: number, level: number): Interval | undefined {
  const k = values.length;
  if (k < 2) return undefined;
  const mean = meanOf(values);
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (k - 1);
  const half = tFactor(level, k - 1) * Math.sqrt(variance * (1 / k + testToTrain));
  return Number.isFinite(half) ? { low: mean - half, high: mean + half } : undefined;
}

/** Mean over folds of n_test / n_train. */
export function testToTrainRatio(folds: readonly { readonly test: { readonly length: number }; readonly train: { readonly length: number } }[]): number {
  return meanOf(folds.map(fold => fold.test.length / fold.train.length));
}

/** Wilson's score interval for a proportion of `count` successes among `n` (Wilson 1927). */
export function wilson(count: number, n: number, level: number): Interval {
  const z2 = normalFactor(level) ** 2;
  const share = count / n;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Math.sqrt(z2) / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return { low: count === 0 ? 0 : Math.max(0, centre - half), high: count === n ? 1 : Math.min(1, centre + half) };
}

/**
 * Exact interval for a proportion of `count` successes among `n`: both binomial tails hold at most half of 1 − level (Clopper &
 * Pearson 1934). Wider than Wilson's and never too short, which a verdict on few rows needs.
 */
export function clopperPearson(count: number, n: number, level: number): Interval {
  const tail = (1 - level) / 2;
  // P(X ≤ k) falls as p rises: I_{1−p}(n − k, k + 1).
  const atMost = (k: number, p: number): number => incompleteBeta(n - k, k + 1, 1 - p, p);
  return {
    low: count === 0 ? 0 : rootOf(p => 1 - atMost(count - 1, p) - tail),
    high: count === n ? 1 : rootOf(p => tail - atMost(count, p)),
  };
}

/** Where a function that rises from below 0 to above 0 on [0, 1] is 0, to the last digit. */
function rootOf(rising: (p: number) => number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Mean of the values; NaN for none. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** Cuts an interval to the values that the metric can take. */
export function clipToRange(name: MetricName, interval: Interval, classes: number): Interval {
  const top = name === 'brier' ? (classes > 2 ? 2 : 1) : ['logLoss', 'rmse', 'mae'].includes(name) ? Infinity : 1;
  const bottom = name === 'r2' ? -Infinity : 0;
  const clip = (x: number): number => Math.min(top, Math.max(bottom, x)) + 0;
  return { low: clip(interval.low), high: clip(interval.high) };
}

/** Whether larger values of the metric are better. */
export function isBetterHigher(name: MetricName): boolean {
  return !['logLoss', 'brier', 'ece', 'rmse', 'mae'].includes(name);
}
