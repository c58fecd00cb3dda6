/** The parts of a study of generalisation by themselves: weights that are cut off, groups that stay whole, rows that are judged, copies that stay together. */
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../../src/engine/data/dataset';
import { foldsWithin, withinSplit } from '../../../../src/engine/experiments/generalisation/fitting';
import { refitTask } from '../../../../src/engine/experiments/generalisation/leaveOut';
import { scoresOf } from '../../../../src/engine/experiments/generalisation/measures';
import { generalisationHeadline } from '../../../../src/engine/experiments/generalisation/findings';
import { fitWeighted } from '../../../../src/engine/experiments/generalisation/reweigh';
import type { Family } from '../../../../src/engine/models/model';
import { codeColumn, fitStub, makeDataset, numberColumn, numberTarget, quiet, regressionData } from '../../evaluate/stub';

const rows = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

describe('a refit', () => {
  it('takes ratios above 20 for 20, and leaves rows without a ratio out', () => {
    const { train, weights, test } = refitTask({ key: 'k', dataset: regressionData(20), family: 'linear', train: Int32Array.of(3, 5, 7, 9), test: Int32Array.of(1), ratios: Float64Array.of(0.5, 1000, NaN, 20.5) });
    expect([[...train], [...weights!], [...test]]).toEqual([[3, 5, 9], [0.5, 20, 20], [1]]);
  });
});

describe('folds among the rows', () => {
  const patient = Array.from({ length: 60 }, (_, i) => Math.floor(i / 3));
  const columns = [numberColumn('x', rows(60)), codeColumn('patient', patient, patient.map(k => `p${k}`).filter((name, i, all) => all.indexOf(name) === i))];
  const dataset = makeDataset(columns, numberTarget(rows(60)), { features: ['x'], split: { scheme: 'kFold', folds: 4, groupColumn: 'patient' } });

  it('keep groups of another column than that of the domains whole', () => {
    expect(withinSplit(dataset, 'site')).toEqual({ scheme: 'kFold', folds: 4, groupColumn: 'patient' });
    for (const { train, test } of foldsWithin(dataset, rows(60), withinSplit(dataset, 'site'), 'a').folds) {
      const seen = new Set([...train].map(row => patient[row]));
      expect([...test].some(row => seen.has(patient[row]))).toBe(false);
    }
  });

  it('mix the rows of the domains themselves', () => {
    expect(withinSplit(dataset, 'patient')).toEqual({ scheme: 'kFold', folds: 4 });
    expect(withinSplit({ ...dataset, recipe: { ...dataset.recipe, split: { scheme: 'holdout', share: 0.2 } } }, 'patient')).toEqual({ scheme: 'kFold', folds: 5 });
  });
});

describe('scores of a group', () => {
  const dataset = makeDataset([numberColumn('x', rows(8))], numberTarget([1, 2, 3, 4, 5, 6, 7, 8]));
  const seen = { train: rows(4), test: Int32Array.of(4, 5, 6, 7), label: 'group' };

  it('are of the rows that both models gave a number for', () => {
    const found = scoresOf(dataset, { ...seen, outside: Float64Array.of(4, 4, 400, NaN), inside: Float64Array.of(1, 1, NaN, 1), sameRows: true });
    expect(found).toMatchObject({ unpredicted: 2, loss: { value: 2 }, within: { value: 1 }, drop: { value: 1 } });
  });

  it('and of all where the others are not the same rows', () => {
    const found = scoresOf(dataset, { ...seen, outside: Float64Array.of(4, 4, 4, NaN), inside: Float64Array.of(1, NaN, 1, 1), sameRows: false });
    expect(found).toMatchObject({ unpredicted: 1, loss: { value: 2 }, within: { value: 1 } });
  });
});

describe('copies of rows', () => {
  /** What a family that is fitted with copies is handed. */
  async function handed(dataset: Dataset): Promise<{ dataset: Dataset; rows: Int32Array }> {
    let found: { dataset: Dataset; rows: Int32Array } | undefined;
    const family = { id: 'linear', title: 'Stub', tasks: ['regression'], options: [], fit: (data: Dataset, _context: unknown, which: Int32Array) => {
      found = { dataset: data, rows: which };
      return Promise.resolve(fitStub(dataset));
    } } as unknown as Family;
    await fitWeighted(family, dataset, rows(30), Float64Array.from({ length: 30 }, (_, i) => 1 + (i % 3)), quiet());
    return found!;
  }

  it('are never on both sides of a fold that the fit makes for itself', async () => {
    const { dataset, rows: copies } = await handed(regressionData(30));
    expect(copies.length).toBeGreaterThan(200);
    for (const { train, test } of foldsWithin(dataset, copies, dataset.recipe.split, 'inner').folds) {
      const inTrain = new Set(train);
      expect([...test].some(row => inTrain.has(row))).toBe(false);
    }
    expect(dataset.features).toEqual(regressionData(30).features);
  });

  it('stay in the groups that the recipe keeps whole', async () => {
    const split = { scheme: 'kFold' as const, folds: 3, groupColumn: 'a' };
    expect((await handed(regressionData(30, 1, { split }))).dataset.recipe.split).toEqual(split);
  });
});

describe('the headline', () => {
  const found = { loss: 'RMSE' as const, rows: 10, scheme: '', planned: 1, done: 1, takenOver: 0, level: 0.95, stopped: false };
  const group = (low: number) => ({ name: 'g', rows: 5, fittedRows: 5, unpredicted: 0, drop: { value: low + 1, low, high: low + 2 } });

  it('states what the loss did', () => {
    expect(generalisationHeadline({ ...found, domains: [group(1), group(-1), group(-1)] })).toBe('RMSE rises beyond chance in 1 of 3 groups left out');
    expect(generalisationHeadline({ ...found, domains: [group(-1)] })).toBe('no rise of the RMSE beyond chance in 1 group left out');
    expect(generalisationHeadline({ ...found, domains: [{ name: 'g', rows: 5, fittedRows: 5, unpredicted: 0 }] })).toBe('no group could be scored');
    const transfer = (low: number) => ({ name: 'second.csv', rows: 9, unpredicted: 0, features: [], differences: [], mismatch: { lacking: [], of: 1, unknown: [], untold: 0, gone: [] }, loss: { value: 2 }, drop: { value: low + 1, low, high: low + 2 } });
    expect([1, -1, -3].map(low => generalisationHeadline({ ...found, domains: [], transfer: transfer(low) }))).toEqual([
      'RMSE higher beyond chance on second.csv', 'no difference of the RMSE beyond chance on second.csv', 'RMSE lower beyond chance on second.csv',
    ]);
  });
});
