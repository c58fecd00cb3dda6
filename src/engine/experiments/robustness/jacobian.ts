/** How the standardised design moves with the numbers of the table: constant where the design holds the columns as they are, else measured at each row. */
import type { GradientView } from '../../models/model';
import { everyRow, tableAt, type Ground, type NumberCell } from './ground';

interface Entry { readonly j: number; readonly c: number; readonly slope: number }

/** Steps of the differences, in deviations: wide for a first look, narrow where the slope varies. */
const wide = 0.5;
const narrow = 0.01;
/** Rows that the first look is taken at. */
const looked = 64;

export class Jacobian {
  /** Undefined where the slopes vary from row to row: powers, products, functions. */
  private readonly constant: readonly Entry[] | undefined;

  constructor(private readonly view: GradientView, private readonly ground: Ground, private readonly numbers: readonly number[]) {
    this.constant = this.look();
  }

  /** ∂ / ∂ cell from ∂ / ∂ design of the listed rows with these cells: rows × columns of the ground. */
  back(gradient: Float32Array, cells: Float64Array, which: Int32Array): Float64Array {
    const p = this.ground.columns.length;
    const width = gradient.length / Math.max(1, which.length);
    const result = new Float64Array(which.length * p);
    if (this.constant) {
      for (let i = 0; i < which.length; i++) for (const { j, c, slope } of this.constant) result[i * p + j] += slope * gradient[i * width + c];
    } else {
      for (const j of this.numbers) {
        const slopes = this.slopes(j, cells, which, narrow);
        for (let i = 0; i < which.length; i++) for (let c = 0; c < width; c++) result[i * p + j] += slopes[i * width + c] * gradient[i * width + c];
      }
    }
    for (let at = 0; at < result.length; at++) if (Number.isNaN(cells[at]) || Number.isNaN(result[at])) result[at] = 0;
    return result;
  }

  private look(): Entry[] | undefined {
    const which = everyRow(this.ground).subarray(0, looked);
    const p = this.ground.columns.length;
    const cells = this.ground.start.slice(0, which.length * p);
    const entries: Entry[] = [];
    for (const j of this.numbers) {
      const present = which.filter(row => !Number.isNaN(this.ground.start[row * p + j]));
      const own = Float64Array.from(present, row => row).reduce((all, row, i) => {
        all.set(cells.subarray(row * p, (row + 1) * p), i * p);
        return all;
      }, new Float64Array(present.length * p));
      if (present.length === 0) continue;
      const near = this.slopes(j, own, present, wide);
      const far = this.slopes(j, own, present, 2 * wide);
      const width = near.length / present.length;
      for (let c = 0; c < width; c++) {
        const all = Array.from(present, (_, i) => [near[i * width + c], far[i * width + c]]).flat();
        const low = Math.min(...all);
        const high = Math.max(...all);
        if (high - low > 1e-3 * Math.max(Math.abs(low), Math.abs(high))) return undefined;
        if (low !== 0 || high !== 0) entries.push({ j, c, slope: (low + high) / 2 });
      }
    }
    return entries;
  }

  /** ∂ design / ∂ cell of column j by central differences: rows × design columns. */
  private slopes(j: number, cells: Float64Array, which: Int32Array, step: number): Float64Array {
    const p = this.ground.columns.length;
    const reach = step * (this.ground.columns[j] as NumberCell).deviation;
    const moved = (sign: number): Float32Array => {
      const copy = cells.slice();
      for (let i = 0; i < which.length; i++) copy[i * p + j] += sign * reach;
      return this.view.design(tableAt(this.ground, copy, which));
    };
    const after = moved(1);
    const before = moved(-1);
    return Float64Array.from(after, (value, at) => (value - before[at]) / (2 * reach));
  }
}
