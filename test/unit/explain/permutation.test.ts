import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import type { Dataset } from '../../../src/engine/data/dataset';
import type { Split } from '../../../src/protocol/recipe';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { permutationImportance } from '../../../src/engine/explain/permutation';
import { shuffledColumns, subsetTable } from '../../../src/engine/explain/shuffle';
import { withColumns } from '../../../src/engine/data/table';
import { Rng } from '../../../src/engine/math/random';
import type { Family, Model } from '../../../src/engine/models/model';
import { classData, codeColumn, fitStub, makeDataset, numberColumn, numberTarget, quiet, regressionData, stubFamily } from '../evaluate/stub';

async function importanceOf(data: Dataset, split: Split = { scheme: 'kFold', folds: 5 }, family: Family = stubFamily, full?: Model) {
  const evaluation = await crossValidate(family, data, split, quiet(), new Rng(1));
  if (!evaluation) throw new Error('no evaluation');
  const found = await permutationImportance(data, evaluation, quiet(), new Rng(1), full);
  if (!found) throw new Error('no importance');
  return found;
}

describe('permutation importance', () => {
  it('of a linear model is what theory says: RMSE² rises by 2 w² Var(x)', async () => {
    // y = 3 a − b + noise of SD 0.5: shuffling a gives √(0.25 + 18) − 0.5 = 3.77, b √(0.25 + 2) − 0.5 = 1.
    const found = await importanceOf(regressionData(4000));
    expect(found.importance.map(i => i.feature)).toEqual(['a', 'b', 'junk']);
    const [a, b, junk] = found.importance.map(i => i.permutation);
    expect(Math.abs((a?.value ?? 0) - (Math.sqrt(18.25) - 0.5))).toBeLessThan(0.12);
    expect(Math.abs((b?.value ?? 0) - 1)).toBeLessThan(0.05);
    expect(Math.abs(junk?.value ?? 1)).toBeLessThan(0.005);
    expect(a?.low).toBeGreaterThan(3.3);
    expect(junk?.low).toBeLessThanOrEqual(0);
    expect(found.unit).toBe('rise of RMSE in units of y');
    expect(found.repeats).toBe(5);
    expect(found.rows).toBe(4000);
    expect(found.fall?.measure).toBe('r2');
    // Fall of R²: 18 ÷ Var(y) = 18 ÷ 10.25.
    expect(Math.abs((found.fall?.byFeature.get('a')?.value ?? 0) - 18 / 10.25)).toBeLessThan(0.12);
  });

  it('of a classifier is the rise of log loss, with the fall of the AUC beside it', async () => {
    const found = await importanceOf(classData(600));
    expect(found.loss).toBe('logLoss');
    expect(found.importance[0].feature).toBe('a');
    expect(found.importance[0].permutation?.low).toBeGreaterThan(0.1);
    expect(found.fall?.measure).toBe('auc');
    expect(found.fall?.byFeature.get('a')?.value).toBeGreaterThan(0.2);
    expect((await importanceOf(classData(600, ['a', 'b', 'c']))).fall).toBeUndefined();
  });

  it('on one hold-out has t intervals over rows, after 20 shuffles', async () => {
    const found = await importanceOf(regressionData(1000), { scheme: 'holdout', share: 0.3 });
    expect(found.repeats).toBe(20);
    expect(found.rows).toBe(300);
    const [a, , junk] = found.importance.map(i => i.permutation);
    expect(Math.abs((a?.value ?? 0) - 3.77)).toBeLessThan(0.4);
    expect((a?.high ?? 0) - (a?.low ?? 0)).toBeGreaterThan(0.1);
    expect(junk?.low).toBeLessThan(0.001);
    expect(found.method).toMatch(/the model of the training rows; 95 % intervals: t over the rows/);
  });

  it('with leave-one-out shuffles over all rows, because one row cannot be shuffled', async () => {
    const found = await importanceOf(regressionData(60), { scheme: 'kFold', folds: 60 });
    expect(found.rows).toBe(60);
    expect(found.importance[0].feature).toBe('a');
    expect(Math.abs((found.importance[0].permutation?.value ?? 0) - 3.77)).toBeLessThan(1);
  });

  it('is the same for the same seed', async () => {
    expect((await importanceOf(classData(300))).importance).toEqual((await importanceOf(classData(300))).importance);
  });

  it('samples at most 20,000 held-out rows and says so', async () => {
    const found = await importanceOf(regressionData(30_000));
    expect(found.rows).toBe(20_000);
    expect(found.method).toMatch(/a random sample of 20,000 of the 30,000 held-out rows/);
  });

  it('shuffles only the strongest of very many features, and the rest together', async () => {
    const rng = new Rng(9);
    const columns = Array.from({ length: 250 }, (_, j) => numberColumn(`x${j}`, Float64Array.from({ length: 400 }, () => rng.normal())));
    const [x0, x1] = columns.map(c => (c.storage === 'number' ? c.values : new Float64Array()));
    const data = makeDataset(columns, numberTarget(x0.map((v, i) => 2 * v + x1[i])));
    // The stub fits only two columns, but reads all, and says which weigh most.
    const sparse: Family = {
      ...stubFamily,
      fit: (all, _context, rows) => Promise.resolve({
        ...fitStub({ ...all, features: ['x0', 'x1'] }, rows), features: all.features,
        weights: () => all.features.map((feature, j) => ({ term: feature, feature, estimate: 0, standardised: j === 0 ? -2 : j >= 2 && j < 51 ? 1 : 0 })),
      }),
    };
    const found = await importanceOf(data, { scheme: 'kFold', folds: 4 }, sparse);
    expect(found.importance.length).toBe(50);
    expect(found.importance[0].feature).toBe('x0');
    expect(found.rest?.features).toBe(200);
    expect(found.rest?.rise.value).toBeGreaterThan(0.5); // x1 is among them
    expect(found.notes[0].text).toMatch(/Of 250 features only 50/);
  });

  it('stops when cancelled', async () => {
    const data = regressionData(100);
    const evaluation = await crossValidate(stubFamily, data, { scheme: 'kFold', folds: 3 }, quiet(), new Rng(1));
    const context = new CancellableContext();
    context.cancel();
    await expect(permutationImportance(data, evaluation!, context, new Rng(1))).rejects.toThrow('cancelled');
  });
});

describe('shuffled tables', () => {
  const table = makeDataset([numberColumn('a', [1, 2, 3]), codeColumn('c', [0, -1, 1], ['x', 'y']), numberColumn('b', [7, 8, 9])], numberTarget([0, 0, 0])).table;
  const values = (column: (typeof table.columns)[number]): number[] => Array.from(column.storage === 'number' ? column.values : column.codes);

  it('keep only the named columns and rows', () => {
    const small = subsetTable(table, ['c', 'a', 'gone'], Int32Array.from([2, 0]));
    expect(small.rows).toBe(2);
    expect(small.columns.map(c => [c.name, values(c)])).toEqual([['a', [3, 1]], ['c', [1, 0]]]);
  });

  it('move a missing cell with its column and leave the others alone', () => {
    const shuffled = withColumns(table, shuffledColumns(table, ['c', 'gone'], Int32Array.from([1, 2, 0])));
    expect(shuffled.columns.map(values)).toEqual([[1, 2, 3], [-1, 1, 0], [7, 8, 9]]);
    const both = withColumns(table, shuffledColumns(table, ['a', 'b'], Int32Array.from([2, 1, 0])));
    expect(both.columns.map(values)).toEqual([[3, 2, 1], [0, -1, 1], [9, 8, 7]]);
  });
});
