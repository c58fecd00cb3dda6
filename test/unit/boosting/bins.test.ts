import { describe, expect, it } from 'vitest';
import type { Column } from '../../../src/engine/data/table';
import { Rng } from '../../../src/engine/math/random';
import { between, binCount, binsOf, coarserBins, columnBins, makeBins, numberBin, quantileCuts } from '../../../src/engine/models/boosting/bins';
import type { FeatureBins } from '../../../src/engine/models/boosting/state';
import { codeColumn, numberColumn } from '../evaluate/stub';
import { binOf } from './support';

type NumberBins = Extract<FeatureBins, { kind: 'number' }>;
const everyRow = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);
const numbers = (values: readonly number[], most: number): NumberBins => makeBins(numberColumn('x', values), everyRow(values.length), most) as NumberBins;
const countsOf = (feature: FeatureBins, column: Column, n: number): number[] => {
  const counts = new Array<number>(binCount(feature)).fill(0);
  for (const bin of columnBins(feature, column, undefined, n)) counts[bin]!++;
  return counts;
};

describe('bins of numbers', () => {
  it.each([2, 7, 32, 255])('hold about equally many rows where values do not repeat: %i bins', most => {
    const rng = new Rng(most);
    const values = Array.from({ length: 5000 }, () => Math.exp(2 * rng.normal()));
    const feature = numbers(values, most);
    const counts = countsOf(feature, numberColumn('x', values), 5000);
    expect(feature.cuts).toHaveLength(most - 1);
    expect([counts[0], counts.at(-1)]).toEqual([0, 0]);
    for (const count of counts.slice(1, -1)) expect(Math.abs(count - 5000 / most)).toBeLessThanOrEqual(1);
  });

  it('are one for each value where there are few', () => {
    const feature = numbers([3, 1, 2, 2, 1, NaN, 3, 3], 3);
    expect(feature.cuts.map(cut => Math.ceil(cut))).toEqual([2, 3]);
    expect([feature.least, feature.largest]).toEqual([1, 3]);
  });

  it('never part equal values, and leave a frequent value alone in its bin', () => {
    const rng = new Rng(1);
    const values = Array.from({ length: 4000 }, () => (rng.uniform() < 0.4 ? 7 : Math.round(1000 * rng.normal())));
    const feature = numbers(values, 16);
    expect(feature.cuts.length).toBeLessThan(16);
    const bins = columnBins(feature, numberColumn('x', values), undefined, values.length);
    const heavy = numberBin(Float64Array.from(feature.cuts), 7);
    expect(new Set(values.filter((_, i) => bins[i] === heavy))).toEqual(new Set([7]));
    const rest = countsOf(feature, numberColumn('x', values), 4000).slice(1, -1).filter((_, b) => b + 1 !== heavy);
    expect(Math.max(...rest)).toBeLessThan(2 * (4000 * 0.6) / 15 + 1);
  });

  it('are never more than asked for, whatever the ties', () => {
    const rng = new Rng(2);
    for (let trial = 0; trial < 200; trial++) {
      const spread = 1 + rng.integer(60);
      const values = Float64Array.from({ length: 1 + rng.integer(300) }, () => Math.floor(spread * rng.uniform() ** 3)).sort();
      const most = 2 + rng.integer(12);
      const cuts = quantileCuts(values, most);
      expect(cuts.length + 1).toBeLessThanOrEqual(most);
      expect(cuts.every((cut, i) => i === 0 || cut > cuts[i - 1]!)).toBe(true);
      // No bin is empty.
      const used = new Set(Array.from(values, value => numberBin(Float64Array.from(cuts), value)));
      expect(used.size).toBe(cuts.length + 1);
    }
  });

  it('take dates as dates and an empty column without cuts', () => {
    const date: Column = { ...numberColumn('d', [0, 864e5, 2 * 864e5]), kind: 'datetime' } as Column;
    expect(makeBins(date, everyRow(3), 8)).toMatchObject({ datetime: true, least: 0, largest: 2 * 864e5 });
    expect(numbers([NaN, NaN], 8)).toEqual({ kind: 'number', name: 'x', cuts: [], least: 0, largest: 0 });
  });

  it('put infinities into the outer bins and missing cells into their own', () => {
    const feature = numbers([1, 2, 3, Infinity, -Infinity, NaN], 8);
    expect(feature.cuts).toEqual([2, 3]);
    expect([feature.least, feature.largest]).toEqual([1, 3]);
    expect([...columnBins(feature, numberColumn('x', [-Infinity, 2.5, Infinity, NaN, -0]), undefined, 5)]).toEqual([1, 2, 3, 0, 1]);
  });

  it('are found by the definition of the state', () => {
    const rng = new Rng(3);
    const values = Array.from({ length: 500 }, () => (rng.uniform() < 0.1 ? NaN : Math.round(20 * rng.normal()) / 2));
    const feature = numbers(values, 9);
    expect([...columnBins(feature, numberColumn('x', values), undefined, 500)]).toEqual(values.map(value => binOf(feature, value)));
  });
});

describe('cuts', () => {
  it('are the shortest decimals that part their neighbours', () => {
    // A value equal to a cut lies right of it: ‘2 and more’.
    expect(between(1, 2)).toBe(2);
    expect(between(0.1, 100)).toBe(50);
    expect(between(1234.5, 1234.7)).toBe(1234.6);
    expect(between(-3, 4)).toBe(0.5);
    expect(between(999, 1001)).toBe(1000);
  });

  it('part any two neighbouring numbers, however large, small or close', () => {
    const close = [[1, 1 + Number.EPSILON], [1e300, 1.0000000000000002e300], [0, Number.MIN_VALUE], [Number.MIN_VALUE, 2 * Number.MIN_VALUE], [-Number.MIN_VALUE, 0],
      [-Number.MAX_VALUE, Number.MAX_VALUE], [-1e308, 1.5e308], [1e308, 1.7e308], [1e-300, 2e-300], [-1e-300, 1e300], [1.6e12, 1.6e12 + 1]] as const;
    for (const [low, high] of close) {
      const cut = between(low, high);
      expect(cut > low && cut <= high, `${low} … ${high}: ${cut}`).toBe(true);
    }
  });

  it('lie between neighbours also for random pairs of numbers of all sizes', () => {
    const rng = new Rng(4);
    for (let i = 0; i < 2000; i++) {
      const pair = [0, 1].map(() => (rng.uniform() - 0.5) * 10 ** (600 * rng.uniform() - 300)).sort((a, b) => a - b);
      const cut = between(pair[0]!, pair[1]!);
      expect(cut > pair[0]! && cut <= pair[1]!).toBe(true);
    }
  });
});

describe('bins of levels', () => {
  const column = codeColumn('c', [0, 1, 1, 2, -1, 3, 3, 3], ['a', 'b', 'c', 'd', 'never']);

  it('are the levels that rows have, with bins for the missing and the unseen', () => {
    const feature = makeBins(column, everyRow(8), 16);
    expect(feature).toEqual({ kind: 'level', name: 'c', levels: ['a', 'b', 'c', 'd'], pooled: '' });
    expect([...columnBins(feature, column, undefined, 8)]).toEqual([1, 2, 2, 3, 0, 4, 4, 4]);
    expect([...columnBins(feature, codeColumn('c', [0, 1, 2], ['never', 'new', 'd']), undefined, 3)]).toEqual([5, 5, 4]);
  });

  it('are the most frequent where there are more than asked for; of equals the first', () => {
    expect(makeBins(column, everyRow(8), 2)).toMatchObject({ levels: ['b', 'd'] });
    expect(makeBins(column, everyRow(8), 3)).toMatchObject({ levels: ['a', 'b', 'd'] });
  });

  it('pool rare levels with the unseen only where levels are many', () => {
    const levels = Array.from({ length: 60 }, (_, i) => `l${i}`);
    const codes = levels.flatMap((_, i) => new Array<number>(i < 55 ? 6 : 2).fill(i));
    expect(makeBins(codeColumn('c', codes, levels), everyRow(codes.length), 256)).toMatchObject({ levels: levels.slice(0, 55) });
    const few = codes.filter(code => code >= 20);
    expect(makeBins(codeColumn('c', few, levels), everyRow(few.length), 256)).toMatchObject({ levels: levels.slice(20) });
  });

  it('count rows of the training only', () => {
    expect(makeBins(column, Int32Array.of(0, 5), 16)).toMatchObject({ levels: ['a', 'd'] });
  });
});

describe('a column of another storage than at the training', () => {
  it('of numbers finds the levels that read the same', () => {
    const feature: FeatureBins = { kind: 'level', name: 'x', levels: ['1', '2.5', 'n/a'] };
    expect([...columnBins(feature, numberColumn('x', [2.5, 1, 3, NaN]), undefined, 4)]).toEqual([2, 1, 4, 0]);
  });

  it('of numbers finds levels by value', () => {
    const feature: FeatureBins = { kind: 'level', name: 'x', levels: ['01', '2.50', 'n/a'] };
    expect([...columnBins(feature, numberColumn('x', [2.5, 1, 3, NaN, 1]), Int32Array.of(4, 3, 2, 0), 5)]).toEqual([1, 0, 4, 2]);
  });

  it('of text finds the bins of what reads as a number, and counts the rest as unseen', () => {
    const feature = numbers([1, 2, 3], 8);
    const texts = codeColumn('x', [0, 1, 2, 3, -1], ['1', ' 3.7 ', 'many', '']);
    expect([...columnBins(feature, texts, undefined, 5)]).toEqual([1, 3, 4, 4, 0]);
  });

  it('that is not there counts as missing', () => {
    expect(binsOf([numbers([1, 2], 4)], { rows: 3, columns: [] }).map(bins => [...bins])).toEqual([[0, 0, 0]]);
    expect([...columnBins(numbers([1, 2], 4), undefined, undefined, 2, Uint16Array.of(9, 9))]).toEqual([0, 0]);
  });
});

describe('a column in other spellings than at the training', () => {
  const truths: FeatureBins = { kind: 'level', name: 'b', levels: ['true', 'false'] };

  it('finds true and false in any usual spelling', () => {
    const texts = ['true', 'false', 'TRUE', 'False', 'yes', 'no', 'T', 'f', 'On', 'off', '1', '0', '1.0', 'maybe', '2'];
    const column = codeColumn('b', [...texts.keys(), -1], texts);
    expect([...columnBins(truths, column, undefined, 16)]).toEqual([1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 3, 3, 0]);
    expect([...columnBins(truths, numberColumn('b', [1, 0, 2, NaN]), undefined, 4)]).toEqual([1, 2, 3, 0]);
  });

  it('leaves words alone where the levels are not just true and false', () => {
    const answers: FeatureBins = { kind: 'level', name: 'b', levels: ['yes', 'no', 'perhaps'] };
    expect([...columnBins(answers, codeColumn('b', [0, 1, 2], ['yes', 'true', '1']), undefined, 3)]).toEqual([1, 4, 4]);
  });

  it('finds numbers by value, each level that is spelled the same first', () => {
    const feature: FeatureBins = { kind: 'level', name: 'x', levels: ['1', '01', '7'] };
    const texts = ['01', '1', '1.0', '007', '8'];
    expect([...columnBins(feature, codeColumn('x', [0, 1, 2, 3, 4], texts), undefined, 5)]).toEqual([2, 1, 1, 3, 4]);
  });
});

describe('coarser bins', () => {
  it('of numbers have some of the finer cuts, keep order and rows, and are about equally full', () => {
    const rng = new Rng(5);
    for (const [n, fine, most] of [[3000, 100, 16], [500, 40, 3], [200, 10, 32], [4000, 256, 64]] as const) {
      const values = Array.from({ length: n }, () => (rng.uniform() < 0.05 ? NaN : rng.normal()));
      const feature = numbers(values, fine);
      const column = numberColumn('x', values);
      const counts = countsOf(feature, column, n);
      const { bins, of } = coarserBins(feature, counts, most);
      const coarse = bins as NumberBins;
      expect(coarse.cuts.every(cut => feature.cuts.includes(cut))).toBe(true);
      expect(coarse.cuts).toHaveLength(Math.min(most, feature.cuts.length + 1) - 1);
      // Through the fine bins a row falls where it falls directly.
      const direct = columnBins(bins, column, undefined, n);
      expect(Array.from(columnBins(feature, column, undefined, n), bin => of[bin])).toEqual([...direct]);
      expect([of[0], of[of.length - 1]]).toEqual([0, binCount(bins) - 1]);
      const held = countsOf(bins, column, n).slice(1, -1);
      if (most < fine) expect(Math.max(...held)).toBeLessThan((1.6 * n) / most + n / fine);
    }
  });

  it('of levels keep the most frequent and pool the rest with the unseen', () => {
    const feature: FeatureBins = { kind: 'level', name: 'c', levels: ['a', 'b', 'c'] };
    const { bins, of } = coarserBins(feature, [9, 1, 5, 3, 0], 2);
    expect(bins).toMatchObject({ levels: ['b', 'c'] });
    expect([...of]).toEqual([0, 3, 1, 2, 3]);
  });

  it('of levels take a level that is left out where a prediction finds it: under another spelling', () => {
    const feature: FeatureBins = { kind: 'level', name: 'c', levels: ['1', '01', 'a', 'b'] };
    const { bins, of } = coarserBins(feature, [0, 9, 1, 5, 2, 0], 2);
    const column = codeColumn('c', [0, 1, 2, 3], ['1', '01', 'a', 'b']);
    expect([...of]).toEqual([0, 1, 1, 2, 3, 3]);
    expect(Array.from(columnBins(feature, column, undefined, 4), bin => of[bin])).toEqual([...columnBins(bins, column, undefined, 4)]);
  });
});
