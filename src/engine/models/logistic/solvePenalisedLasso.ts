/**
 * ℓ₁-penalised logistic likelihoods by proximal Newton on a working set of coefficients that grows by violators of the
 * optimality conditions (Friedman, Hastie & Tibshirani 2010; Lee, Sun & Saunders 2014).
 */
import type { WorkContext } from '../../context';
import { mirror } from '../../math/gram';
import { WorkingSet, gramQuadratic, solveLasso } from '../linear/solveLassoPath';
import { multinomialHessian } from './solveMultinomialPass';
import { evaluate, fromState, fullScore, objective, toState } from './solvePenalisedCore';
import type { Evaluation, Level, LogisticProblem, LogisticState } from './solvePenalisedCore';

/** Coefficients and multiplications up to which their full Hessian is formed; beyond, a block bound of it. */
const mostFull = 1500;
const fullWork = 2e9;
/** Sweeps on one quadratic model: the next model is worth more than its last digits. */
const innerSweeps = 300;

/**
 * Solves for one penalty from `start`. `candidates` are the coefficients to begin with (slot · p + column: those active
 * before, strong ones); those that violate optimality are added until none is left.
 */
export async function lassoState(problem: LogisticProblem, start: LogisticState, candidates: Set<number>, level: Level): Promise<LogisticState> {
  const { slots, p } = problem;
  const l1 = level.lambda * level.ratio;
  let state = start;
  for (let round = 0; round < 50; round++) {
    state = await proximalNewton(problem, Int32Array.from(candidates).sort(), state, level);
    const score = await fullScore(problem, state);
    const violators: { index: number; by: number }[] = [];
    for (let s = 0; s < slots; s++) {
      for (let j = 0; j < p; j++) {
        const by = Math.abs(score[s * (p + 1) + 1 + j]);
        if (by > l1 * (1 + 1e-6) && !candidates.has(s * p + j)) violators.push({ index: s * p + j, by });
      }
    }
    if (violators.length === 0) break;
    violators.sort((a, b) => b.by - a.by);
    for (const { index } of violators.slice(0, Math.max(20, candidates.size))) candidates.add(index);
  }
  return state;
}

/** Where the coefficients of the working set stand among those of the columns they need. */
interface Places {
  readonly columns: Int32Array;
  readonly q: number;
  /** Places in beta (slot · q + column), ascending, the intercepts among them. */
  readonly at: Int32Array;
  readonly free: Uint8Array;
}

function placesOf({ slots, p, data }: LogisticProblem, candidates: Int32Array): Places {
  const columns = Int32Array.from(new Set(Array.from(candidates, (c) => c % p))).sort();
  const index = new Map(Array.from(columns, (j, k) => [j, k]));
  const q = columns.length + data.lead;
  const at: number[] = [];
  if (data.lead) for (let s = 0; s < slots; s++) at.push(s * q);
  for (const c of candidates) at.push(Math.floor(c / p) * q + data.lead + index.get(c % p)!);
  const sorted = Int32Array.from(at).sort();
  return { columns, q, at: sorted, free: Uint8Array.from(sorted, (place) => (place % q < data.lead ? 1 : 0)) };
}

async function proximalNewton(problem: LogisticProblem, candidates: Int32Array, start: LogisticState, level: Level): Promise<LogisticState> {
  const { slots, data } = problem;
  const places = placesOf(problem, candidates);
  const { columns, q, at } = places;
  if (at.length === 0) return start;
  const blocks = slots > 1 && (at.length > mostFull || data.n * at.length * at.length > fullWork);
  const order = blocks ? 'blocks' : slots === 1;
  let beta = fromState(problem, columns, start);
  let now = await evaluate(problem, columns, beta, order);
  let value = objective(now.loss, beta, q, data.lead, level);
  // The bound converges linearly: its last digits are not worth their passes.
  const precision = blocks ? Math.max(level.precision, 1e-9) : level.precision;
  for (let iteration = 0; iteration < (blocks ? 200 : 50); iteration++) {
    const target = blocks ? await blockStep(problem, now, beta, places, level) : await fullStep(problem, now, beta, places, level);
    const gain = expectedGain(now.score, beta, target, q, data.lead, level);
    if (gain <= precision * value) return toState(problem, columns, target);
    const next = await search(problem, places, beta, target, value, order, level);
    if (!next) break;
    const change = value - next.value;
    ({ beta, now, value } = next);
    if (change <= 1e-15 * value) break;
  }
  return toState(problem, columns, beta);
}

/** The target, or the first point halfway, quarterway … to it that does not raise the objective. */
async function search(
  problem: LogisticProblem, { columns, q }: Places, beta: Float64Array, target: Float64Array, value: number, order: boolean | 'blocks', level: Level,
): Promise<{ beta: Float64Array; now: Evaluation; value: number } | undefined> {
  for (let share = 1, k = 0; k < 20; k++, share /= 2) {
    const scale = share;
    const next = k === 0 ? target : beta.map((b, a) => b + scale * (target[a] - b));
    const now = await evaluate(problem, columns, next, order);
    const reached = objective(now.loss, next, q, problem.data.lead, level);
    if (reached <= value * (1 + 1e-14)) return { beta: next, now, value: reached };
  }
  return undefined;
}

/** First-order gain of moving to the target: score·step minus the growth of the penalty. */
function expectedGain(score: Float64Array, beta: Float64Array, target: Float64Array, q: number, lead: number, level: Level): number {
  let gain = 0;
  for (let a = 0; a < beta.length; a++) gain += score[a] * (target[a] - beta[a]);
  return gain - (objective(0, target, q, lead, level) - objective(0, beta, q, lead, level));
}

async function fullStep(problem: LogisticProblem, now: Evaluation, beta: Float64Array, { columns, at, free }: Places, level: Level): Promise<Float64Array> {
  const { slots, data, classes, context } = problem;
  const hessian = slots === 1 ? now.hessian.slice() : await multinomialHessian({ ...data, kept: columns, classes, free: slots }, beta, at, context);
  const score = Float64Array.from(at, (place) => now.score[place]);
  const values = Float64Array.from(at, (place) => beta[place]);
  if (slots > 1 && data.lead) centreIntercepts(hessian, score, values, free);
  const step = await quadraticStep(hessian, score, values, free, level, context);
  const target = beta.slice();
  at.forEach((place, k) => (target[place] = step[k]));
  return target;
}

/**
 * Intercepts of all classes may shift together without any effect. Adding (Σ b)²·c/2, which is zero at the centred
 * solution, fixes them without moving it.
 */
function centreIntercepts(hessian: Float64Array, score: Float64Array, values: Float64Array, free: Uint8Array): void {
  const m = values.length;
  const intercepts = Array.from({ length: m }, (_, a) => a).filter((a) => free[a]);
  let c = 0;
  let sum = 0;
  for (const a of intercepts) {
    c += hessian[a * m + a] / intercepts.length;
    sum += values[a];
  }
  for (const a of intercepts) {
    score[a] -= c * sum;
    for (const b of intercepts) hessian[a * m + b] += c;
  }
}

/** Minimises ½(v−β)ᵀK(v−β) − gᵀ(v−β) + penalty over v. */
async function quadraticStep(k: Float64Array, g: Float64Array, beta: Float64Array, free: Uint8Array, level: Level, context: WorkContext): Promise<Float64Array> {
  const m = beta.length;
  const right = g.slice();
  for (let b = 0; b < m; b++) {
    const x = beta[b];
    if (x !== 0) for (let a = 0; a < m; a++) right[a] += k[b * m + a] * x;
  }
  const quadratic = gramQuadratic(k, m, right);
  const set = new WorkingSet(quadratic);
  const v = beta.slice();
  for (let a = 0; a < m; a++) if (v[a] !== 0 || free[a]) set.add(a);
  await solveLasso(quadratic, set, v, level.lambda * level.ratio, level.lambda * (1 - level.ratio), context, free, Math.max(1e-10, Math.sqrt(level.precision) / 100), innerSweeps);
  return v;
}

/** Each class by itself under the bound diag(p) of the Hessian's diag(p) − ppᵀ. */
async function blockStep({ slots, data, context }: LogisticProblem, { score, diagonal }: Evaluation, beta: Float64Array, { q }: Places, level: Level): Promise<Float64Array> {
  const target = new Float64Array(beta.length);
  const free = new Uint8Array(q);
  if (data.lead) free[0] = 1;
  for (let s = 0; s < slots; s++) {
    const k = mirror(diagonal!.slice(s * q * q, (s + 1) * q * q), q);
    target.set(await quadraticStep(k, score.slice(s * q, (s + 1) * q), beta.slice(s * q, (s + 1) * q), free, level, context), s * q);
  }
  return target;
}
