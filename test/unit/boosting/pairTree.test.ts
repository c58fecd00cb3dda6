import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/engine/math/random';
import { PairTreeFinder, type PairShape } from '../../../src/engine/models/boosting/pairTree';
import type { StumpSettings } from '../../../src/engine/models/boosting/stump';

const settings: StumpSettings = { leaves: 2, learningRate: 0.1, leastWeight: 3, ridge: 0.5, levelSmoothing: 2 };

function tableOf(rng: Rng, { rows, columns }: PairShape) {
  const weight = Float64Array.from({ length: rows * columns }, () => rng.integer(4));
  return { weight, gradient: weight.map(w => w * rng.normal()), curvature: weight.map(w => w * (0.2 + rng.uniform())) };
}
type Cells = ReturnType<typeof tableOf>;

const sum = (values: Float64Array, cells: readonly number[]): number => cells.reduce((total, cell) => total + values[cell]!, 0);
const scoreOf = ({ gradient, curvature }: Cells, cells: readonly number[]): number => sum(gradient, cells) ** 2 / (sum(curvature, cells) + settings.ridge);
const bigEnough = ({ weight }: Cells, cells: readonly number[]): boolean => sum(weight, cells) >= settings.leastWeight;

/** The largest gain of one cut of one axis and one of the other on either side, cell by cell, bins 1 … n − 2 of both. */
function bestGain(table: Cells, shape: PairShape): number {
  let best = 0;
  const range = (n: number): number[] => Array.from({ length: n - 2 }, (_, i) => i + 1);
  for (const byRow of [true, false]) {
    const [outer, inner] = byRow ? [range(shape.rows), range(shape.columns)] : [range(shape.columns), range(shape.rows)];
    const cells = (os: readonly number[], is: readonly number[]): number[] => os.flatMap(o => is.map(i => (byRow ? o * shape.columns + i : i * shape.columns + o)));
    for (let cut = 1; cut < outer.length; cut++) {
      const sides = [outer.slice(0, cut), outer.slice(cut)];
      if (!sides.every(side => bigEnough(table, cells(side, inner)))) continue;
      const gain = sides.reduce((total, side) => {
        let most = scoreOf(table, cells(side, inner));
        for (let c = 1; c < inner.length; c++) {
          const parts = [cells(side, inner.slice(0, c)), cells(side, inner.slice(c))];
          if (parts.every(part => bigEnough(table, part))) most = Math.max(most, scoreOf(table, parts[0]!) + scoreOf(table, parts[1]!));
        }
        return total + most;
      }, 0);
      best = Math.max(best, gain);
    }
  }
  return best;
}

/** What the change amounts to: the cells of each leaf have one value, which is the step of their sums. */
function checkLeaves(table: Cells, change: Float64Array, least: number): void {
  const leaves = new Map<number, number[]>();
  change.forEach((value, cell) => { if (value !== 0) leaves.set(value, [...(leaves.get(value) ?? []), cell]); });
  expect(leaves.size).toBeLessThanOrEqual(4);
  for (const [value, cells] of leaves) {
    expect(sum(table.weight, cells)).toBeGreaterThanOrEqual(least);
    expect(value).toBeCloseTo((-0.1 * sum(table.gradient, cells)) / (sum(table.curvature, cells) + settings.ridge), 10);
  }
}

describe('the tree of a pair', () => {
  it('of two numbers is the best of all, and leaves cells of the missing and the unseen alone', () => {
    const rng = new Rng(1);
    for (let trial = 0; trial < 150; trial++) {
      const shape = { rows: 4 + rng.integer(6), columns: 4 + rng.integer(6), rowLevels: false, columnLevels: false };
      const table = tableOf(rng, shape);
      const change = new Float64Array(shape.rows * shape.columns).fill(9);
      const gain = new PairTreeFinder(shape, settings).find(table.gradient, table.curvature, table.weight, false, rng, change);
      expect(gain).toBeCloseTo(bestGain(table, shape), 9);
      checkLeaves(table, change, settings.leastWeight);
      change.forEach((value, cell) => {
        const [row, column] = [Math.floor(cell / shape.columns), cell % shape.columns];
        if (row === 0 || column === 0 || row === shape.rows - 1 || column === shape.columns - 1) expect(value).toBe(0);
      });
    }
  });

  it.each([[false, true], [true, false], [true, true]])('with levels (rows: %s, columns: %s) has leaves of one step each, big enough, chosen or drawn', (rowLevels, columnLevels) => {
    const rng = new Rng(2);
    let found = 0;
    for (let trial = 0; trial < 100; trial++) {
      const shape = { rows: 3 + rng.integer(7), columns: 3 + rng.integer(7), rowLevels, columnLevels };
      const table = tableOf(rng, shape);
      const change = new Float64Array(shape.rows * shape.columns);
      const gain = new PairTreeFinder(shape, settings).find(table.gradient, table.curvature, table.weight, trial % 2 === 0, rng, change);
      checkLeaves(table, change, settings.leastWeight);
      if (gain > 0) found++;
    }
    expect(found).toBeGreaterThan(70);
  });

  it('finds levels that go together against the other feature', () => {
    // Levels 1 and 3 rise along the number, 2 and 4 fall.
    const shape = { rows: 6, columns: 6, rowLevels: true, columnLevels: false };
    const weight = Float64Array.from({ length: 36 }, (_, cell) => (cell < 6 || cell >= 30 || cell % 6 === 0 || cell % 6 === 5 ? 0 : 10));
    const gradient = weight.map((w, cell) => w * ((Math.floor(cell / 6) % 2 === 1) === (cell % 6 > 2) ? -1 : 1));
    const change = new Float64Array(36);
    const rng = new Rng(3);
    let best = 0;
    for (let trial = 0; trial < 20; trial++) best = Math.max(best, new PairTreeFinder(shape, { ...settings, ridge: 0 }).find(gradient, weight, weight, false, rng, change));
    expect(best).toBeCloseTo(160, 9);
  });

  it('cannot be of a feature with one bin', () => {
    const change = new Float64Array(12).fill(5);
    const ones = new Float64Array(12).fill(9);
    expect(new PairTreeFinder({ rows: 3, columns: 4, rowLevels: false, columnLevels: false }, settings).find(ones, ones, ones, false, new Rng(1), change)).toBe(0);
    expect(change.every(value => value === 0)).toBe(true);
  });
});
