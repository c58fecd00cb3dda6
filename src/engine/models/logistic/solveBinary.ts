/**
 * Binary logistic regression by maximum likelihood: Newton's method (= IRLS) with step halving on centred, scaled
 * columns. Aliased columns are found first, as in least squares; estimates that do not exist (separation) are found by
 * a direction along which the likelihood never falls, and that direction is verified on every row.
 */
import type { WorkContext } from '../../context';
import { columnScaling } from '../../math/columns';
import { factorHessian, inverseRoot, newtonStep } from '../../math/newton';
import { orthogonalise } from '../../math/qr';
import { Rng } from '../../math/random';
import type { AliasedColumn } from '../linear/solveAssemble';
import { leastSquares, requireFinite } from '../linear/solveLeastSquares';
import { binaryResult, oneClass } from './solveBinaryResult';
import type { BinaryFit } from './solveBinaryResult';
import { binaryPass, weightedTriangle } from './solvePass';
import type { BinaryData, PassResult } from './solvePass';
import { verifyDirection } from './solveSeparation';
import type { Separation } from './solveSeparation';

export interface BinaryInput {
  /** n × p, column-major, without the intercept's ones. Never changed. */
  readonly X: Float64Array;
  readonly n: number;
  readonly p: number;
  /** 1 for the positive class, 0 for the other. */
  readonly y: Float64Array;
  readonly intercept: boolean;
  readonly context: WorkContext;
}

/** Above this many rows the iteration starts from a fit to a random sample of them. */
const sampledAbove = 100000;
const sampleRows = 30000;
const mostIterations = 60;
/** Converged when the mean squared step of the linear predictors, weighted, is below this. */
const stepTolerance = 1e-18;
/** The same where a pass over the rows is long: the errors then rest on weights that are off by less than 1e-6. */
const longTolerance = 1e-13;

export async function logisticBinary(input: BinaryInput): Promise<BinaryFit> {
  const { n, y } = input;
  let positives = 0;
  for (let i = 0; i < n; i++) if (y[i] > 0.5) positives++;
  if (positives === 0 || positives === n) return oneClass(input, positives);
  if (n > sampledAbove) {
    const fit = await fromSample(input, positives);
    if (fit) return fit;
  }
  return fromScratch(input, positives);
}

/** Fits a sample, then all rows from there; undefined when the sample cannot carry the model. */
async function fromSample(input: BinaryInput, positives: number): Promise<BinaryFit | undefined> {
  const { X, n, p, y, intercept, context } = input;
  const rng = new Rng(1);
  const chosen: number[] = [];
  for (let i = 0; i < n; i++) if (rng.uniform() * n < sampleRows) chosen.push(i);
  const m = chosen.length;
  const sampleX = new Float64Array(m * p);
  for (let j = 0; j < p; j++) for (let i = 0; i < m; i++) sampleX[j * m + i] = X[j * n + chosen[i]];
  const sampleY = Float64Array.from(chosen, (i) => y[i]);
  const sample = await logisticBinary({ X: sampleX, n: m, p, y: sampleY, intercept, context });
  if (!sample.converged || sample.separation || sample.divergent || sample.rank < p + (intercept ? 1 : 0)) return undefined;
  const scaling = await columnScaling(X, n, p, intercept, context);
  requireFinite(scaling);
  const data: BinaryData = { X, stride: n, n, y, scaling, kept: Int32Array.from({ length: p }, (_, j) => j), lead: intercept ? 1 : 0 };
  const start = toScaled(data, sample.intercept, sample.coefficients);
  const end = await iterate(data, start, context, Infinity, longTolerance);
  return end.failed ? undefined : binaryResult(input, data, end, positives, []);
}

/** Starts as R's glm does; its first step is a linear regression, which finds the aliased columns too. */
async function fromScratch(input: BinaryInput, positives: number): Promise<BinaryFit> {
  const { X, n, p, y, intercept, context } = input;
  const linear = await leastSquares({ X, n, p, y, intercept, context });
  const kept = Int32Array.from(Array.from({ length: p }, (_, j) => j).filter((j) => !linear.aliased[j]));
  const scaling = await columnScaling(X, n, p, intercept, context);
  const data: BinaryData = { X, stride: n, n, y, scaling, kept, lead: intercept ? 1 : 0 };
  if (kept.length + data.lead >= n) return saturated(input, data, linear.aliasedBy, positives);
  // Working response ±(ln 3 + 4/3) with equal weights: twice that times the regression of y − ½.
  const size = Math.log(3) + 4 / 3;
  let start: Float64Array;
  if (intercept) start = toScaled(data, size * (2 * linear.intercept - 1), linear.coefficients.map((b) => 2 * size * b));
  else {
    const centred = await leastSquares({ X, n, p, y: y.map((v) => (v > 0.5 ? size : -size)), intercept, context });
    start = toScaled(data, 0, centred.coefficients);
  }
  const end = await iterate(data, start, context, 2 * n * Math.log(4 / 3));
  return binaryResult(input, data, end, positives, linear.aliasedBy);
}

/** As many coefficients as rows: any labels can be fitted, so the classes are separated. */
async function saturated(input: BinaryInput, data: BinaryData, aliasedBy: readonly AliasedColumn[], positives: number): Promise<BinaryFit> {
  const beta = new Float64Array(data.kept.length + data.lead);
  const eta = new Float64Array(data.n);
  const pass = await binaryPass(data, beta, eta, input.context, false);
  const separation: Separation = {
    kind: 'complete', rows: data.n, columns: data.kept, intercept: data.lead === 1, direction: new Float64Array(beta.length),
  };
  const end: IterationEnd = { beta, pass, root: undefined, iterations: 0, converged: false, failed: false, separation };
  return binaryResult(input, data, end, positives, aliasedBy);
}

/** Coefficients of centred, scaled columns from coefficients of the columns as they are. */
export function toScaled(data: BinaryData, intercept: number, coefficients: Float64Array): Float64Array {
  const { kept, lead, scaling } = data;
  const beta = new Float64Array(kept.length + lead);
  let constant = intercept;
  for (let k = 0; k < kept.length; k++) {
    const j = kept[k];
    beta[k + lead] = coefficients[j] * scaling.scale[j];
    constant += coefficients[j] * (scaling.mean[j] + scaling.meanLow[j]);
  }
  if (lead) beta[0] = constant;
  return beta;
}

export interface IterationEnd {
  readonly beta: Float64Array;
  readonly pass: PassResult;
  /** Upper W with (Zᵀ diag(w) Z)⁻¹ = W Wᵀ in scaled coordinates. */
  readonly root: Float64Array | undefined;
  readonly iterations: number;
  readonly converged: boolean;
  readonly failed: boolean;
  readonly separation?: Separation;
}

interface Step {
  readonly step: Float64Array;
  readonly root: Float64Array;
  /** gᵀ H⁻¹ g: twice the expected gain in log-likelihood. */
  readonly decrement: number;
}

/** Below this relative pivot the step is computed from reflections instead of cross-products. */
const nearlyDependent = 1e-6;

async function solveStep(data: BinaryData, beta: Float64Array, pass: PassResult, context: WorkContext): Promise<Step | undefined> {
  const q = beta.length;
  const factor = factorHessian(pass.hessian, q);
  if (factor && factor.pivot > nearlyDependent) {
    const step = newtonStep(factor, pass.gradient);
    let decrement = 0;
    for (let j = 0; j < q; j++) decrement += step[j] * pass.gradient[j];
    return { step, root: inverseRoot(factor), decrement };
  }
  const triangle = await weightedTriangle(data, beta, context);
  const rows = Math.min(q + 1, data.n);
  const matrix = new Float64Array(rows * (q + 1));
  for (let j = 0; j <= q; j++) for (let i = 0; i < Math.min(rows, j + 1); i++) matrix[j * rows + i] = triangle.r[j * (q + 1) + i];
  const solved = orthogonalise(matrix, rows, q, { leading: 0, doubleDouble: q <= 60 });
  if (solved.kept.length < q) return undefined;
  let decrement = 0;
  for (let j = 0; j < q; j++) decrement += solved.solution[j] * pass.gradient[j];
  return { step: solved.solution, root: solved.root, decrement };
}

/**
 * Newton from `beta`. With `startDeviance` (R's start), the state at which R's glm would stop by default is kept: where
 * some coefficient drifts to infinity, that is what is reported for it.
 */
export async function iterate(
  data: BinaryData, start: Float64Array, context: WorkContext, startDeviance = Infinity, tolerance = stepTolerance,
): Promise<IterationEnd> {
  const eta = new Float64Array(data.n);
  let beta: Float64Array = start;
  let pass = await binaryPass(data, beta, eta, context);
  let lastDeviance = startDeviance;
  let lastRoot: Float64Array | undefined;
  let settled: IterationEnd | undefined;
  let settledAt = 0;
  for (let iteration = 1; iteration <= mostIterations; iteration++) {
    if (pass.wrong === 0) return end(beta, pass, lastRoot, iteration, await verifyDirection(data, beta, context));
    if (!settled && Math.abs(pass.deviance - lastDeviance) / (Math.abs(pass.deviance) + 0.1) < 1e-8) {
      settled = { beta, pass, root: lastRoot, iterations: iteration, converged: true, failed: false };
      settledAt = iteration;
    }
    const solved = await solveStep(data, beta, pass, context);
    if (!solved) return (await drifting(data, lastStep(settled, beta), settled, context)) ?? { ...end(beta, pass, lastRoot, iteration), failed: true };
    if (solved.decrement <= tolerance * pass.weight) {
      const last = beta.map((b, j) => b + solved.step[j]);
      return { ...end(last, { ...pass, deviance: pass.deviance - solved.decrement }, solved.root, iteration), converged: true };
    }
    if (settled && iteration - settledAt >= 3 && (iteration - settledAt) % 3 === 0) {
      const found = await drifting(data, solved.step, settled, context);
      if (found) return found;
    }
    const next = await halving(data, beta, solved.step, pass, eta, context);
    lastDeviance = pass.deviance;
    lastRoot = solved.root;
    if (!next) {
      // No step gains anything: rounding level.
      return { ...end(beta, pass, solved.root, iteration), converged: solved.decrement < 1e-8 * pass.weight };
    }
    beta = next.beta;
    pass = next.pass;
  }
  return settled ?? { ...end(beta, pass, lastRoot, mostIterations), failed: true };
}

function end(beta: Float64Array, pass: PassResult, root: Float64Array | undefined, iterations: number, separation?: Separation): IterationEnd {
  return { beta, pass, root, iterations, converged: false, failed: false, separation };
}

function lastStep(settled: IterationEnd | undefined, beta: Float64Array): Float64Array {
  return settled ? beta.map((b, j) => b - settled.beta[j]) : beta;
}

/** Takes the step, halved until the deviance does not rise; undefined when twenty halvings do not help. */
async function halving(
  data: BinaryData, beta: Float64Array, step: Float64Array, pass: PassResult, eta: Float64Array, context: WorkContext,
): Promise<{ beta: Float64Array; pass: PassResult } | undefined> {
  let share = 1;
  for (let k = 0; k < 20; k++) {
    const next = beta.map((b, j) => b + share * step[j]);
    const result = await binaryPass(data, next, eta, context);
    if (result.deviance <= pass.deviance * (1 + 1e-12) + 1e-300) return { beta: next, pass: result };
    share /= 2;
  }
  return undefined;
}

/** After the deviance has settled: does the step lead to infinity? Verified on all rows. */
async function drifting(
  data: BinaryData, step: Float64Array, settled: IterationEnd | undefined, context: WorkContext,
): Promise<IterationEnd | undefined> {
  const separation = await verifyDirection(data, step, context);
  return separation && settled ? { ...settled, separation } : undefined;
}
