/**
 * Location and scale of matrix columns, and packing of row blocks of a matrix, centred and scaled, into a small buffer
 * that stays in the cache. Scales are powers of two, so scaling itself never rounds, and squares neither overflow nor
 * underflow whatever the unit of a column (1e-300 as well as 1e15 offsets).
 */
import type { WorkContext } from '../context';

/** Rows in one packed block. */
export const blockRows = 256;

export interface ColumnScaling {
  readonly columns: number;
  /** Mean of each column as an unevaluated sum high + low; 0 where the columns were not centred. */
  readonly mean: Float64Array;
  readonly meanLow: Float64Array;
  /** Power of two near the largest |x − mean|; multiply by `inverse` to scale. 1 for constant columns. */
  readonly scale: Float64Array;
  readonly inverse: Float64Array;
  /** Largest |x| of each column. */
  readonly largest: Float64Array;
  /** 1 where all values are equal. */
  readonly constant: Uint8Array;
}

/** Power of two just above |x| (2^-1000 … 2^1000; 1 for 0). */
export function powerOfTwoAbove(x: number): number {
  const size = Math.abs(x);
  if (size === 0 || !Number.isFinite(size)) return 1;
  const exponent = Math.max(-1000, Math.min(1000, Math.floor(Math.log2(size)) + 1));
  return 2 ** exponent;
}

/** Location and scale of the columns of `matrix` (n × columns, column-major), over all rows or the listed ones. */
export async function columnScaling(
  matrix: Float64Array, n: number, columns: number, centre: boolean, context: WorkContext, rows?: Int32Array,
): Promise<ColumnScaling> {
  const result: ColumnScaling = {
    columns,
    mean: new Float64Array(columns),
    meanLow: new Float64Array(columns),
    scale: new Float64Array(columns).fill(1),
    inverse: new Float64Array(columns).fill(1),
    largest: new Float64Array(columns),
    constant: new Uint8Array(columns),
  };
  for (let j = 0; j < columns; j++) {
    const pause = context.breathe();
    if (pause) await pause;
    const column = matrix.subarray(j * n, (j + 1) * n);
    scaleColumn(rows ? gather(column, rows) : column, j, centre, result);
  }
  return result;
}

function gather(column: Float64Array, rows: Int32Array): Float64Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = column[rows[i]];
  return values;
}

function scaleColumn(x: Float64Array, j: number, centre: boolean, out: ColumnScaling): void {
  const n = x.length;
  if (n === 0) return;
  let low = x[0];
  let high = x[0];
  let s0 = 0;
  let s1 = 0;
  const even = n - (n % 2);
  for (let i = 0; i < even; i += 2) {
    const a = x[i];
    const b = x[i + 1];
    s0 += a;
    s1 += b;
    if (a < low) low = a;
    if (a > high) high = a;
    if (b < low) low = b;
    if (b > high) high = b;
  }
  if (even < n) {
    const a = x[even];
    s0 += a;
    if (a < low) low = a;
    if (a > high) high = a;
  }
  let sum = s0 + s1;
  if (!Number.isFinite(sum) || Number.isNaN(low)) sum = sumOfShares(x) * n;
  out.largest[j] = Math.max(Math.abs(low), Math.abs(high));
  out.constant[j] = low === high ? 1 : 0;
  if (!centre) {
    out.scale[j] = powerOfTwoAbove(out.largest[j]);
    out.inverse[j] = 1 / out.scale[j];
    return;
  }
  if (low === high) {
    out.mean[j] = low;
    return;
  }
  const mean = Math.min(high, Math.max(low, Number.isFinite(sum) ? sum / n : sumOfShares(x)));
  s0 = 0;
  s1 = 0;
  for (let i = 0; i < even; i += 2) {
    s0 += x[i] - mean;
    s1 += x[i + 1] - mean;
  }
  if (even < n) s0 += x[even] - mean;
  out.mean[j] = mean;
  out.meanLow[j] = (s0 + s1) / n;
  out.scale[j] = powerOfTwoAbove(Math.max(high - mean, mean - low));
  out.inverse[j] = 1 / out.scale[j];
}

/** Mean as Σ x/n: for sums that overflow. */
function sumOfShares(x: Float64Array): number {
  let mean = 0;
  for (let i = 0; i < x.length; i++) mean += x[i] / x.length;
  return mean;
}

/** Packs rows start … start+count−1 of column j, centred and scaled, into target at `at`. */
export function packColumn(
  matrix: Float64Array, n: number, j: number, start: number, count: number, scaling: ColumnScaling, target: Float64Array, at: number,
): void {
  const mean = scaling.mean[j];
  const low = scaling.meanLow[j];
  const inverse = scaling.inverse[j];
  const from = j * n + start;
  if (low === 0) for (let i = 0; i < count; i++) target[at + i] = (matrix[from + i] - mean) * inverse;
  else for (let i = 0; i < count; i++) target[at + i] = (matrix[from + i] - mean - low) * inverse;
}

/** The same for the listed rows, rows[start] … rows[start+count−1]. */
export function packColumnRows(
  matrix: Float64Array, n: number, j: number, rows: Int32Array, start: number, count: number, scaling: ColumnScaling, target: Float64Array, at: number,
): void {
  const mean = scaling.mean[j];
  const low = scaling.meanLow[j];
  const inverse = scaling.inverse[j];
  const from = j * n;
  for (let i = 0; i < count; i++) target[at + i] = (matrix[from + rows[start + i]] - mean - low) * inverse;
}
