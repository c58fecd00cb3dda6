import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/engine/math/random';
import { drawBag, gatherBins, subsample, wholeBag, type BoostingData } from '../../../src/engine/models/boosting/bag';
import { binCount, binsOf, makeBins } from '../../../src/engine/models/boosting/bins';
import { cellsOf, coarsen } from '../../../src/engine/models/boosting/pairBins';
import { rankPairs } from '../../../src/engine/models/boosting/pairStrength';
import { readMonotone } from '../../../src/engine/models/boosting/settings';
import type { Column } from '../../../src/engine/data/table';
import { codeColumn, numberColumn, quiet } from '../evaluate/stub';
import { normals, uniforms } from './fitSupport';

const n = 2000;
const rng = new Rng(1);
const columns: Column[] = [
  ...[0, 1, 2].map(j => numberColumn(`x${j}`, uniforms(j + 1, n).map((x, i) => (j === 2 && i % 9 === 0 ? NaN : x)))),
  codeColumn('c', Int32Array.from({ length: n }, () => rng.integer(4)), ['p', 'q', 'r', 's']), codeColumn('none', new Int32Array(n).fill(-1), []),
];
const features = columns.map(column => makeBins(column, Int32Array.from({ length: n }, (_, i) => i), 64));
const bins = binsOf(features, { rows: n, columns });
const data: BoostingData = {
  rows: n, bins, binCounts: features.map(binCount), levels: features.map(feature => feature.kind === 'level'), y: normals(5, n), weights: uniforms(6, n).map(u => 0.5 + u),
};
const coarse = features.map((feature, j) => coarsen(feature, bins[j]!, 16));
const valuesOf = (j: number): Float64Array => Float64Array.from({ length: n }, (_, i) => { const c = columns[j]!; return c.storage === 'number' ? c.values[i]! : c.codes[i]!; });
const all = Array.from({ length: 5 }, (_, j) => j);

/** Ranks by the gradients of squared errors of a signal with noise. */
const rank = (signal: (i: number) => number, candidates = all) => {
  const e = normals(7, n);
  return rankPairs(data, coarse, candidates, [Float64Array.from({ length: n }, (_, i) => -(signal(i) + e[i]!))], [new Float64Array(n).fill(1)], quiet());
};

describe('the strength of pairs', () => {
  const [x0, x1, x2, c] = [valuesOf(0), valuesOf(1), valuesOf(2), valuesOf(3)];

  it.each([
    ['a product', (i: number) => 6 * (x0[i]! - 0.5) * (x1[i]! - 0.5), [0, 1]],
    ['an exclusive or', (i: number) => ((x0[i]! > 0.5) !== (x1[i]! > 0.5) ? 0.5 : -0.5), [0, 1]],
    ['a chequer board of four by four, without a trend in either', (i: number) => ((Math.floor(4 * x0[i]!) + Math.floor(4 * x1[i]!)) % 2 === 0 ? 0.5 : -0.5), [0, 1]],
    ['a slope that differs by level', (i: number) => (c[i]! < 2 ? 2 : -2) * (x0[i]! - 0.5), [0, 3]],
    ['a product where cells are missing', (i: number) => (Number.isNaN(x2[i]!) ? 3 : 6 * (x1[i]! - 0.5) * (x2[i]! - 0.5)), [1, 2]],
  ] as const)('finds %s first, far ahead of the rest', async (_name, signal, pair) => {
    const [first, second] = await rank(signal);
    expect(first!.pair).toEqual(pair);
    expect(first!.strength).toBeGreaterThan(50);
    expect(first!.strength).toBeGreaterThan(5 * Math.max(1, second!.strength));
  });

  it('finds nothing in a sum of single features: what they leave is below its chance', async () => {
    const ranked = await rank(i => 5 * x0[i]! + Math.sin(9 * x1[i]!) + c[i]!);
    expect(ranked).toHaveLength(10);
    for (const { strength } of ranked) expect(strength).toBeLessThan(30);
    const noise = await rank(() => 0);
    for (const { strength } of noise) expect(strength).toBeLessThan(8);
  });

  it('looks at the candidates only, each pair once, in ascending order', async () => {
    expect((await rank(() => 0, [3, 0, 2])).map(({ pair }) => pair).sort()).toEqual([[0, 2], [0, 3], [2, 3]]);
  });

  it('does not depend on the unit of the gradients', async () => {
    const [g, h] = [normals(8, n), new Float64Array(n).fill(1)];
    const one = await rankPairs(data, coarse, all, [g], [h], quiet());
    const other = await rankPairs(data, coarse, all, [g.map(v => 1e-3 * v)], [h], quiet());
    other.forEach(({ strength }, i) => expect(strength).toBeCloseTo(one[i]!.strength, 6));
  });
});

describe('coarse cells', () => {
  it('of rows are those of their coarse bins, row-major', () => {
    const rows = Int32Array.of(5, 9, 27, 1999);
    const cells = cellsOf(data, coarse, [2, 3], rows);
    rows.forEach((row, i) => expect(cells[i]).toBe(coarse[2]!.of[bins[2]![row]!]! * coarse[3]!.count + coarse[3]!.of[bins[3]![row]!]!));
    expect(Math.floor(cells[1]! / coarse[3]!.count)).toBe(0);
    expect(coarse[0]!.count).toBe(16 + 2);
  });
});

describe('bags', () => {
  it('drawn without replacement part the rows, and the same seed draws the same', () => {
    const bag = drawBag(data, 3, 'subsample');
    expect([...bag.train.rows, ...bag.rest.rows].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    expect(Math.abs(bag.train.rows.length / n - subsample)).toBeLessThan(0.03);
    expect(drawBag(data, 3, 'subsample')).toEqual(bag);
    expect(drawBag(data, 4, 'subsample').train.rows).not.toEqual(bag.train.rows);
    bag.rest.rows.forEach((row, i) => expect([bag.rest.y[i], bag.rest.weights[i]]).toEqual([data.y[row], data.weights[row]]));
  });

  it('drawn with replacement count rows as often as they were drawn', () => {
    const { train, rest } = drawBag(data, 3, 'bootstrap');
    const times = train.rows.reduce((sum, row, i) => sum + train.weights[i]! / data.weights[row]!, 0);
    expect(times).toBeCloseTo(n, 6);
    expect(Math.abs(rest.rows.length / n - Math.exp(-1))).toBeLessThan(0.04);
  });

  it('of few rows, or few that count, have some on either side', () => {
    const few = (weights: readonly number[]): BoostingData => ({ ...data, rows: weights.length, y: data.y.slice(0, weights.length), weights: Float64Array.from(weights) });
    for (const kind of ['subsample', 'bootstrap'] as const) {
      for (let seed = 0; seed < 200; seed++) {
        for (const weights of [[1, 1], [1, 1, 1, 1, 1], [...new Array<number>(40).fill(0), 20, 20, 20]]) {
          const { train, rest } = drawBag(few(weights), seed, kind);
          const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
          expect(sum(train.weights) > 0 && sum(rest.weights) > 0).toBe(true);
        }
        expect(drawBag(few([1]), seed, kind).train.rows).toHaveLength(1);
      }
    }
  });

  it('of all rows leave none out', () => {
    const { train, rest } = wholeBag(data);
    expect([train.rows.length, rest.rows.length]).toEqual([n, 0]);
    expect([...gatherBins(bins[0]!, Int32Array.of(4, 2))]).toEqual([bins[0]![4], bins[0]![2]]);
  });
});

describe('the option monotone', () => {
  it('is read feature by feature; names may hold colons and blanks', () => {
    expect([...readMonotone('age:+, price per m: 2 : - ,')]).toEqual([['age', 1], ['price per m: 2', -1]]);
    expect(readMonotone('').size).toBe(0);
    for (const wrong of ['age', 'age:', 'age:up', ':+']) expect(() => readMonotone(wrong)).toThrow(/monotone/);
  });
});
