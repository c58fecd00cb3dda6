/**
 * Weighted cross-products Σ w z zᵀ of a design whose columns are mostly zero, as dummy columns are: for a row with k
 * non-zero dummies and d other columns it takes (k + d)² / 2 products instead of p² / 2. The columns of z are centred,
 * zⱼ = (xⱼ − mⱼ)/sⱼ; the means are taken out of the sums at the end: Σ w (x − m)(z − …) = Σ w x z − m Σ w z.
 */
import { blockRows } from './columns';
import type { ColumnScaling } from './columns';
import { addCross } from './gram';

/** The non-zero cells of the sparse columns of a matrix, row by row. */
export interface SparseRows {
  /** 1 for columns kept here. */
  readonly sparse: Uint8Array;
  /** Cells of row i: start[i] … start[i+1]−1. */
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly value: Float64Array;
}

/** A column is sparse when at most this share of its cells is not zero. */
const mostFilled = 0.25;
/** Fewer sparse columns than this are not worth the bookkeeping. */
const fewestColumns = 8;

const known = new WeakMap<Float64Array, { n: number; found: SparseRows | undefined }>();

/** Sparse columns of the n × p column-major matrix; undefined when there are too few. Remembered by matrix. */
export function sparseRows(X: Float64Array, n: number, p: number): SparseRows | undefined {
  const before = known.get(X);
  if (before && before.n === n) return before.found;
  const found = findSparse(X, n, p);
  known.set(X, { n, found });
  return found;
}

function findSparse(X: Float64Array, n: number, p: number): SparseRows | undefined {
  const sparse = new Uint8Array(p);
  let columns = 0;
  const perRow = new Int32Array(n + 1);
  for (let j = 0; j < p; j++) {
    if (!isSparse(X, j * n, n)) continue;
    sparse[j] = 1;
    columns++;
  }
  if (columns < fewestColumns) return undefined;
  for (let j = 0; j < p; j++) if (sparse[j]) for (let i = 0, at = j * n; i < n; i++) if (X[at + i] !== 0) perRow[i + 1]++;
  for (let i = 0; i < n; i++) perRow[i + 1] += perRow[i];
  const column = new Int32Array(perRow[n]);
  const value = new Float64Array(perRow[n]);
  const next = perRow.slice(0, n);
  for (let j = 0; j < p; j++) {
    if (!sparse[j]) continue;
    for (let i = 0, at = j * n; i < n; i++) {
      const x = X[at + i];
      if (x === 0) continue;
      column[next[i]] = j;
      value[next[i]++] = x;
    }
  }
  return { sparse, start: perRow, column, value };
}

function isSparse(X: Float64Array, at: number, n: number): boolean {
  const most = mostFilled * n;
  let filled = 0;
  for (let i = at; i < at + n; i++) if (X[i] !== 0 && ++filled > most) return false;
  return true;
}

/** Sums of one weighted Gram matrix over blocks of rows. Design columns: [1] (when lead = 1), then `kept`. */
export class SparseGram {
  private readonly q: number;
  /** Place among the design's columns of each column of X that is sparse; −1 otherwise. */
  private readonly place: Int32Array;
  private readonly densePlaces: Int32Array;
  private readonly sparsePlaces: Int32Array;
  private readonly dense: Float64Array;
  private readonly weighted: Float64Array;
  /** Σ w z zᵀ among dense columns, their own order. */
  private readonly denseSums: Float64Array;
  /** Σ w x z (dense × q) and Σ w x xᵀ (q × q), sparse columns as they are. */
  private readonly mixed: Float64Array;
  private readonly pairs: Float64Array;
  private readonly sums: Float64Array;
  private readonly denseTotals: Float64Array;
  private total = 0;

  constructor(private readonly rows: SparseRows, private readonly kept: Int32Array, private readonly lead: number, private readonly scaling: ColumnScaling) {
    this.q = kept.length + lead;
    this.place = new Int32Array(rows.sparse.length).fill(-1);
    const dense: number[] = lead ? [0] : [];
    const sparse: number[] = [];
    kept.forEach((j, k) => {
      if (rows.sparse[j]) {
        this.place[j] = k + lead;
        sparse.push(k + lead);
      } else dense.push(k + lead);
    });
    this.densePlaces = Int32Array.from(dense);
    this.sparsePlaces = Int32Array.from(sparse);
    const d = dense.length;
    this.dense = new Float64Array(d * blockRows);
    this.weighted = new Float64Array(d * blockRows);
    this.denseSums = new Float64Array(d * d);
    this.mixed = new Float64Array(d * this.q);
    this.pairs = new Float64Array(this.q * this.q);
    this.sums = new Float64Array(this.q);
    this.denseTotals = new Float64Array(d);
  }

  /** Adds a packed block of `count` rows (column c at c·blockRows); `rowOf(i)` is its i-th row of the matrix. */
  add(block: Float64Array, count: number, weights: Float64Array, rowOf: (i: number) => number): void {
    const { densePlaces, dense, weighted, denseTotals } = this;
    const d = densePlaces.length;
    for (let c = 0; c < d; c++) {
      const from = densePlaces[c] * blockRows;
      const to = c * blockRows;
      let s = 0;
      for (let i = 0; i < count; i++) {
        const z = block[from + i];
        dense[to + i] = z;
        weighted[to + i] = z * weights[i];
        s += weighted[to + i];
      }
      denseTotals[c] += s;
    }
    addCross(weighted, dense, blockRows, count, d, this.denseSums);
    for (let i = 0; i < count; i++) this.addRow(i, rowOf(i), weights[i]);
  }

  private addRow(i: number, row: number, weight: number): void {
    const { rows, place, weighted, mixed, pairs, sums, q } = this;
    const { start, column, value } = rows;
    const d = this.densePlaces.length;
    this.total += weight;
    for (let a = start[row]; a < start[row + 1]; a++) {
      const pa = place[column[a]];
      if (pa < 0) continue;
      const wx = weight * value[a];
      sums[pa] += wx;
      for (let c = 0, at = pa * d; c < d; c++) mixed[at + c] += weighted[c * blockRows + i] * value[a];
      for (let b = start[row]; b <= a; b++) {
        const pb = place[column[b]];
        // Cells of a row stand in the order of the columns, so pb ≤ pa.
        if (pb >= 0) pairs[pa * q + pb] += wx * value[b];
      }
    }
  }

  /**
   * Adds the q × q matrix, centred and scaled, to `out` (column-major, `stride`) from row rowAt and column columnAt on:
   * its upper triangle, or all of it when `full`.
   */
  finish(out: Float64Array, stride = this.q, rowAt = 0, columnAt = 0, full = false): void {
    const { densePlaces, sparsePlaces, scaling, kept, lead, q, sums, total } = this;
    const d = densePlaces.length;
    const mean = (place: number): number => scaling.mean[kept[place - lead]] + scaling.meanLow[kept[place - lead]];
    const inverse = (place: number): number => scaling.inverse[kept[place - lead]];
    const put = (a: number, b: number, value: number): void => {
      const low = Math.min(a, b);
      const high = Math.max(a, b);
      out[(columnAt + high) * stride + rowAt + low] += value;
      if (full && low < high) out[(columnAt + low) * stride + rowAt + high] += value;
    };
    for (let c = 0; c < d; c++) for (let e = 0; e <= c; e++) put(densePlaces[e], densePlaces[c], this.denseSums[c * d + e]);
    for (const pa of sparsePlaces) {
      for (let c = 0; c < d; c++) put(densePlaces[c], pa, (this.mixed[pa * d + c] - mean(pa) * this.denseTotals[c]) * inverse(pa));
    }
    for (const pa of sparsePlaces) {
      for (const pb of sparsePlaces) {
        if (pb > pa) break;
        const raw = this.pairs[pa * q + pb] - mean(pa) * sums[pb] - mean(pb) * sums[pa] + mean(pa) * mean(pb) * total;
        put(pb, pa, raw * inverse(pa) * inverse(pb));
      }
    }
  }
}
