/** The whole of evaluation and importance with the real families, on fixed folds, against scikit-learn (see the fixture). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/data/dataset';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { measureCoverage } from '../../../src/engine/evaluate/coverage';
import type { Evaluation } from '../../../src/engine/evaluate/crossValidate';
import { permutationImportance } from '../../../src/engine/explain/permutation';
import { Rng } from '../../../src/engine/math/random';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import reference from './fixtures/sklearnCrossValidation.json';
import { classTarget, fitStub, makeDataset, numberColumn, numberTarget, quiet, stubFamily } from './stub';

function readCsv(file: string): Map<string, string[]> {
  const lines = readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8').trim().split(/\r?\n/).map(l => l.replaceAll('"', '').split(','));
  return new Map(lines[0].map((name, j) => [name, lines.slice(1).map(cells => cells[j])]));
}

const { diabetes, penguins } = reference;
const split = { scheme: 'foldColumn', column: 'fold' } as const;

function diabetesData(): Dataset {
  const cells = readCsv(diabetes.file);
  const names = [...cells.keys()].filter(name => name !== diabetes.target);
  const columns = names.map(name => numberColumn(name, (cells.get(name) ?? []).map(Number)));
  return makeDataset([...columns, numberColumn('fold', diabetes.fold)], numberTarget((cells.get(diabetes.target) ?? []).map(Number), 'target'), { features: names, split, model: 'linear' });
}

describe('cross-validation on fixed folds', () => {
  it('of least squares on the diabetes data gives scikit-learn\'s values, fold by fold, and its dummy\'s mean', async () => {
    const found = await crossValidate(linearFamily, diabetesData(), split, quiet(), new Rng(1));
    for (const name of ['rmse', 'mae', 'r2'] as const) {
      const metric = found?.metrics.find(m => m.name === name);
      diabetes.linear.forEach((fold, f) => expect(metric?.folds?.[f], `${name} ${f}`).toBeCloseTo(fold[name], 8));
      expect(metric?.baseline).toBeCloseTo(diabetes.dummy.reduce((sum, fold) => sum + fold[name] / 5, 0), 10);
    }
  });

  it('measures a baseline that is scikit-learn\'s DummyClassifier on the penguins', async () => {
    const species = readCsv(penguins.file).get(penguins.target) ?? [];
    const classes = [...new Set(species)].sort();
    const data = makeDataset([numberColumn('fold', penguins.fold)], classTarget(species.map(s => classes.indexOf(s)), classes), { features: [] });
    const constant = { ...stubFamily, fit: (d: Dataset, _c: unknown, rows?: Int32Array) => Promise.resolve(fitStub(d, rows)) };
    const found = await crossValidate(constant, data, split, quiet(), new Rng(1));
    const mean = (name: keyof (typeof penguins.dummy)[0]): number => penguins.dummy.reduce((sum, fold) => sum + fold[name] / 5, 0);
    const names = { accuracy: 'accuracy', logLoss: 'log_loss', auc: 'auc_ovr_macro', f1: 'macro_f1' } as const;
    for (const [ours, theirs] of Object.entries(names)) {
      const metric = found?.metrics.find(m => m.name === ours);
      expect(metric?.baseline, ours).toBeCloseTo(mean(theirs as keyof (typeof penguins.dummy)[0]), 10);
      expect(metric?.value, ours).toBeCloseTo(mean(theirs as keyof (typeof penguins.dummy)[0]), 8); // least squares without features predicts the shares
    }
  });
});

describe('permutation importance', () => {
  it('of least squares on the diabetes data agrees with scikit-learn\'s within its noise', async () => {
    const data = diabetesData();
    const rows = Int32Array.from(diabetes.fold.keys());
    const fold = { train: rows.filter(i => diabetes.fold[i] !== 1), test: rows.filter(i => diabetes.fold[i] === 1) };
    const model = await linearFamily.fit(data, quiet(), fold.train);
    const evaluation = { folds: [fold], foldModels: [model], rows: fold.test.length } as unknown as Evaluation;
    const found = await permutationImportance(data, evaluation, quiet(), new Rng(1), model);
    expect(found?.repeats).toBe(20);
    for (const [name, { mean, sd }] of Object.entries(diabetes.permutation)) {
      // Two means of 20 shuffles each: standard error of their difference sd √(2/20); five of them.
      expect(Math.abs((found?.fall?.byFeature.get(name)?.value ?? NaN) - mean), name).toBeLessThan(5 * sd * Math.sqrt(0.1));
    }
    const strong = Object.entries(diabetes.permutation).filter(([, v]) => v.mean > 0.1).sort((a, b) => b[1].mean - a[1].mean).map(([name]) => name);
    const ours = found?.importance.slice(0, strong.length).map(i => i.feature);
    expect(ours?.slice(0, 3)).toEqual(strong.slice(0, 3)); // s1, s5, bmi; s2 and bp lie within each other's noise
    expect([...ours ?? []].sort()).toEqual([...strong].sort());
  });
});

describe('coverage', () => {
  it('of the prediction intervals of least squares on the diabetes data is near their level', async () => {
    const data = diabetesData();
    const evaluation = await crossValidate(linearFamily, data, split, quiet(), new Rng(1));
    const found = await measureCoverage(data, evaluation!, quiet(), new Rng(1));
    expect(found?.rows).toBe(442);
    // 95 % ± 3 binomial standard errors of 1 %.
    expect(Math.abs((found?.coverage ?? 0) - 0.95)).toBeLessThan(0.032);
  });
});

it('logistic regression on overlapping classes is measured better than its baseline', async () => {
  const rng = new Rng(11);
  const x = Float64Array.from({ length: 400 }, () => rng.normal());
  const codes = Array.from(x, v => (rng.uniform() < 1 / (1 + Math.exp(-1.5 * v)) ? 1 : 0));
  const data = makeDataset([numberColumn('x', x)], classTarget(codes, ['no', 'yes']), { model: 'logistic' });
  const found = await crossValidate(logisticFamily, data, { scheme: 'kFold', folds: 5 }, quiet(), new Rng(1));
  expect(found?.metrics.map(m => m.name)).toEqual(['accuracy', 'precision', 'recall', 'f1', 'auc', 'logLoss', 'brier', 'ece']);
  expect(found?.gains[0].low).toBeGreaterThan(0);
});
