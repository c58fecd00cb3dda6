/** Intervals of scores: how far the same score would have moved with another sample of the same size. */
import type { Estimate } from '../../../protocol/measures';
import { incompleteBeta, tFactor } from '../../math/distributions';

/**
 * Where a score's refits come from. 'folds': each leaves one of `of` equal groups of rows out (delete-a-group jackknife).
 * 'bootstrap': each is fitted on rows drawn with replacement. 'subsample': without, on the share `share` of the rows.
 */
export interface RefitKind { readonly kind: 'folds' | 'bootstrap' | 'subsample'; readonly of: number; readonly share?: number }

/**
 * Standard error of a score from its values over refits. Bootstrap: their standard deviation s (Efron & Tibshirani 1993). Subsamples:
 * s √(share / (1 − share)) (Politis & Romano 1994), but never less than s: what hangs on the seed does not shrink with rows.
 * Folds: √((k − 1)/k Σ (θ₍ᵢ₎ − θ̄)²), k groups (Shao & Wu 1989); of more than are given, the sum is scaled up. Undefined for fewer than 3.
 */
export function refitError(values: readonly number[], { kind, of, share = 0.5 }: RefitKind): number | undefined {
  const m = values.length;
  if (m < 3) return undefined;
  const mean = values.reduce((a, b) => a + b, 0) / m;
  const s2 = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (m - 1);
  const factor = kind === 'folds' ? (of - 1) ** 2 / of : kind === 'subsample' ? Math.max(1, share / (1 - share)) : 1;
  const error = Math.sqrt(factor * s2);
  return Number.isFinite(error) ? error : undefined;
}

/** value ± t₍m−1₎ standard errors, cut to the range that the score can have. The value alone where there is no error. */
export function scoreInterval(value: number, error: number | undefined, refits: number, level: number, range: readonly [number, number]): Estimate {
  if (error === undefined || refits < 2) return { value };
  const half = tFactor(level, refits - 1) * error;
  return { value, low: Math.max(range[0], value - half), high: Math.min(range[1], value + half) };
}

/** Row groups over which errors over rows leave rows out: row i is in group i modulo this. */
export const rowGroups = 10;

/** Delete-a-group jackknife error of a statistic of rows: `without(g)` is the value without the rows whose number is g modulo `groups`. */
export function rowError(groups: number, without: (group: number) => number): number | undefined {
  const values = Array.from({ length: groups }, (_, g) => without(g));
  return values.every(Number.isFinite) ? refitError(values, { kind: 'folds', of: groups }) : undefined;
}

/** Median, and its standard error by the weights that a bootstrap of the values would give each of them (Maritz & Jarrett 1978). */
export function medianAndError(values: ArrayLike<number>): { value: number; error?: number } {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const value = n % 2 === 1 ? sorted[n >> 1] : (sorted[(n >> 1) - 1] + sorted[n >> 1]) / 2;
  if (n < 3) return { value };
  const half = (n + 1) / 2;
  let first = 0;
  let second = 0;
  let before = 0;
  for (let i = 0; i < n; i++) {
    const share = (i + 1) / n;
    const upTo = i === n - 1 ? 1 : incompleteBeta(half, half, share, 1 - share);
    first += (upTo - before) * sorted[i];
    second += (upTo - before) * sorted[i] ** 2;
    before = upTo;
  }
  return { value, error: Math.sqrt(Math.max(0, second - first ** 2)) };
}
