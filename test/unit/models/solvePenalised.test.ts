/** Penalised and robust fits against scikit-learn 1.2.1, R's MASS::rlm and their own optimality conditions. */
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';
import { huber } from '../../../src/engine/models/linear/solveHuber';
import { penalisedCv, penalisedPath } from '../../../src/engine/models/linear/solvePenalised';
import { penalisedLogisticCv, penalisedLogisticPath } from '../../../src/engine/models/logistic/solvePenalisedLogistic';
import rLm from '../../fixtures/reference/rLm.json';
import reference from '../../fixtures/reference/sklearnPenalised.json';

const context = new CancellableContext();

function matrix(columns: readonly (readonly number[])[]): { X: Float64Array; n: number; p: number } {
  const n = columns[0].length;
  const X = new Float64Array(n * columns.length);
  columns.forEach((column, j) => X.set(column, j * n));
  return { X, n, p: columns.length };
}

/** Largest difference relative to the largest coefficient. */
function distance(got: ArrayLike<number>, exact: readonly number[]): number {
  const size = Math.max(...exact.map(Math.abs), 1e-300);
  return Math.max(...exact.map((c, j) => Math.abs(c - got[j]))) / size;
}

describe('linear paths agree with scikit-learn', () => {
  for (const set of reference.linear) {
    const d = { ...matrix(set.columns), y: Float64Array.from(set.y), intercept: true, context };
    for (const penalty of ['ridge', 'lasso', 'elasticNet'] as const) {
      it(`${set.id}, ${penalty}`, async () => {
        const path = await penalisedPath({ ...d, penalty, lambdas: Float64Array.from(set[penalty], (f) => f.alpha) });
        set[penalty].forEach((fit, k) => {
          expect(distance(path.standardised[k], fit.coef)).toBeLessThan(1e-9);
          expect(path.nonzero[k]).toBe(fit.coef.filter((c) => c !== 0).length);
        });
      });
    }

    it(`${set.id}: cross-validated error of the lasso on the same folds`, async () => {
      const lambdas = Float64Array.from(set.cv.alphas);
      const cv = await penalisedCv({ ...d, penalty: 'lasso', lambdas, foldOfRow: Int32Array.from(set.foldOfRow), folds: 5, standardise: 'all' });
      expect(distance(cv.cvMean, set.cv.cv_mse)).toBeLessThan(1e-6);
      expect(cv.lambdas[cv.best]).toBe(set.cv.alpha);
      expect(cv.lambdas[cv.oneSe]).toBeGreaterThan(set.cv.alpha);
    });
  }
});

describe('more columns than rows', () => {
  const rng = new Rng(2);
  const n = 40;
  const p = 600;
  const X = Float64Array.from({ length: n * p }, () => 5 + rng.normal());
  const y = Float64Array.from({ length: n }, (_, i) => 3 * X[i] - 2 * X[n + i] + 0.1 * rng.normal());
  const input = { X, n, p, y, intercept: true, context };

  it('the lasso satisfies its optimality conditions at every penalty and finds the two columns', async () => {
    const path = await penalisedPath({ ...input, penalty: 'lasso' });
    for (let k = 0; k < path.lambdas.length; k++) {
      const residual = y.map((v, i) => {
        let fit = path.intercepts[k];
        for (let j = 0; j < p; j++) fit += path.coefficients[k][j] * X[j * n + i];
        return v - fit;
      });
      for (let j = 0; j < p; j++) {
        let g = 0;
        for (let i = 0; i < n; i++) g += ((X[j * n + i] - path.mean[j]) / path.sd[j]) * residual[i];
        g /= n;
        const w = path.standardised[k][j];
        if (w !== 0) expect(Math.abs(g - path.lambdas[k] * Math.sign(w))).toBeLessThan(1e-8 * path.lambdas[0]);
        else expect(Math.abs(g)).toBeLessThan(path.lambdas[k] * (1 + 1e-7));
      }
    }
    const cv = await penalisedCv({ ...input, penalty: 'lasso', foldOfRow: Int32Array.from({ length: n }, (_, i) => i % 5), folds: 5 });
    expect(cv.coefficients[cv.best][0]).toBeGreaterThan(2);
    expect(cv.coefficients[cv.best][1]).toBeLessThan(-1);
  });

  it('ridge by rows equals ridge by cross-products', async () => {
    const some = X.slice(0, n * 90);
    const lambdas = Float64Array.of(100, 1, 0.01);
    const byGram = await penalisedPath({ ...input, X: some, p: 90, penalty: 'ridge', lambdas });
    const wide = new Float64Array(n * 1600);
    wide.set(some);
    const byRows = await penalisedPath({ ...input, X: wide, p: 1600, penalty: 'ridge', lambdas });
    for (let k = 0; k < 3; k++) expect(distance(byRows.standardised[k].slice(0, 90), [...byGram.standardised[k]])).toBeLessThan(1e-9);
    expect([...byRows.standardised[0].slice(90)].every((w) => w === 0)).toBe(true);
    for (let k = 0; k < 3; k++) expect(byRows.df[k]).toBeCloseTo(byGram.df[k], 8);
  });

  it('logistic ridge in the space of the rows satisfies its optimality conditions', async () => {
    const classes = Int32Array.from(y, (v) => (v > 5 ? 1 : 0));
    const path = await penalisedLogisticPath({ ...input, y: classes, classes: 2, penalty: 'ridge', lambdas: Float64Array.of(10, 0.1) });
    for (let k = 0; k < 2; k++) {
      const [w] = path.standardised[k];
      const residual = Float64Array.from(classes, (own, i) => {
        let eta = path.intercepts[k][0];
        for (let j = 0; j < p; j++) eta += path.coefficients[k][0][j] * X[j * n + i];
        return own - 1 / (1 + Math.exp(-eta));
      });
      expect(Math.abs(residual.reduce((s, r) => s + r, 0))).toBeLessThan(1e-8);
      for (let j = 0; j < p; j++) {
        let g = 0;
        for (let i = 0; i < n; i++) g += ((X[j * n + i] - path.mean[j]) / path.sd[j]) * residual[i];
        expect(Math.abs(g - path.lambdas[k] * w[j])).toBeLessThan(1e-7);
      }
    }
  });
});

describe('logistic paths agree with scikit-learn', () => {
  for (const set of reference.logistic) {
    const y = Int32Array.from(set.y as (string | number)[], (v) => (typeof v === 'number' ? v : v === 'benign' ? 1 : 0));
    const d = { ...matrix(set.columns), y, classes: set.classes, intercept: true, context };
    it(`${set.id}, ridge and lasso`, async () => {
      for (const fit of set.fits) {
        const penalty = fit.penalty === 'l2' ? 'ridge' : 'lasso';
        const path = await penalisedLogisticPath({ ...d, penalty, lambdas: Float64Array.of(1 / fit.C) });
        const exact = (set.classes === 2 ? [fit.coef] : fit.coef) as number[][];
        const sign = set.classes === 2 && exact[0].reduce((s, c, j) => s + c * path.standardised[0][0][j], 0) < 0 ? -1 : 1;
        exact.forEach((coef, s) => expect(distance(path.standardised[0][s].map((w) => sign * w), coef)).toBeLessThan(1e-6));
      }
    });

    it(`${set.id}: the chosen penalties are finite and better than none at all`, async () => {
      for (const penalty of ['ridge', 'lasso', 'elasticNet'] as const) {
        const cv = await penalisedLogisticCv({ ...d, penalty, foldOfRow: Int32Array.from({ length: d.n }, (_, i) => i % 5), folds: 5 });
        expect(cv.cvMean[cv.best]).toBeLessThan(0.25 * cv.cvMean[0] + 0.1);
        expect(cv.oneSe).toBeLessThanOrEqual(cv.best);
        expect(cv.coefficients[cv.best].every((c) => c.every(Number.isFinite))).toBe(true);
      }
    });
  }
});

describe('Huber regression', () => {
  // R 4.2.2, MASS::rlm(mpg ~ wt + hp + cyl, maxit = 500, acc = 1e-14), summary.rlm.
  it('agrees with rlm on mtcars', async () => {
    const model = rLm.models.find((m) => m.id === 'mtcars_wt_hp_cyl')!;
    const fit = await huber({ ...matrix(model.columns), y: Float64Array.from(model.y), intercept: true, context });
    const estimates = [35.4730852403530363, -3.2542620712640966, -0.0205025086606178, -3.0790644105714056, -3.2507727443484535];
    const errors = [1.9273838950037709, 0.6795367087795141, 0.0112867490656876, 1.3236307690220463, 2.0496325470298316];
    [fit.intercept, ...fit.coefficients].forEach((b, j) => expect(Math.abs(b / estimates[j] - 1)).toBeLessThan(1e-8));
    errors.forEach((se, j) => expect(Math.abs(fit.standardErrors[j] / se - 1)).toBeLessThan(1e-9));
    expect(Math.abs(fit.scale / 1.75067764865982 - 1)).toBeLessThan(1e-9);
    expect(fit.converged).toBe(true);
  });

  it('is not moved by a tenth of wild values', async () => {
    const rng = new Rng(6);
    const n = 500;
    const x = Array.from({ length: n }, () => rng.normal());
    const y = Float64Array.from(x, (v, i) => (i % 10 === 0 ? 1e12 : 1 + 2 * v + 0.1 * rng.normal()));
    const fit = await huber({ ...matrix([x]), y, intercept: true, context });
    expect(fit.coefficients[0]).toBeCloseTo(2, 1);
    expect(fit.intercept).toBeCloseTo(1, 1);
    expect(fit.downweighted).toBeGreaterThanOrEqual(50);
  });
});
