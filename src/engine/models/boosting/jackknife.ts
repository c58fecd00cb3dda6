/** Standard errors from samples that leave out some of the rows. */
import { subsample } from './bag';

/**
 * Standard errors by the delete-d jackknife (Shao & Wu 1989): the spread over samples that leave out a share q of the rows,
 * times √((1 − q)/q).
 */
export function spreadOf(each: readonly Float64Array[], mean: Float64Array): Float64Array {
  const result = new Float64Array(mean.length);
  for (const values of each) for (let i = 0; i < mean.length; i++) result[i]! += (values[i]! - mean[i]!) ** 2 / (each.length - 1);
  const factor = Math.sqrt(subsample / (1 - subsample));
  return result.map(value => factor * Math.sqrt(value));
}
