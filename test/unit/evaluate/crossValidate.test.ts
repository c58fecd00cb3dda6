import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { measureCoverage } from '../../../src/engine/evaluate/coverage';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { Rng } from '../../../src/engine/math/random';
import type { Family, Model } from '../../../src/engine/models/model';
import { UserError } from '../../../src/protocol/errors';
import { classData, classTarget, fitStub, makeDataset, numberColumn, numberTarget, quiet, regressionData, stubFamily } from './stub';

const kFold = { scheme: 'kFold', folds: 5 } as const;
const metric = (e: Awaited<ReturnType<typeof crossValidate>>, name: string) => e?.metrics.find(m => m.name === name);

describe('crossValidate', () => {
  it('pools predictions in row order, each by the model of its fold', async () => {
    const data = regressionData(103);
    const found = await crossValidate(stubFamily, data, kFold, quiet(), new Rng(1));
    expect(found?.rows).toBe(103);
    expect([...found?.heldOut.rows ?? []]).toEqual(Array.from({ length: 103 }, (_, i) => i));
    found?.folds.forEach((fold, f) => {
      const own = found.foldModels[f].predict(data.table, fold.test).mean;
      fold.test.forEach((row, i) => {
        expect(found.heldOut.foldOf[row]).toBe(f);
        expect(found.heldOut.prediction.mean?.[row]).toBe(own?.[i]);
      });
    });
  });

  it('gives the mean of the folds\' values with an interval around it, the baseline and the training value', async () => {
    const data = regressionData(250);
    const found = await crossValidate(stubFamily, data, kFold, quiet(), new Rng(1));
    const rmse = metric(found, 'rmse');
    expect(rmse?.folds?.length).toBe(5);
    expect(rmse?.value).toBeCloseTo((rmse?.folds ?? []).reduce((a, b) => a + b, 0) / 5, 12);
    expect(rmse?.value).toBeGreaterThan(0.4); // noise of standard deviation 0.5
    expect(rmse?.value).toBeLessThan(0.6);
    expect(rmse?.low).toBeLessThan(rmse?.value ?? 0);
    expect(rmse?.baseline).toBeGreaterThan(2.5);
    expect(rmse?.train).toBeLessThan(rmse?.value ?? 0);
    expect(found?.gains[0].low).toBeGreaterThan(1);
  });

  it('gives the same numbers for the same seed', async () => {
    const run = async (seed: number) => (await crossValidate(stubFamily, classData(150), kFold, quiet(), new Rng(seed)))?.metrics;
    expect(await run(4)).toEqual(await run(4));
    expect(await run(4)).not.toEqual(await run(5));
  });

  it('measures a hold-out with bootstrap intervals that hold the value', async () => {
    const found = await crossValidate(stubFamily, classData(300), { scheme: 'holdout', share: 0.3 }, quiet(), new Rng(1));
    expect(found?.rows).toBe(90);
    expect(found?.intervalMethod).toBe('percentiles of 1,000 bootstrap resamples of the held-out rows');
    for (const m of found?.metrics ?? []) {
      expect(m.low, m.name).toBeLessThanOrEqual(m.value);
      expect(m.high, m.name).toBeGreaterThanOrEqual(m.value);
    }
    // Accuracy is a mean of 90 zeros and ones: the bootstrap spread is that of the binomial.
    const accuracy = metric(found, 'accuracy');
    const expected = 2 * 1.96 * Math.sqrt((accuracy?.value ?? 0) * (1 - (accuracy?.value ?? 0)) / 90);
    expect((accuracy?.high ?? 0) - (accuracy?.low ?? 0)).toBeGreaterThan(0.8 * expected);
    expect((accuracy?.high ?? 0) - (accuracy?.low ?? 0)).toBeLessThan(1.2 * expected);
  });

  it('uses fitFolds where the family has it', async () => {
    let asked = 0;
    const shared: Family = {
      ...stubFamily,
      fit: () => { throw new Error('not one by one'); },
      fitFolds: (data, trainRows) => { asked = trainRows.length; return Promise.resolve(trainRows.map(rows => fitStub(data, rows))); },
    };
    const found = await crossValidate(shared, regressionData(60), kFold, quiet(), new Rng(1));
    expect(asked).toBe(5);
    expect(found?.metrics).toEqual((await crossValidate(stubFamily, regressionData(60), kFold, quiet(), new Rng(1)))?.metrics);
  });

  it('leaves out a fold that cannot be fitted and says why', async () => {
    let calls = 0;
    const fragile: Family = {
      ...stubFamily,
      fit: (data, context, rows) => (calls++ === 1 ? Promise.reject(new UserError('tooFewRows', 'Too few rows.')) : stubFamily.fit(data, context, rows)),
    };
    const found = await crossValidate(fragile, regressionData(50), kFold, quiet(), new Rng(1));
    expect(found?.folds.length).toBe(4);
    expect(found?.rows).toBe(40);
    expect(found?.notes.map(n => n.text)).toContain('Fold 2 of 5 could not be fitted and it is left out: Too few rows.');
  });

  it('has no metrics, but notes, when no fold can be fitted; a fault of ours is thrown', async () => {
    const never: Family = { ...stubFamily, fit: () => Promise.reject(new UserError('numerical', 'No.')) };
    const found = await crossValidate(never, regressionData(50), kFold, quiet(), new Rng(1));
    expect(found?.metrics).toEqual([]);
    expect(found?.notes.length).toBe(5);
    const broken: Family = { ...stubFamily, fit: () => Promise.reject(new Error('bug')) };
    await expect(crossValidate(broken, regressionData(50), kFold, quiet(), new Rng(1))).rejects.toThrow('bug');
  });

  it('gives a class unknown to a fold\'s model the probability 0', async () => {
    const codes = [...new Array<number>(12).fill(0), ...new Array<number>(12).fill(1), 2];
    const data = makeDataset([numberColumn('a', codes.map((c, i) => c + i / 50))], classTarget(codes, ['a', 'b', 'c']));
    const forgetful: Family = {
      ...stubFamily,
      fit: (all, _context, rows: Int32Array = new Int32Array()) => {
        const seen = [0, 1, 2].filter(k => rows.some(row => codes[row] === k));
        const model: Model = {
          ...fitStub(all, rows), classes: seen.map(k => ['a', 'b', 'c'][k]),
          predict: (_table, which = new Int32Array()) => ({ rows: which.length, probabilities: new Float64Array(which.length * seen.length).fill(1 / seen.length) }),
        };
        return Promise.resolve(model);
      },
    };
    const found = await crossValidate(forgetful, data, kFold, quiet(), new Rng(1));
    const probabilities = found?.heldOut.prediction.probabilities ?? [];
    expect([...probabilities.slice(72, 75)]).toEqual([0.5, 0.5, 0]);
    expect([...probabilities.slice(0, 3)].every(p => Math.abs(p - 0.5) < 1e-9 || Math.abs(p - 1 / 3) < 1e-9 || p === 0)).toBe(true);
    expect(metric(found, 'accuracy')).toBeDefined();
  });

  it('gives R² over all rows for leave-one-out', async () => {
    const found = await crossValidate(stubFamily, regressionData(30), { scheme: 'kFold', folds: 30 }, quiet(), new Rng(1));
    expect(metric(found, 'r2')?.value).toBeGreaterThan(0.9);
    expect(metric(found, 'r2')?.note).toMatch(/together/);
    expect(metric(found, 'r2')?.folds).toBeUndefined();
  });

  it('stops when cancelled and gives nothing for no split', async () => {
    expect(await crossValidate(stubFamily, regressionData(30), { scheme: 'none' }, quiet(), new Rng(1))).toBeUndefined();
    const context = new CancellableContext();
    context.cancel();
    await expect(crossValidate(stubFamily, regressionData(30), kFold, context, new Rng(1))).rejects.toThrow('cancelled');
  });
});

describe('measureCoverage', () => {
  const withBand = (half: number): Family => ({
    ...stubFamily,
    fit: (data, _context, rows) => {
      const model = fitStub(data, rows);
      return Promise.resolve({
        ...model,
        predictIntervals: (table, _level, which) => {
          const { rows: n, mean = new Float64Array() } = model.predict(table, which);
          return { rows: n, mean, low: mean.map(m => m - half), high: mean.map(m => m + half), intervalKind: 'prediction interval' };
        },
      });
    },
  });

  it('counts the held-out rows within their interval', async () => {
    const data = regressionData(2000);
    const wide = withBand(0.5 * 1.959964);
    const evaluation = await crossValidate(wide, data, kFold, quiet(), new Rng(1));
    if (!evaluation) throw new Error('no evaluation');
    const found = await measureCoverage(data, evaluation, quiet(), new Rng(1));
    expect(found).toMatchObject({ rows: 2000, level: 0.95, kind: 'prediction interval' });
    expect(found?.meanWidth).toBeCloseTo(1.959964, 9);
    // Noise of standard deviation 0.5: 95 % ± 3 binomial standard errors of 0.49 %.
    expect(Math.abs((found?.coverage ?? 0) - 0.95)).toBeLessThan(0.015);
  });

  it('is absent for models without intervals and for classes', async () => {
    for (const data of [regressionData(60), classData(60)]) {
      const evaluation = await crossValidate(stubFamily, data, kFold, quiet(), new Rng(1));
      if (!evaluation) throw new Error('no evaluation');
      expect(await measureCoverage(data, evaluation, quiet(), new Rng(1))).toBeUndefined();
    }
  });
});

it('a constant target has metrics without R² and no NaN', async () => {
  const data = makeDataset([numberColumn('a', [1, 2, 3, 4, 5, 6])], numberTarget([2, 2, 2, 2, 2, 2]));
  const found = await crossValidate(stubFamily, data, { scheme: 'kFold', folds: 3 }, quiet(), new Rng(1));
  expect(found?.metrics.map(m => m.name)).toEqual(['rmse', 'mae']);
  expect(found?.notes.map(n => n.text).join()).toMatch(/R² is left out/);
});
