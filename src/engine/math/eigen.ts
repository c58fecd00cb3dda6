/** Eigenvalues and vectors of a symmetric matrix: one decomposition, after which (A + λI)⁻¹ costs little for each λ. */
import type { WorkContext } from '../context';
import { rotateOut, tridiagonalise } from './tridiagonal';

export interface Eigen {
  readonly m: number;
  /** In no order. */
  readonly values: Float64Array;
  /** Eigenvector of values[k] in column k, column-major m × m. */
  readonly vectors: Float64Array;
}

/** Decomposes the symmetric m × m matrix a, which is overwritten (both triangles filled). */
export async function symmetricEigen(a: Float64Array, m: number, context: WorkContext): Promise<Eigen> {
  const t = await tridiagonalise(a, m, context);
  const vectors = new Float64Array(m * m);
  for (let k = 0; k < m; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    const column = vectors.subarray(k * m, (k + 1) * m);
    column[k] = 1;
    rotateOut(t, column);
  }
  const values = t.diagonal.slice();
  const off = new Float64Array(m);
  off.set(t.off);
  await implicitQl(values, off, vectors, m, context);
  return { m, values, vectors };
}

/** QL iterations with implicit Wilkinson-like shifts (Golub & Van Loan 8.3.5; EISPACK's tql2), rotations applied to the vectors. */
async function implicitQl(d: Float64Array, e: Float64Array, vectors: Float64Array, m: number, context: WorkContext): Promise<void> {
  for (let low = 0; low < m; low++) {
    for (let turn = 0; turn < 100; turn++) {
      const pause = context.breathe();
      if (pause) await pause;
      let high = low;
      while (high + 1 < m && Math.abs(e[high]) > 2.3e-16 * (Math.abs(d[high]) + Math.abs(d[high + 1]))) high++;
      if (high === low) break;
      sweep(d, e, vectors, m, low, high);
    }
  }
}

/** One QL step on the unreduced block low … high. */
function sweep(d: Float64Array, e: Float64Array, vectors: Float64Array, m: number, low: number, high: number): void {
  const half = (d[low + 1] - d[low]) / (2 * e[low]);
  const root = Math.hypot(half, 1);
  let g = d[high] - d[low] + e[low] / (half + (half >= 0 ? root : -root));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = high - 1; i >= low; i--) {
    const f = s * e[i];
    const b = c * e[i];
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) { d[i + 1] -= p; e[high] = 0; return; }
    s = f / r;
    c = g / r;
    const shifted = d[i + 1] - p;
    const t = (d[i] - shifted) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = shifted + p;
    g = c * t - b;
    rotate(vectors, i * m, m, c, s);
  }
  d[low] -= p;
  e[low] = g;
  e[high] = 0;
}

/** Turns the neighbouring columns at `at` and at + m. */
function rotate(vectors: Float64Array, at: number, m: number, c: number, s: number): void {
  for (let i = at, k = at + m; i < at + m; i++, k++) {
    const x = vectors[i];
    const y = vectors[k];
    vectors[k] = s * x + c * y;
    vectors[i] = c * x - s * y;
  }
}
