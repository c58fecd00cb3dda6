/**
 * Separation (Albert & Anderson 1984): the maximum-likelihood estimate does not exist when some direction d has
 * s·xᵀd ≥ 0 on every row (s = +1 for positives, −1 for negatives) and > 0 on some; 'complete' when > 0 on all.
 * A candidate direction from Newton's method is checked on every row, so a reported separation is a proof up to rounding.
 */
import type { WorkContext } from '../../context';
import { blockRows } from '../../math/columns';
import { packBlock } from './solvePass';
import type { BinaryData } from './solvePass';

export interface Separation {
  readonly kind: 'complete' | 'quasi';
  /** Rows that the direction places strictly on their side. */
  readonly rows: number;
  /** Columns (indices in X) that the direction uses. */
  readonly columns: Int32Array;
  /** Whether the intercept takes part in the direction. */
  readonly intercept: boolean;
  /** The direction in scaled coordinates, intercept first when there is one. */
  readonly direction: Float64Array;
}

/** Margins below this share of the largest count as zero. */
const zeroMargin = 1e-6;

/** Whether `candidate` separates; components that do not matter for any row are dropped. */
export async function verifyDirection(data: BinaryData, candidate: Float64Array, context: WorkContext): Promise<Separation | undefined> {
  const { y, rows, n, kept, lead } = data;
  const q = candidate.length;
  let size = 0;
  for (const d of candidate) size = Math.max(size, Math.abs(d));
  if (!(size > 0 && Number.isFinite(size))) return undefined;
  const direction = candidate.map((d) => d / size);
  const block = new Float64Array(blockRows * q);
  const margin = new Float64Array(n);
  let largest = 0;
  let lowest = Infinity;
  for (let start = 0; start < n; start += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = packBlock(data, start, block);
    for (let i = 0; i < count; i++) {
      let s = 0;
      for (let j = 0; j < q; j++) s += direction[j] * block[j * blockRows + i];
      const m = y[rows ? rows[start + i] : start + i] > 0.5 ? s : -s;
      margin[start + i] = m;
      if (m > largest) largest = m;
      if (m < lowest) lowest = m;
    }
  }
  if (!(largest > 0) || lowest < -zeroMargin * largest) return undefined;
  let separated = 0;
  for (let i = 0; i < n; i++) if (margin[i] > zeroMargin * largest) separated++;
  const complete = lowest > 0 && (separated === n || lowest > 1e-9 * largest);
  const columns: number[] = [];
  for (let k = 0; k < kept.length; k++) if (Math.abs(direction[k + lead]) > 1e-4) columns.push(kept[k]);
  return {
    kind: complete ? 'complete' : 'quasi', rows: complete ? n : separated, columns: Int32Array.from(columns),
    intercept: lead === 1 && Math.abs(direction[0]) > 1e-4, direction,
  };
}
