// Values of one function over a column, and whether a column is worth keeping.
import { makes, type Make } from './arena';

export function apply(make: Make, x: number): number {
  switch (make) {
    case makes.square:
      return x * x;
    case makes.root:
      return Math.sqrt(x);
    case makes.exp:
      return Math.exp(x);
    case makes.log:
      return Math.log(x);
    case makes.sin:
      return Math.sin(x);
    case makes.cos:
      return Math.cos(x);
    default:
      return Math.tanh(x);
  }
}

/** Finite, smaller than `limit`, and not constant. */
export function usable(column: Float64Array, limit: number): boolean {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < column.length; i++) {
    const v = column[i]!;
    if (v < low) low = v;
    if (v > high) high = v;
    if (!(v > -limit && v < limit)) return false;
  }
  return high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high));
}
