/**
 * Ridge, lasso and elastic-net logistic regression over a path of penalties, two or more classes, and the choice of a
 * penalty by cross-validated deviance. Columns are standardised inside (population sd), intercepts are not penalised.
 * Objective with λ = 1/C of scikit-learn: Σ −log p(own class) + λ(ρ‖w‖₁ + ½(1−ρ)‖w‖²); ridge ρ = 0, lasso ρ = 1.
 */
import type { WorkContext } from '../../context';
import { packColumnRows } from '../../math/columns';
import type { ColumnScaling } from '../../math/columns';
import { factorHessian, newtonStep } from '../../math/newton';
import { Rng } from '../../math/random';
import { rowProducts } from '../linear/solveRidgePath';
import { complement, rowsByFold } from '../linear/solveFolds';
import { chooseIndex } from '../linear/solvePenalised';
import type { Penalty } from '../linear/solvePenalised';
import { fullScore, lossOf, nullState, ridgeSolver, standardScaling } from './solvePenalisedCore';
import type { LogisticProblem, LogisticState } from './solvePenalisedCore';
import { lassoState } from './solvePenalisedLasso';

export interface PenalisedLogisticInput {
  /** n × p, column-major, without the intercept's ones. Never changed. */
  readonly X: Float64Array;
  readonly n: number;
  readonly p: number;
  /** Class index 0 … classes−1 of each row; with two classes, class 1 is the one modelled. */
  readonly y: ArrayLike<number>;
  readonly classes: number;
  readonly intercept: boolean;
  readonly context: WorkContext;
  readonly penalty: Penalty;
  /** ρ of the elastic net, 0 < ρ ≤ 1; default 0.5. */
  readonly l1Ratio?: number;
  /** λ = 1/C, largest first; a default path when absent. */
  readonly lambdas?: Float64Array;
  /** Number of penalties of the default path; default 30, fewer for many coefficients. */
  readonly count?: number;
}

/** Slots: one for two classes (log odds of class 1), else one per class (symmetric; ridge coefficients sum to 0). */
export interface PenalisedLogisticPath {
  readonly penalty: Penalty;
  readonly classes: number;
  readonly slots: number;
  readonly lambdas: Float64Array;
  /** Per penalty, one intercept per slot, in the data's units. */
  readonly intercepts: readonly Float64Array[];
  /** Per penalty and slot, length p, in the data's units. */
  readonly coefficients: readonly (readonly Float64Array[])[];
  /** The same per standard deviation of each column. */
  readonly standardised: readonly (readonly Float64Array[])[];
  /** Number of non-zero coefficients, all slots together. */
  readonly nonzero: Int32Array;
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

export interface PenalisedLogisticCvInput extends PenalisedLogisticInput {
  readonly foldOfRow: Int32Array;
  readonly folds: number;
  /** Rows used for the path and its cross-validation when there are more; the chosen models use all. Default 20,000. */
  readonly maxRows?: number;
  /** Of the sample of rows; default 1. */
  readonly seed?: number;
}

export interface PenalisedLogisticCv extends PenalisedLogisticPath {
  /** Mean deviance per held-out row (−2 log p), and its standard error over folds. */
  readonly cvMean: Float64Array;
  readonly cvSe: Float64Array;
  readonly best: number;
  readonly oneSe: number;
  /** Rows that the path was computed on; the entries `best` and `oneSe` are fitted on all rows. */
  readonly pathRows: number;
}

/** Relative change of the objective at which the paths end: exact for reported models, coarser for errors of folds. */
const exact = 1e-13;
const forErrors = 1e-7;
const forErrorsOfMany = 1e-5;

export async function penalisedLogisticPath(input: PenalisedLogisticInput): Promise<PenalisedLogisticPath> {
  const rows = Int32Array.from({ length: input.n }, (_, i) => i);
  const problem = await problemOf(input, rows);
  const lambdas = input.lambdas ?? (await defaultLambdas(problem, input));
  const states = await solveAll(problem, input, lambdas, exact, !input.lambdas);
  return describe(input, problem.data.scaling, lambdas.slice(0, states.length), states);
}

export async function penalisedLogisticCv(input: PenalisedLogisticCvInput): Promise<PenalisedLogisticCv> {
  const { n, folds, context } = input;
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const rows = sampleOf(n, input.maxRows ?? 20000, input.seed ?? 1) ?? all;
  const share = rows.length / n;
  const problem = await problemOf(input, rows);
  const tried = input.lambdas?.map((l) => l * share) ?? (await defaultLambdas(problem, input));
  const states = await solveAll(problem, input, tried, problem.slots > 20 ? forErrors : exact, !input.lambdas);
  const sampled = tried.slice(0, states.length);
  const lambdas = sampled.map((l) => l / share);
  const foldOfSample = Int32Array.from(rows, (i) => input.foldOfRow[i]);
  const parts = rowsByFold(foldOfSample, folds);
  const errors: Float64Array[] = [];
  for (let k = 0; k < folds; k++) {
    context.progress('Choosing the penalty', k / folds);
    if (parts[k].length === 0) continue;
    const training = complement(foldOfSample, k, rows.length - parts[k].length).map((i) => rows[i]);
    const part = await problemOf(input, training);
    const own = sampled.map((l) => (l * training.length) / rows.length);
    const solved = describe(input, part.data.scaling, own, await solveAll(part, input, own, part.slots > 1 ? forErrorsOfMany : forErrors));
    errors.push(await heldOut(input, solved, parts[k].map((i) => rows[i])));
  }
  const choice = chooseIndex(lambdas, errors);
  let scaling = problem.data.scaling;
  let path = describe(input, scaling, lambdas, states);
  if (rows !== all) {
    const whole = await problemOf(input, all);
    scaling = whole.data.scaling;
    const chosen = await refit(whole, input, lambdas, states, [...new Set([choice.oneSe, choice.best])]);
    path = mergePaths(path, describe(input, scaling, lambdas, chosen), [choice.best, choice.oneSe]);
  }
  return { ...path, ...choice, pathRows: rows.length };
}

/** A seeded sample of row numbers in order; undefined when all fit. */
function sampleOf(n: number, most: number, seed: number): Int32Array | undefined {
  if (n <= most) return undefined;
  const rng = new Rng(seed).fork('penaltyRows');
  const chosen: number[] = [];
  for (let i = 0; i < n; i++) if (rng.uniform() * (n - i) < most - chosen.length) chosen.push(i);
  return Int32Array.from(chosen);
}

async function refit(problem: LogisticProblem, input: PenalisedLogisticInput, lambdas: Float64Array, states: readonly LogisticState[], which: readonly number[]): Promise<LogisticState[]> {
  const result = states.slice();
  const ratio = ratioOf(input);
  const ridge = ratio === 0 ? await ridgeSolver(problem) : undefined;
  for (const index of which) {
    const level = { lambda: lambdas[index], ratio, precision: 1e-11 };
    result[index] = ridge ? await ridge(states[index], level) : await lassoState(problem, states[index], activeOf(problem, states[index]), level);
  }
  return result;
}

function mergePaths(path: PenalisedLogisticPath, refitted: PenalisedLogisticPath, which: readonly number[]): PenalisedLogisticPath {
  const pick = <T>(own: readonly T[], other: readonly T[]): T[] => own.map((value, k) => (which.includes(k) ? other[k] : value));
  return {
    ...path, mean: refitted.mean, sd: refitted.sd, intercepts: pick(path.intercepts, refitted.intercepts),
    coefficients: pick(path.coefficients, refitted.coefficients), standardised: pick(path.standardised, refitted.standardised),
    nonzero: path.nonzero.map((v, k) => (which.includes(k) ? refitted.nonzero[k] : v)),
  };
}

async function problemOf(input: PenalisedLogisticInput, rows: Int32Array): Promise<LogisticProblem> {
  const { X, n, p, y, classes, intercept, context } = input;
  const scaling = await standardScaling(X, n, p, intercept, rows, context);
  const kept = Int32Array.from({ length: p }, (_, j) => j);
  return { data: { X, stride: n, n: rows.length, y, scaling, kept, lead: intercept ? 1 : 0, rows }, classes, slots: classes === 2 ? 1 : classes, p, context };
}

function ratioOf({ penalty, l1Ratio = 0.5 }: PenalisedLogisticInput): number {
  return penalty === 'ridge' ? 0 : penalty === 'lasso' ? 1 : Math.max(1e-3, Math.min(1, l1Ratio));
}

/**
 * Lasso: from the smallest λ without coefficients, max|Z'(y − p̂)|/ρ, to 1e-3 of it (1e-2 when p > n or
 * classes are many). Ridge: from 100 times to
 * 1e-4 of that maximum.
 */
async function defaultLambdas(problem: LogisticProblem, input: PenalisedLogisticInput): Promise<Float64Array> {
  const { slots, p, data } = problem;
  const score = await fullScore(problem, nullState(problem));
  let largest = 0;
  for (let s = 0; s < slots; s++) for (let j = 0; j < p; j++) largest = Math.max(largest, Math.abs(score[s * (p + 1) + 1 + j]));
  if (!(largest > 0)) largest = 1;
  const ratio = ratioOf(input);
  const size = slots * p;
  const count = input.count ?? (size <= 200 || slots === 1 ? 30 : slots <= 20 ? 20 : 12);
  const top = ratio === 0 ? 100 * largest : largest / ratio;
  const bottom = ratio === 0 ? 1e-4 * largest : top * (p > data.n || slots > 20 ? 1e-2 : 1e-3);
  return Float64Array.from({ length: count }, (_, k) => (count === 1 ? top : top * (bottom / top) ** (k / (count - 1))));
}

/** One state per penalty, each started from the one before. */
async function solveAll(
  problem: LogisticProblem, input: PenalisedLogisticInput, lambdas: Float64Array, precision: number, mayStop = false,
): Promise<LogisticState[]> {
  const ratio = ratioOf(input);
  if (ratio === 0) return problem.p > problem.data.n ? ridgeInRowSpace(problem, lambdas, precision) : ridgeAll(problem, lambdas, precision);
  const states: LogisticState[] = [];
  let state = nullState(problem);
  const candidates = new Set<number>();
  let score = await fullScore(problem, state);
  const nullLoss = mayStop ? await lossOf(problem, state) : 0;
  for (let k = 0; k < lambdas.length; k++) {
    const pause = problem.context.breathe();
    if (pause) await pause;
    // Strong rule (Tibshirani et al. 2012): what could become active at this penalty.
    const threshold = (2 * lambdas[k] - (k > 0 ? lambdas[k - 1] : lambdas[k])) * ratio;
    if (k > 0) score = await fullScore(problem, state);
    addStrong(problem, score, threshold, candidates);
    state = await lassoState(problem, state, candidates, { lambda: lambdas[k], ratio, precision });
    const current = state;
    for (const c of [...candidates]) if (current[Math.floor(c / problem.p) * (problem.p + 1) + 1 + (c % problem.p)] === 0) candidates.delete(c);
    states.push(state);
    if (mayStop && k >= 5 && (await lossOf(problem, state)) < (1 - saturation) * nullLoss) break;
  }
  return states;
}

/** Share of the null deviance beyond which smaller penalties are not tried: the classes are as good as separated. */
const saturation = 0.99;

/** Adds the coefficients (slot · p + column) whose score reaches the threshold, the strongest first. */
function addStrong({ slots, p }: LogisticProblem, score: Float64Array, threshold: number, candidates: Set<number>): void {
  const strong: { index: number; by: number }[] = [];
  for (let s = 0; s < slots; s++) {
    for (let j = 0; j < p; j++) {
      const by = Math.abs(score[s * (p + 1) + 1 + j]);
      if (by >= threshold && !candidates.has(s * p + j)) strong.push({ index: s * p + j, by });
    }
  }
  strong.sort((a, b) => b.by - a.by);
  for (const { index } of strong.slice(0, Math.max(20, candidates.size))) candidates.add(index);
}

function activeOf({ slots, p }: LogisticProblem, state: LogisticState): Set<number> {
  const active = new Set<number>();
  for (let s = 0; s < slots; s++) for (let j = 0; j < p; j++) if (state[s * (p + 1) + 1 + j] !== 0) active.add(s * p + j);
  return active;
}

async function ridgeAll(problem: LogisticProblem, lambdas: Float64Array, precision: number): Promise<LogisticState[]> {
  const solve = await ridgeSolver(problem);
  const states: LogisticState[] = [];
  let state = nullState(problem);
  for (const lambda of lambdas) {
    const pause = problem.context.breathe();
    if (pause) await pause;
    state = await solve(state, { lambda, ratio: 0, precision });
    states.push(state);
  }
  return states;
}

/**
 * More columns than rows: with ZZᵀ = LLᵀ the ridge solution lies in the space of the rows, w = Zᵀ L (LᵀL)⁻¹ c, where c solves
 * the same problem with the r ≤ n columns of L.
 */
async function ridgeInRowSpace(problem: LogisticProblem, lambdas: Float64Array, precision: number): Promise<LogisticState[]> {
  const { data, p, slots, context } = problem;
  const { n, rows } = data;
  const z = new Float64Array(n * p);
  for (let j = 0; j < p; j++) packColumnRows(data.X, data.stride, j, rows!, 0, n, data.scaling, z, j * n);
  const { factor, rank } = pivotedCholesky(await rowProducts(z, n, p, context), n);
  const y = Float64Array.from(rows!, (i) => data.y[i]);
  const kept = Int32Array.from({ length: rank }, (_, j) => j);
  const small: LogisticProblem = { ...problem, p: rank, data: { X: factor, stride: n, n, y, scaling: unitScaling(rank), kept, lead: data.lead } };
  const states = await ridgeAll(small, lambdas, precision);
  const normal = new Float64Array(rank * rank);
  for (let a = 0; a < rank; a++) for (let b = 0; b < rank; b++) for (let i = 0; i < n; i++) normal[b * rank + a] += factor[a * n + i] * factor[b * n + i];
  const solver = factorHessian(normal, rank);
  return states.map((state) => {
    const full = new Float64Array(slots * (p + 1));
    for (let s = 0; s < slots; s++) {
      full[s * (p + 1)] = state[s * (rank + 1)];
      if (solver) backToColumns(z, n, p, factor, rank, newtonStep(solver, state.slice(s * (rank + 1) + 1, (s + 1) * (rank + 1))), full, s * (p + 1) + 1);
    }
    return full;
  });
}

function backToColumns(z: Float64Array, n: number, p: number, factor: Float64Array, rank: number, c: Float64Array, out: Float64Array, at: number): void {
  const dual = new Float64Array(n);
  for (let k = 0; k < rank; k++) for (let i = 0; i < n; i++) dual[i] += factor[k * n + i] * c[k];
  for (let j = 0; j < p; j++) {
    let s = 0;
    for (let i = 0; i < n; i++) s += z[j * n + i] * dual[i];
    out[at + j] = s;
  }
}

/** L (n × rank, column-major) with LLᵀ = A for a positive semidefinite A, largest pivots first. */
function pivotedCholesky(a: Float64Array, n: number): { factor: Float64Array; rank: number } {
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i]);
  let largest = 0;
  for (const d of diagonal) largest = Math.max(largest, d);
  const factor = new Float64Array(n * n);
  let rank = 0;
  for (; rank < n; rank++) {
    let pivot = 0;
    for (let i = 1; i < n; i++) if (diagonal[i] > diagonal[pivot]) pivot = i;
    if (!(diagonal[pivot] > 1e-12 * largest)) break;
    const root = Math.sqrt(diagonal[pivot]);
    const column = factor.subarray(rank * n, (rank + 1) * n);
    for (let i = 0; i < n; i++) column[i] = a[pivot * n + i];
    for (let k = 0; k < rank; k++) {
      const x = factor[k * n + pivot];
      for (let i = 0; i < n; i++) column[i] -= x * factor[k * n + i];
    }
    for (let i = 0; i < n; i++) {
      column[i] /= root;
      diagonal[i] -= column[i] * column[i];
    }
    diagonal[pivot] = 0;
  }
  return { factor: factor.slice(0, n * rank), rank };
}

function unitScaling(columns: number): ColumnScaling {
  const ones = new Float64Array(columns).fill(1);
  const zeros = new Float64Array(columns);
  return { columns, mean: zeros, meanLow: zeros, scale: ones, inverse: ones, largest: ones, constant: new Uint8Array(columns) };
}

function describe(input: PenalisedLogisticInput, scaling: ColumnScaling, lambdas: Float64Array, states: readonly LogisticState[]): PenalisedLogisticPath {
  const { p, classes, penalty, intercept } = input;
  const slots = classes === 2 ? 1 : classes;
  const mean = scaling.mean.map((m, j) => m + scaling.meanLow[j]);
  const intercepts: Float64Array[] = [];
  const coefficients: Float64Array[][] = [];
  const standardised: Float64Array[][] = [];
  const nonzero = new Int32Array(states.length);
  states.forEach((state, k) => {
    const constants = new Float64Array(slots);
    const own: Float64Array[] = [];
    const scaled: Float64Array[] = [];
    for (let s = 0; s < slots; s++) {
      const w = state.slice(s * (p + 1) + 1, (s + 1) * (p + 1));
      const b = w.map((x, j) => x * scaling.inverse[j]);
      let constant = state[s * (p + 1)];
      for (let j = 0; j < p; j++) {
        constant -= b[j] * mean[j];
        if (w[j] !== 0) nonzero[k]++;
      }
      constants[s] = intercept ? constant : 0;
      own.push(b);
      scaled.push(w);
    }
    intercepts.push(constants);
    coefficients.push(own);
    standardised.push(scaled);
  });
  return { penalty, classes, slots, lambdas, intercepts, coefficients, standardised, nonzero, mean, sd: scaling.scale };
}

/** Mean deviance of some rows at each penalty. */
async function heldOut(input: PenalisedLogisticInput, path: PenalisedLogisticPath, rows: Int32Array): Promise<Float64Array> {
  const { context, y } = input;
  const result = new Float64Array(path.lambdas.length);
  const eta = Array.from({ length: path.slots }, () => new Float64Array(rows.length));
  for (let k = 0; k < result.length; k++) {
    for (let s = 0; s < path.slots; s++) await predictors(input.X, input.n, path.coefficients[k][s], path.intercepts[k][s], rows, eta[s], context);
    let sum = 0;
    for (let i = 0; i < rows.length; i++) sum += path.slots === 1 ? binaryLoss(eta[0][i], y[rows[i]]) : multinomialLoss(eta, i, y[rows[i]]);
    result[k] = (2 * sum) / rows.length;
  }
  return result;
}

async function predictors(X: Float64Array, n: number, b: Float64Array, intercept: number, rows: Int32Array, out: Float64Array, context: WorkContext): Promise<void> {
  out.fill(intercept);
  for (let j = 0; j < b.length; j++) {
    if (b[j] === 0) continue;
    const pause = context.breathe();
    if (pause) await pause;
    for (let i = 0; i < rows.length; i++) out[i] += b[j] * X[j * n + rows[i]];
  }
}

function binaryLoss(eta: number, y: number): number {
  const margin = y > 0.5 ? eta : -eta;
  return margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
}

function multinomialLoss(eta: readonly Float64Array[], i: number, own: number): number {
  let largest = -Infinity;
  for (const e of eta) largest = Math.max(largest, e[i]);
  let sum = 0;
  for (const e of eta) sum += Math.exp(e[i] - largest);
  return Math.log(sum) + largest - eta[own][i];
}
