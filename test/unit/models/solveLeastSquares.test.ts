/**
 * Least squares against NIST's certified values (StRD linear regression) and R 4.2.2 lm on the same design matrices;
 * rank decisions on columns that are exactly and almost dependent.
 */
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { fUpper, tFactor, tTwoSided } from '../../../src/engine/math/distributions';
import { Rng } from '../../../src/engine/math/random';
import { leastSquares } from '../../../src/engine/models/linear/solveLeastSquares';
import type { LeastSquaresFit } from '../../../src/engine/models/linear/solveAssemble';
import { leastSquaresFolds } from '../../../src/engine/models/linear/solveLeastSquaresFolds';
import { hc3 } from '../../../src/engine/models/linear/solveSandwich';
import nist from '../../fixtures/reference/nistLinear.json';
import rLm from '../../fixtures/reference/rLm.json';

const context = new CancellableContext();

function matrix(columns: readonly (readonly number[])[]): { X: Float64Array; n: number; p: number } {
  const n = columns[0].length;
  const X = new Float64Array(n * columns.length);
  columns.forEach((column, j) => X.set(column, j * n));
  return { X, n, p: columns.length };
}

/** Number of correct digits, at most 16. */
function digits(got: number, exact: number): number {
  return Math.min(16, -Math.log10(Math.abs(got - exact) / Math.abs(exact) + 1e-16));
}

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.abs(b);

function take(d: { X: Float64Array; n: number; p: number; y: Float64Array }, rows: readonly number[]) {
  const X = new Float64Array(rows.length * d.p);
  for (let j = 0; j < d.p; j++) rows.forEach((r, i) => (X[j * rows.length + i] = d.X[j * d.n + r]));
  return { X, n: rows.length, p: d.p, y: Float64Array.from(rows, (r) => d.y[r]) };
}

describe('certified NIST data sets', () => {
  // Filip is limited by the rounding of x^2 … x^10 to doubles, which alone moves the solution in the eighth digit.
  const wanted = new Map([['Filip', [7.5, 7.5]], ['Norris', [12.5, 13]], ['Longley', [13.5, 13.5]], ['Pontius', [12.5, 13]]]);
  for (const [name, set] of Object.entries(nist.sets)) {
    it(`${name} keeps all terms and reaches the certified digits`, async () => {
      const columns: number[][] = [];
      if (set.degree > 1) for (let d = 1; d <= set.degree; d++) columns.push(set.x[0].map((x) => x ** d));
      else columns.push(...set.x);
      const fit = await leastSquares({ ...matrix(columns), y: Float64Array.from(set.y), intercept: set.intercept, context });
      const first = set.intercept ? 0 : 1;
      const estimates = [fit.intercept, ...fit.coefficients].slice(first);
      const errors = [...fit.standardErrors].slice(first);
      const [estimateDigits, sdDigits] = wanted.get(name) ?? [14, 13.5];
      expect(fit.aliasedBy).toEqual([]);
      expect(Math.min(...estimates.map((b, j) => digits(b, set.estimates[j])))).toBeGreaterThan(estimateDigits);
      if (set.residualSd > 0) {
        expect(Math.min(...errors.map((b, j) => digits(b, set.sds[j])))).toBeGreaterThan(sdDigits);
        expect(digits(fit.sigma, set.residualSd)).toBeGreaterThan(Math.min(13, sdDigits));
      } else expect(Math.max(...errors)).toBeLessThan(1e-20);
      expect(digits(fit.r2, set.r2)).toBeGreaterThan(10);
    });
  }
});

describe('R lm tables', () => {
  for (const model of rLm.models) {
    it(`${model.id}: estimates, errors, t, p, intervals and fit statistics agree to 1e-10`, async () => {
      const fit = await leastSquares({ ...matrix(model.columns), y: Float64Array.from(model.y), intercept: true, context });
      const factor = tFactor(0.95, fit.df);
      model.coefficients.forEach((row, i) => {
        const estimate = i === 0 ? fit.intercept : fit.coefficients[i - 1];
        const se = fit.standardErrors[i];
        expect(relative(estimate, row.estimate)).toBeLessThan(1e-10);
        expect(relative(se, row.std_error)).toBeLessThan(1e-10);
        expect(relative(estimate / se, row.statistic)).toBeLessThan(1e-10);
        expect(relative(tTwoSided(estimate / se, fit.df), row.p_value)).toBeLessThan(1e-10);
        expect(relative(estimate - factor * se, row.ci95_low)).toBeLessThan(1e-10);
        expect(relative(estimate + factor * se, row.ci95_high)).toBeLessThan(1e-10);
      });
      expect(relative(fit.sigma, model.residual_sd)).toBeLessThan(1e-12);
      expect(relative(fit.r2, model.r2)).toBeLessThan(1e-12);
      expect(relative(fit.adjustedR2, model.adj_r2)).toBeLessThan(1e-12);
      expect(relative(fit.f, model.f)).toBeLessThan(1e-11);
      expect(relative(fUpper(fit.f, ...fit.fDf), model.f_p)).toBeLessThan(1e-10);
      expect(relative(fit.logLik, model.logLik)).toBeLessThan(1e-11);
      expect(relative(fit.aic, model.AIC)).toBeLessThan(1e-11);
      expect(relative(fit.bic, model.BIC)).toBeLessThan(1e-11);
    });
  }

  it('HC3 errors of mtcars agree with R (hatvalues and residuals of lm)', async () => {
    const model = rLm.models.find((m) => m.id === 'mtcars_wt_hp_cyl')!;
    const d = { ...matrix(model.columns), y: Float64Array.from(model.y) };
    const fit = await leastSquares({ ...d, intercept: true, context });
    const robust = await hc3(fit, d.X, d.y, d.n, context);
    const r = [2.7107584974633228, 0.8090717356626499, 0.0126175266073017, 1.3817935229112821, 2.522038162575412];
    r.forEach((se, i) => expect(relative(robust.standardErrors[i], se)).toBeLessThan(1e-12));
    expect(relative(fit.leverages(d.X, d.n)[0], 0.167663688279131)).toBeLessThan(1e-13);
  });
});

function randomColumns(n: number, offset: number, scale: number): { columns: number[][]; y: Float64Array } {
  const rng = new Rng(3);
  const draw = (sd: number): number[] => Array.from({ length: n }, () => (offset + sd * rng.normal()) * scale);
  const a = draw(1);
  const b = draw(3);
  const c = Array.from({ length: n }, () => rng.normal());
  const male = a.map((x) => (x > offset * scale ? 1 : 0));
  const columns = [a, b, c, a.map((x, i) => x + b[i]), a.map((x) => 2 * x), male, male.map((x) => 1 - x), a.map((x, i) => x / 3 - 0.7 * b[i])];
  return { columns, y: Float64Array.from(a, (x, i) => x / scale - offset + c[i] + rng.normal()) };
}

describe('rank', () => {
  for (const n of [60, 40000]) {
    for (const offset of [0, 1000, 1e9, 1e15]) {
      for (const scale of [1, 1e-300, 1e12]) {
        if (offset * scale > 1e20 || (offset === 1e15 && scale !== 1)) continue;
        it(`finds a+b, 2a, 1−male and a/3−0.7b and nothing else: ${n} rows, offset ${offset}, scale ${scale}`, async () => {
          const { columns, y } = randomColumns(n, offset, scale);
          const fit = await leastSquares({ ...matrix(columns), y, intercept: true, context });
          expect([...fit.aliased]).toEqual([0, 0, 0, 1, 1, 0, 1, 1]);
          expect(relative(fit.coefficients[0] * scale, 1)).toBeLessThan(n > 1000 ? 0.05 : 0.8);
          for (const j of [0, 1, 2, 5]) expect(fit.standardErrors[j + 1]).toBeGreaterThan(0);
        });
      }
    }
  }

  it('names what an aliased column is made of', async () => {
    const { columns, y } = randomColumns(60, 1000, 1);
    const fit = await leastSquares({ ...matrix(columns), y, intercept: true, context });
    const by = fit.aliasedBy.map(({ column, intercept, of, multipliers }) => ({ column, intercept, of: [...of], multipliers: [...multipliers] }));
    expect(by[0]).toEqual({ column: 3, intercept: 0, of: [0, 1], multipliers: [1, 1] });
    expect(by[1]).toEqual({ column: 4, intercept: 0, of: [0], multipliers: [2] });
    expect(by[2]).toEqual({ column: 6, intercept: 1, of: [5], multipliers: [-1] });
    expect(by[3].multipliers[0]).toBeCloseTo(1 / 3, 9);
  });

  it('keeps a column of 1e15 and 1e15 + 0.125, an outlier of 1e12, and sets constants aside', async () => {
    const rng = new Rng(9);
    const n = 200;
    const two = Array.from({ length: n }, () => 1e15 + (rng.uniform() < 0.5 ? 0.125 : 0));
    const outlier = Array.from({ length: n }, (_, i) => (i === 7 ? 1e12 : rng.normal()));
    const constant = new Array<number>(n).fill(3.3);
    const y = Float64Array.from(two, (x) => (x - 1e15) * 8 + 0.1 * rng.normal());
    const fit = await leastSquares({ ...matrix([two, outlier, constant]), y, intercept: true, context });
    expect([...fit.aliased]).toEqual([0, 0, 1]);
    expect(fit.aliasedBy[0].intercept).toBe(3.3);
    expect(fit.coefficients[0]).toBeCloseTo(8, 0);
    expect(Math.abs(fit.coefficients[1])).toBeLessThan(1e-11);
  });

  it('gives no NaN but for the missing errors when there are no degrees of freedom left', async () => {
    for (const n of [3, 4, 5]) {
      const { columns } = randomColumns(n, 0, 1);
      const fit = await leastSquares({ ...matrix(columns.slice(0, 3)), y: Float64Array.from({ length: n }, (_, i) => i * i), intercept: true, context });
      expect(fit.df).toBe(n - fit.rank);
      expect([fit.intercept, ...fit.coefficients].every(Number.isFinite)).toBe(true);
      if (fit.df === 0) expect([...fit.standardErrors].every(Number.isNaN)).toBe(true);
    }
  });

  it('explains a constant target by its mean', async () => {
    const { columns } = randomColumns(50, 0, 1);
    const fit = await leastSquares({ ...matrix(columns), y: new Float64Array(50).fill(5.5), intercept: true, context });
    expect(fit.intercept).toBe(5.5);
    expect(fit.r2).toBeNaN();
  });

  it('fits 40 rows of 300 columns exactly', async () => {
    const rng = new Rng(4);
    const X = Float64Array.from({ length: 40 * 300 }, () => rng.normal());
    const y = Float64Array.from({ length: 40 }, () => rng.normal());
    const fit = await leastSquares({ X, n: 40, p: 300, y, intercept: true, context });
    expect(fit.rank).toBe(40);
    expect(fit.df).toBe(0);
    for (let i = 0; i < 40; i++) {
      let prediction = fit.intercept;
      for (let j = 0; j < 300; j++) prediction += fit.coefficients[j] * X[j * 40 + i];
      expect(prediction).toBeCloseTo(y[i], 8);
    }
  });
});

describe('the ways to a solution agree', () => {
  async function problem(n: number, p: number) {
    const rng = new Rng(17);
    const X = Float64Array.from({ length: n * p }, (_, k) => 50 + (k % 7) * rng.normal() + rng.uniform());
    const y = Float64Array.from({ length: n }, (_, i) => X[i] - 2 * X[n + i] + rng.normal());
    return { X, n, p, y };
  }

  it('folds from one pass equal separate fits, by triangles and by cross-products', async () => {
    for (const [n, p] of [[500, 5], [60000, 20]]) {
      const d = await problem(n, p);
      const foldOfRow = Int32Array.from({ length: n }, (_, i) => (i * 7) % 5);
      const fits = await leastSquaresFolds({ ...d, intercept: true, context, foldOfRow, folds: 5 });
      for (let k = 0; k < 5; k++) {
        const alone = await leastSquares({ ...take(d, [...foldOfRow.keys()].filter((i) => foldOfRow[i] !== k)), intercept: true, context });
        expectSame(fits[k], alone, 1e-9);
      }
    }
  });

  it('a level missing from a training part is aliased there', async () => {
    const d = await problem(200, 3);
    d.X.set(Float64Array.from({ length: 200 }, (_, i) => (i < 40 ? 1 : 0)), 2 * 200);
    const foldOfRow = Int32Array.from({ length: 200 }, (_, i) => Math.floor(i / 40));
    const fits = await leastSquaresFolds({ ...d, intercept: true, context, foldOfRow, folds: 5 });
    expect([...fits[0].aliased]).toEqual([0, 0, 1]);
    expect(fits[0].coefficients[2]).toBe(0);
    expect([...fits[1].aliased]).toEqual([0, 0, 0]);
  });

  it('reflections on a large dependent design equal the fit without the dependent column', async () => {
    const d = await problem(60000, 8);
    const X = new Float64Array(60000 * 9);
    X.set(d.X);
    for (let i = 0; i < 60000; i++) X[8 * 60000 + i] = X[i] + X[60000 + i];
    const whole = await leastSquares({ ...d, X, p: 9, intercept: true, context });
    const without = await leastSquares({ ...d, intercept: true, context });
    expect(whole.aliased[8]).toBe(1);
    for (let j = 0; j < 8; j++) {
      expect(Math.abs(whole.coefficients[j] - without.coefficients[j])).toBeLessThan(1e-10 * without.standardErrors[j + 1]);
      expect(relative(whole.standardErrors[j + 1], without.standardErrors[j + 1])).toBeLessThan(1e-11);
    }
  });
});

function expectSame(a: LeastSquaresFit, b: LeastSquaresFit, tolerance: number): void {
  expect(a.df).toBe(b.df);
  expect(Math.abs(a.intercept - b.intercept)).toBeLessThan(tolerance * b.standardErrors[0]);
  for (let j = 0; j < a.p; j++) expect(Math.abs(a.coefficients[j] - b.coefficients[j])).toBeLessThan(tolerance * b.standardErrors[j + 1]);
  for (let j = 0; j <= a.p; j++) expect(relative(a.standardErrors[j], b.standardErrors[j])).toBeLessThan(tolerance);
}
