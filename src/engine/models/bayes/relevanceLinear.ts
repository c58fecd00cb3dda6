/** Linear regression with an integrated width for each weight (expectation propagation) and the noise by its evidence. */
import type { WorkContext } from '../../context';
import { cholesky, choleskySolve, invertUpper, upperTimesTransposed } from '../../math/cholesky';
import type { Moments } from './evidence';
import { hyperNodes, hyperScale } from './hyperprior';
import { updateSites, type Sites, type Tilted } from './relevance';

export interface RelevanceFit {
  readonly alpha: number;
  readonly weights: Float64Array;
  /** p × p, of the normal approximation of all weights together. */
  readonly covariance: Float64Array;
  readonly marginals: readonly Tilted[];
  readonly gamma: number;
  readonly converged: boolean;
}

/** Moments of standardised columns; `columns` of them vary. */
export async function integrateRelevance(moments: Moments, columns: number, intercept: boolean, context: WorkContext): Promise<RelevanceFit> {
  const { n, p, yy } = moments;
  const rows = Math.max(1, n - (intercept ? 1 : 0));
  const unit = hyperScale(columns, false);
  let alpha = yy > 0 ? n / yy : 1;
  let sites: Sites = { precision: new Float64Array(p).fill(alpha / unit ** 2), shift: new Float64Array(p) };
  let marginals: readonly Tilted[] = [];
  let moved = Infinity;
  let state = normalPosterior(moments, alpha, sites);
  for (let k = 0; k < 300 && moved > 1e-5; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    // τ is in units of the noise: one scale for all weights.
    const nodes = hyperNodes(unit / Math.sqrt(alpha));
    const variance = Float64Array.from({ length: p }, (_, j) => state.covariance[j * p + j]);
    const next = updateSites(sites, state.weights, variance, () => nodes);
    // E ‖y − Zw‖² over the posterior, which is what the noise has to explain.
    const alphaNext = rows / Math.max(squaredError(moments, state.weights) + state.gamma / alpha, 1e-15 * yy, 1e-300);
    moved = Math.max(p > 0 ? next.moved : 0, Math.abs(Math.log(alphaNext / alpha)));
    ({ sites, marginals } = next);
    alpha = alphaNext;
    state = normalPosterior(moments, alpha, sites);
  }
  return { alpha, ...state, marginals, converged: moved <= 1e-5 };
}

function normalPosterior({ p, gram, zy }: Moments, alpha: number, { precision, shift }: Sites) {
  const factor = Float64Array.from(gram, g => alpha * g);
  for (let j = 0; j < p; j++) factor[j * p + j] += precision[j];
  cholesky(factor, p);
  const weights = choleskySolve(factor, p, Float64Array.from(zy, (v, j) => alpha * v + shift[j]));
  const covariance = upperTimesTransposed(invertUpper(factor, p), p);
  let gamma = 0;
  for (let j = 0; j < p; j++) gamma += Math.max(0, 1 - precision[j] * covariance[j * p + j]);
  return { weights, covariance, gamma };
}

function squaredError({ p, gram, zy, yy }: Moments, w: Float64Array): number {
  let sum = yy;
  for (let j = 0; j < p; j++) {
    let s = -2 * zy[j];
    for (let i = 0; i < p; i++) s += gram[j * p + i] * w[i];
    sum += s * w[j];
  }
  return Math.max(0, sum);
}
