/** Learning curves against scikit-learn's on the same rows: test/fixtures/reference/learningCurves.py made the numbers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../../src/engine/data/dataset';
import { repeatedFolds, shareOfRows } from '../../../../src/engine/experiments/runs/folds';
import { sensitivityStudy } from '../../../../src/engine/experiments/sensitivity/study';
import { Rng } from '../../../../src/engine/math/random';
import { families } from '../../../../src/engine/models/families';
import { classTarget, makeDataset, numberColumn, numberTarget, quiet } from '../../evaluate/stub';

interface Score { readonly train: number; readonly test: number }
interface Part { readonly columns: number[][]; readonly target: number[]; readonly shares: number[]; readonly folds: { readonly test: number[]; readonly train: number[][] }[]; readonly none: Score[][]; readonly ridge: Score[][] }

const reference = JSON.parse(readFileSync(join(import.meta.dirname, '../../../fixtures/reference/learningCurves.json'), 'utf8')) as { readonly linear: Part; readonly logistic: Part; readonly penalty: number };
const columnsOf = ({ columns }: Part) => columns.map((values, k) => numberColumn(`x${k}`, values));
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

async function compare(dataset: Dataset, family: string, { shares }: Part, scores: readonly (readonly Score[])[], digits: number): Promise<void> {
  const { settings } = await sensitivityStudy({ dataset, family: families.find(({ id }) => id === family)!, varied: [{ name: 'rows', values: shares }], repeats: 1 }, quiet());
  shares.forEach((_, i) => {
    expect(settings[i + 1]!.loss!.value).toBeCloseTo(mean(scores.map(fold => fold[i]!.test)), digits);
    expect(settings[i + 1]!.trainLoss).toBeCloseTo(mean(scores.map(fold => fold[i]!.train)), digits);
  });
}

describe('a learning curve', () => {
  const { linear, logistic, penalty } = reference;
  const numbers = (options: Readonly<Record<string, number | string>>) => makeDataset(columnsOf(linear), numberTarget(linear.target), { options });
  const classes = makeDataset(columnsOf(logistic), classTarget(logistic.target, ['no', 'yes']));

  it('is on the folds and the nested shares of rows that the reference has', () => {
    for (const [dataset, part] of [[numbers({}), linear], [classes, logistic]] as const) {
      const { folds } = repeatedFolds(dataset, 1);
      expect(folds.map(({ test }) => [...test])).toEqual(part.folds.map(({ test }) => test));
      folds.forEach((fold, k) => part.shares.forEach((share, i) => expect([...shareOfRows(fold, share, new Rng(1).fork(`rows ${k}`))]).toEqual(part.folds[k]!.train[i])));
      for (const { train } of part.folds) for (let i = 1; i < train.length; i++) expect(train[i]).toEqual(expect.arrayContaining(train[i - 1]!));
    }
  });

  it('of least squares has the scores of scikit-learn', async () => {
    await compare(numbers({}), 'linear', linear, linear.none, 9);
  });

  it('of ridge regression has the scores of scikit-learn', async () => {
    await compare(numbers({ penalty: 'ridge', lambda: penalty }), 'linear', linear, linear.ridge, 9);
  });

  it('of logistic regression has the scores of scikit-learn', async () => {
    await compare(classes, 'logistic', logistic, logistic.none, 8);
  });
});
