// Enumerates expressions by size, each distinct function once, and tests every one against the target by projection.
import type { Expression } from '../expression';
import { Arena, makes, type Make } from './arena';
import { Best } from './best';
import { apply, usable } from './column';
import { familiesOf, type Family, type FamilyName } from './families';
import { unexplained } from './projection';

/** Values of expressions are smaller than this. */
const largestValue = 1e9;

export interface EnumerationProblem {
  /** Sampled rows (40 to 100): one column a variable, and the target. */
  columns: readonly Float64Array[];
  target: Float64Array;
  /** What rows count, where not all alike. */
  weights?: Float64Array;
  /** Distinct expressions to keep in memory at most. */
  capacity: number;
  /** Size of the largest expressions. */
  largest: number;
  /** This worker's share of the last level: every `lanes`-th expression from `lane`. */
  lane: number;
  lanes: number;
  /** Candidates to hand over per family. */
  keep: number;
}

/** An expression that stands behind the target in the way of `family`. */
export interface Hit {
  family: FamilyName;
  expression: Expression;
  /** Share of variance left on the sampled rows, in the family's transformed units. */
  unexplained: number;
}

interface Found {
  make: Make;
  first: number;
  second: number;
  size: number;
  unexplained: number;
}

const unary: Make[] = [makes.square, makes.root, makes.exp, makes.log, makes.sin, makes.cos, makes.tanh];
/** Functions that are not put inside one another: their nests are rarely meant and cost much. */
const transcendental = new Set<number>([makes.exp, makes.log, makes.sin, makes.cos, makes.tanh]);

export class Enumeration {
  private readonly arena: Arena;
  private readonly families: Family[];
  private readonly best: Best<Found>[];
  /** Indices from … to of the expressions of each size. */
  private readonly levels: [number, number][] = [[0, 0]];
  /** Depth of transcendental functions in each expression. */
  private readonly depth: Uint8Array;
  private readonly column: Float64Array;
  private readonly logarithm: Float64Array;
  private readonly product: Float64Array;
  private readonly price: number;
  tried = 0;

  constructor(private readonly problem: EnumerationProblem) {
    const rows = problem.target.length;
    this.arena = new Arena(rows, problem.capacity);
    this.depth = new Uint8Array(problem.capacity);
    this.families = familiesOf(problem.target, problem.columns, problem.weights);
    this.best = this.families.map(() => new Best(problem.keep));
    this.column = new Float64Array(rows);
    this.logarithm = new Float64Array(rows);
    this.product = new Float64Array(rows);
    this.price = Math.log(12 + problem.columns.length);
  }

  /** Works until all sizes are done; yields often, and after each size `level` has grown. */
  *run(): Generator<{ level: number }, void> {
    this.first();
    for (let size = 2; size <= this.problem.largest; size++) {
      const from = this.arena.count;
      yield* this.level(size);
      this.levels[size] = [from, this.arena.count];
      yield { level: size };
      if (this.arena.full) return;
    }
  }

  /** The best found since the last call, per family. */
  hits(): Hit[] {
    return this.best.flatMap((best, k) => best.take().map(({ item }) => ({
      family: this.families[k]!.name, unexplained: item.unexplained,
      expression: this.arena.tree(item.make, item.first, item.second),
    })));
  }

  private first(): void {
    this.problem.columns.forEach((column, k) => {
      this.column.set(column);
      this.take(makes.variable, k, 0, 1, 0, true);
    });
    for (const value of [1, 2]) this.arena.add(this.column.fill(value), makes.number, value, 0);
    this.levels[1] = [0, this.arena.count];
  }

  private *level(size: number): Generator<{ level: number }, void> {
    const last = size === this.problem.largest;
    let breath = 0;
    if (size === 3 && this.problem.columns.length <= 3) this.scaledFunctions();
    const [from, to] = this.levels[size - 1]!;
    for (let a = from; a < to; a++) {
      for (const make of unary) this.unary(make, a, size, last);
      if ((++breath & 255) === 0) yield { level: size - 1 };
      if (this.arena.full) return;
    }
    for (let left = 1; left <= size - 2; left++) {
      const right = size - 1 - left;
      const [a0, a1] = this.levels[left]!;
      const [b0, b1] = this.levels[right]!;
      for (let a = a0; a < a1; a++) {
        for (let b = b0; b < b1; b++) {
          this.binary(a, b, left <= right && (left < right || a <= b), size, last);
          if ((++breath & 255) === 0) yield { level: size - 1 };
          if (this.arena.full && !last) return;
        }
      }
    }
  }

  /** exp, sin and cos of the variables at scales from slow to fast: with only whole numbers inside, few rates are met. */
  private scaledFunctions(): void {
    for (const [variable, column] of this.problem.columns.entries()) {
      const unit = 1 / spread(column);
      for (const { name, scales } of scaledBy) {
        for (const scale of scales) {
          const first = this.arena.scaledFunctions.push({ name, variable, by: scale * unit }) - 1;
          for (let i = 0; i < column.length; i++) this.column[i] = Math[name](scale * unit * column[i]!);
          this.take(makes.scaled, first, 0, 3, 1, true);
        }
      }
    }
  }

  private mine(a: number, b: number, last: boolean): boolean {
    return !last || (a + b) % this.problem.lanes === this.problem.lane;
  }

  private unary(make: Make, a: number, size: number, last: boolean): void {
    if (!this.mine(a, 0, last) || this.arena.make[a] === makes.number) return;
    const deep = this.depth[a]! + (transcendental.has(make) ? 1 : 0);
    if (deep > 1 || inverse(make, this.arena.make[a]!)) return;
    const at = a * this.arena.rows;
    const from = this.arena.values;
    const into = this.column;
    for (let i = 0; i < into.length; i++) into[i] = apply(make, from[at + i]!);
    this.take(make, a, 0, size, deep, !last);
  }

  private binary(a: number, b: number, symmetric: boolean, size: number, last: boolean): void {
    if (!this.mine(a, b, last)) return;
    const { rows, values, make } = this.arena;
    if (make[a] === makes.number && make[b] === makes.number) return;
    const deep = Math.max(this.depth[a]!, this.depth[b]!);
    const x = a * rows;
    const y = b * rows;
    const into = this.column;
    if (symmetric) {
      for (let i = 0; i < rows; i++) into[i] = values[x + i]! + values[y + i]!;
      if (a !== b) this.take(makes.add, a, b, size, deep, !last);
      for (let i = 0; i < rows; i++) into[i] = values[x + i]! * values[y + i]!;
      if (a !== b && make[a] !== makes.number && make[b] !== makes.number) this.take(makes.multiply, a, b, size, deep, !last);
    }
    if (a === b) return;
    if (make[b] !== makes.number) {
      for (let i = 0; i < rows; i++) into[i] = values[x + i]! / values[y + i]!;
      this.take(makes.divide, a, b, size, deep, !last);
    }
    // a − b and b − a differ by a sign that every family takes up: one is enough.
    if (symmetric) {
      for (let i = 0; i < rows; i++) into[i] = values[x + i]! - values[y + i]!;
      this.take(makes.subtract, a, b, size, deep, !last);
    }
  }

  /** Keeps the column in hand if it is new and worth it, and tests it. */
  private take(make: Make, first: number, second: number, size: number, deep: number, store: boolean): void {
    if (!usable(this.column, largestValue)) return;
    if (store) {
      if (this.arena.full) return;
      const index = this.arena.add(this.column, make, first, second);
      if (index < 0) return;
      this.depth[index] = deep;
    }
    this.tried++;
    this.test(make, first, second, size);
  }

  private test(make: Make, first: number, second: number, size: number): void {
    const rows = this.column.length;
    let logs: boolean | undefined;
    for (let k = 0; k < this.families.length; k++) {
      const family = this.families[k]!;
      if (family.ofLogarithm) logs ??= logarithms(this.column, this.logarithm);
      if (family.ofLogarithm && !logs) continue;
      const left = unexplained(family, this.weighted(family));
      const score = (rows / 2) * Math.log(left + 1e-13) + this.price * size;
      this.best[k]!.offer(score, () => ({ make, first, second, size, unexplained: left }));
    }
  }

  /** The column in hand as the family compares it. */
  private weighted({ ofLogarithm, weights }: Family): Float64Array {
    const column = ofLogarithm ? this.logarithm : this.column;
    if (!weights) return column;
    for (let i = 0; i < column.length; i++) this.product[i] = column[i]! * weights[i]!;
    return this.product;
  }
}

/** In standard deviations of the variable. */
const scaledBy = [
  { name: 'exp', scales: [-4, -2, -1, -0.5, 0.5, 1, 2, 4] },
  { name: 'sin', scales: [0.5, 0.8, 1.2, 1.8, 2.7, 4, 6] },
  { name: 'cos', scales: [0.5, 0.8, 1.2, 1.8, 2.7, 4, 6] },
] as const;

function spread(of: Float64Array): number {
  const mean = of.reduce((total, v) => total + v, 0) / of.length;
  return Math.sqrt(of.reduce((total, v) => total + (v - mean) ** 2, 0) / of.length) || 1;
}

/** √(x²), (√x)², log eˣ, e^(log x): nothing new, or |x|. */
const inverse = (outer: number, inner: number): boolean =>
  (outer === makes.square && inner === makes.root) || (outer === makes.root && inner === makes.square) ||
  (outer === makes.log && inner === makes.exp) || (outer === makes.exp && inner === makes.log);

function logarithms(of: Float64Array, into: Float64Array): boolean {
  for (let i = 0; i < of.length; i++) {
    const size = Math.abs(of[i]!);
    if (!(size > 1e-12)) return false;
    into[i] = Math.log(size);
  }
  return true;
}
