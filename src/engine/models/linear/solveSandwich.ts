/** Heteroscedasticity-consistent covariance HC3 of least-squares coefficients (MacKinnon & White 1985; Long & Ervin 2000). */
import type { WorkContext } from '../../context';
import { blockRows } from '../../math/columns';
import { addGram, mirror } from '../../math/gram';
import type { LeastSquaresFit } from './solveAssemble';

export interface Sandwich {
  /** Length p+1, intercept first; NaN for aliased columns. */
  readonly standardErrors: Float64Array;
  /** (p+1)², zeros for aliased columns. */
  readonly covariance: Float64Array;
}

/** HC3: (XᵀX)⁻¹ Xᵀ diag(e²/(1−h)²) X (XᵀX)⁻¹. X (n × p, column-major) and y as at the fit. */
export async function hc3(fit: LeastSquaresFit, X: Float64Array, y: Float64Array, n: number, context: WorkContext): Promise<Sandwich> {
  const { factor, roots, shift, inverse, lead } = fit.geometry;
  const rank = factor.kept.length;
  const meat = new Float64Array(rank * rank);
  const z = new Float64Array(blockRows * rank);
  const q = new Float64Array(blockRows * rank);
  const residual = new Float64Array(blockRows);
  for (let start = 0; start < n; start += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = Math.min(blockRows, n - start);
    for (let k = 0; k < rank; k++) {
      const j = factor.kept[k] - lead;
      const at = k * blockRows;
      if (j < 0) z.fill(1, at, at + count);
      else for (let i = 0; i < count; i++) z[at + i] = (X[j * n + start + i] - shift[j]) * inverse[j];
    }
    residuals(fit, X, y, n, start, count, residual);
    orthonormalRows(z, factor.root, rank, count, q);
    weigh(q, residual, rank, count);
    addGram(q, blockRows, count, rank, meat);
  }
  mirror(meat, rank);
  const rows = new Map<number, { row: Float64Array; scale: number }>();
  if (lead && rank > 0) rows.set(0, { row: roots.intercept, scale: 1 });
  for (let k = lead; k < rank; k++) rows.set(factor.kept[k] - lead + 1, { row: roots.rows[k], scale: inverse[factor.kept[k] - lead] });
  const m = fit.p + 1;
  const covariance = new Float64Array(m * m);
  const standardErrors = new Float64Array(m).fill(NaN);
  for (const [a, left] of rows) {
    const half = new Float64Array(rank);
    for (let k = 0; k < rank; k++) for (let l = 0; l < rank; l++) half[l] += left.row[k] * meat[l * rank + k];
    for (const [b, right] of rows) {
      let s = 0;
      for (let l = 0; l < rank; l++) s += half[l] * right.row[l];
      covariance[b * m + a] = s * left.scale * right.scale;
      if (a === b) standardErrors[a] = Math.sqrt(Math.max(0, s)) * left.scale;
    }
  }
  return { standardErrors, covariance };
}

function residuals(fit: LeastSquaresFit, X: Float64Array, y: Float64Array, n: number, start: number, count: number, out: Float64Array): void {
  for (let i = 0; i < count; i++) out[i] = y[start + i] - fit.intercept;
  for (let j = 0; j < fit.p; j++) {
    const b = fit.coefficients[j];
    if (b !== 0) for (let i = 0; i < count; i++) out[i] -= b * X[j * n + start + i];
  }
}

/** Q = Z W, whose squared row norms are the leverages. */
function orthonormalRows(z: Float64Array, root: Float64Array, rank: number, count: number, q: Float64Array): void {
  q.fill(0);
  for (let k = 0; k < rank; k++) {
    for (let l = 0; l <= k; l++) {
      const w = root[k * rank + l];
      for (let i = 0; i < count; i++) q[k * blockRows + i] += w * z[l * blockRows + i];
    }
  }
}

/** Multiplies each row by e/(1−h); rows of leverage one have no residual and count nothing. */
function weigh(q: Float64Array, residual: Float64Array, rank: number, count: number): void {
  for (let i = 0; i < count; i++) {
    let h = 0;
    for (let k = 0; k < rank; k++) h += q[k * blockRows + i] ** 2;
    const weight = h < 1 - 1e-10 ? residual[i] / (1 - h) : 0;
    for (let k = 0; k < rank; k++) q[k * blockRows + i] *= weight;
  }
}
