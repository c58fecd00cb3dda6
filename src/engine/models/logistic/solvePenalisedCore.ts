/**
 * Penalised logistic likelihoods on standardised columns, binary or multinomial (symmetric: every class has coefficients):
 * minimises Σ −log-likelihood + λ(ρ‖w‖₁ + ½(1−ρ)‖w‖²), intercepts free. Here: the problem, its
 * evaluation, and ridge by Newton or preconditioned L-BFGS; with ℓ₁ see solvePenalisedLasso.
 */
import type { WorkContext } from '../../context';
import { blockRows, columnScaling, packColumnRows } from '../../math/columns';
import type { ColumnScaling } from '../../math/columns';
import { addGram, mirror } from '../../math/gram';
import { minimiseLbfgs } from '../../math/lbfgs';
import { factorHessian, newtonStep } from '../../math/newton';
import { rotateIn, rotateOut, solveShifted, tridiagonalise } from '../../math/tridiagonal';
import { requireFinite } from '../linear/solveLeastSquares';
import { multinomialPass } from './solveMultinomialPass';
import { binaryPass, packBlock } from './solvePass';
import type { BinaryData } from './solvePass';

/** Rows, columns and classes of one training part, standardised by its own means and population sds. */
export interface LogisticProblem {
  readonly data: BinaryData;
  readonly classes: number;
  /** Sets of coefficients: 1 for two classes, else one per class. */
  readonly slots: number;
  readonly p: number;
  readonly context: WorkContext;
}

/** Intercept and p standardised coefficients per slot: slot s, column j at s·(p+1) + 1 + j. */
export type LogisticState = Float64Array;

export interface Level {
  readonly lambda: number;
  /** Share ρ of the ℓ₁ norm. */
  readonly ratio: number;
  /** Relative change of the objective at which iterations end. */
  readonly precision: number;
}

/** −log-likelihood at a state. */
export async function lossOf(problem: LogisticProblem, state: LogisticState): Promise<number> {
  const columns = allColumns(problem.p);
  return (await evaluate(problem, columns, fromState(problem, columns, state), false)).loss;
}

export async function standardScaling(X: Float64Array, n: number, p: number, intercept: boolean, rows: Int32Array, context: WorkContext): Promise<ColumnScaling> {
  const scaling = await columnScaling(X, n, p, intercept, context, rows);
  requireFinite(scaling);
  const block = new Float64Array(blockRows);
  for (let j = 0; j < p; j++) {
    const pause = context.breathe();
    if (pause) await pause;
    let square = 0;
    for (let start = 0; start < rows.length; start += blockRows) {
      const count = Math.min(blockRows, rows.length - start);
      packColumnRows(X, n, j, rows, start, count, scaling, block, 0);
      for (let i = 0; i < count; i++) square += block[i] * block[i];
    }
    const sd = Math.sqrt(square / rows.length) * scaling.scale[j];
    const varies = sd > 0 && !(intercept && scaling.constant[j]);
    scaling.scale[j] = varies ? sd : 0;
    scaling.inverse[j] = varies ? 1 / sd : 0;
  }
  return scaling;
}

export interface Evaluation {
  readonly loss: number;
  /** Score: gradient of the log-likelihood. */
  readonly score: Float64Array;
  readonly hessian: Float64Array;
  readonly diagonal?: Float64Array;
  readonly weight: number;
}

/** Log-likelihood at `beta` (slots × (lead + columns)) on the problem restricted to some columns. */
export async function evaluate(problem: LogisticProblem, columns: Int32Array, beta: Float64Array, order: boolean | 'blocks'): Promise<Evaluation> {
  const { data, slots, classes, context } = problem;
  const part = { ...data, kept: columns };
  if (slots === 1) {
    const pass = await binaryPass(part, beta, new Float64Array(data.n), context, order !== false);
    return { loss: pass.deviance / 2, score: pass.gradient, hessian: pass.hessian, weight: pass.weight };
  }
  const pass = await multinomialPass({ ...part, classes, free: slots }, beta, context, order);
  return { loss: pass.deviance / 2, score: pass.gradient, hessian: pass.hessian, diagonal: pass.diagonal, weight: pass.weight };
}

/** All columns of the problem. */
function allColumns(p: number): Int32Array {
  return Int32Array.from({ length: p }, (_, j) => j);
}

/** Score of every coefficient at a state: what penalties are compared with. */
export async function fullScore(problem: LogisticProblem, state: LogisticState): Promise<Float64Array> {
  const columns = allColumns(problem.p);
  return toState(problem, columns, (await evaluate(problem, columns, fromState(problem, columns, state), false)).score);
}

/** Coefficients of some columns, slot by slot, intercept first when there is one. */
export function fromState({ slots, p, data }: LogisticProblem, columns: Int32Array, state: LogisticState): Float64Array {
  const q = columns.length + data.lead;
  const beta = new Float64Array(slots * q);
  for (let s = 0; s < slots; s++) {
    if (data.lead) beta[s * q] = state[s * (p + 1)];
    for (let k = 0; k < columns.length; k++) beta[s * q + data.lead + k] = state[s * (p + 1) + 1 + columns[k]];
  }
  return beta;
}

export function toState({ slots, p, data }: LogisticProblem, columns: Int32Array, beta: Float64Array): LogisticState {
  const q = columns.length + data.lead;
  const state = new Float64Array(slots * (p + 1));
  for (let s = 0; s < slots; s++) {
    if (data.lead) state[s * (p + 1)] = beta[s * q];
    for (let k = 0; k < columns.length; k++) state[s * (p + 1) + 1 + columns[k]] = beta[s * q + data.lead + k];
  }
  return state;
}

/** Intercepts at the class shares, all else 0. */
export function nullState({ data, classes, slots, p }: LogisticProblem): LogisticState {
  const state = new Float64Array(slots * (p + 1));
  if (!data.lead) return state;
  const counts = new Float64Array(classes).fill(1e-3);
  for (let i = 0; i < data.n; i++) counts[data.y[data.rows ? data.rows[i] : i]]++;
  if (slots === 1) state[0] = Math.log(counts[1] / counts[0]);
  else {
    let mean = 0;
    for (const c of counts) mean += Math.log(c) / classes;
    for (let s = 0; s < slots; s++) state[s * (p + 1)] = Math.log(counts[s]) - mean;
  }
  return state;
}

function norms(beta: Float64Array, q: number, lead: number): { one: number; two: number } {
  let one = 0;
  let two = 0;
  for (let a = 0; a < beta.length; a++) {
    if (a % q < lead) continue;
    one += Math.abs(beta[a]);
    two += beta[a] * beta[a];
  }
  return { one, two };
}

export function objective(loss: number, beta: Float64Array, q: number, lead: number, { lambda, ratio }: Level): number {
  const { one, two } = norms(beta, q, lead);
  return loss + lambda * (ratio * one + 0.5 * (1 - ratio) * two);
}

/**
 * Intercepts of all classes may shift together without any effect. Adding (Σ b)²·c/2, which is zero at the centred
 * solution, fixes them without moving it.
 */
function fixGauge(slots: number, q: number, lead: number, beta: Float64Array, score: Float64Array, hessian: Float64Array): void {
  if (slots === 1 || !lead) return;
  const m = slots * q;
  let c = 0;
  let sum = 0;
  for (let s = 0; s < slots; s++) {
    c += hessian[s * q * m + s * q] / slots;
    sum += beta[s * q];
  }
  for (let s = 0; s < slots; s++) {
    score[s * q] -= c * sum;
    for (let t = 0; t < slots; t++) hessian[s * q * m + t * q] += c;
  }
}

// ---------------------------------------------------------------- ridge

/** Coefficients, and multiplications for a Hessian, up to which Newton's method is used. */
const mostNewton = 600;
const newtonWork = 2e8;

/** Solves ridge for one penalty after another; made once per training part. */
export type RidgeSolver = (start: LogisticState, level: Level) => Promise<LogisticState>;

export async function ridgeSolver(problem: LogisticProblem): Promise<RidgeSolver> {
  const columns = allColumns(problem.p);
  const q = problem.p + problem.data.lead;
  const m = problem.slots * q;
  if (m <= mostNewton && (m <= 30 || problem.data.n * m * m <= newtonWork)) return (start, level) => ridgeNewton(problem, columns, start, level);
  const gram = await gramOf(problem);
  const t = await tridiagonalise(gram, problem.p, problem.context);
  return (start, level) => ridgeLbfgs(problem, columns, t, start, level);
}

async function ridgeNewton(problem: LogisticProblem, columns: Int32Array, start: LogisticState, level: Level): Promise<LogisticState> {
  const { slots, data } = problem;
  const { lead } = data;
  const q = columns.length + lead;
  let beta = fromState(problem, columns, start);
  let now = await evaluate(problem, columns, beta, true);
  let value = objective(now.loss, beta, q, lead, level);
  for (let iteration = 0; iteration < 50; iteration++) {
    const score = now.score.slice();
    const hessian = now.hessian.slice();
    fixGauge(slots, q, lead, beta, score, hessian);
    for (let a = 0; a < beta.length; a++) {
      if (a % q < lead) continue;
      score[a] -= level.lambda * beta[a];
      hessian[a * beta.length + a] += level.lambda;
    }
    const factor = factorHessian(hessian, beta.length);
    if (!factor) break;
    const step = newtonStep(factor, score);
    let decrement = 0;
    for (let a = 0; a < step.length; a++) decrement += step[a] * score[a];
    if (decrement <= level.precision * value) return toState(problem, columns, beta.map((b, a) => b + step[a]));
    let share = 1;
    for (let k = 0; ; k++, share /= 2) {
      const scale = share;
      const next = beta.map((b, a) => b + scale * step[a]);
      const there = await evaluate(problem, columns, next, true);
      const reached = objective(there.loss, next, q, lead, level);
      if (reached <= value * (1 + 1e-14) || k === 20) {
        beta = next;
        now = there;
        value = reached;
        break;
      }
    }
  }
  return toState(problem, columns, beta);
}

/** Z'Z of the standardised columns, full. */
async function gramOf({ data, p, context }: LogisticProblem): Promise<Float64Array> {
  const part = { ...data, kept: allColumns(p), lead: 0 };
  const block = new Float64Array(blockRows * p);
  const gram = new Float64Array(p * p);
  for (let start = 0; start < data.n; start += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    addGram(block, blockRows, packBlock(part, start, block), p, gram);
  }
  return mirror(gram, p);
}

type Reduced = Awaited<ReturnType<typeof tridiagonalise>>;

/** L-BFGS whose first Hessian is (mean p(1−p)) Z'Z + λI in every slot. */
async function ridgeLbfgs(problem: LogisticProblem, columns: Int32Array, t: Reduced, start: LogisticState, level: Level): Promise<LogisticState> {
  const { slots, data } = problem;
  const { lead } = data;
  const q = columns.length + lead;
  const beta = fromState(problem, columns, start);
  const first = await evaluate(problem, columns, beta, false);
  const mean = Math.max(first.weight / (data.n * slots), 1e-6);
  const found = await minimiseLbfgs(beta, async (x) => {
    const { loss, score } = await evaluate(problem, columns, x, false);
    const gradient = score.map((g, a) => (a % q < lead ? -g : level.lambda * x[a] - g));
    return { value: objective(loss, x, q, lead, level), gradient };
  }, {
    gradientTolerance: 1e-9 * data.n * Math.max(1, Math.sqrt(level.precision / 1e-13)), iterations: 300,
    precondition: (g) => {
      const out = g.slice();
      for (let s = 0; s < slots; s++) {
        if (lead) out[s * q] = g[s * q] / (mean * data.n);
        const part = rotateIn(t, g.slice(s * q + lead, (s + 1) * q));
        const solved = solveShifted(t, level.lambda / mean, part);
        rotateOut(t, solved);
        for (let k = 0; k < solved.length; k++) out[s * q + lead + k] = solved[k] / mean;
      }
      return out;
    },
  });
  return toState(problem, columns, found.x);
}
