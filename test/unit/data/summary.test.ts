import { describe, expect, it } from 'vitest';
import { sampleRows } from '../../../src/engine/data/sample';
import { histogram, moments, summariseCodes, summariseNumbers } from '../../../src/engine/data/summary';

const column = (values: number[]) => ({ name: 'x', kind: 'numeric', storage: 'number', values: Float64Array.from(values) }) as const;

describe('moments', () => {
  it('survive an offset of 1e15, and values of 1e-300 and 1e300', () => {
    // Standard deviation of 0 … 79 is sqrt(80·81/12) = 23.237900077244504.
    const sd = Math.sqrt((80 * 81) / 12);
    const n = Array.from({ length: 80 }, (_, i) => i);
    expect(moments(Float64Array.from(n, i => 1e15 + i))).toEqual({ mean: 1e15 + 39.5, sd: expect.closeTo(sd, 10) });
    expect(moments(Float64Array.from(n, i => i * 1e-300)).sd / (sd * 1e-300)).toBeCloseTo(1, 12);
    expect(moments(Float64Array.from(n, i => i * 1e306)).sd / (sd * 1e306)).toBeCloseTo(1, 12);
    expect(moments(Float64Array.of(-1.5e308, 1.5e308)).sd).toBeCloseTo(Infinity);
  });

  it('agree with NIST StRD NumAcc4 (mean 10000000.2, standard deviation 0.1 exactly)', () => {
    const values = [10000000.2, ...Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 10000000.1 : 10000000.3))];
    const { mean, sd } = moments(Float64Array.from(values));
    expect(mean).toBeCloseTo(10000000.2, 8);
    expect(sd).toBeCloseTo(0.1, 8);
  });
});

describe('summaries of numbers', () => {
  it('have quantiles of type 7 as R has: quantile(c(1, 3, 4, 10, 20)) is 1, 3, 4, 10, 20 and 5 % is 1.4', () => {
    const summary = summariseNumbers(column([20, 1, NaN, 4, 10, 3]));
    expect(summary).toMatchObject({ missing: 1, distinct: 5 });
    expect(summary.quantiles!.map(q => q.value)).toEqual([1, expect.closeTo(1.4, 12), 3, 4, 10, expect.closeTo(18, 12), 20]);
  });

  it('of many values have the very quantiles that sorting gives, with outliers and ties too', () => {
    for (const make of [(i: number) => Math.sin(i) * 50, (i: number) => (i % 1000 === 0 ? 1e9 : Math.cos(i)), (i: number) => i % 7, (i: number) => Math.floor(Math.exp((i % 997) / 90))]) {
      const values = Array.from({ length: 300_001 }, (_, i) => make(i));
      const sorted = Float64Array.from(values).sort();
      const summary = summariseNumbers(column(values));
      for (const { probability, value } of summary.quantiles!) expect(value).toBe(sorted[Math.round(probability * 300_000)]);
      expect(summary.histogram!.reduce((sum, bin) => sum + bin.count, 0)).toBe(300_001);
      const distinct = new Set(values).size;
      expect(Math.abs(summary.distinct / distinct - 1)).toBeLessThan(0.03);
      if (summary.distinctIsApproximate !== true) expect(summary.distinct).toBe(distinct);
    }
  });

  it('change nothing in the column', () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1000);
    const input = column(values);
    summariseNumbers(input);
    expect([...input.values]).toEqual(values);
  });

  it('list the values where they are few', () => {
    expect(summariseNumbers(column([2, 0, 2, 10])).distinctValues).toEqual([{ level: '0', count: 1 }, { level: '2', count: 2 }, { level: '10', count: 1 }]);
  });
});

describe('histograms', () => {
  it('give whole numbers a bin each and others at most 20', () => {
    expect(histogram(Float64Array.of(1, 1, 3), 1, 3)).toEqual([{ low: 0.5, high: 1.5, count: 2 }, { low: 1.5, high: 2.5, count: 0 }, { low: 2.5, high: 3.5, count: 1 }]);
    const bins = histogram(Float64Array.of(0, 0.5, 100), 0, 100);
    expect(bins).toHaveLength(20);
    expect(bins[0]).toMatchObject({ low: 0, count: 2 });
    expect(bins[19]).toMatchObject({ high: 100, count: 1 });
    expect(histogram(Float64Array.of(-1.7e308, 1.7e308), -1.7e308, 1.7e308).every(bin => Number.isFinite(bin.low) && Number.isFinite(bin.high))).toBe(true);
  });
});

describe('summaries of levels', () => {
  it('name the 20 most frequent first, ties in level order', () => {
    const levels = Array.from({ length: 3000 }, (_, i) => `l${String(i).padStart(4, '0')}`);
    const codes = Int32Array.from([...levels.keys(), 2999, 2999, 5, -1]);
    const summary = summariseCodes({ name: 'c', kind: 'categorical', storage: 'code', codes, levels });
    expect(summary).toMatchObject({ missing: 1, distinct: 3000 });
    expect(summary.levels.slice(0, 4)).toEqual([{ level: 'l2999', count: 3 }, { level: 'l0005', count: 2 }, { level: 'l0000', count: 1 }, { level: 'l0001', count: 1 }]);
    expect(summary.levels).toHaveLength(20);
  });
});

describe('samples of rows', () => {
  it('take each row equally often', () => {
    const hits = new Float64Array(20);
    for (let seed = 0; seed < 4000; seed++) for (const row of sampleRows(20, 5, seed)) hits[row]!++;
    // Binomial(4000, 1/4): mean 1000, standard deviation 27.4; five of them either side.
    for (const count of hits) expect(Math.abs(count - 1000)).toBeLessThan(137);
  });

  it('take all rows when there are no more', () => {
    expect([...sampleRows(3, 5, 1)]).toEqual([0, 1, 2]);
  });
});
