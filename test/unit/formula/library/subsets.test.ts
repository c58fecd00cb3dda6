// Best subsets on small Gram matrices, against trying them all.
import { describe, expect, it } from 'vitest';
import { bestSubsets, type Subset, type SubsetProblem } from '../../../../src/engine/formula/stages/library/subsets';
import { solveLinear } from '../../../../src/engine/math/levenbergMarquardt';
import { Rng } from '../../../../src/engine/math/random';

const rows = 60;

function problemOf(columns: Float64Array[], target: Float64Array): SubsetProblem {
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((total, v, i) => total + v * b[i]!, 0);
  return {
    gram: Float64Array.from(columns.flatMap(a => columns.map(b => dot(a, b)))), right: Float64Array.from(columns, a => dot(a, target)),
    total: dot(target, target), rows, floor: 1e-20, costs: columns.map(() => 6), largest: 6, width: 8,
  };
}

function finished<T>(of: Generator<unknown, T>): T {
  for (;;) {
    const next = of.next();
    if (next.done) return next.value;
  }
}

function unitColumns(count: number, rng: Rng, common: number): Float64Array[] {
  const shared = Float64Array.from({ length: rows }, () => rng.normal());
  return Array.from({ length: count }, () => {
    const column = shared.map(v => common * v + rng.normal());
    const length = Math.sqrt(column.reduce((total, v) => total + v * v, 0));
    return column.map(v => v / length);
  });
}

/** Fewest bits over all subsets of up to `largest` columns. */
function exhaustive(columns: Float64Array[], target: Float64Array, largest: number): Subset {
  let best: Subset = { members: [], sse: Infinity, bits: Infinity };
  for (let set = 1; set < 2 ** columns.length; set++) {
    const members = columns.map((_, j) => j).filter(j => set & (2 ** j));
    if (members.length > largest) continue;
    const { sse } = solveLinear({ residuals: target.map(v => -v), jacobian: members.map(j => columns[j]!) });
    const bits = (rows / 2) * Math.log2(sse / rows) + 6 * members.length;
    if (bits < best.bits) best = { members, sse, bits };
  }
  return best;
}

describe('best subsets', () => {
  it('are those of trying all, with correlated columns', () => {
    for (const seed of [1, 2, 3, 4]) {
      const rng = new Rng(seed);
      const columns = unitColumns(10, rng, 2);
      const target = columns[0]!.map((v, i) => v - 1.1 * columns[3]![i]! + 0.7 * columns[7]![i]! + 0.05 * rng.normal());
      const best = exhaustive(columns, target, 6);
      const found = finished(bestSubsets(problemOf(columns, target)))[0]!;
      expect(found.members).toEqual(best.members);
      expect(found.bits).toBeCloseTo(best.bits, 6);
    }
  });

  it('find two columns that explain only together', () => {
    const rng = new Rng(5);
    const columns = unitColumns(40, rng, 0);
    // The difference of two nearly equal columns: each alone hardly correlates with it.
    columns[31] = columns[30]!.map(v => v + 0.002 * rng.normal());
    const length = Math.sqrt(columns[31].reduce((total, v) => total + v * v, 0));
    columns[31] = columns[31].map(v => v / length);
    const target = columns[30]!.map((v, i) => 50 * (v - columns[31]![i]!) + 1e-3 * rng.normal());
    // Dear enough that none of the 38 others helps by chance.
    expect(finished(bestSubsets({ ...problemOf(columns, target), costs: columns.map(() => 14) }))[0]!.members).toEqual([30, 31]);
  });

  it('leave barred columns out', () => {
    const columns = unitColumns(6, new Rng(6), 0.5);
    const target = Float64Array.from(columns[2]!);
    const found = finished(bestSubsets({ ...problemOf(columns, target), barred: new Set([2]) }));
    expect(found.every(({ members }) => !members.includes(2))).toBe(true);
  });
});
