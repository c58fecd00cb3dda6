/** Points of a plane as counts in cells, so that no row leaves the engine. */
import { quantile } from './quantile';

export interface BinnedMap {
  readonly bins: number;
  readonly x: { readonly low: number; readonly high: number };
  readonly y: { readonly low: number; readonly high: number };
  /** One list a group of bins × bins counts: cell (column, row) at row · bins + column, rows from the lowest y. */
  readonly counts: readonly (readonly number[])[];
}

/** `groups`: group of each point, 0 … count − 1. `frame`: what is drawn; points beyond are counted in the cells at its edge. Absent: all. */
export function binCounts(x: Float64Array, y: Float64Array, groups: ArrayLike<number>, count: number, bins = 40, frame?: Pick<BinnedMap, 'x' | 'y'>): BinnedMap {
  const { x: across, y: up } = frame ?? { x: rangeOf(x), y: rangeOf(y) };
  const counts = Array.from({ length: count }, () => new Array<number>(bins * bins).fill(0));
  const cell = (value: number, { low, high }: Range): number => Math.max(0, Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins)));
  for (let i = 0; i < x.length; i++) counts[groups[i]][cell(y[i], up) * bins + cell(x[i], across)]++;
  return { bins, x: across, y: up, counts };
}

interface Range { readonly low: number; readonly high: number }

/** The range of the values, but no farther from the middle 98 % than these are wide: a row far away would press all others into one cell. */
export function framedRange(values: Float64Array): Range {
  const { low, high } = rangeOf(values);
  const sorted = values.slice().sort();
  const [from, to] = [quantile(sorted, 0.01), quantile(sorted, 0.99)];
  return to > from ? { low: Math.max(low, 2 * from - to), high: Math.min(high, 2 * to - from) } : { low, high };
}

/** Never empty. */
function rangeOf(values: Float64Array): Range {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high > low ? { low, high } : { low: low - 0.5, high: low + 0.5 };
}
