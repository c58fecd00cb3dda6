/** Ranks of numbers. */
import { ascendingOrder } from '../evaluate/order';

/** Mean ranks, scaled to 0 … 1. */
export function ranksOf(values: Float64Array): Float64Array {
  const order = ascendingOrder(values);
  const ranks = new Float64Array(values.length);
  for (let i = 0; i < order.length;) {
    let end = i;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[i]!]) end++;
    for (let k = i; k <= end; k++) ranks[order[k]!] = (i + end + 1) / 2 / values.length;
    i = end + 1;
  }
  return ranks;
}
