/** Area under the ROC curve as a rank statistic. */
import { ascendingOrder } from './order';

/**
 * Probability that a random positive row scores above a random negative one, ties counting half
 * (Mann–Whitney U ÷ product of the class sizes; Hanley & McNeil 1982), exact. NaN when a class has no weight
 * or a score is NaN.
 * `order`: ascending order of `scores`, when it is known already.
 */
export function rocAuc(scores: Float64Array, isPositive: ArrayLike<number>, weights?: ArrayLike<number>, order?: Uint32Array): number {
  return weights || order ? byOrder(scores, isPositive, weights, order ?? ascendingOrder(scores)) : byMerging(scores, isPositive);
}

/** The scores of both classes sorted by themselves, then walked through together: no places have to be sorted. */
function byMerging(scores: Float64Array, isPositive: ArrayLike<number>): number {
  const n = scores.length;
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(scores[i])) return NaN;
    if (isPositive[i]) count++;
  }
  if (count === 0 || count === n) return NaN;
  const positives = new Float64Array(count);
  const negatives = new Float64Array(n - count);
  for (let i = 0, p = 0, m = 0; i < n; i++) {
    if (isPositive[i]) positives[p++] = scores[i];
    else negatives[m++] = scores[i];
  }
  positives.sort();
  negatives.sort();
  let below = 0;
  let upTo = 0;
  let above = 0;
  for (let i = 0; i < count; i++) {
    const score = positives[i];
    while (below < negatives.length && negatives[below] < score) below++;
    if (upTo < below) upTo = below;
    while (upTo < negatives.length && negatives[upTo] <= score) upTo++;
    above += below + (upTo - below) / 2;
  }
  return above / (count * negatives.length);
}

function byOrder(scores: Float64Array, isPositive: ArrayLike<number>, weights: ArrayLike<number> | undefined, order: Uint32Array): number {
  let positives = 0;
  let negatives = 0;
  let above = 0;
  for (let i = 0; i < order.length;) {
    const score = scores[order[i]];
    if (Number.isNaN(score)) return NaN;
    let tiedPositives = 0;
    let tiedNegatives = 0;
    for (; i < order.length && scores[order[i]] === score; i++) {
      const weight = weights ? weights[order[i]] : 1;
      if (isPositive[order[i]]) tiedPositives += weight;
      else tiedNegatives += weight;
    }
    above += tiedPositives * (negatives + tiedNegatives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
  }
  return positives > 0 && negatives > 0 ? above / (positives * negatives) : NaN;
}
