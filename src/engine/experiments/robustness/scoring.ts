/** From the losses of rows to a score with its interval over the rows. */
import type { Measured } from '../../../protocol/experiments';
import { wilson } from '../../evaluate/intervals';
import { quantileOfSorted } from '../../evaluate/order';
import { Rng } from '../../math/random';
import type { Losses } from './attack';
import type { ScoreLine } from './result';

export interface Scoring {
  readonly regression: boolean;
  readonly level: number;
  readonly seed: number;
}

const resamples = 400;
/** Rows from which on resamples of them are thought to tell how much a score varies. */
const fewestRows = 10;

/**
 * Accuracy (1 − mean loss), by Wilson where every row is right or wrong; or √ mean squared error. Else by percentiles of bootstrap resamples of the rows
 * (Efron & Tibshirani 1993), the same resamples for every line of as many rows. Rows without a prediction (NaN) are left out.
 */
export function scoreOf(losses: Float64Array, { regression, level, seed }: Scoring): Measured {
  const known = losses.filter(loss => !Number.isNaN(loss));
  const n = known.length;
  const sum = known.reduce((a, b) => a + b, 0);
  const score = (total: number): number => (regression ? Math.sqrt(total / n) : 1 - total / n);
  if (n === 0) return { value: NaN };
  if (!regression && known.every(loss => loss === 0 || loss === 1)) return { value: score(sum), ...wilson(n - sum, n, level) };
  if (n < fewestRows) return { value: score(sum) };
  const rng = new Rng(seed).fork('bootstrap');
  const drawn = Float64Array.from({ length: resamples }, () => {
    let total = 0;
    for (let i = 0; i < n; i++) total += known[rng.integer(n)];
    return score(total);
  }).sort();
  return { value: score(sum), low: quantileOfSorted(drawn, (1 - level) / 2), high: quantileOfSorted(drawn, (1 + level) / 2) };
}

/**
 * Score of `other` less that of `first`, of the same rows, with percentiles of bootstrap resamples of the rows, both on the same resample. Rows
 * without a prediction in one of the two are left out; no interval where no resample differs, or of few rows.
 */
export function pairedDifference(other: Float64Array, first: Float64Array, { regression, level, seed }: Scoring): Measured {
  const both = Array.from(other.keys()).filter(i => !Number.isNaN(other[i]) && !Number.isNaN(first[i]));
  const n = both.length;
  const score = (total: number): number => (regression ? Math.sqrt(total / n) : 1 - total / n);
  const less = (rows: ArrayLike<number>): number => {
    let [a, b] = [0, 0];
    for (let i = 0; i < n; i++) [a, b] = [a + other[rows[i]], b + first[rows[i]]];
    return score(a) - score(b);
  };
  if (n === 0) return { value: NaN };
  if (n < fewestRows) return { value: less(both) };
  const rng = new Rng(seed).fork('differences');
  const drawn = Float64Array.from({ length: resamples }, () => less(Int32Array.from({ length: n }, () => both[rng.integer(n)]))).sort();
  const [low, high] = [(1 - level) / 2, (1 + level) / 2].map(p => quantileOfSorted(drawn, p));
  return { value: less(both), ...(high > low && { low, high }) };
}

/** One point a size; the folds' rows together. */
export function lineOf(name: string, x: readonly number[], folds: readonly Losses[], scoring: Scoring): ScoreLine {
  return { name, x, scores: x.map((_, k) => scoreOf(joined(folds.map(losses => losses[k])), scoring)) };
}

/** The same with the change from the first point, row by row. */
export function changingLineOf(name: string, x: readonly number[], folds: readonly Losses[], scoring: Scoring): ScoreLine {
  const at = (k: number): Float64Array => joined(folds.map(losses => losses[k]));
  return { ...lineOf(name, x, folds, scoring), changes: x.map((_, k) => pairedDifference(at(k), at(0), scoring)) };
}

export function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
