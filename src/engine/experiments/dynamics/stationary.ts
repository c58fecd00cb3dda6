/** The stationary covariance of SGD on a quadratic, in coordinates along its modes (size × size, symmetric, rows and columns of flat modes 0). */
import type { WorkContext } from '../../context';
import { mirror } from '../../math/gram';
import type { LinearProblem } from './linearProblem';

export interface GradientNoise {
  /** Covariance of the gradient of one row at the minimum, along the modes. */
  readonly covariance: Float64Array;
  /** Loss at the minimum. */
  readonly minimumLoss: number;
}

/** C = 1/n Σ gᵢgᵢᵀ with gᵢ = −rᵢzᵢ + ridge w*, whose mean is 0 at the minimum. */
export function noiseAtMinimum(problem: LinearProblem): GradientNoise {
  const { rows, size, z, y, minimum, ridge } = problem;
  const covariance = new Float64Array(size * size);
  const penalty = alongModes(problem, minimum.map(value => ridge * value));
  const u = new Float64Array(size);
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    const row = z.subarray(i * size, (i + 1) * size);
    let residual = y[i];
    for (let j = 0; j < size; j++) residual -= row[j] * minimum[j];
    squares += residual * residual;
    alongModes(problem, row, u);
    for (let k = 0; k < size; k++) u[k] = penalty[k] - residual * u[k];
    addOuter(covariance, u, 1 / rows, problem.rank);
  }
  mirror(covariance, size);
  const shrunk = minimum.reduce((sum, value) => sum + value * value, 0);
  return { covariance, minimumLoss: squares / (2 * rows) + 0.5 * ridge * shrunk };
}

function alongModes({ vectors, size }: LinearProblem, x: Float64Array, out = new Float64Array(size)): Float64Array {
  for (let k = 0; k < size; k++) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += vectors[k * size + i] * x[i];
    out[k] = sum;
  }
  return out;
}

/** Into the lower triangle, which `mirror` copies. */
function addOuter(to: Float64Array, u: Float64Array, factor: number, rank: number): void {
  const size = u.length;
  for (let k = 0; k < rank; k++) {
    const scaled = factor * u[k];
    for (let l = 0; l <= k; l++) to[k * size + l] += scaled * u[l];
  }
}

/**
 * S = (I − ηH) S (I − ηH) + η²/B · C, solved by entries along the modes: η C_kl / (B (λ_k + λ_l − η λ_k λ_l)) (Mandt, Hoffman &
 * Blei 2017, section 3, without their limit of small steps).
 */
export function stationaryVariance({ values, size, rank }: LinearProblem, covariance: Float64Array, rate: number, batch: number): Float64Array {
  const s = new Float64Array(size * size);
  for (let k = 0; k < rank; k++) {
    for (let l = 0; l < rank; l++) s[k * size + l] = (rate * covariance[k * size + l]) / (batch * (values[k] + values[l] - rate * values[k] * values[l]));
  }
  return s;
}

/** η C_kk / (2 B λ_k). */
export function smallStepVariance({ values, size }: LinearProblem, covariance: Float64Array, rate: number, batch: number, k: number): number {
  return (rate * covariance[k * size + k]) / (2 * batch * values[k]);
}

/**
 * The same with the noise as it is at a distance x from the minimum: C + E[zzᵀ S zzᵀ] − H₀SH₀, H₀ = ZᵀZ/n, is its mean over the
 * stationary distribution (terms linear in x have mean 0), so S solves a linear equation; by fixed-point iteration. Undefined where it
 * has no solution: the variance grows without bound.
 */
export async function withStateNoise(problem: LinearProblem, covariance: Float64Array, rate: number, batch: number, context: WorkContext): Promise<Float64Array | undefined> {
  const { rank, size, values, ridge } = problem;
  if (!(rate * values[0] < 2)) return undefined;
  const u = rowsAlongModes(problem);
  let s = stationaryVariance(problem, covariance, rate, batch);
  let before = Infinity;
  for (let turn = 0; turn < 500; turn++) {
    const total = covariance.slice();
    await addSpread(total, u, s, rank, size, context);
    for (let k = 0; k < rank; k++) for (let l = 0; l < rank; l++) total[k * size + l] -= (values[k] - ridge) * (values[l] - ridge) * s[k * size + l];
    const next = stationaryVariance(problem, total, rate, batch);
    let change = 0;
    let most = 0;
    for (let i = 0; i < s.length; i++) {
      change = Math.max(change, Math.abs(next[i] - s[i]));
      most = Math.max(most, Math.abs(next[i]));
    }
    s = next;
    if (change <= 1e-6 * most) return s;
    // The changes shrink by the spectral radius of the iteration in the long run: what grows then has no solution.
    if (turn > 10 && !(change < before)) return undefined;
    before = change;
  }
  return undefined;
}

function rowsAlongModes(problem: LinearProblem): Float64Array {
  const { rows, size, z } = problem;
  const u = new Float64Array(z.length);
  for (let i = 0; i < rows; i++) alongModes(problem, z.subarray(i * size, (i + 1) * size), u.subarray(i * size, (i + 1) * size));
  return u;
}

/** Adds 1/n Σ (uᵀSu) u uᵀ. */
async function addSpread(to: Float64Array, u: Float64Array, s: Float64Array, rank: number, size: number, context: WorkContext): Promise<void> {
  const rows = u.length / size;
  for (let i = 0; i < rows; i++) {
    const pause = context.breathe();
    if (pause) await pause;
    const row = u.subarray(i * size, (i + 1) * size);
    let form = 0;
    for (let k = 0; k < rank; k++) {
      let sum = 0.5 * s[k * size + k] * row[k];
      for (let l = 0; l < k; l++) sum += s[k * size + l] * row[l];
      form += 2 * row[k] * sum;
    }
    addOuter(to, row, form / rows, rank);
  }
  mirror(to, size);
}
