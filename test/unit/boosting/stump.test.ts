import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/engine/math/random';
import { StumpFinder, type BinSums, type Direction, type StumpSettings } from '../../../src/engine/models/boosting/stump';

const settings: StumpSettings = { leaves: 2, learningRate: 0.1, leastWeight: 3, ridge: 0.5, levelSmoothing: 2 };

function sumsOf(rng: Rng, bins: number, emptyShare = 0): BinSums {
  const weight = Float64Array.from({ length: bins }, () => (rng.uniform() < emptyShare ? 0 : 1 + rng.integer(9)));
  return { weight, gradient: weight.map(w => w * rng.normal()), curvature: weight.map(w => w * (0.2 + rng.uniform())) };
}

const total = (values: Float64Array, bins: readonly number[]): number => bins.reduce((sum, b) => sum + values[b]!, 0);
const score = ({ gradient, curvature }: BinSums, bins: readonly number[]): number => total(gradient, bins) ** 2 / (total(curvature, bins) + settings.ridge);
const stepOf = ({ gradient, curvature }: BinSums, bins: readonly number[]): number => (-settings.learningRate * total(gradient, bins)) / (total(curvature, bins) + settings.ridge);
const inner = ({ gradient }: BinSums): number[] => Array.from({ length: gradient.length - 2 }, (_, b) => b + 1);

/** Best of all divisions of ordered bins in two, by the definition. */
function bestCut(sums: BinSums, ordered: readonly number[], direction: Direction): { left: number[]; right: number[] } | undefined {
  let best: { left: number[]; right: number[] } | undefined;
  let most = score(sums, ordered);
  for (let c = 1; c < ordered.length; c++) {
    const [left, right] = [ordered.slice(0, c), ordered.slice(c)];
    if (total(sums.weight, left) < settings.leastWeight || total(sums.weight, right) < settings.leastWeight) continue;
    if (direction * (stepOf(sums, right) - stepOf(sums, left)) < 0) continue;
    const now = score(sums, left) + score(sums, right);
    if (now > most + 1e-12) { most = now; best = { left, right }; }
  }
  return best;
}

describe('the tree of one feature', () => {
  it.each([0, 1, -1] as const)('has the best of all cuts of a number, in direction %i', direction => {
    const rng = new Rng(1);
    for (let trial = 0; trial < 300; trial++) {
      const sums = sumsOf(rng, 4 + rng.integer(12));
      const bins = sums.gradient.length;
      const change = new Float64Array(bins).fill(9);
      new StumpFinder(bins, settings).find(sums, false, direction, change);
      const best = bestCut(sums, inner(sums), direction);
      for (const part of best ? [best.left, best.right] : []) for (const b of part) expect(change[b]).toBeCloseTo(stepOf(sums, part), 12);
      if (!best) expect(inner(sums).every(b => change[b] === 0)).toBe(true);
      if (direction !== 0) for (let b = 2; b < bins - 1; b++) expect(direction * (change[b]! - change[b - 1]!)).toBeGreaterThanOrEqual(0);
    }
  });

  it('gives missing cells and the unseen leaves of their own where they have rows enough', () => {
    const sums = { weight: Float64Array.of(5, 4, 4, 2), gradient: Float64Array.of(2, 1, -1, 7), curvature: Float64Array.of(4, 4, 4, 2) };
    const change = new Float64Array(4);
    const gain = new StumpFinder(4, settings).find(sums, false, 0, change);
    expect(change[0]).toBeCloseTo((-0.1 * 2) / 4.5, 12);
    expect(change[3]).toBe(0);
    expect(gain).toBeCloseTo(4 / 4.5 + 1 / 4.5 + 1 / 4.5, 12);
  });

  it('says by how much twice the loss would fall by a whole step', () => {
    const rng = new Rng(2);
    for (const levels of [false, true]) {
      const sums = sumsOf(rng, 12);
      const finder = new StumpFinder(12, { ...settings, ridge: 0, leaves: 3 });
      const change = new Float64Array(12);
      const gain = finder.find(sums, levels, 0, change);
      const fall = sums.gradient.reduce((sum, g, b) => sum - 2 * g * 10 * change[b]! - sums.curvature[b]! * (10 * change[b]!) ** 2, 0);
      expect(gain).toBeCloseTo(fall, 10);
    }
  });

  it('divides levels as a number whose order is that of their mean gradient', () => {
    const rng = new Rng(3);
    for (let trial = 0; trial < 200; trial++) {
      const sums = sumsOf(rng, 4 + rng.integer(10), 0.2);
      const bins = sums.gradient.length;
      const change = new Float64Array(bins);
      new StumpFinder(bins, settings).find(sums, true, 0, change);
      const key = (b: number): number => sums.gradient[b]! / (sums.curvature[b]! + settings.levelSmoothing);
      const ordered = inner(sums).filter(b => sums.weight[b]! > 0).sort((a, b) => key(a) - key(b) || a - b);
      const best = bestCut(sums, ordered, 0);
      for (const part of best ? [best.left, best.right] : []) for (const b of part) expect(change[b]).toBeCloseTo(stepOf(sums, part), 12);
      // A level that the bag lacks stays as it is.
      for (const b of inner(sums)) if (sums.weight[b] === 0) expect(change[b]).toBe(0);
    }
  });

  it('lets empty bins of a number go with the nearest bin below, the first with the one above', () => {
    const sums = { weight: Float64Array.of(0, 0, 5, 0, 5, 0, 0), gradient: Float64Array.of(0, 0, 3, 0, -3, 0, 0), curvature: Float64Array.of(0, 0, 5, 0, 5, 0, 0) };
    const change = new Float64Array(7);
    new StumpFinder(7, settings).find(sums, false, 0, change);
    const step = 0.3 / 5.5;
    expect(Array.from(change, value => Number(value.toFixed(12)))).toEqual([0, -step, -step, -step, step, step, 0].map(value => Number(value.toFixed(12))));
  });

  it('does nothing to a feature with one bin, or with too few rows to divide', () => {
    const change = new Float64Array(4).fill(1);
    expect(new StumpFinder(4, settings).find({ weight: Float64Array.of(0, 9, 0, 0), gradient: Float64Array.of(0, 5, 0, 0), curvature: Float64Array.of(0, 9, 0, 0) }, false, 0, change)).toBe(0);
    expect([...change]).toEqual([0, 0, 0, 0]);
    expect(new StumpFinder(4, settings).find({ weight: Float64Array.of(0, 2, 2, 0), gradient: Float64Array.of(0, 5, -5, 0), curvature: Float64Array.of(0, 2, 2, 0) }, false, 0, change)).toBe(0);
    expect([...change]).toEqual([0, 0, 0, 0]);
  });

  it('that must rise keeps the leaves that do when one more would fall', () => {
    // Steps of about 0, 10 and 8 one after the other: the best cut is after the first four bins, and any further one falls.
    const inside = [0, 0, 0, 0, 10, 10, 8, 8];
    const weight = Float64Array.of(0, ...inside.map(() => 5), 0);
    const gradient = Float64Array.of(0, ...inside.map(step => -5 * step), 0);
    const change = new Float64Array(weight.length);
    new StumpFinder(weight.length, { ...settings, leaves: 3, ridge: 0, learningRate: 1 }).find({ weight, gradient, curvature: weight }, false, 1, change);
    expect([...change.subarray(1, -1)].map(value => Math.round(value) + 0)).toEqual([0, 0, 0, 0, 9, 9, 9, 9]);
  });

  it('has at most as many leaves as allowed, each big enough', () => {
    const rng = new Rng(4);
    for (const leaves of [2, 3, 5, 8]) {
      for (const direction of [0, 1] as const) {
        const sums = sumsOf(rng, 40);
        const change = new Float64Array(40);
        new StumpFinder(40, { ...settings, leaves, leastWeight: 10 }).find(sums, false, direction, change);
        const runs: number[][] = [];
        for (const b of inner(sums)) {
          if (b > 1 && change[b] === change[b - 1]) runs.at(-1)!.push(b);
          else runs.push([b]);
        }
        expect(runs.length).toBeLessThanOrEqual(leaves);
        if (direction === 0) expect(runs.length).toBeGreaterThan(1);
        for (const run of runs) expect(total(sums.weight, run)).toBeGreaterThanOrEqual(10);
        if (direction === 1) for (let b = 2; b < 39; b++) expect(change[b]!).toBeGreaterThanOrEqual(change[b - 1]!);
      }
    }
  });

  it('draws every cut about equally often where cuts are drawn, and keeps the leaves big and in direction', () => {
    const flat = { weight: new Float64Array(8).fill(4), gradient: Float64Array.of(0, 6, 3, 2, -2, -3, -6, 0), curvature: new Float64Array(8).fill(4) };
    const finder = new StumpFinder(8, settings);
    finder.random = new Rng(5);
    const counts = new Float64Array(8);
    for (let i = 0; i < 5000; i++) {
      const change = new Float64Array(8);
      finder.find(flat, false, 1, change);
      const at = [2, 3, 4, 5, 6].find(b => change[b] !== change[b - 1])!;
      counts[at]!++;
      expect(change[6]! > change[1]!).toBe(true);
    }
    for (const at of [2, 3, 4, 5, 6]) expect(Math.abs(counts[at]! - 1000)).toBeLessThan(150);
    // Against the direction no cut is made.
    const change = new Float64Array(8);
    for (let i = 0; i < 50; i++) {
      finder.find(flat, false, -1, change);
      expect(change.subarray(1, 7).every(value => value === 0)).toBe(true);
    }
  });
});
