/** The paired test against numbers worked out by hand, and the rule of one standard error. */
import { describe, expect, it } from 'vitest';
import type { FoldLosses } from '../../../src/engine/compare/losses';
import { pairedDifference } from '../../../src/engine/compare/pairedTest';
import { bestOf, recommendedOf, type Candidate } from '../../../src/engine/compare/recommend';
import type { Fold } from '../../../src/engine/evaluate/splits';
import { Rng } from '../../../src/engine/math/random';
import { quiet } from '../evaluate/stub';

const fold = (test: number, train: number): Fold => ({ test: new Int32Array(test), train: new Int32Array(train) });
const losses = (folds: readonly Fold[], of: (f: number, i: number) => number): FoldLosses =>
  new Map(folds.map((one, f) => [one, Float64Array.from(one.test, (_, i) => of(f, i))]));
const difference = (a: FoldLosses, b: FoldLosses, root = false) => pairedDifference(a, b, root, 0.95, new Rng(1), quiet());

describe('over folds of 50 rows or more', () => {
  const folds = [fold(50, 100), fold(50, 100), fold(50, 100)];

  it('differences 1, 2, 3 with n_test/n_train = 1/2 have the standard error √(1 × (1/3 + 1/2)) and t = 2.191 with 2 degrees of freedom', async () => {
    const found = (await difference(losses(folds, f => 5 + f), losses(folds, () => 4)))!;
    expect(found.value).toBeCloseTo(2, 12);
    expect(found.standardError).toBeCloseTo(Math.sqrt(5 / 6), 10);
    // With 2 degrees of freedom p = 1 − t/√(2 + t²); t at 95 % is 4.302653.
    expect(found.pValue).toBeCloseTo(1 - 2.1908902300206643 / Math.sqrt(2 + 4.8), 10);
    expect(found.low).toBeCloseTo(2 - 4.302652729911275 * Math.sqrt(5 / 6), 8);
    expect(found.high).toBeCloseTo(2 + 4.302652729911275 * Math.sqrt(5 / 6), 8);
  });

  it('squared errors become the root of their mean in each fold', async () => {
    const found = (await difference(losses(folds, f => (3 + f) ** 2), losses(folds, () => 4), true))!;
    expect(found.value).toBeCloseTo(2, 12);
    expect(found.standardError).toBeCloseTo(Math.sqrt(5 / 6), 10);
  });

  it('only the folds that both models have count', async () => {
    const found = (await difference(losses(folds.slice(0, 2), f => 5 + f), losses(folds, () => 4)))!;
    expect(found.value).toBeCloseTo(1.5, 12);
  });

  it('two equal models differ by 0, with p = 1', async () => {
    const same = losses(folds, (f, i) => f + i);
    expect(await difference(same, same)).toMatchObject({ value: 0, standardError: 0, pValue: 1 });
  });
});

describe('over rows where folds are small', () => {
  const folds = [fold(20, 20), fold(20, 20)];
  const rng = new Rng(7);
  const noise = folds.map(({ test }) => Array.from(test, () => rng.normal()));
  const ours = losses(folds, (f, i) => 2 + noise[f]![i]!);
  const theirs = losses(folds, () => 1.5);

  it('the standard error of a mean is that of the mean of the differences', async () => {
    const all = noise.flat().map(x => 0.5 + x);
    const mean = all.reduce((a, b) => a + b, 0) / 40;
    const error = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 40 / 40);
    const found = (await difference(ours, theirs))!;
    expect(found.value).toBeCloseTo(mean, 12);
    expect(found.standardError! / error).toBeGreaterThan(0.93);
    expect(found.standardError! / error).toBeLessThan(1.07);
  });

  it('the root is taken of the mean over all rows, not fold by fold', async () => {
    const found = (await difference(losses(folds, f => (f === 0 ? 1 : 49)), losses(folds, () => 4), true))!;
    expect(found.value).toBeCloseTo(5 - 2, 12);
  });
});

describe('the recommendation', () => {
  const model = (family: string, loss: number, value?: number, standardError?: number): Candidate =>
    ({ family, loss, ...(value !== undefined && { difference: { value, ...(standardError !== undefined && { standardError }) } }) });

  it('is the simplest model within one standard error of the best', () => {
    expect(recommendedOf([model('linear', 1.5, 0.5, 0.1), model('bayes', 1.08, 0.08, 0.1), model('ebm', 1)])).toBe('bayes');
    expect(recommendedOf([model('linear', 1.1, 0.1, 0.1), model('bayes', 1.08, 0.08, 0.1), model('ebm', 1)])).toBe('linear');
  });

  it('is the best where no simpler one comes near, and also where a less simple one does', () => {
    expect(recommendedOf([model('linear', 1.5, 0.5, 0.1), model('ebm', 1), model('neural', 1.01, 0.01, 0.1)])).toBe('ebm');
  });

  it('is the simpler one of two that are equally good', () => {
    expect(bestOf([model('linear', 1), model('bayes', 1)])).toBe('linear');
  });

  it('does not fall on a model without a loss, unless none has one', () => {
    expect(recommendedOf([{ family: 'linear' }, model('bayes', 1)])).toBe('bayes');
    expect(recommendedOf([{ family: 'linear' }, { family: 'bayes' }])).toBe('linear');
    expect(recommendedOf([])).toBeUndefined();
  });
});
