/** Linear quantile regression by an interior-point method. */
import { factorHessian, newtonStep } from '../math/newton';
import type { QuantileProblem } from './pinballLoss';
import { exactAtVertex } from './quantileVertex';

const mostSteps = 60;
/** How far towards the boundary a step may go. */
const shortOf = 0.99995;

/**
 * β that minimises Σ ρ_τ(yᵢ − xᵢᵀβ), ρ_τ(r) = r(τ − 1[r < 0]) (Koenker & Bassett 1978). The dual, max yᵀd subject to
 * Xᵀd = (1 − τ)Xᵀ1 and 0 ≤ d ≤ 1, is solved by Mehrotra's predictor–corrector steps (Frisch–Newton: Portnoy & Koenker
 * 1997, Statistical Science 12, 279–300), and the solution is then moved to the vertex it has come close to.
 * Undefined when the columns are dependent.
 */
export function quantileRegression(problem: QuantileProblem, tau: number): Float64Array | undefined {
  const { y, n, p } = problem;
  let scale = 0;
  for (let i = 0; i < n; i++) scale += Math.abs(y[i]);
  scale /= n;
  if (!(scale > 0)) return new Float64Array(p);
  const scaled = { ...problem, y: y.map(value => value / scale) };
  const start = leastSquares(scaled);
  if (!start) return undefined;
  const state = initialState(scaled, tau, start);
  for (let step = 0; step < mostSteps && gap(state) > 1e-13 * n; step++) if (!advance(scaled, state, tau)) break;
  const beta = exactAtVertex(scaled, tau, state.beta, state.d);
  return beta.map(value => value * scale);
}

/** Dual variables d and s = 1 − d, their multipliers z and w, and β with y − Xβ = w − z throughout. */
interface State {
  readonly beta: Float64Array;
  readonly d: Float64Array;
  readonly s: Float64Array;
  readonly z: Float64Array;
  readonly w: Float64Array;
}

function initialState({ x, y, n, p }: QuantileProblem, tau: number, beta: Float64Array): State {
  const residuals = y.map((value, i) => {
    let r = value;
    for (let j = 0; j < p; j++) r -= x[i * p + j] * beta[j];
    return r;
  });
  const margin = 1e-3 + residuals.reduce((sum, r) => sum + Math.abs(r), 0) / n / 10;
  return {
    beta, d: new Float64Array(n).fill(1 - tau), s: new Float64Array(n).fill(tau),
    w: residuals.map(r => Math.max(r, 0) + margin), z: residuals.map(r => Math.max(-r, 0) + margin),
  };
}

function gap({ d, s, z, w }: State): number {
  let sum = 0;
  for (let i = 0; i < d.length; i++) sum += d[i] * z[i] + s[i] * w[i];
  return sum;
}

/** One predictor–corrector step; false when the normal equations can no longer be solved. */
function advance(problem: QuantileProblem, state: State, tau: number): boolean {
  const { n } = problem;
  const { d, s, z, w, beta } = state;
  const weights = d.map((value, i) => 1 / (z[i] / value + w[i] / s[i]));
  const factor = factorHessian(weightedGram(problem, weights), problem.p);
  if (!factor) return false;
  const missing = infeasibility(problem, d, tau);
  const solve = (xi: Float64Array): { v: Float64Array; dd: Float64Array } => {
    const v = newtonStep(factor, weightedSum(problem, weights, xi, missing));
    return { v, dd: xi.map((value, i) => weights[i] * (rowTimes(problem, i, v) - value)) };
  };
  // Predictor: straight at the solution.
  const affine = solve(z.map((value, i) => value - w[i]));
  const dz = z.map((value, i) => -value - (value / d[i]) * affine.dd[i]);
  const dw = w.map((value, i) => -value + (value / s[i]) * affine.dd[i]);
  const primal = lengthOf(d, s, affine.dd);
  const dual = Math.min(longest(z, dz), longest(w, dw), 1);
  let after = 0;
  for (let i = 0; i < n; i++) {
    after += (d[i] + primal * affine.dd[i]) * (z[i] + dual * dz[i]) + (s[i] - primal * affine.dd[i]) * (w[i] + dual * dw[i]);
  }
  const before = gap(state);
  // Corrector: towards the central path, with the second-order terms of the predictor.
  const mu = (before / (2 * n)) * (after / before) ** 3;
  const cz = dz.map((value, i) => (mu - affine.dd[i] * value) / d[i]);
  const cw = dw.map((value, i) => (mu + affine.dd[i] * value) / s[i]);
  const { v, dd } = solve(z.map((value, i) => value - w[i] - cz[i] + cw[i]));
  const stepZ = z.map((value, i) => cz[i] - value - (value / d[i]) * dd[i]);
  const stepW = w.map((value, i) => cw[i] - value + (value / s[i]) * dd[i]);
  const along = Math.min(1, shortOf * lengthOf(d, s, dd));
  const across = Math.min(1, shortOf * Math.min(longest(z, stepZ), longest(w, stepW)));
  for (let i = 0; i < n; i++) {
    d[i] += along * dd[i];
    s[i] -= along * dd[i];
    z[i] += across * stepZ[i];
    w[i] += across * stepW[i];
  }
  // The equality multipliers of the minimisation are −β.
  for (let j = 0; j < beta.length; j++) beta[j] -= across * v[j];
  return true;
}

/** Largest step that keeps every 0 < d < 1. */
function lengthOf(d: Float64Array, s: Float64Array, step: Float64Array): number {
  let length = Infinity;
  for (let i = 0; i < d.length; i++) {
    if (step[i] < 0) length = Math.min(length, -d[i] / step[i]);
    else if (step[i] > 0) length = Math.min(length, s[i] / step[i]);
  }
  return Math.min(length, 1e20);
}

/** Largest step that keeps every value positive. */
function longest(values: Float64Array, step: Float64Array): number {
  let length = 1e20;
  for (let i = 0; i < values.length; i++) if (step[i] < 0) length = Math.min(length, -values[i] / step[i]);
  return length;
}

function rowTimes({ x, p }: QuantileProblem, i: number, v: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < p; j++) sum += x[i * p + j] * v[j];
  return sum;
}

/** Xᵀ diag(weights) X. */
function weightedGram({ x, n, p }: QuantileProblem, weights: Float64Array): Float64Array {
  const gram = new Float64Array(p * p);
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < p; a++) {
      const left = weights[i] * x[i * p + a];
      for (let b = a; b < p; b++) gram[a * p + b] += left * x[i * p + b];
    }
  }
  for (let a = 0; a < p; a++) for (let b = 0; b < a; b++) gram[a * p + b] = gram[b * p + a];
  return gram;
}

/** Xᵀ(weights · xi) + missing. */
function weightedSum({ x, n, p }: QuantileProblem, weights: Float64Array, xi: Float64Array, missing: Float64Array): Float64Array {
  const sum = missing.slice();
  for (let i = 0; i < n; i++) for (let j = 0; j < p; j++) sum[j] += x[i * p + j] * weights[i] * xi[i];
  return sum;
}

/** (1 − τ)Xᵀ1 − Xᵀd: nothing but rounding, put back at every step. */
function infeasibility({ x, n, p }: QuantileProblem, d: Float64Array, tau: number): Float64Array {
  const rest = new Float64Array(p);
  for (let i = 0; i < n; i++) for (let j = 0; j < p; j++) rest[j] += x[i * p + j] * (1 - tau - d[i]);
  return rest;
}

function leastSquares(problem: QuantileProblem): Float64Array | undefined {
  const ones = new Float64Array(problem.n).fill(1);
  const factor = factorHessian(weightedGram(problem, ones), problem.p);
  return factor && newtonStep(factor, weightedSum(problem, ones, problem.y, new Float64Array(problem.p)));
}
