/**
 * Bayesian linear regression with the noise and prior precisions that maximise the evidence (MacKay 1992; Tipping 2001,
 * with the gamma hyperpriors of 1e-6 that scikit-learn's BayesianRidge and ARDRegression have). Standardised columns z:
 * y = ȳ + Σ w_j z_j + N(0, 1/α), w_j ~ N(0, 1/λ_j), a flat prior on the intercept.
 */
import type { WorkContext } from '../../context';
import { cholesky, choleskySolve, invertUpper, upperTimesTransposed } from '../../math/cholesky';
import { rotateIn, rotateOut, solveShifted, traceInverseShifted, tridiagonalise } from '../../math/tridiagonal';

/** Shape and rate of the hyperpriors of α and λ. */
const hyper = 1e-6;
/** Weights whose λ reaches this are taken out of an ARD model. */
const prune = 1e4;
const tolerance = 1e-12;

/** Cross-products of standardised columns and the centred target. */
export interface Moments {
  readonly n: number;
  readonly p: number;
  /** ZᵀZ, full, column-major. */
  readonly gram: Float64Array;
  readonly zy: Float64Array;
  /** Σ (y − ȳ)². */
  readonly yy: number;
}

export interface EvidenceFit {
  /** Noise precision. */
  readonly alpha: number;
  /** Prior precision of each weight; Infinity where ARD took the weight out. */
  readonly lambda: Float64Array;
  readonly weights: Float64Array;
  /** Posterior covariance of the weights, p × p. */
  readonly covariance: Float64Array;
  /** Effective number of weights that the data determine. */
  readonly gamma: number;
  readonly logEvidence: number;
  readonly iterations: number;
}

/** One precision λ for all weights. The fixed point of α = (n − γ + 2h)/(SSE + 2h), λ = (γ + 2h)/(‖w‖² + 2h). */
export async function maximiseEvidence(moments: Moments, context: WorkContext): Promise<EvidenceFit> {
  const { n, p, zy, yy } = moments;
  let alpha = yy > 0 ? n / yy : 1;
  let lambda = 1;
  let weights: Float64Array = new Float64Array(p);
  let gamma = 0;
  let iterations = 0;
  const t = p > 0 ? await tridiagonalise(moments.gram.slice(), p, context) : undefined;
  const right = t && rotateIn(t, zy.slice());
  for (; t && right && iterations < 5000; iterations++) {
    const pause = context.breathe();
    if (pause) await pause;
    const shift = lambda / alpha;
    weights = rotateOut(t, solveShifted(t, shift, right));
    gamma = Math.min(p, Math.max(0, p - shift * traceInverseShifted(t, shift)));
    const nextLambda = (gamma + 2 * hyper) / (dot(weights, weights) + 2 * hyper);
    const nextAlpha = (n - gamma + 2 * hyper) / (squaredError(moments, weights) + 2 * hyper);
    const moved = Math.abs(Math.log(nextLambda / lambda)) + Math.abs(Math.log(nextAlpha / alpha));
    lambda = nextLambda;
    alpha = nextAlpha;
    if (!(moved > tolerance)) break;
  }
  return finish(moments, alpha, new Float64Array(p).fill(lambda), iterations);
}

/** A precision for every weight: those that the data do not need go to 0 (automatic relevance determination). */
export async function relevanceDetermination(moments: Moments, context: WorkContext): Promise<EvidenceFit> {
  const { n, p, yy } = moments;
  let alpha = yy > 0 ? n / yy : 1;
  const lambda = new Float64Array(p).fill(1);
  let before = new Float64Array(p);
  let iterations = 0;
  for (; iterations < 20_000; iterations++) {
    const pause = context.breathe();
    if (pause) await pause;
    const kept = keptOf(lambda);
    const { weights, covariance } = posterior(moments, alpha, lambda, kept);
    let gamma = 0;
    for (const j of kept) {
      const own = 1 - lambda[j] * covariance[j * p + j];
      gamma += own;
      lambda[j] = (own + 2 * hyper) / (weights[j] ** 2 + 2 * hyper);
    }
    alpha = (n - gamma + 2 * hyper) / (squaredError(moments, weights) + 2 * hyper);
    for (const j of kept) if (!(lambda[j] < prune)) lambda[j] = Infinity;
    let moved = 0;
    let size = 0;
    for (let j = 0; j < p; j++) { moved += Math.abs(weights[j] - before[j]); size += Math.abs(weights[j]); }
    before = weights;
    if (iterations > 0 && !(moved > tolerance * Math.max(size, 1e-300))) break;
  }
  return finish(moments, alpha, lambda, iterations);
}

function keptOf(lambda: Float64Array): number[] {
  return Array.from(lambda.keys()).filter(j => lambda[j] < Infinity);
}

/** Mean (α S ZᵀY) and covariance S = (α ZᵀZ + diag λ)⁻¹ of the kept weights; zeros elsewhere. */
function posterior({ p, gram, zy }: Moments, alpha: number, lambda: Float64Array, kept: readonly number[]) {
  const q = kept.length;
  const weights = new Float64Array(p);
  const covariance = new Float64Array(p * p);
  if (q === 0) return { weights, covariance, logDeterminant: 0 };
  const factor = new Float64Array(q * q);
  kept.forEach((j, b) => kept.forEach((i, a) => { factor[b * q + a] = alpha * gram[j * p + i] + (a === b ? lambda[j] : 0); }));
  cholesky(factor, q);
  const mean = choleskySolve(factor, q, Float64Array.from(kept, j => alpha * zy[j]));
  const inverse = upperTimesTransposed(invertUpper(factor, q), q);
  kept.forEach((j, b) => {
    weights[j] = mean[b];
    kept.forEach((i, a) => { covariance[j * p + i] = inverse[b * q + a]; });
  });
  let logDeterminant = 0;
  for (let k = 0; k < q; k++) logDeterminant += 2 * Math.log(factor[k * q + k]);
  return { weights, covariance, logDeterminant };
}

function finish(moments: Moments, alpha: number, lambda: Float64Array, iterations: number): EvidenceFit {
  const { n, p } = moments;
  const kept = keptOf(lambda);
  const { weights, covariance, logDeterminant } = posterior(moments, alpha, lambda, kept);
  let gamma = 0;
  let prior = 0;
  for (const j of kept) {
    gamma += 1 - lambda[j] * covariance[j * p + j];
    prior += Math.log(lambda[j]) - lambda[j] * weights[j] ** 2;
  }
  const logEvidence = 0.5 * (n * Math.log(alpha / (2 * Math.PI)) - alpha * squaredError(moments, weights) + prior - logDeterminant);
  return { alpha, lambda, weights, covariance, gamma, logEvidence, iterations };
}

/** ‖y − Zw‖² = y'y − 2 w'Z'y + w'Z'Z w; never below the rounding error of y'y. */
function squaredError({ p, gram, zy, yy }: Moments, w: Float64Array): number {
  let sum = yy - 2 * dot(w, zy);
  for (let j = 0; j < p; j++) {
    if (w[j] === 0) continue;
    let s = 0;
    for (let i = 0; i < p; i++) s += gram[j * p + i] * w[i];
    sum += s * w[j];
  }
  return Math.max(sum, 1e-15 * yy);
}

function dot(a: Float64Array, b: Float64Array): number {
  let s = 0;
  for (let i = 0; i < a.length; i++) s += a[i] * b[i];
  return s;
}
