/** Training rows that others are compared with: distances to all of them at once, and their order by a feature. */
import type { Point, Points, Space } from './space';

/** Rows from the least value of a feature to the largest, without those where it is missing. */
export interface Order {
  readonly rows: Int32Array;
  readonly values: Float64Array;
  readonly distinct: number;
}

export class ReferenceRows {
  /** Cells compared so far, here and by those that ask about these rows: counted, not timed, so that the same question has the same answer everywhere. */
  compared = 0;
  private readonly orders = new Map<number, Order>();

  constructor(readonly space: Space, readonly points: Points) {}

  get count(): number {
    return this.points.count;
  }

  /** Gower's distances of a row to every reference row, not divided by the features. */
  sumsOf(point: Point): Float64Array {
    const sums = new Float64Array(this.count);
    for (let j = 0; j < point.length; j++) this.addParts(sums, j, point[j], 1);
    return sums;
  }

  /** Adds the differences of one feature, times `sign`; feature by feature, as the cells lie in memory. */
  addParts(sums: Float64Array, j: number, value: number, sign: 1 | -1): void {
    const cells = this.points.cells[j];
    // Of levels every difference is 1.
    const range = this.space.isChoice(j) ? 0 : this.space.ranges[j];
    const unlike = Number.isNaN(value);
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i];
      if (cell === value) continue;
      const part = Math.abs(cell - value) / range;
      if (part < 1) sums[i] += sign * part;
      else if (!unlike || cell === cell) sums[i] += sign;
    }
    this.compared += cells.length;
  }

  orderOf(j: number): Order {
    let order = this.orders.get(j);
    if (!order) {
      const cells = this.points.cells[j];
      const rows = Int32Array.from(cells.keys()).filter(i => !Number.isNaN(cells[i])).sort((a, b) => cells[a] - cells[b]);
      const values = Float64Array.from(rows, i => cells[i]);
      order = { rows, values, distinct: new Set(values).size };
      this.orders.set(j, order);
    }
    return order;
  }

  /** Places of rows that say what is usual, evenly spread. */
  judged(most: number): number[] {
    const count = Math.min(most, this.count);
    return Array.from({ length: count }, (_, i) => Math.floor((i * this.count) / count));
  }
}

/** Place of the first that is not less. */
export function lowerBound(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The least value that the share of them does not exceed; Infinity of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.length > 0 ? sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] : Infinity;
}
