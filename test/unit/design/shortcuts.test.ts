import { describe, expect, it } from 'vitest';
import { medianInPlace, medianOf } from '../../../src/engine/data/encoding/median';
import { rocAuc } from '../../../src/engine/evaluate/auc';
import { ascendingOrder } from '../../../src/engine/evaluate/order';
import { Rng } from '../../../src/engine/math/random';
import { columnMeans, foldColumnMeans } from '../../../src/engine/models/shared/linearPredictor';

const rng = new Rng(3);
const normals = (n: number): Float64Array => Float64Array.from({ length: n }, () => rng.normal());

describe('the median of a long column', () => {
  const n = 40_001;
  const cases: readonly [string, Float64Array][] = [
    ['normal numbers', normals(n)], ['an even count', normals(n - 1)], ['few distinct numbers', normals(n).map(v => Math.round(v))],
    ['one number', new Float64Array(n).fill(7)], ['gaps and infinite values', normals(n).map((v, i) => (i % 3 === 0 ? NaN : i % 101 === 0 ? Infinity : v))],
    ['a rising order', Float64Array.from({ length: n }, (_, i) => i)],
    ['a pattern that misleads the sample', Float64Array.from({ length: n }, (_, i) => (Math.floor((i * 1024) / n) !== Math.floor(((i - 1) * 1024) / n) ? 1000 : i % 100))],
    ['two halves', Float64Array.from({ length: n - 1 }, (_, i) => (i < (n - 1) / 2 ? 0 : 1))],
  ];
  for (const [what, values] of cases) {
    it(`is exact for ${what}`, () => {
      const present = values.filter(Number.isFinite);
      expect(medianOf(values, undefined, values.length)).toEqual({ count: present.length, median: medianInPlace(present) });
      const rows = Int32Array.from({ length: 30_000 }, (_, i) => (i * 7919) % values.length);
      const chosen = Float64Array.from(rows, row => values[row]).filter(Number.isFinite);
      expect(medianOf(values, rows, rows.length)).toEqual({ count: chosen.length, median: medianInPlace(chosen) });
    });
  }

  it('is no number where nothing is', () => {
    expect(medianOf(new Float64Array(20_000).fill(NaN), undefined, 20_000)).toEqual({ median: NaN, count: 0 });
  });
});

describe('the means outside of each fold', () => {
  it('are those of the rows by themselves, also beside an outlier, in constant columns and with rows in no fold', () => {
    const n = 3000;
    const columns = [normals(n).map(v => 1e9 + v), normals(n).map((v, i) => (i === 4 ? 1e200 : v)), normals(n).map((v, i) => (i % 3 === 1 ? v + 1e12 : 5)), new Float64Array(n).fill(0.1)];
    const data = new Float64Array(4 * n);
    columns.forEach((column, j) => data.set(column, j * n));
    const design = { rows: n, columns: 4, data };
    const foldOfRow = Int32Array.from({ length: n }, (_, i) => (i % 50 === 49 ? -1 : i % 3));
    const means = foldColumnMeans(design, columnMeans(design), foldOfRow, 3);
    for (let k = 0; k < 3; k++) {
      columns.forEach((column, j) => {
        const train = column.filter((_, i) => foldOfRow[i] !== k);
        const alone = columnMeans({ rows: train.length, columns: 1, data: train });
        const difference = means[k].mean[j] - alone.mean[0] + (means[k].low[j] - alone.low[0]);
        expect(Math.abs(difference)).toBeLessThanOrEqual(1e-12 * Math.max(1e-3, Math.abs(alone.mean[0])));
      });
    }
  });
});

describe('the area under the ROC curve without sorting places', () => {
  it('is the one by ascending order, ties and infinite scores included', () => {
    for (const round of [1, 10, 1000]) {
      const scores = normals(5000).map((v, i) => (i % 700 === 0 ? -Infinity : Math.round(v * round) / round));
      const isPositive = Uint8Array.from(scores, v => (v + rng.normal() > 0.5 ? 1 : 0));
      expect(rocAuc(scores, isPositive)).toBe(rocAuc(scores, isPositive, undefined, ascendingOrder(scores)));
    }
    expect(rocAuc(Float64Array.of(1, NaN, 2), [1, 0, 1])).toBeNaN();
    expect(rocAuc(Float64Array.of(1, 2), [1, 1])).toBeNaN();
  });
});
