/** How far rankings of the same features by several refits agree. */
import type { Estimate } from '../../../protocol/measures';
import { refitError, scoreInterval, type RefitKind } from './refitIntervals';

/** Ranks 1 … n by rising value; ties get the mean of their ranks. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let i = 0; i < order.length;) {
    let end = i + 1;
    while (end < order.length && values[order[end]] === values[order[i]]) end++;
    for (let k = i; k < end; k++) ranks[order[k]] = (i + end + 1) / 2;
    i = end;
  }
  return ranks;
}

/** Pearson's correlation; NaN where one side does not vary. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  }
  return aa > 0 && bb > 0 ? Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb))) : NaN;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Spearman's ρ: Pearson's correlation of the average ranks. NaN where one side does not vary. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return correlation(averageRanks(a), averageRanks(b));
}

/** Jaccard's index |A ∩ B| / |A ∪ B| of the indices of the k largest values on either side (ties: the first ones). */
export function topJaccard(a: ArrayLike<number>, b: ArrayLike<number>, k: number): number {
  const top = (values: ArrayLike<number>): Set<number> =>
    new Set(Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[j] - values[i] || i - j).slice(0, k));
  const first = top(a);
  const second = top(b);
  let both = 0;
  for (const i of first) if (second.has(i)) both++;
  return both / (first.size + second.size - both);
}

export interface RankAgreement {
  readonly refits: number;
  /** Mean of Spearman's ρ over all pairs of refits. */
  readonly rho: Estimate;
  /** Mean of Jaccard's index of the `top` strongest features over all pairs. */
  readonly jaccard: number;
  readonly top: number;
}

/**
 * Mean pairwise agreement of importances (refits × features). Its error is the standard deviation over refits of a refit's mean
 * agreement with the others, as a bootstrap takes it: in the bootstrap's world each refit plays the part of another sample. (The
 * error of the mean over pairs would only say how many refits were made.) Undefined for fewer than 3 refits or features, or
 * where no refit tells the features apart.
 */
export function rankAgreement(importances: readonly ArrayLike<number>[], level: number, kind: RefitKind = { kind: 'bootstrap', of: importances.length }, top = 3): RankAgreement | undefined {
  const refits = importances.length;
  if (refits < 3 || importances[0].length < 3) return undefined;
  const k = Math.min(top, importances[0].length - 1);
  const ranks = importances.map(averageRanks);
  if (ranks.every(r => r.every(v => v === r[0]))) return undefined;
  const rho = pairwise(refits, (a, b) => {
    const value = correlation(ranks[a], ranks[b]);
    return Number.isNaN(value) ? 0 : value;
  });
  const jaccard = pairwise(refits, (a, b) => topJaccard(importances[a], importances[b], k));
  const own = ranks.map((_, b) => meanOf(rho.filter(pair => pair.a === b || pair.b === b)));
  const error = refitError(own, kind.kind === 'folds' ? { kind: 'bootstrap', of: refits } : kind);
  return { refits, rho: scoreInterval(meanOf(rho), error, refits, level, [-1, 1]), jaccard: meanOf(jaccard), top: k };
}

interface Pair { readonly a: number; readonly b: number; readonly value: number }

function pairwise(count: number, measure: (a: number, b: number) => number): Pair[] {
  const pairs: Pair[] = [];
  for (let a = 0; a < count; a++) for (let b = a + 1; b < count; b++) pairs.push({ a, b, value: measure(a, b) });
  return pairs;
}

function meanOf(pairs: readonly Pair[]): number {
  return pairs.reduce((sum, pair) => sum + pair.value, 0) / pairs.length;
}
