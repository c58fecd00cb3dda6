/** The mean of what the bags have learned. */
import type { TermScores } from './purify';
import type { BagScores } from './runBags';

export function meanScores(bags: readonly BagScores[]): TermScores {
  const mean = (pick: (bag: BagScores) => Float64Array): Float64Array => {
    const result = new Float64Array(pick(bags[0]!).length);
    for (const bag of bags) pick(bag).forEach((value, i) => { result[i]! += value / bags.length; });
    return result;
  };
  return { intercept: mean(bag => bag.intercept), mains: bags[0]!.mains.map((_, j) => mean(bag => bag.mains[j]!)), pairs: bags[0]!.pairs.map((_, t) => mean(bag => bag.pairs[t]!)) };
}
