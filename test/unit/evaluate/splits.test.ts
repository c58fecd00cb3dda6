import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/data/dataset';
import type { FoldPlan } from '../../../src/engine/evaluate/splits';
import { makeFolds } from '../../../src/engine/evaluate/splits';
import { Rng } from '../../../src/engine/math/random';
import { classTarget, codeColumn, makeDataset, numberColumn, numberTarget } from './stub';

const regression = (n: number): Dataset => makeDataset([], numberTarget(Float64Array.from({ length: n }, (_, i) => i)));
const classes = (codes: readonly number[], names = ['a', 'b', 'c']): Dataset => makeDataset([], classTarget(codes, names));
const tested = (plan: FoldPlan): number[] => plan.folds.flatMap(f => Array.from(f.test)).sort((a, b) => a - b);
const isPartition = (plan: FoldPlan, rows: number): void => {
  for (const { train, test } of plan.folds) {
    expect(test.length).toBeGreaterThan(0);
    expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
    for (const part of [train, test]) expect(part.every((row, i) => i === 0 || row > part[i - 1])).toBe(true);
  }
};

describe('k folds', () => {
  it('hold every row out once, in folds whose sizes differ by at most one', () => {
    const plan = makeFolds(regression(23), { scheme: 'kFold', folds: 5 }, new Rng(1));
    isPartition(plan, 23);
    expect(tested(plan)).toEqual(Array.from({ length: 23 }, (_, i) => i));
    expect(plan.folds.map(f => f.test.length).sort()).toEqual([4, 4, 5, 5, 5]);
    expect(plan.scheme).toBe('5-fold cross-validation');
  });

  it('are the same for the same seed and others for another', () => {
    const folds = (seed: number): number[][] => makeFolds(regression(50), { scheme: 'kFold', folds: 5 }, new Rng(seed)).folds.map(f => [...f.test]);
    expect(folds(7)).toEqual(folds(7));
    expect(folds(7)).not.toEqual(folds(8));
  });

  it('give each fold its share of every class', () => {
    const codes = Array.from({ length: 103 }, (_, i) => (i % 10 === 0 ? 2 : i % 3 === 0 ? 1 : 0));
    const plan = makeFolds(classes(codes), { scheme: 'kFold', folds: 5 }, new Rng(1));
    isPartition(plan, 103);
    for (const k of [0, 1, 2]) {
      const counts = plan.folds.map(f => f.test.filter(row => codes[row] === k).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
    expect(plan.scheme).toBe('5-fold cross-validation, stratified by class');
    expect(plan.notes).toEqual([]);
  });

  it('work with a class of one row and say so', () => {
    const plan = makeFolds(classes([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2]), { scheme: 'kFold', folds: 5 }, new Rng(1));
    isPartition(plan, 11);
    expect(plan.notes.map(n => n.text).join()).toMatch(/class "c" \(1 row\)/);
  });

  it('are no more than rows, with a note', () => {
    const plan = makeFolds(regression(3), { scheme: 'kFold', folds: 5 }, new Rng(1));
    expect(plan.folds.length).toBe(3);
    expect(plan.notes[0].text).toBe('3 folds instead of the 5 asked for: there are only 3 rows.');
  });

  it('are refused for one row or one fold', () => {
    expect(() => makeFolds(regression(1), { scheme: 'kFold', folds: 5 }, new Rng(1))).toThrow(/at least 2 usable rows/);
    expect(() => makeFolds(regression(9), { scheme: 'kFold', folds: 1 }, new Rng(1))).toThrow(/at least 2/);
  });

  it('deal a million rows', () => {
    const n = 1_000_000;
    const target = classTarget(Int32Array.from({ length: n }, (_, i) => i % 2), ['a', 'b']);
    const plan = makeFolds(makeDataset([], target), { scheme: 'kFold', folds: 5 }, new Rng(1));
    expect(plan.folds.map(f => f.test.length)).toEqual([200_000, 200_000, 200_000, 200_000, 200_000]);
  });
});

describe('group folds', () => {
  it('never part a group', () => {
    const codes = Array.from({ length: 100 }, (_, i) => (i * 7) % 13 - 1);
    const data = makeDataset([codeColumn('site', codes, Array.from({ length: 12 }, (_, i) => `s${i}`))], numberTarget(new Float64Array(100)));
    const plan = makeFolds(data, { scheme: 'kFold', folds: 4, groupColumn: 'site' }, new Rng(1));
    isPartition(plan, 100);
    for (const group of new Set(codes)) {
      expect(plan.folds.filter(f => f.test.some(row => codes[row] === group)).length).toBe(1);
    }
    expect(plan.scheme).toBe('4-fold cross-validation, 13 groups of "site" kept whole');
    expect(plan.notes[0].text).toMatch(/rows without a value of "site" are kept together/);
  });

  it('are no more than groups, and need two', () => {
    const data = (values: number[]): Dataset => makeDataset([numberColumn('g', values)], numberTarget(values));
    const plan = makeFolds(data([1, 1, 2, 2, 3]), { scheme: 'kFold', folds: 5, groupColumn: 'g' }, new Rng(1));
    expect(plan.folds.length).toBe(3);
    expect(() => makeFolds(data([1, 1]), { scheme: 'kFold', folds: 2, groupColumn: 'g' }, new Rng(1))).toThrow(/one value only/);
    expect(() => makeFolds(data([1, 1]), { scheme: 'kFold', folds: 2, groupColumn: 'h' }, new Rng(1))).toThrow(/no column "h"/);
  });
});

describe('a fold column', () => {
  it('gives one fold a value, in sort order; rows without one are only trained on', () => {
    const data = makeDataset([numberColumn('fold', [2, 1, NaN, 2, 10, 1])], numberTarget([0, 0, 0, 0, 0, 0]));
    const plan = makeFolds(data, { scheme: 'foldColumn', column: 'fold' }, new Rng(1));
    expect(plan.folds.map(f => [...f.test])).toEqual([[1, 5], [0, 3], [4]]);
    expect([...plan.folds[2].train]).toEqual([0, 1, 2, 3, 5]);
    expect(plan.notes[0].text).toMatch(/1 row without a value of the fold column "fold" is never/);
  });

  it('with one value is refused', () => {
    const data = makeDataset([codeColumn('fold', [0, 0, -1], ['x'])], numberTarget([0, 0, 0]));
    expect(() => makeFolds(data, { scheme: 'foldColumn', column: 'fold' }, new Rng(1))).toThrow(/one value only/);
  });
});

describe('a hold-out', () => {
  it('takes the share of each class and leaves a single row to train on', () => {
    const codes = [...new Array<number>(80).fill(0), ...new Array<number>(19).fill(1), 2];
    const plan = makeFolds(classes(codes), { scheme: 'holdout', share: 0.2 }, new Rng(1));
    isPartition(plan, 100);
    const [{ test }] = plan.folds;
    expect([0, 1, 2].map(k => test.filter(row => codes[row] === k).length)).toEqual([16, 4, 0]);
    expect(plan.scheme).toBe('hold-out of 20 % of the rows, stratified by class');
    expect(plan.notes[0].text).toMatch(/No held-out row has the class "c"/);
  });

  it('holds out at least one row and trains on at least one', () => {
    expect(makeFolds(regression(2), { scheme: 'holdout', share: 0.01 }, new Rng(1)).folds[0].test.length).toBe(1);
    expect(makeFolds(regression(3), { scheme: 'holdout', share: 0.99 }, new Rng(1)).folds[0].train.length).toBe(1);
    expect(makeFolds(classes([0, 1, 2]), { scheme: 'holdout', share: 0.5 }, new Rng(1)).folds[0].test.length).toBe(2);
  });
});

it('no split gives no folds', () => {
  expect(makeFolds(regression(5), { scheme: 'none' }, new Rng(1)).folds).toEqual([]);
});
