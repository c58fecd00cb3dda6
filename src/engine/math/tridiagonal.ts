/**
 * Symmetric A = Q T Qᵀ with T tridiagonal, by Householder reflections (Golub & Van Loan 8.3.1): one reduction, after which
 * (A + λI)⁻¹b costs O(m²) for each λ. What ridge paths need instead of an eigendecomposition.
 */
import type { WorkContext } from '../context';

export interface Tridiagonal {
  readonly m: number;
  readonly diagonal: Float64Array;
  /** off[k] couples k and k+1. */
  readonly off: Float64Array;
  /** Reflection vectors below the first subdiagonal, column-major m × m. */
  readonly vectors: Float64Array;
  readonly tau: Float64Array;
}

/** Reduces the symmetric m × m matrix a, which is overwritten (both triangles must be filled). */
export async function tridiagonalise(a: Float64Array, m: number, context: WorkContext): Promise<Tridiagonal> {
  const diagonal = new Float64Array(m);
  const off = new Float64Array(Math.max(0, m - 1));
  const tau = new Float64Array(m);
  const w = new Float64Array(m);
  for (let k = 0; k + 1 < m; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    diagonal[k] = a[k * m + k];
    const v = a.subarray(k * m, (k + 1) * m);
    let sigma = 0;
    for (let i = k + 2; i < m; i++) sigma += v[i] * v[i];
    const alpha = v[k + 1];
    if (sigma === 0) {
      off[k] = alpha;
      continue;
    }
    const norm = Math.sqrt(alpha * alpha + sigma);
    const v0 = alpha > 0 ? alpha + norm : alpha - norm;
    off[k] = alpha > 0 ? -norm : norm;
    tau[k] = 2 / (v0 * v0 + sigma);
    v[k + 1] = v0;
    rankTwo(a, m, k, v, tau[k], w);
  }
  if (m > 0) diagonal[m - 1] = a[m * m - 1];
  return { m, diagonal, off, vectors: a, tau };
}

/** A ← H A H on the trailing block, H = I − τ v vᵀ; only the lower triangle is read and written. */
function rankTwo(a: Float64Array, m: number, k: number, v: Float64Array, tau: number, w: Float64Array): void {
  for (let i = k + 1; i < m; i++) w[i] = 0;
  for (let j = k + 1; j < m; j++) {
    const cj = j * m;
    const vj = v[j];
    let s = a[cj + j] * vj;
    for (let i = j + 1; i < m; i++) {
      const x = a[cj + i];
      s += x * v[i];
      w[i] += x * vj;
    }
    w[j] += s;
  }
  let dot = 0;
  for (let i = k + 1; i < m; i++) {
    w[i] *= tau;
    dot += w[i] * v[i];
  }
  const half = 0.5 * tau * dot;
  for (let i = k + 1; i < m; i++) w[i] -= half * v[i];
  for (let j = k + 1; j < m; j++) {
    const cj = j * m;
    const vj = v[j];
    const wj = w[j];
    for (let i = j; i < m; i++) a[cj + i] -= v[i] * wj + w[i] * vj;
  }
}

/** Qᵀ b, in place. */
export function rotateIn({ m, vectors, tau }: Tridiagonal, b: Float64Array): Float64Array {
  for (let k = 0; k + 1 < m; k++) reflect(vectors, m, k, tau[k], b);
  return b;
}

/** Q b, in place. */
export function rotateOut({ m, vectors, tau }: Tridiagonal, b: Float64Array): Float64Array {
  for (let k = m - 2; k >= 0; k--) reflect(vectors, m, k, tau[k], b);
  return b;
}

function reflect(vectors: Float64Array, m: number, k: number, tau: number, b: Float64Array): void {
  if (tau === 0) return;
  let s = 0;
  for (let i = k + 1; i < m; i++) s += vectors[k * m + i] * b[i];
  s *= tau;
  for (let i = k + 1; i < m; i++) b[i] -= s * vectors[k * m + i];
}

/** (T + shift·I)⁻¹ b for a positive definite sum (LDLᵀ), in a new array. */
export function solveShifted({ m, diagonal, off }: Tridiagonal, shift: number, b: Float64Array): Float64Array {
  const d = new Float64Array(m);
  const l = new Float64Array(m);
  const x = b.slice();
  for (let k = 0; k < m; k++) {
    d[k] = diagonal[k] + shift - (k > 0 ? l[k - 1] * off[k - 1] : 0);
    if (k + 1 < m) {
      l[k] = off[k] / d[k];
      x[k + 1] -= l[k] * x[k];
    }
  }
  for (let k = m - 1; k >= 0; k--) x[k] = x[k] / d[k] - (k + 1 < m ? l[k] * x[k + 1] : 0);
  return x;
}

/** Trace of (T + shift·I)⁻¹, from the leading and trailing pivots. */
export function traceInverseShifted({ m, diagonal, off }: Tridiagonal, shift: number): number {
  const up = new Float64Array(m);
  for (let k = m - 1; k >= 0; k--) up[k] = diagonal[k] + shift - (k + 1 < m ? (off[k] * off[k]) / up[k + 1] : 0);
  let down = 0;
  let trace = 0;
  for (let k = 0; k < m; k++) {
    down = diagonal[k] + shift - (k > 0 ? (off[k - 1] * off[k - 1]) / down : 0);
    trace += 1 / (down + up[k] - diagonal[k] - shift);
  }
  return trace;
}
