/** How far two rankings of the same features agree: Spearman's ρ and Kendall's τ-b with bootstrap intervals and p-values. */
import type { Rng } from '../math/random';
import { spearman } from './scores/rankAgreement';

export interface RankCorrelation {
  readonly value: number;
  /** Percentile interval over bootstrap samples of the features; absent where too few samples had a correlation. */
  readonly low?: number;
  readonly high?: number;
  /** Two-sided, by random permutations of the features. */
  readonly pValue: number;
}

export interface Agreement {
  readonly features: number;
  readonly rho: RankCorrelation;
  readonly tau: RankCorrelation;
  readonly resamples: number;
}

/** Below this many features a rank correlation says nothing. */
export const fewestFeatures = 5;
const mostResamples = 1000;
/** Comparisons of two features that all resamples together may take. */
const comparisons = 5e6;

/** Undefined below five features or where one side has no order at all. */
export function rankCorrelations(a: ArrayLike<number>, b: ArrayLike<number>, level: number, rng: Rng): Agreement | undefined {
  const n = a.length;
  if (n < fewestFeatures || Number.isNaN(spearman(a, b))) return undefined;
  const resamples = Math.max(200, Math.min(mostResamples, Math.floor(comparisons / (n * n))));
  const correlate = (measure: typeof spearman): RankCorrelation => {
    const value = measure(a, b);
    const own = rng.fork(measure === spearman ? 'rho' : 'tau');
    return { value, ...bootstrapInterval(a, b, measure, level, resamples, own), pValue: permutationP(a, b, measure, value, resamples, own) };
  };
  return { features: n, rho: correlate(spearman), tau: correlate(kendall), resamples };
}

/**
 * Kendall's τ-b (1945): (concordant − discordant) / √((pairs − ties in a)(pairs − ties in b)). NaN where one side is all ties.
 */
export function kendall(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let agreement = 0;
  let differA = 0;
  let differB = 0;
  for (let i = 1; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const signA = Math.sign(a[i] - a[j]);
      const signB = Math.sign(b[i] - b[j]);
      agreement += signA * signB;
      differA += signA * signA;
      differB += signB * signB;
    }
  }
  return differA > 0 && differB > 0 ? agreement / Math.sqrt(differA * differB) : NaN;
}

function bootstrapInterval(a: ArrayLike<number>, b: ArrayLike<number>, measure: typeof spearman, level: number, resamples: number, rng: Rng): { low?: number; high?: number } {
  const n = a.length;
  const values: number[] = [];
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < n; i++) {
      const k = rng.integer(n);
      x[i] = a[k];
      y[i] = b[k];
    }
    const value = measure(x, y);
    if (!Number.isNaN(value)) values.push(value);
  }
  if (values.length < 0.9 * resamples) return {};
  values.sort((p, q) => p - q);
  const at = (share: number): number => values[Math.min(values.length - 1, Math.max(0, Math.round(share * (values.length - 1))))];
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

/** Share of random pairings that agree (or disagree) at least as much, the given one counted among them. */
function permutationP(a: ArrayLike<number>, b: ArrayLike<number>, measure: typeof spearman, value: number, resamples: number, rng: Rng): number {
  const order = Int32Array.from({ length: b.length }, (_, i) => i);
  const mixed = new Float64Array(b.length);
  let atLeast = 1;
  for (let r = 0; r < resamples; r++) {
    rng.shuffle(order);
    for (let i = 0; i < order.length; i++) mixed[i] = b[order[i]];
    if (Math.abs(measure(a, mixed)) >= Math.abs(value) - 1e-12) atLeast++;
  }
  return atLeast / (resamples + 1);
}
