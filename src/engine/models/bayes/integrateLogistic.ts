/**
 * Logistic posteriors with the prior's width integrated out. One width for all weights: Laplace's approximation at each
 * point of a grid of ln τ, weighted by its evidence. One for each weight: expectation propagation about the mode.
 */
import type { WorkContext } from '../../context';
import { hyperNodes, hyperScale, logHyperDensity, sampledNodes, scaleFreePrior, type HyperNodes } from './hyperprior';
import { laplaceFit, looseTolerance, strongest, varianceOf, type LaplaceFit, type LaplaceProblem } from './laplace';
import { updateSites, type Sites, type Tilted } from './relevance';
import { integrateScale, type ScalePoint } from './scaleGrid';

/** In the coefficients of the likelihood, m of them. */
export interface LogisticFit {
  readonly mean: Float64Array;
  /** m × m, full. */
  readonly covariance: Float64Array;
  /** Normal components, with covariance W Wᵀ for each upper W; one: no mixture. */
  readonly components: readonly { readonly share: number; readonly beta: Float64Array; readonly root: Float64Array }[];
  /** Relevance determination: the posterior of each governed coefficient by itself. */
  readonly marginals?: readonly (Tilted | undefined)[];
  /** Standard deviation of the prior: chosen, or its posterior's values with their shares. */
  readonly widths?: readonly { readonly value: number; readonly share: number }[];
  /** Evidence mode: 1 where the prior holds a coefficient at 0, which then has no posterior to speak of. */
  readonly held?: Uint8Array;
  readonly gamma: number;
  readonly loss: number;
  readonly logEvidence?: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** ln prior of the coefficients up to a constant; its gradient is added to `slope`. What sampling takes. */
  logPrior(beta: Float64Array, slope: Float64Array): number;
}

/** W Wᵀ of upper W, times `share`, onto `into`. */
async function addProduct(root: Float64Array, m: number, share: number, into: Float64Array, context: WorkContext): Promise<void> {
  for (let k = 0; k < m; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    for (let a = 0; a <= k; a++) {
      const x = share * root[k * m + a];
      if (x !== 0) for (let b = 0; b <= k; b++) into[a * m + b] += x * root[k * m + b];
    }
  }
}

/** The fit at the precisions that maximise the evidence: they count as certain. */
export async function atEvidence(problem: LaplaceProblem, context: WorkContext): Promise<LogisticFit | undefined> {
  const fit = await laplaceFit(problem, context);
  if (!fit) return undefined;
  const m = problem.size;
  const covariance = new Float64Array(m * m);
  await addProduct(fit.root, m, 1, covariance, context);
  const precision = Float64Array.from({ length: m }, (_, j) => fit.lambda[problem.group[j]] * problem.ratio[j] + problem.fixed[j]);
  return {
    ...fit, mean: fit.beta, covariance, components: [{ share: 1, beta: fit.beta, root: fit.root }],
    ...(problem.groups === 1 && { widths: [{ value: 1 / Math.sqrt(fit.lambda[0]), share: 1 }] }),
    held: Uint8Array.from({ length: m }, (_, j) => (problem.ratio[j] > 0 && fit.lambda[problem.group[j]] >= 0.99 * strongest ? 1 : 0)),
    logPrior: (beta, slope) => fixedPrior(precision, beta, slope),
  };
}

function fixedPrior(precision: Float64Array, beta: Float64Array, slope: Float64Array): number {
  let log = 0;
  for (let j = 0; j < beta.length; j++) { log -= 0.5 * precision[j] * beta[j] ** 2; slope[j] -= precision[j] * beta[j]; }
  return log;
}

/** The problem with known normal priors: precision and precision × mean of each coefficient. */
function withPrior(problem: LaplaceProblem, precision: Float64Array, shift?: Float64Array): LaplaceProblem {
  const known = { ...problem, ratio: new Float64Array(problem.size), fixed: precision, group: new Int32Array(problem.size), groups: 1 };
  if (!shift) return known;
  return {
    ...known,
    at: async (beta, hessian) => {
      const found = await problem.at(beta, hessian);
      let loss = found.loss;
      for (let j = 0; j < beta.length; j++) loss -= shift[j] * beta[j];
      return { ...found, loss, gradient: found.gradient.map((g, j) => g + shift[j]) };
    },
  };
}

interface Point extends ScalePoint { readonly tau: number; readonly fit?: LaplaceFit }

/** One width for all weights; `columns`: of the design that vary. */
export async function integrateShared(problem: LaplaceProblem, columns: number, context: WorkContext): Promise<LogisticFit | undefined> {
  const { size: m, ratio, fixed } = problem;
  const scale = hyperScale(columns, true);
  let iterations = 0;
  const at = async (u: number, near?: Point): Promise<Point> => {
    const lambda = Math.exp(-2 * u);
    const precision = fixed.map((f, j) => f + lambda * ratio[j]);
    const start = near?.fit && { beta: near.fit.beta, lambda: Float64Array.of(1) };
    const fit = await laplaceFit(withPrior(problem, precision), context, start, looseTolerance);
    iterations += fit?.iterations ?? 0;
    const log = fit ? fit.logEvidence + ratio.reduce((s, r) => s + (r > 0 ? 0.5 * Math.log(lambda * r) : 0), 0) + logHyperDensity(u, scale) : -Infinity;
    return { tau: Math.exp(u), log, ...(fit && { fit }) };
  };
  const grid = await integrateScale(at, Math.log(scale));
  const points = grid.points.flatMap(({ share, value }) => (value.fit ? [{ share, tau: value.tau, fit: value.fit }] : []));
  if (points.length === 0) return undefined;
  const mean = new Float64Array(m);
  for (const { share, fit } of points) for (let j = 0; j < m; j++) mean[j] += share * fit.beta[j];
  const covariance = new Float64Array(m * m);
  let gamma = 0;
  for (const { share, tau, fit } of points) {
    await addProduct(fit.root, m, share, covariance, context);
    const off = fit.beta.map((b, j) => b - mean[j]);
    for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) covariance[a * m + b] += share * off[a] * off[b];
    const variance = varianceOf(fit.root, m);
    for (let j = 0; j < m; j++) if (ratio[j] > 0) gamma += share * Math.max(0, 1 - (ratio[j] / tau ** 2) * variance[j]);
  }
  const governed = ratio.filter(r => r > 0).length;
  const nodes = sampledNodes(scale);
  return {
    mean, covariance, gamma, components: points.map(({ share, fit }) => ({ share, beta: fit.beta, root: fit.root })),
    widths: governed > 0 ? points.map(({ share, tau }) => ({ value: tau, share })) : undefined,
    loss: (await problem.at(mean, false)).loss, logEvidence: grid.logIntegral, iterations, converged: points.every(p => p.fit.converged),
    logPrior: (beta, slope) => {
      const prior = scaleFreePrior(beta.reduce((s, b, j) => s + ratio[j] * b * b, 0), governed, scale, nodes);
      for (let j = 0; j < m; j++) slope[j] += 2 * prior.slope * ratio[j] * beta[j];
      return prior.log + fixedPrior(fixed, beta, slope);
    },
  };
}

/** A width for each weight of each class. */
export async function integrateEach(problem: LaplaceProblem, columns: number, context: WorkContext): Promise<LogisticFit | undefined> {
  const { size: m, ratio, fixed } = problem;
  const scale = hyperScale(columns, true);
  const governed = Int32Array.from(Array.from(ratio.keys()).filter(j => ratio[j] > 0));
  const own = hyperNodes(scale);
  const sampled = sampledNodes(scale);
  const nodes = Array.from(governed, (j): HyperNodes => ({ log: own.log, precision: own.precision.map(l => l * ratio[j]) }));
  let sites: Sites = { precision: Float64Array.from(governed, j => ratio[j] / scale ** 2), shift: new Float64Array(governed.length) };
  const solve = (start?: LaplaceFit): Promise<LaplaceFit | undefined> => {
    const precision = fixed.slice();
    const shift = new Float64Array(m);
    governed.forEach((j, k) => { precision[j] += sites.precision[k]; shift[j] = sites.shift[k]; });
    return laplaceFit(withPrior(problem, precision, shift), context, start && { beta: start.beta, lambda: Float64Array.of(1) }, looseTolerance);
  };
  let fit = await solve();
  let moved = Infinity;
  let iterations = 0;
  let marginals: readonly Tilted[] = [];
  for (let k = 0; fit && k < 100 && moved > 1e-4; k++) {
    const variance = varianceOf(fit.root, m);
    const next = updateSites(sites, governed.length > 0 ? Float64Array.from(governed, j => fit!.beta[j]) : new Float64Array(0), Float64Array.from(governed, j => variance[j]), g => nodes[g]);
    ({ sites, marginals, moved } = next);
    fit = await solve(fit);
    iterations += fit?.iterations ?? 0;
  }
  if (!fit) return undefined;
  const covariance = new Float64Array(m * m);
  await addProduct(fit.root, m, 1, covariance, context);
  const placed: (Tilted | undefined)[] = new Array<Tilted | undefined>(m).fill(undefined);
  let gamma = 0;
  governed.forEach((j, k) => { placed[j] = marginals[k]; gamma += Math.max(0, 1 - sites.precision[k] * covariance[j * m + j]); });
  return {
    mean: fit.beta, covariance, components: [{ share: 1, beta: fit.beta, root: fit.root }], marginals: placed, gamma,
    loss: (await problem.at(fit.beta, false)).loss, iterations, converged: moved <= 1e-4,
    logPrior: (beta, slope) => governed.reduce((log, j) => {
      const prior = scaleFreePrior(ratio[j] * beta[j] ** 2, 1, scale, sampled);
      slope[j] += 2 * prior.slope * ratio[j] * beta[j];
      return log + prior.log;
    }, fixedPrior(fixed, beta, slope)),
  };
}
