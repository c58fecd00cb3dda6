/** Logistic likelihoods against R 4.2.2 glm, a Newton iteration in numpy, and data whose separation is known. */
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { normalTwoSided } from '../../../src/engine/math/distributions';
import { Rng } from '../../../src/engine/math/random';
import { logisticBinary } from '../../../src/engine/models/logistic/solveBinary';
import { logisticBinaryFolds } from '../../../src/engine/models/logistic/solveBinaryFolds';
import { logisticMultinomial, logisticMultinomialFolds } from '../../../src/engine/models/logistic/solveMultinomial';
import birthwt from '../../fixtures/reference/multinomialBirthwt.json';
import rGlm from '../../fixtures/reference/rGlmBinomial.json';

const context = new CancellableContext();
const relative = (a: number, b: number): number => Math.abs(a - b) / Math.abs(b);

function matrix(columns: readonly (readonly number[])[]): { X: Float64Array; n: number; p: number } {
  const n = columns[0].length;
  const X = new Float64Array(n * columns.length);
  columns.forEach((column, j) => X.set(column, j * n));
  return { X, n, p: columns.length };
}

function take(d: { X: Float64Array; n: number; p: number }, y: ArrayLike<number>, rows: readonly number[]) {
  const X = new Float64Array(rows.length * d.p);
  for (let j = 0; j < d.p; j++) rows.forEach((r, i) => (X[j * rows.length + i] = d.X[j * d.n + r]));
  return { X, n: rows.length, p: d.p, y: Float64Array.from(rows, (r) => y[r]) };
}

function simulated(n: number, seed: number) {
  const rng = new Rng(seed);
  const X = Float64Array.from({ length: n * 4 }, () => 100 + 3 * rng.normal());
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) y[i] = rng.uniform() < 1 / (1 + Math.exp(-(0.3 * (X[i] - 100) - 0.2 * (X[n + i] - 100) - 0.5))) ? 1 : 0;
  return { X, n, p: 4, y };
}

describe('R glm tables', () => {
  for (const model of rGlm.models.filter((m) => m.id !== 'iris_setosa_separable')) {
    it(`${model.id}: estimates and errors agree to 1e-9, p-values to 1e-7`, async () => {
      const fit = await logisticBinary({ ...matrix(model.columns), y: Float64Array.from(model.y), intercept: true, context });
      expect(fit.converged).toBe(true);
      expect(fit.separation ?? fit.divergent).toBeUndefined();
      model.coefficients.forEach((row, i) => {
        const estimate = i === 0 ? fit.intercept : fit.coefficients[i - 1];
        expect(relative(estimate, row.estimate)).toBeLessThan(1e-9);
        expect(relative(fit.standardErrors[i], row.std_error)).toBeLessThan(2e-9);
        expect(relative(normalTwoSided(estimate / fit.standardErrors[i]), row.p_value)).toBeLessThan(1e-7);
      });
      expect(relative(fit.deviance, model.deviance)).toBeLessThan(1e-12);
      expect(relative(fit.nullDeviance, model.null_deviance)).toBeLessThan(1e-12);
      expect(relative(fit.aic, model.AIC)).toBeLessThan(1e-12);
      expect(relative(fit.bic, model.BIC)).toBeLessThan(1e-12);
      expect(relative(Math.sqrt(fit.covariance[0]), fit.standardErrors[0])).toBeLessThan(1e-12);
    });
  }
});

describe('separation', () => {
  it('of setosa by sepal and petal length is complete and leaves no errors', async () => {
    const model = rGlm.models.find((m) => m.id === 'iris_setosa_separable')!;
    const fit = await logisticBinary({ ...matrix(model.columns), y: Float64Array.from(model.y), intercept: true, context });
    expect(fit.separation?.kind).toBe('complete');
    expect(fit.converged).toBe(false);
    expect([...fit.standardErrors].every(Number.isNaN)).toBe(true);
  });

  it('that touches is quasi-complete', async () => {
    const X = [1, 2, 3, 3, 4, 5];
    const fit = await logisticBinary({ ...matrix([X]), y: Float64Array.of(0, 0, 0, 1, 1, 1), intercept: true, context });
    expect(fit.separation?.kind).toBe('quasi');
    expect(fit.separation?.rows).toBe(4);
    expect([...fit.separation!.columns]).toEqual([0]);
  });

  it('is not reported for overlapping classes, however steep', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const rng = new Rng(seed);
      const x = Array.from({ length: 200 }, () => rng.normal());
      const y = Float64Array.from(x, (v) => (v > 0 ? 1 : 0));
      const order = [...x.keys()].sort((a, b) => x[a] - x[b]);
      const middle = order.findIndex((i) => x[i] > 0);
      y[order[middle]] = 0;
      y[order[middle - 1]] = 1;
      const fit = await logisticBinary({ ...matrix([x]), y, intercept: true, context });
      expect(fit.separation ?? fit.divergent).toBeUndefined();
      expect(fit.converged).toBe(true);
    }
  });

  it('by a rare level names that column only, as infinite, and keeps the rest of the table', async () => {
    const d = simulated(2000, 5);
    const rare = Array.from({ length: 2000 }, (_, i) => (i < 15 ? 1 : 0));
    for (let i = 0; i < 15; i++) d.y[i] = 0;
    const X = new Float64Array(2000 * 5);
    X.set(d.X);
    X.set(rare, 4 * 2000);
    const fit = await logisticBinary({ ...d, X, p: 5, intercept: true, context });
    expect(fit.separation).toBeUndefined();
    expect(fit.divergent?.rows).toBe(15);
    expect([...fit.divergent!.columns]).toEqual([4]);
    const without = await logisticBinary({ ...take(d, d.y, [...rare.keys()].filter((i) => !rare[i])), intercept: true, context });
    for (let j = 0; j < 4; j++) {
      expect(relative(fit.coefficients[j], without.coefficients[j])).toBeLessThan(1e-4);
      expect(relative(fit.standardErrors[j + 1], without.standardErrors[j + 1])).toBeLessThan(1e-4);
    }
  });

  it('follows from as many columns as rows', async () => {
    const rng = new Rng(1);
    const X = Float64Array.from({ length: 20 * 40 }, () => rng.normal());
    const y = Float64Array.from({ length: 20 }, (_, i) => i % 2);
    expect((await logisticBinary({ X, n: 20, p: 40, y, intercept: true, context })).separation?.kind).toBe('complete');
    expect((await logisticMultinomial({ X, n: 20, p: 40, y: Int32Array.from({ length: 20 }, (_, i) => i % 4), classes: 4, intercept: true, context })).separation?.kind).toBe('complete');
  });

  it('of one class from two overlapping others is quasi-complete', async () => {
    const rng = new Rng(8);
    const y = Int32Array.from({ length: 150 }, (_, i) => i % 3);
    const X = Float64Array.from({ length: 300 }, (_, i) => (y[i % 150] === 0 ? 10 : 0) + rng.normal());
    const fit = await logisticMultinomial({ X, n: 150, p: 2, y, classes: 3, intercept: true, context });
    expect(fit.separation?.kind).toBe('quasi');
    expect(fit.noErrors).toBe('separated');
  });
});

describe('the ways to an estimate agree', () => {
  it('aliased columns are dropped as in least squares, scales and offsets do not matter', async () => {
    const d = simulated(3000, 2);
    const plain = await logisticBinary({ ...d, intercept: true, context });
    const X = new Float64Array(3000 * 5);
    for (let i = 0; i < 3000; i++) {
      X[i] = d.X[i] * 1e-200;
      X[3000 + i] = d.X[3000 + i] + 1e9;
      X[6000 + i] = d.X[i] * 2;
      X[9000 + i] = d.X[6000 + i] * 1e12;
      X[12000 + i] = d.X[9000 + i];
    }
    const fit = await logisticBinary({ ...d, X, p: 5, intercept: true, context });
    expect([...fit.aliased]).toEqual([0, 0, 1, 0, 0]);
    expect(relative(fit.coefficients[0] * 1e-200, plain.coefficients[0])).toBeLessThan(1e-9);
    expect(relative(fit.coefficients[1], plain.coefficients[1])).toBeLessThan(1e-5);
    expect(relative(fit.standardErrors[4] * 1e12, plain.standardErrors[3])).toBeLessThan(1e-6);
  });

  it('many rows, started from a sample, equal the start from scratch', async () => {
    const d = simulated(120000, 3);
    const large = await logisticBinary({ ...d, intercept: true, context });
    const folds = Int32Array.from({ length: d.n }, (_, i) => i % 4);
    const fits = await logisticBinaryFolds({ ...d, intercept: true, context, foldOfRow: folds, folds: 4, full: large });
    const alone = await logisticBinary({ ...take(d, d.y, [...folds.keys()].filter((i) => folds[i] !== 2)), intercept: true, context });
    for (let j = 0; j < 4; j++) expect(Math.abs(fits[2].coefficients[j] - alone.coefficients[j])).toBeLessThan(1e-7 * alone.standardErrors[j + 1]);
    const two = await logisticMultinomial({ ...d, y: Int32Array.from(d.y), classes: 2, intercept: true, context });
    for (let j = 0; j < 4; j++) {
      expect(Math.abs(two.coefficients[1][j] - large.coefficients[j])).toBeLessThan(1e-7 * large.standardErrors[j + 1]);
      expect(relative(two.standardErrors[1][j + 1], large.standardErrors[j + 1])).toBeLessThan(1e-6);
    }
  });

  it('folds equal separate fits, also where a level is missing from a training part', async () => {
    const d = simulated(600, 4);
    d.X.set(Float64Array.from({ length: 600 }, (_, i) => (i < 120 ? 1 : 0)), 3 * 600);
    const foldOfRow = Int32Array.from({ length: 600 }, (_, i) => Math.floor(i / 120));
    const fits = await logisticBinaryFolds({ ...d, intercept: true, context, foldOfRow, folds: 5 });
    expect(fits[0].aliased[3]).toBe(1);
    for (let k = 0; k < 5; k++) {
      const alone = await logisticBinary({ ...take(d, d.y, [...foldOfRow.keys()].filter((i) => foldOfRow[i] !== k)), intercept: true, context });
      for (let j = 0; j < 3; j++) expect(Math.abs(fits[k].coefficients[j] - alone.coefficients[j])).toBeLessThan(1e-8 * alone.standardErrors[j + 1]);
    }
  });
});

describe('multinomial', () => {
  it('race of birthwt: coefficients, errors and deviance agree with numpy (and nnet::multinom)', async () => {
    const d = matrix(birthwt.columns);
    const y = Int32Array.from(birthwt.y);
    const fit = await logisticMultinomial({ ...d, y, classes: 3, intercept: true, context });
    for (let c = 0; c < 2; c++) {
      const own = [fit.intercepts[c + 1], ...fit.coefficients[c + 1]];
      own.forEach((b, j) => expect(relative(b, birthwt.coefficients[c][j])).toBeLessThan(1e-9));
      birthwt.standardErrors[c].forEach((se, j) => expect(relative(fit.standardErrors[c + 1][j], se)).toBeLessThan(1e-8));
    }
    expect(relative(fit.deviance, 302.81796158221)).toBeLessThan(1e-12);
    const foldOfRow = Int32Array.from({ length: d.n }, (_, i) => i % 5);
    const folds = await logisticMultinomialFolds({ ...d, y, classes: 3, intercept: true, context, foldOfRow, folds: 5, full: fit });
    const rows = [...foldOfRow.keys()].filter((i) => foldOfRow[i] !== 1);
    const part = take(d, y, rows);
    const alone = await logisticMultinomial({ ...part, y: Int32Array.from(part.y), classes: 3, intercept: true, context });
    for (let j = 0; j < d.p; j++) expect(Math.abs(folds[1].coefficients[2][j] - alone.coefficients[2][j])).toBeLessThan(1e-7 * alone.standardErrors[2][j + 1]);
  });
});
