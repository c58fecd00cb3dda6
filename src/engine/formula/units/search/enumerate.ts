// Enumeration by size that knows units: sums only of parts with one dimension, functions only of pure numbers, and a test
// only where the dimension fits the target. So few expressions are left that it reaches larger ones, on more rows.
import { Arena, makes, type Make } from '../../enumeration/arena';
import { Best } from '../../enumeration/best';
import type { Expression } from '../../expression';
import { apply, usable } from '../../enumeration/column';
import { unexplained } from '../../enumeration/projection';
import { extendedBy, type TypedFamily } from './families';
import { fromLeaves } from './leaves';
import type { TypedHit, TypedProblem } from './typedProblem';
import { byPivots, productValues } from './typedRows';

interface Found {
  make: Make;
  first: number;
  second: number;
  dimension: number;
  /** Place in the arena, or −1. */
  index: number;
  left: number;
}

/** Values of expressions are smaller than this: the target's unit may be far from them. */
const largestValue = 1e15;
const functions: Make[] = [makes.exp, makes.log, makes.sin, makes.cos, makes.tanh];

export class TypedEnumeration {
  private readonly arena: Arena;
  /** By size, then by dimension: indices. */
  private readonly levels: Map<number, number[]>[] = [];
  private readonly dimension: Int16Array;
  private readonly depth: Uint8Array;
  private readonly best: Best<Found>[];
  private readonly column: Float64Array;
  private readonly trial: Float64Array;
  /** By dimension: logarithms of the product of pivots that has it, or undefined where none has. */
  private readonly logs: (Float64Array | undefined)[] = [];
  /** By dimension: families that take it. */
  private readonly takers: number[][] = [];
  private readonly price: number;
  tried = 0;

  constructor(private readonly problem: TypedProblem) {
    const rows = problem.picked.length;
    this.arena = new Arena(rows, problem.capacity);
    this.dimension = new Int16Array(problem.capacity);
    this.depth = new Uint8Array(problem.capacity);
    this.best = problem.families.map(() => new Best<Found>(problem.keep));
    this.column = new Float64Array(rows);
    this.trial = new Float64Array(rows);
    this.price = Math.log(10 + problem.leaves.length);
  }

  /** Works until all sizes are done or enough is tried; yields often, and after each size `level` has grown. */
  *run(): Generator<{ level: number }, void> {
    for (let size = 1; size <= this.problem.largest && !this.enough; size++) {
      this.levels[size] = new Map();
      this.leaves(size);
      yield* this.level(size);
      yield { level: size };
    }
  }

  private get enough(): boolean {
    return this.tried >= this.problem.most;
  }

  /** The best found since the last call. */
  hits(): TypedHit[] {
    return this.best.flatMap((best, k) => best.take().map(({ item }) => ({ family: this.problem.families[k]!, parts: [this.expression(item)], unexplained: item.left })));
  }

  private expression({ make, first, second }: Found): Expression {
    return fromLeaves(this.arena.tree(make, first, second), this.problem.leaves);
  }

  private leaves(size: number): void {
    const { leaves, picked } = this.problem;
    for (const [k, leaf] of leaves.entries()) {
      if (leaf.size !== size) continue;
      for (let i = 0; i < picked.length; i++) this.column[i] = leaf.values[picked[i]!]!;
      this.take(makes.variable, k, 0, size, 0, leaf.dimension, true);
    }
    if (size !== 1) return;
    for (const value of [1, 2]) this.store(this.arena.add(this.column.fill(value), makes.number, value, 0), 1, 0, 0);
  }

  private *level(size: number): Generator<{ level: number }, void> {
    const last = size === this.problem.largest;
    let breath = 0;
    for (const [dimension, members] of this.problem.sumsOnly ? [] : this.levels[size - 1] ?? []) {
      for (const a of members) {
        this.unary(a, dimension, size, last);
        if ((++breath & 127) === 0) yield { level: size - 1 };
        if (this.enough) return;
      }
    }
    // Sums first: products of columns stand in most families anyway.
    for (const sums of size > this.problem.products ? [true] : [true, false]) {
      for (const [a, b, da, db, symmetric] of this.couples(size, sums)) {
        if (last && (a + b) % this.problem.lanes !== this.problem.lane) continue;
        if (sums) this.sums(a, b, da, size, last);
        else this.products(a, b, da, db, symmetric, size, last);
        if ((++breath & 127) === 0) yield { level: size - 1 };
        if (this.enough) return;
      }
    }
  }

  /** Pairs of expressions whose sizes add up, with their dimensions; for sums each pair once, and only of one dimension. */
  private *couples(size: number, sums: boolean): Generator<[number, number, number, number, boolean]> {
    for (let left = 1; left <= size - 2; left++) {
      const right = size - 1 - left;
      if (sums && left > right) return;
      for (const [da, as] of this.levels[left]!) {
        for (const [db, bs] of this.levels[right]!) {
          if (sums && da !== db) continue;
          for (const a of as) {
            for (const b of bs) {
              const symmetric = left < right || (left === right && a < b);
              if (a !== b && (symmetric || !sums)) yield [a, b, da, db, symmetric];
            }
          }
        }
      }
    }
  }

  private unary(a: number, dimension: number, size: number, last: boolean): void {
    if (this.arena.make[a] === makes.number) return;
    const { table } = this.problem.typed;
    const from = this.arena.column(a);
    const inner = this.arena.make[a]!;
    const into = this.column;
    if (inner !== makes.root) {
      for (let i = 0; i < into.length; i++) into[i] = from[i]! * from[i]!;
      this.take(makes.square, a, 0, size, this.depth[a]!, table.times(dimension, dimension), !last);
    }
    if (inner !== makes.square) {
      for (let i = 0; i < into.length; i++) into[i] = Math.sqrt(from[i]!);
      this.take(makes.root, a, 0, size, this.depth[a]!, table.times(0, dimension, 0.5), !last);
    }
    if (dimension !== 0 || this.depth[a]! > 0) return;
    for (const make of functions) {
      for (let i = 0; i < into.length; i++) into[i] = apply(make, from[i]!);
      this.take(make, a, 0, size, 1, 0, !last);
    }
  }

  private sums(a: number, b: number, dimension: number, size: number, last: boolean): void {
    const { make } = this.arena;
    if ((make[a] === makes.number && make[b] === makes.number) || !this.wanted(dimension, last)) return;
    const deep = Math.max(this.depth[a]!, this.depth[b]!);
    const [x, y, into] = [this.arena.column(a), this.arena.column(b), this.column];
    for (let i = 0; i < into.length; i++) into[i] = x[i]! + y[i]!;
    this.take(makes.add, a, b, size, deep, dimension, !last);
    // a − b and b − a differ by a sign that every family takes up.
    for (let i = 0; i < into.length; i++) into[i] = x[i]! - y[i]!;
    this.take(makes.subtract, a, b, size, deep, dimension, !last);
  }

  private products(a: number, b: number, da: number, db: number, symmetric: boolean, size: number, last: boolean): void {
    const { make } = this.arena;
    const { table } = this.problem.typed;
    if (make[b] === makes.number) return;
    const deep = Math.max(this.depth[a]!, this.depth[b]!);
    const [x, y, into] = [this.arena.column(a), this.arena.column(b), this.column];
    if (symmetric && make[a] !== makes.number) {
      const dimension = table.times(da, db);
      if (this.wanted(dimension, last)) {
        for (let i = 0; i < into.length; i++) into[i] = x[i]! * y[i]!;
        this.take(makes.multiply, a, b, size, deep, dimension, !last);
      }
    }
    const over = table.times(da, db, -1);
    if (!this.wanted(over, last)) return;
    for (let i = 0; i < into.length; i++) into[i] = x[i]! / y[i]!;
    this.take(makes.divide, a, b, size, deep, over, !last);
  }

  /** Of the largest expressions only those that a family takes are worth their values. */
  private wanted(dimension: number, last: boolean): boolean {
    return dimension >= 0 && (!last || this.takersOf(dimension).length > 0);
  }

  private takersOf(dimension: number): number[] {
    return (this.takers[dimension] ??= this.problem.families.flatMap((each, k) => (each.dimension === dimension || (each.dimension < 0 && this.logarithms(dimension)) ? [k] : [])));
  }

  private logarithms(dimension: number): Float64Array | undefined {
    if (dimension in this.logs) return this.logs[dimension];
    const { typed, picked } = this.problem;
    const exponents = byPivots(typed, typed.table.vectors[dimension]!);
    const values = exponents && productValues(typed, exponents);
    return (this.logs[dimension] = values && Float64Array.from(picked, i => Math.log(Math.abs(values[i]!))));
  }

  /** Keeps the column in hand if it is new and worth it, and tests it. */
  private take(make: Make, first: number, second: number, size: number, deep: number, dimension: number, keep: boolean): void {
    if (dimension < 0 || !usable(this.column, largestValue)) return;
    let index = -1;
    // Where there is no room for more, expressions are tested all the same.
    if (keep && !this.arena.full) {
      index = this.arena.add(this.column, make, first, second);
      if (index < 0) return;
      this.store(index, size, deep, dimension);
    }
    this.tried++;
    const rows = this.column.length;
    for (const k of this.takersOf(dimension)) {
      const family = this.problem.families[k]!;
      if (!this.transform(this.column, dimension, family)) continue;
      const left = unexplained(family, this.trial);
      this.best[k]!.offer((rows / 2) * Math.log(left + 1e-13) + this.price * size, () => ({ make, first, second, dimension, index, left }));
    }
  }

  private store(index: number, size: number, deep: number, dimension: number): void {
    if (index < 0) return;
    this.depth[index] = deep;
    this.dimension[index] = dimension;
    const level = this.levels[size]!;
    const list = level.get(dimension);
    if (list) list.push(index);
    else level.set(dimension, [index]);
  }

  /** What stands in the projection, into `trial`; false where it has no values. */
  private transform(column: Float64Array, dimension: number, { kind, multiplier }: TypedFamily): boolean {
    const into = this.trial;
    if (kind !== 'log') {
      for (let i = 0; i < into.length; i++) into[i] = column[i]! * multiplier[i]!;
      return true;
    }
    const by = this.logs[dimension]!;
    for (let i = 0; i < into.length; i++) {
      const size = Math.abs(column[i]!);
      if (!(size > 1e-12)) return false;
      into[i] = (Math.log(size) - by[i]!) * multiplier[i]!;
    }
    return true;
  }

  /** Second parts beside good first ones: y = Q (a + b e + c f), or a product of powers of both. Yields often. */
  *pairs(firsts: number, most: number, keep: number): Generator<undefined, TypedHit[]> {
    const found: TypedHit[] = [];
    for (const [k, family] of this.problem.families.entries()) {
      for (const { index, item } of this.bestStored(k, firsts)) {
        const extended = this.transform(this.arena.column(index), this.dimension[index]!, family) ? extendedBy(family, this.trial) : undefined;
        if (!extended) continue;
        const seconds = new Best<number>(keep);
        for (const b of this.takenBy(family, most)) {
          if ((b & 255) === 0) yield undefined;
          if (b === index || !this.transform(this.arena.column(b), this.dimension[b]!, family)) continue;
          seconds.offer(unexplained(extended.family, this.trial), () => b);
        }
        for (const { item: b, score } of seconds.take()) {
          found.push({ family, parts: [item, fromLeaves(this.arena.expression(b), this.problem.leaves)], unexplained: score * extended.left });
        }
        yield undefined;
      }
    }
    return found;
  }

  private takenBy({ dimension }: TypedFamily, most = this.arena.count): number[] {
    const found: number[] = [];
    for (let b = 0; b < this.arena.count && found.length < most; b++) {
      if (this.arena.make[b] !== makes.number && (dimension < 0 ? this.logs[this.dimension[b]!] : dimension === this.dimension[b])) found.push(b);
    }
    return found;
  }

  private bestStored(k: number, count: number): { index: number; item: Expression }[] {
    const family = this.problem.families[k]!;
    const best = new Best<number>(count);
    for (const a of this.takenBy(family)) {
      if (!this.transform(this.arena.column(a), this.dimension[a]!, family)) continue;
      best.offer(unexplained(family, this.trial), () => a);
    }
    return best.take().map(({ item }) => ({ index: item, item: fromLeaves(this.arena.expression(item), this.problem.leaves) }));
  }
}
