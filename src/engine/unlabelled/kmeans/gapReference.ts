/** The reference of the gap statistic: rows as they would be without clusters, and how far clusterings bring their sum of squares down. */
import type { Rng } from '../../math/random';
import { sampleRows } from '../../data/sample';
import type { FilledCells } from '../shared/filled';
import { takeMatrixRows, type Matrix } from '../shared/matrix';
import { RowKernel } from './kernel';
import { searchGroup } from './search';
import { meanSilhouettes } from './silhouette';

/** Where the reference comes from. Columns in no block are `spread`. */
export interface ReferencePlan {
  /** Columns drawn uniformly from the box along the principal axes of these columns. */
  readonly spread: readonly number[];
  /** Columns drawn together from the rows themselves, independently of other blocks: a category's levels, or a number of few values. */
  readonly blocks: readonly { readonly start: number; readonly width: number }[];
  /** Principal axes of the spread columns, in columns (spread × spread). */
  readonly axes: Float64Array;
  /** Range of the rows along each axis. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Cells of the rows that were filled in. A reference has the same gaps, row by row. */
  readonly filled?: FilledCells;
  /** Whether silhouettes are to be measured too. */
  readonly silhouettes: boolean;
}

/** Of the data or of one reference. */
export interface GapRun {
  /** ln W for k = 1 … most. */
  readonly squares: Float64Array;
  /** Mean silhouettes for k = 2 … most, of at most `silhouetteRows` rows. */
  readonly silhouettes?: Float64Array;
}

/** Rows whose silhouettes are measured, in the data and in each reference. */
export const silhouetteRows = 1000;

/** One reference set as large as the data. */
export function drawReference({ data, rows, columns }: Matrix, plan: ReferencePlan, rng: Rng): Matrix {
  const out = new Float64Array(rows * columns);
  const { spread, axes, low, high } = plan;
  const m = spread.length;
  const point = new Float64Array(m);
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < m; a++) point[a] = low[a] + rng.uniform() * (high[a] - low[a]);
    for (let j = 0; j < m; j++) {
      let value = 0;
      for (let a = 0; a < m; a++) value += axes[a * m + j] * point[a];
      out[i * columns + spread[j]] = value;
    }
    for (const { start, width } of plan.blocks) {
      const from = presentRow(rows, plan.filled, start, rng) * columns + start;
      for (let j = 0; j < width; j++) out[i * columns + start + j] = data[from + j];
    }
    if (plan.filled) fillRow(out, i, columns, plan.filled);
  }
  return { data: out, rows, columns };
}

/** A row whose cell in the block that starts there was not filled in, at random. */
function presentRow(rows: number, filled: FilledCells | undefined, start: number, rng: Rng): number {
  const row = rng.integer(rows);
  const place = filled ? filled.columns.findIndex(column => column.start === start) : -1;
  if (!filled || place < 0) return row;
  const width = filled.columns.length;
  let chosen = row;
  // Few columns are nearly empty, so few draws are thrown away; the bound is for those.
  for (let tries = 0; filled.mask[chosen * width + place] === 1 && tries < 1000; tries++) chosen = rng.integer(rows);
  return chosen;
}

function fillRow(out: Float64Array, row: number, columns: number, filled: FilledCells): void {
  const width = filled.columns.length;
  for (let c = 0; c < width; c++) if (filled.mask[row * width + c] === 1) out.set(filled.columns[c].values, row * columns + filled.columns[c].start);
}

/** Of one reference set (`drawn`), or of the data themselves. */
export function runReference(matrix: Matrix, plan: ReferencePlan, drawn: boolean, most: number, rng: Rng): GapRun {
  const seed = rng.integer(4294967296);
  return measured(drawn ? drawReference(matrix, plan, rng) : matrix, most, seed, least(matrix), plan.silhouettes);
}

/** Sums of squares below that are taken as that: few different values can be split until nothing is left, and ln 0 is no number. */
function least({ data }: Matrix): number {
  let sum = 0;
  for (const value of data) sum += value * value;
  return Math.max(1e-12 * sum, 1e-300);
}

/** The best of three starts for k = 1 … most; the same effort for data and references. */
function measured({ data, rows, columns }: Matrix, most: number, seed: number, floor: number, silhouettes: boolean): GapRun {
  const centred = data.slice();
  for (let j = 0; j < columns; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += data[i * columns + j] / rows;
    for (let i = 0; i < rows; i++) centred[i * columns + j] -= mean;
  }
  const kernel = new RowKernel(centred, rows, columns, most);
  const found = Array.from({ length: most }, (_, index) => {
    const k = index + 1;
    return searchGroup(kernel, centred, { k, seed, group: 0, restarts: k === 1 ? 1 : 3, swaps: 0, exchange: true, maxIterations: 100, tolerance: 0 }).best;
  });
  const squares = Float64Array.from(found, ({ inertia }) => Math.log(Math.max(inertia, floor)));
  if (!silhouettes) return { squares };
  const chosen = sampleRows(rows, silhouetteRows, seed);
  const labellings = found.slice(1).map(({ labels }) => Int32Array.from(chosen, row => labels[row]));
  return { squares, silhouettes: meanSilhouettes(takeMatrixRows({ data: centred, rows, columns }, chosen), labellings) };
}
