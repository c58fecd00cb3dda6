// Evolution of formulas that keeps many kinds alive: a grid of elites by length, constants and kinds of operations
// (MAP-Elites; Mouret & Clune 2015), every child fitted with its constants, nothing tried twice.
import type { Rng } from '../../math/random';
import type { Interpreter } from '../interpreter';
import { instruction, operations, type Operation, type Program } from '../program';
import { fitConstants, type Fitted } from './fit';
import { expanded, folded, fromProgram, isConstant, type Expanded, type Genome } from './genome';
import { cellOf, Grid, sizeOf } from './grid';
import { Memory } from './memory';
import { crossed, mutated } from './mutate';
import { randomTree, usualOperations, vocabulary, type Vocabulary } from './randomParts';

export interface EvolutionProblem {
  /** Over at most about 1,000 rows with the target, in random order: the first 64 are the first screen. */
  interpreter: Interpreter;
  variableCount: number;
  /** Programs to begin with. */
  seeds?: readonly Program[];
  random: Rng;
  /** Operations that formulas may hold; default {@link usualOperations}. */
  operations?: readonly Operation[];
  /** Instructions whose values every formula may hold as further terms, with coefficients of their own; they do not count as nodes. */
  base?: readonly number[];
  /** Most nodes, without slope, intercept and coefficients of top-level terms; default 30. */
  maxNodes?: number;
  /** Called for every program that misses the target less than all shorter ones; slope and intercept are part of it. */
  onCandidate(program: Program, sse: number): void;
}

export interface EvolutionProgress {
  /** Children made so far, and those of them that were fitted. */
  children: number;
  evaluations: number;
  /** Least share of the variance left so far. */
  loss: number;
  restarts: number;
}

const screenRows = 64;
/** Values that tell programs without constants apart. */
const hashedRows = 24;
/** Children between two yields: a few milliseconds. */
const batch = 64;
/** Children without a formula that is a good deal better for its size, after which the grid starts anew. */
const patience = 40_000;

/** Runs until the caller stops asking. The same seed and number of steps give the same candidates. */
export function* evolve(problem: EvolutionProblem): Generator<EvolutionProgress, void> {
  const evolution = new Evolution(problem);
  for (;;) {
    for (let k = 0; k < batch; k++) evolution.step();
    yield evolution.progress;
  }
}

class Evolution {
  readonly progress: EvolutionProgress = { children: 0, evaluations: 0, loss: Infinity, restarts: 0 };
  private readonly grid = new Grid();
  private memory = new Memory();
  private readonly vocabulary: Vocabulary;
  private readonly random: Rng;
  private readonly interpreter: Interpreter;
  private readonly maxNodes: number;
  private readonly rows: number;
  private readonly screen: number;
  /** Sum of squares about the mean, over all rows and over the first ones. */
  private readonly total: number;
  private readonly screenTotal: number;
  /** Least loss of the current grid by size, and of all grids for what is handed out. */
  private leastBySize: Float64Array;
  private readonly handedOut: Float64Array;
  private improvedAt = 0;
  private hall: Genome[] = [];
  private waiting: Genome[] = [];

  constructor(private readonly problem: EvolutionProblem) {
    this.random = problem.random;
    this.interpreter = problem.interpreter;
    this.maxNodes = problem.maxNodes ?? 30;
    this.vocabulary = vocabulary(problem.variableCount, problem.operations ?? usualOperations);
    this.rows = this.interpreter.rows;
    this.screen = Math.min(screenRows, this.rows);
    const flat = (rows: number): number => this.interpreter.linearFit(Int32Array.of(instruction(operations.constant, 0)), Float64Array.of(1), rows).sse;
    this.total = flat(this.rows);
    this.screenTotal = flat(this.screen);
    this.leastBySize = new Float64Array(2 * this.maxNodes + 2).fill(Infinity);
    this.handedOut = new Float64Array(2 * this.maxNodes + 2).fill(Infinity);
    this.waiting = [...(problem.seeds ?? []).map(fromProgram)];
    this.waiting.reverse();
  }

  step(): void {
    this.progress.children++;
    const child = folded(this.child());
    if (child.words.length <= this.maxNodes) this.consider(child);
    if (this.progress.children - this.improvedAt > patience) this.restart();
  }

  private child(): Genome {
    const { random, grid } = this;
    const waiting = this.waiting.pop();
    if (waiting) return waiting;
    if (grid.size < 20 || random.uniform() < 0.01) return randomTree(1 + random.integer(8), this.vocabulary, random);
    const parsimony = 0.03 + 0.1 * random.uniform();
    const parent = grid.parent(random, parsimony);
    if (random.uniform() < 0.2) return crossed(parent, grid.parent(random, parsimony), this.vocabulary, random);
    return mutated(parent, this.vocabulary, random);
  }

  /** Fits a child on the first rows, then, if it is good for its kind, on all, and gives it its cell. */
  private consider(child: Genome): void {
    const { random, interpreter } = this;
    const constants = child.words.reduce((count, word) => count + (isConstant(word) ? 1 : 0), 0);
    if (this.memory.triedBefore(child) > Math.min(4, 2 * constants) && random.uniform() < 0.9) return;
    const form = expanded(child, this.problem.base);
    this.progress.evaluations++;
    const first = interpreter.linearFit(form.code, form.constants, this.screen);
    if (!Number.isFinite(first.sse)) return;
    if (constants === 0 && this.memory.hasValues(interpreter.lastValues(Math.min(hashedRows, this.rows))) && random.uniform() < 0.9) return;
    const cell = cellOf(child);
    const allowed = 1.5 * this.grid.lossAt(cell) + 1e-13;
    let least = first.sse;
    if (form.constants.length > 0) {
      const fit = this.fit(form, this.screen, 6, allowed * this.screenTotal);
      if (fit.redundant && random.uniform() < 0.95) return;
      least = fit.sse;
    }
    if (least > allowed * this.screenTotal) return;
    this.place(child, form, cell);
  }

  private place(child: Genome, form: Expanded, cell: number): void {
    const fit = this.fit(form, this.rows, 3);
    const loss = fit.sse / this.total;
    if (!(loss < 1)) return;
    const size = sizeOf(child, form.constants.length - (this.problem.base?.length ?? 0));
    const news = loss < 0.99 * this.leastUpTo(this.handedOut, size) - 1e-16;
    const final = news ? this.fit(form, this.rows, 20) : fit;
    const numbers = child.numbers.slice();
    form.places.forEach((place, k) => place >= 0 && (numbers[place] = form.constants[k]!));
    const better = final.sse / this.total;
    this.grid.offer(cell, { words: child.words, numbers }, size, better);
    if (better < 0.7 * this.leastUpTo(this.leastBySize, size)) this.improvedAt = this.progress.children;
    this.leastBySize[size] = Math.min(this.leastBySize[size]!, better);
    this.progress.loss = Math.min(this.progress.loss, better);
    if (!news) return;
    this.handedOut[size] = better;
    this.problem.onCandidate(complete(form, final), final.sse);
  }

  private leastUpTo(of: Float64Array, size: number): number {
    let least = Infinity;
    for (let k = 0; k <= size; k++) least = Math.min(least, of[k]!);
    return least;
  }

  /** The coefficients of the terms first, which is a linear problem, then all constants. */
  private fit(form: Expanded, rows: number, iterations: number, goal = Infinity): Fitted {
    const { interpreter } = this;
    const { code, constants, places } = form;
    if (constants.length === 0) return { ...interpreter.linearFit(code, constants, rows), redundant: false };
    const coefficients = Uint8Array.from(places, place => (place < 0 ? 1 : 0));
    const some = coefficients.some(Boolean);
    const all = coefficients.every(Boolean);
    const linear = some ? fitConstants(interpreter, code, constants, coefficients, rows, 1, Infinity, coefficients) : undefined;
    if (linear?.redundant || (linear && all)) return linear;
    return fitConstants(interpreter, code, constants, everything(constants.length), rows, iterations, goal, coefficients);
  }

  /** A new grid: mostly from nothing, every third time from the fronts of all grids before. */
  private restart(): void {
    this.progress.restarts++;
    this.hall.push(...this.grid.front().map(({ genome }) => genome));
    this.grid.clear();
    this.leastBySize = new Float64Array(2 * this.maxNodes + 2).fill(Infinity);
    this.improvedAt = this.progress.children;
    this.memory = new Memory();
    if (this.progress.restarts % 3 === 0) this.waiting = this.hall.splice(0);
  }
}

const everything = (length: number): Uint8Array => new Uint8Array(length).fill(1);

/** The program with the line that was fitted to its values. */
function complete({ code, constants }: Expanded, { slope, intercept }: Fitted): Program {
  const at = constants.length;
  const line = [instruction(operations.constant, at), instruction(operations.multiply), instruction(operations.constant, at + 1), instruction(operations.add)];
  const numbers = Float64Array.of(...constants, slope, intercept);
  return { code: Int32Array.of(...code, ...line), constants: numbers, free: new Uint8Array(numbers.length).fill(1) };
}
