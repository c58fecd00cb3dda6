/**
 * Bayesian logistic regression: the most probable weights under normal priors, the normal (Laplace) approximation of their
 * posterior there, and prior precisions that maximise the approximate evidence (MacKay 1992; Bishop 2006, §4.4, §4.5.1).
 * Precisions are those of weights per standard deviation of their column; the intercepts have (nearly) flat priors.
 */
import type { WorkContext } from '../../context';
import { factorHessian, inverseRoot, newtonStep, type ScaledCholesky } from '../../math/newton';

export interface LikelihoodAt {
  /** −log-likelihood. */
  readonly loss: number;
  /** Of the log-likelihood (uphill). */
  readonly gradient: Float64Array;
  /** Of the −log-likelihood, size × size, full. */
  readonly hessian: Float64Array;
}

export interface LaplaceProblem {
  readonly size: number;
  /** λ times this is the prior precision of a coefficient as the likelihood has it; 0: not governed by λ. */
  readonly ratio: Float64Array;
  /** Prior precision that is always there: keeps intercepts of several classes apart from each other's shifts. */
  readonly fixed: Float64Array;
  /** Precision (index) that governs each coefficient: all 0, or one a column with relevance determination. */
  readonly group: Int32Array;
  readonly groups: number;
  at(beta: Float64Array, hessian: boolean): Promise<LikelihoodAt>;
}

export interface LaplaceFit {
  readonly beta: Float64Array;
  readonly lambda: Float64Array;
  /** Upper W, column-major, with posterior covariance W Wᵀ. */
  readonly root: Float64Array;
  readonly gamma: number;
  readonly loss: number;
  readonly logEvidence: number;
  readonly iterations: number;
  readonly converged: boolean;
}

export interface LaplaceTolerance { readonly decrement: number; readonly step: number }
const strictTolerance: LaplaceTolerance = { decrement: 1e-12, step: 1e-7 };
/** Newton's method converges quadratically: after a step of 1e-4 the error is about 1e-8. */
export const looseTolerance: LaplaceTolerance = { decrement: 1e-9, step: 1e-4 };

/** Weights whose λ reaches this are held at 0. */
export const strongest = 1e8;
const weakest = 1e-6;

/** Newton steps for the weights, one update λ = γ/Σ w² after each (all of them at their own fixed point in the end). */
export async function laplaceFit(
  problem: LaplaceProblem, context: WorkContext, start?: { beta: Float64Array; lambda: Float64Array }, tolerance: LaplaceTolerance = strictTolerance,
): Promise<LaplaceFit | undefined> {
  const { size, groups } = problem;
  let beta: Float64Array = start ? start.beta.slice() : new Float64Array(size);
  const lambda = start ? start.lambda.slice() : new Float64Array(groups).fill(1);
  let current = await problem.at(beta, true);
  let iterations = 0;
  let converged = false;
  let factor = factorOf(problem, current, lambda);
  for (; factor && iterations < 300; iterations++) {
    const pause = context.breathe();
    if (pause) await pause;
    const step = newtonStep(factor, slope(problem, current, beta, lambda));
    const moved = await lineSearch(problem, beta, step, lambda, current.loss);
    beta = moved.beta;
    current = await problem.at(beta, true);
    factor = factorOf(problem, current, lambda);
    if (!factor) break;
    const change = updatePrecisions(problem, beta, lambda, varianceOf(inverseRoot(factor), size));
    const decrement = dot(step, slope(problem, current, beta, lambda));
    if (change < 1e-9 && Math.abs(decrement) < tolerance.decrement && moved.largest < tolerance.step) { converged = true; break; }
    factor = factorOf(problem, current, lambda);
  }
  if (!factor) return undefined;
  const root = inverseRoot(factor);
  return { beta, lambda, root, loss: current.loss, iterations, converged, ...evidenceOf(problem, beta, lambda, current.loss, factor, root) };
}

/** Gradient of log-likelihood plus log prior. */
function slope(problem: LaplaceProblem, at: LikelihoodAt, beta: Float64Array, lambda: Float64Array): Float64Array {
  return at.gradient.map((g, j) => g - precision(problem, lambda, j) * beta[j]);
}

function precision({ ratio, fixed, group }: LaplaceProblem, lambda: Float64Array, j: number): number {
  return lambda[group[j]] * ratio[j] + fixed[j];
}

function penalty(problem: LaplaceProblem, beta: Float64Array, lambda: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < beta.length; j++) sum += 0.5 * precision(problem, lambda, j) * beta[j] ** 2;
  return sum;
}

function factorOf(problem: LaplaceProblem, at: LikelihoodAt, lambda: Float64Array): ScaledCholesky | undefined {
  const matrix = at.hessian.slice();
  for (let j = 0; j < problem.size; j++) matrix[j * problem.size + j] += precision(problem, lambda, j);
  return factorHessian(matrix, problem.size);
}

async function lineSearch(problem: LaplaceProblem, beta: Float64Array, step: Float64Array, lambda: Float64Array, loss: number) {
  const before = loss + penalty(problem, beta, lambda);
  let share = 1;
  for (let k = 0; k < 30; k++) {
    const next = beta.map((b, j) => b + share * step[j]);
    const after = (await problem.at(next, false)).loss + penalty(problem, next, lambda);
    if (after <= before + 1e-10 * Math.abs(before)) return { beta: next, largest: share * step.reduce((m, s) => Math.max(m, Math.abs(s)), 0) };
    share /= 2;
  }
  return { beta, largest: 0 };
}

/** λ_g = γ_g / Σ r β², γ_g = Σ (1 − λ r Var β). Gives the largest change of log λ. */
function updatePrecisions({ ratio, group, groups }: LaplaceProblem, beta: Float64Array, lambda: Float64Array, variance: Float64Array): number {
  const gamma = new Float64Array(groups);
  const squares = new Float64Array(groups);
  const governed = new Uint8Array(groups);
  for (let j = 0; j < beta.length; j++) {
    if (ratio[j] === 0) continue;
    governed[group[j]] = 1;
    gamma[group[j]] += Math.max(0, 1 - lambda[group[j]] * ratio[j] * variance[j]);
    squares[group[j]] += ratio[j] * beta[j] ** 2;
  }
  let change = 0;
  for (let g = 0; g < groups; g++) {
    if (governed[g] === 0) continue;
    const next = Math.min(strongest, Math.max(weakest, squares[g] > 0 ? gamma[g] / squares[g] : strongest));
    change = Math.max(change, Math.abs(Math.log(next / lambda[g])));
    lambda[g] = next;
  }
  return change;
}

/** Diagonal of W Wᵀ. */
export function varianceOf(root: Float64Array, m: number): Float64Array {
  const variance = new Float64Array(m);
  for (let k = 0; k < m; k++) for (let i = 0; i <= k; i++) variance[i] += root[k * m + i] ** 2;
  return variance;
}

/** ln p(y) ≈ −loss − penalty + ½ Σ ln prior precision − ½ ln |H|, over the coefficients that λ governs and those it does not. */
function evidenceOf(problem: LaplaceProblem, beta: Float64Array, lambda: Float64Array, loss: number, factor: ScaledCholesky, root: Float64Array) {
  const variance = varianceOf(root, problem.size);
  let log = -loss - penalty(problem, beta, lambda);
  let gamma = 0;
  for (let j = 0; j < problem.size; j++) {
    if (problem.ratio[j] > 0) {
      const own = lambda[problem.group[j]] * problem.ratio[j];
      log += 0.5 * Math.log(own);
      gamma += Math.max(0, 1 - own * variance[j]);
    }
    log -= Math.log(factor.r[j * factor.m + j]) + Math.log(factor.scale[j]);
  }
  return { gamma, logEvidence: log };
}

function dot(a: Float64Array, b: Float64Array): number {
  let s = 0;
  for (let i = 0; i < a.length; i++) s += a[i] * b[i];
  return s;
}
