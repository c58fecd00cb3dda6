/**
 * Laplace approximation of a network's last layer (Daxberger et al. 2021): a normal posterior of its weights and biases
 * about the trained ones, with the generalised Gauss–Newton Hessian and a prior precision chosen by the evidence (MacKay 1992).
 */
import { cholesky, invertUpper } from '../../math/cholesky';
import type { Head } from '../../compute/network/description';
import { probabilitiesOf } from './combine';

export interface LastLayerPosterior {
  /** Features with the constant: φ has this length. */
  readonly size: number;
  /** One a output: column-major upper triangle U (size × size) with covariance U Uᵀ. Outputs count as independent. */
  readonly roots: readonly Float32Array[];
  readonly priorPrecision: number;
}

export interface LaplaceInput {
  readonly head: Head;
  /** rows × width: the last hidden layer (the inputs where there is none). */
  readonly features: Float32Array;
  readonly width: number;
  /** rows × outputs, before the link. */
  readonly outputs: Float32Array;
  readonly outputCount: number;
  readonly rows: number;
  /** Training rows that these stand for: the Hessian is scaled up to them. */
  readonly total: number;
  /** Weights (width × outputs) and biases of the last layer. */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  /** Variance of the noise, in the unit of the outputs (identity head only). */
  readonly noise: number;
}

/** Precisions that are tried: 10^−4 … 10^6. */
const grid = Array.from({ length: 41 }, (_, i) => 10 ** (-4 + i / 4));

/** Undefined where the Hessian is not positive definite whatever the prior (numbers that are not finite). */
export function lastLayerPosterior(input: LaplaceInput): LastLayerPosterior | undefined {
  const m = input.width + 1;
  const curvature = curvatures(input);
  const hessians = Array.from({ length: input.outputCount }, (_, k) => hessian(input, curvature, k));
  let squares = 0;
  for (const w of input.weight) squares += w * w;
  for (const b of input.bias) squares += b * b;
  let best = -Infinity;
  let precision = NaN;
  for (const candidate of grid) {
    const evidence = logEvidence(hessians, m, squares, candidate);
    if (evidence > best) [best, precision] = [evidence, candidate];
  }
  if (!Number.isFinite(best)) return undefined;
  const roots = hessians.map(h => Float32Array.from(invertUpper(factor(h, m, precision).r, m)));
  return { size: m, roots, priorPrecision: precision };
}

/** log p(data | α) up to what does not depend on α: ½ D log α − ½ α ‖w‖² − ½ log det(H + αI). */
function logEvidence(hessians: readonly Float64Array[], m: number, squares: number, alpha: number): number {
  let sum = 0.5 * m * hessians.length * Math.log(alpha) - 0.5 * alpha * squares;
  for (const h of hessians) {
    const { r, definite } = factor(h, m, alpha);
    if (!definite) return -Infinity;
    for (let j = 0; j < m; j++) sum -= Math.log(r[j * m + j]);
  }
  return sum;
}

function factor(h: Float64Array, m: number, alpha: number): { r: Float64Array; definite: boolean } {
  const r = h.slice();
  for (let j = 0; j < m; j++) r[j * m + j] += alpha;
  return { r, definite: cholesky(r, m) > 0 };
}

/** Second derivative of the loss by each output, rows × outputs. */
function curvatures({ head, outputs, rows, outputCount, noise }: LaplaceInput): Float64Array {
  if (head === 'identity') return new Float64Array(rows * outputCount).fill(1 / noise);
  const p = probabilitiesOf(head, outputs, rows, outputCount);
  if (head === 'softmax') return p.map(v => v * (1 - v));
  return Float64Array.from({ length: rows }, (_, i) => p[2 * i] * p[2 * i + 1]);
}

/** Σ_i h_ik φ_i φ_iᵀ · total / rows, upper triangle column-major. */
function hessian({ features, width, rows, outputCount, total }: LaplaceInput, curvature: Float64Array, k: number): Float64Array {
  const m = width + 1;
  const h = new Float64Array(m * m);
  const phi = new Float64Array(m).fill(1);
  for (let i = 0; i < rows; i++) {
    const c = (curvature[i * outputCount + k] * total) / rows;
    for (let j = 0; j < width; j++) phi[j] = features[i * width + j];
    for (let b = 0; b < m; b++) {
      const scaled = c * phi[b];
      if (scaled !== 0) for (let a = 0, at = b * m; a <= b; a++) h[at + a] += scaled * phi[a];
    }
  }
  return h;
}

/** Variance of each output, rows × outputs: ‖Uᵀφ‖². `features`: rows × width of the last hidden layer. */
export function outputVariance({ size: m, roots }: LastLayerPosterior, features: Float32Array, rows: number): Float64Array {
  const width = m - 1;
  const outputs = roots.length;
  const variance = new Float64Array(rows * outputs);
  roots.forEach((root, k) => {
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < m; j++) {
        let s = j === width ? root[j * m + width] : 0;
        const top = Math.min(j, width - 1);
        for (let a = 0; a <= top; a++) s += root[j * m + a] * features[i * width + a];
        sum += s * s;
      }
      variance[i * outputs + k] = sum;
    }
  });
  return variance;
}
