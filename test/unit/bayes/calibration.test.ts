/**
 * Simulation-based calibration (Talts et al. 2018): weights drawn from the prior, data from the weights; the rank of the
 * truth within its posterior is uniform if the posterior is right. 1,000 simulated sets each, χ² over 20 bins of
 * the truth's posterior quantile (99.9 % point of χ²₁₉: 43.8).
 */
import { describe, expect, it } from 'vitest';

import { normalCdf, normalQuantile } from '../../../src/engine/math/distributions';
import { mixtureCdf } from '../../../src/engine/math/mixture';
import { Rng } from '../../../src/engine/math/random';
import { bayesFamily } from '../../../src/engine/models/bayes/family';
import type { BayesianLinearModel, BayesianLogisticModel } from '../../../src/engine/models/bayes/models';
import { maximiseEvidence } from '../../../src/engine/models/bayes/evidence';
import { context, datasetFor, makeTable } from '../families/support';

const sets = 1000;
const bins = 20;

function chiSquare(quantiles: readonly number[]): number {
  const counts = new Array<number>(bins).fill(0);
  for (const q of quantiles) counts[Math.min(bins - 1, Math.floor(q * bins))]!++;
  const expected = quantiles.length / bins;
  return counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
}

interface Simulated { readonly first: number[]; readonly last: number[]; covered: number; predicted: number }

interface Plan {
  readonly task: 'regression' | 'classification';
  readonly rows: number;
  readonly noise?: number;
  readonly options?: Record<string, string>;
  readonly sets?: number;
  /** Weights of a simulated set, in the unit of the columns (standard normal). */
  readonly weights: (rng: Rng) => readonly number[];
}

async function simulate({ task, rows, noise = 1, options = {}, sets: count = sets, weights: draw }: Plan): Promise<Simulated> {
  const result: Simulated = { first: [], last: [], covered: 0, predicted: 0 };
  for (let s = 0; s < count; s++) {
    const rng = new Rng(7000 + s);
    const w = draw(rng);
    const columns: Record<string, (number | string)[]> = {};
    w.forEach((_, j) => { columns[`x${j}`] = standardised(Array.from({ length: rows }, () => rng.normal())); });
    const eta = Array.from({ length: rows }, (_, i) => w.reduce((sum, b, j) => sum + b * (columns[`x${j}`]![i] as number), 0.3));
    columns['y'] = eta.map(e => (task === 'regression' ? e + noise * rng.normal() : rng.uniform() < 1 / (1 + Math.exp(-e)) ? 'b' : 'a'));
    const model = (await bayesFamily.fit(datasetFor(makeTable(columns), { target: 'y', task, options }), context)) as BayesianLinearModel | BayesianLogisticModel;
    const weights = model.weights(0.9).slice(1);
    const quantile = (j: number): number => mixtureCdf(model.info.mixtures!.entries[j + 1]!, w[j]!);
    result.first.push(quantile(0));
    result.last.push(quantile(w.length - 1));
    weights.forEach((weight, j) => { if (weight.low! <= w[j]! && w[j]! <= weight.high!) result.covered += 1 / (w.length * count); });
    if (task === 'regression') {
      const point = makeTable(Object.fromEntries(w.map((_, j) => [`x${j}`, [rng.normal()]])));
      const truth = w.reduce((sum, b, j) => sum + b * ((point.columns[j] as { values: Float64Array }).values[0]!), 0.3) + noise * rng.normal();
      const { low, high } = model.predictIntervals(point, 0.9);
      if (low![0]! <= truth && truth <= high![0]!) result.predicted += 1 / count;
    }
  }
  return result;
}

/** Mean 0 and standard deviation 1 in the sample, where the prior is stated. */
function standardised(x: number[]): number[] {
  const mean = x.reduce((s, v) => s + v, 0) / x.length;
  const sd = Math.sqrt(x.reduce((s, v) => s + (v - mean) ** 2, 0) / x.length);
  return x.map(v => (v - mean) / sd);
}

/** |t| with 4 degrees of freedom. */
function halfT(rng: Rng): number {
  const chi = Array.from({ length: 4 }, () => rng.normal() ** 2).reduce((a, b) => a + b, 0);
  return Math.abs(rng.normal()) / Math.sqrt(chi / 4);
}

const normals = (count: number, sd: number) => (rng: Rng): number[] => Array.from({ length: count }, () => sd * rng.normal());
/** As the models assume: one width for all weights, drawn from its own prior. */
const assumed = (count: number, unit: number) => (rng: Rng): number[] => {
  const width = (unit * halfT(rng)) / Math.sqrt(count);
  return Array.from({ length: count }, () => width * rng.normal());
};

/** 8 weights on 60 rows, which two tests look at. */
let eight: Promise<Simulated> | undefined;
const eightWeights = (): Promise<Simulated> => (eight ??= simulate({ task: 'regression', rows: 60, noise: 2, weights: normals(8, 1) }));

describe('simulation-based calibration of the weights over 1,000 sets', () => {
  it('linear: the posterior quantile of the truth is uniform, and 90 % intervals hold it in 90 %', async () => {
    const { first, last, covered, predicted } = await eightWeights();
    expect(chiSquare(first)).toBeLessThan(43.8);
    expect(chiSquare(last)).toBeLessThan(43.8);
    expect(Math.abs(covered - 0.9)).toBeLessThan(0.015);
    expect(Math.abs(predicted - 0.9)).toBeLessThan(0.03);
  });

  it('logistic: the same by the Laplace approximation', async () => {
    const { first, last, covered } = await simulate({ task: 'classification', rows: 300, weights: normals(6, 1) });
    expect(chiSquare(first)).toBeLessThan(43.8);
    expect(chiSquare(last)).toBeLessThan(43.8);
    expect(Math.abs(covered - 0.9)).toBeLessThan(0.015);
  });

  it('linear, widths drawn from their own prior: uniform too', async () => {
    const found = await simulate({ task: 'regression', rows: 40, noise: 3, weights: assumed(3, 3) });
    expect(chiSquare(found.first)).toBeLessThan(43.8);
    expect(chiSquare(found.last)).toBeLessThan(43.8);
    expect(Math.abs(found.covered - 0.9)).toBeLessThan(0.02);
  });

  it('logistic, widths drawn from their own prior: uniform too (400 sets)', async () => {
    const found = await simulate({ task: 'classification', rows: 200, sets: 400, weights: assumed(2, Math.PI / Math.sqrt(3)) });
    expect(chiSquare(found.first)).toBeLessThan(43.8);
    expect(chiSquare(found.last)).toBeLessThan(43.8);
    expect(Math.abs(found.covered - 0.9)).toBeLessThan(0.025);
  });

  it('relevance determination, each width drawn from its own prior: uniform too (400 sets)', async () => {
    const weights = (rng: Rng): number[] => Array.from({ length: 4 }, () => halfT(rng) / 2 * rng.normal());
    const found = await simulate({ task: 'regression', rows: 60, sets: 400, options: { prior: 'ard' }, weights });
    expect(chiSquare(found.first)).toBeLessThan(43.8);
    expect(chiSquare(found.last)).toBeLessThan(43.8);
    expect(Math.abs(found.covered - 0.9)).toBeLessThan(0.025);
  });

  it('finds out a posterior that is 20 % too narrow', async () => {
    const { first } = await eightWeights();
    // The quantile that the truth would have had with standard deviations divided by 1.25.
    const squeezed = first.map(q => normalCdf(1.25 * normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, q)))));
    expect(chiSquare(squeezed)).toBeGreaterThan(43.8);
  });
});

describe('weak signals: 90 % intervals of weights hold the truth', () => {
  const cases: readonly (Plan & { readonly name: string })[] = [
    { name: 'linear, 60 rows, one weight of standard deviation 0.2', task: 'regression', rows: 60, weights: normals(1, 0.2) },
    { name: 'linear, 60 rows, one weight of 0.2', task: 'regression', rows: 60, weights: () => [0.2] },
    { name: 'logistic, 100 rows, one weight of standard deviation 0.3', task: 'classification', rows: 100, weights: normals(1, 0.3) },
    { name: 'logistic, 100 rows, one weight of 0.3', task: 'classification', rows: 100, weights: () => [0.3] },
    { name: 'relevance determination, linear, 60 rows, six weights of standard deviation 0.2', task: 'regression', rows: 60, options: { prior: 'ard' }, weights: normals(6, 0.2) },
    { name: 'relevance determination, linear, 60 rows, weights 0, 0.2 and 1', task: 'regression', rows: 60, options: { prior: 'ard' }, weights: () => [0, 0.2, 1, 0] },
    { name: 'relevance determination, logistic, 150 rows, four weights of standard deviation 0.3', task: 'classification', rows: 150, options: { prior: 'ard' }, weights: normals(4, 0.3) },
  ];
  for (const plan of cases) {
    it(`in at least 86 % of the simulated sets (${plan.name})`, async () => {
      // One weight a set says less than several, and is cheaper.
      const found = await simulate({ ...plan, sets: plan.options ? 200 : 1000 });
      expect(found.covered).toBeGreaterThan(0.86);
      expect(found.covered).toBeLessThan(0.96);
    });
  }
});

describe('evidence maximisation', () => {
  it('finds precisions at which the log evidence is at a maximum', async () => {
    const rng = new Rng(5);
    const n = 40;
    const p = 3;
    const z = Array.from({ length: p }, () => Float64Array.from({ length: n }, () => rng.normal()));
    const y = Float64Array.from({ length: n }, (_, i) => z[0]![i]! - 0.5 * z[1]![i]! + rng.normal());
    const product = (a: Float64Array, b: Float64Array): number => a.reduce((s, v, i) => s + v * b[i]!, 0);
    const gram = new Float64Array(p * p);
    for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) gram[b * p + a] = product(z[a]!, z[b]!);
    const fit = await maximiseEvidence({ n, p, gram, zy: Float64Array.from(z, c => product(c, y)), yy: product(y, y) }, context);
    // Log density of y ~ N(0, I/α + Z Zᵀ/λ) by its n × n covariance.
    const log = (alpha: number, lambda: number): number => {
      const c = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, k) => (i === k ? 1 / alpha : 0) + z.reduce((s, col) => s + col[i]! * col[k]!, 0) / lambda));
      const r = y.slice();
      let value = -0.5 * n * Math.log(2 * Math.PI);
      for (let k = 0; k < n; k++) {
        value -= 0.5 * Math.log(c[k]![k]!) + (0.5 * r[k]! ** 2) / c[k]![k]!;
        for (let i = k + 1; i < n; i++) {
          const f = c[i]![k]! / c[k]![k]!;
          r[i]! -= f * r[k]!;
          for (let j = k; j < n; j++) c[i]![j]! -= f * c[k]![j]!;
        }
      }
      return value;
    };
    const best = log(fit.alpha, fit.lambda[0]!);
    expect(fit.logEvidence).toBeCloseTo(best, 8);
    for (const f of [0.97, 1.03]) {
      expect(log(fit.alpha * f, fit.lambda[0]!)).toBeLessThan(best);
      expect(log(fit.alpha, fit.lambda[0]! * f)).toBeLessThan(best);
    }
  });
});
