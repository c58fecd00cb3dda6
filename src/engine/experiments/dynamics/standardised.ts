/** A column in units of its own standard deviation, about its mean. */
import { powerOfTwoAbove } from '../../math/columns';

/** Mean 0, standard deviation 1 (divided by n), whatever the unit; undefined where it does not vary or is not finite. */
export function standardised(x: Float64Array): Float64Array | undefined {
  const n = x.length;
  const first = x[0];
  const largest = x.reduce((most, value) => Math.max(most, Math.abs(value - first)), 0);
  if (!(largest > 0) || !Number.isFinite(largest)) return undefined;
  // By a power of two, which does not round: squares of numbers near 1e-300 would be 0.
  const inverse = 1 / powerOfTwoAbove(largest);
  const near = x.map(value => (value - first) * inverse);
  const mean = near.reduce((sum, value) => sum + value, 0) / n;
  const centred = near.map(value => value - mean);
  const rest = centred.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(centred.reduce((sum, value) => sum + (value - rest) ** 2, 0) / n);
  // A computed column that is constant but for its last digit.
  return deviation > 4e-16 * Math.abs(first * inverse) ? centred.map(value => (value - rest) / deviation) : undefined;
}
