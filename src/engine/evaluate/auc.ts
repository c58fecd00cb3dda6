/** Area under the ROC curve as a rank statistic. */
import { ascendingOrder } from './order';

/**
 * Probability that a random positive row scores above a random negative one, ties counting half
 * (Mann–Whitney U ÷ product of the class sizes; Hanley & McNeil 1982), exact. NaN when a class has no weight
 * or a score is NaN.
 * `order`: ascending order of `scores`, when it is known already.
 */
export function rocAuc(
  scores: Float64Array, isPositive: ArrayLike<number>, weights?: ArrayLike<number>, order = ascendingOrder(scores),
): number {
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
