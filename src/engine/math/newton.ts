/** Newton steps from a symmetric positive Hessian, scaled to unit diagonal first. */
import { cholesky, invertUpper } from './cholesky';

export interface ScaledCholesky {
  /** Upper factor of the Hessian with unit diagonal. */
  readonly r: Float64Array;
  /** Square roots of the diagonal. */
  readonly scale: Float64Array;
  readonly m: number;
  /** Smallest relative pivot: 1 for orthogonal columns, towards 0 when they grow dependent. */
  readonly pivot: number;
}

/** Factors a symmetric m × m matrix; undefined when it is not positive definite to rounding. */
export function factorHessian(hessian: Float64Array, m: number): ScaledCholesky | undefined {
  const scale = new Float64Array(m);
  for (let j = 0; j < m; j++) {
    scale[j] = Math.sqrt(hessian[j * m + j]);
    if (!(scale[j] > 0 && Number.isFinite(scale[j]))) return undefined;
  }
  const r = new Float64Array(m * m);
  for (let j = 0; j < m; j++) for (let i = 0; i <= j; i++) r[j * m + i] = hessian[j * m + i] / (scale[i] * scale[j]);
  const pivot = cholesky(r, m);
  return pivot > 1e-14 ? { r, scale, m, pivot } : undefined;
}

/** H⁻¹ g. */
export function newtonStep({ r, scale, m }: ScaledCholesky, gradient: Float64Array): Float64Array {
  const step = new Float64Array(m);
  for (let j = 0; j < m; j++) step[j] = gradient[j] / scale[j];
  for (let j = 0; j < m; j++) {
    let s = step[j];
    for (let k = 0; k < j; k++) s -= r[j * m + k] * step[k];
    step[j] = s / r[j * m + j];
  }
  for (let j = m - 1; j >= 0; j--) {
    const x = step[j] / r[j * m + j];
    step[j] = x;
    for (let i = 0; i < j; i++) step[i] -= r[j * m + i] * x;
  }
  for (let j = 0; j < m; j++) step[j] /= scale[j];
  return step;
}

/** Upper W with H⁻¹ = W Wᵀ. */
export function inverseRoot({ r, scale, m }: ScaledCholesky): Float64Array {
  const root = invertUpper(r, m);
  for (let k = 0; k < m; k++) for (let i = 0; i <= k; i++) root[k * m + i] /= scale[i];
  return root;
}
