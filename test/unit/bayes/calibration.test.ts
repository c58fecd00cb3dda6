/**
 * Simulation-based calibration (Talts et al. 2018): weights drawn from the prior, data from the weights; the rank of the
 * truth within its posterior is uniform if the posterior is right. 1,000 simulated sets each, χ² over 20 bins of
 * the truth's posterior quantile (99.9 % point of χ²₁₉: 43.8).
 */
import { describe, expect, it } from 'vitest';

import { normalCdf, tCdf } from '../../../src/engine/math/distributions';
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

interface Simulated { readonly first: number[]; readonly last: number[]; covered: number }

async function simulate(task: 'regression' | 'classification', rows: number, features: number, sd: number, noise: number): Promise<Simulated> {
  const result: Simulated = { first: [], last: [], covered: 0 };
  for (let s = 0; s < sets; s++) {
    const rng = new Rng(7000 + s);
    const columns: Record<string, (number | string)[]> = {};
    for (let j = 0; j < features; j++) columns[`x${j}`] = Array.from({ length: rows }, () => rng.normal());
    const w = Array.from({ length: features }, () => sd * rng.normal());
    const eta = Array.from({ length: rows }, (_, i) => w.reduce((sum, b, j) => sum + b * (columns[`x${j}`]![i] as number), 0.3));
    columns['y'] = eta.map(e => (task === 'regression' ? e + noise * rng.normal() : rng.uniform() < 1 / (1 + Math.exp(-e)) ? 'b' : 'a'));
    const model = (await bayesFamily.fit(datasetFor(makeTable(columns), { target: 'y', task }), context)) as BayesianLinearModel | BayesianLogisticModel;
    const weights = model.weights(0.9).slice(1);
    const cdf = task === 'regression' ? (z: number) => tCdf(z, (model as BayesianLinearModel).state.df) : normalCdf;
    const quantile = (j: number): number => cdf((w[j]! - weights[j]!.estimate) / weights[j]!.standardError!);
    result.first.push(quantile(0));
    result.last.push(quantile(features - 1));
    weights.forEach((weight, j) => { if (weight.low! <= w[j]! && w[j]! <= weight.high!) result.covered += 1 / features; });
  }
  return result;
}

describe('simulation-based calibration of the weights over 1,000 sets', () => {
  it('linear: the posterior quantile of the truth is uniform, and 90 % intervals hold it in 90 %', async () => {
    const { first, last, covered } = await simulate('regression', 60, 8, 1, 2);
    expect(chiSquare(first)).toBeLessThan(43.8);
    expect(chiSquare(last)).toBeLessThan(43.8);
    // Measured 88.5 %: precisions taken as certain cost a little with 8 weights on 60 rows.
    expect(Math.abs(covered / sets - 0.9)).toBeLessThan(0.02);
  });

  it('logistic: the same by the Laplace approximation', async () => {
    const { first, last, covered } = await simulate('classification', 300, 6, 1, 0);
    expect(chiSquare(first)).toBeLessThan(43.8);
    expect(chiSquare(last)).toBeLessThan(43.8);
    expect(Math.abs(covered / sets - 0.9)).toBeLessThan(0.015);
  });

  it('finds out a posterior that is 20 % too narrow', async () => {
    const { first } = await simulate('regression', 60, 8, 1, 2);
    const squeezed = first.map(q => {
      // The quantile that the truth would have had with standard deviations divided by 1.25.
      let low = -8;
      let high = 8;
      for (let k = 0; k < 60; k++) { const middle = (low + high) / 2; if (normalCdf(middle) < q) low = middle; else high = middle; }
      return normalCdf(low * 1.25);
    });
    expect(chiSquare(squeezed)).toBeGreaterThan(43.8);
  });
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
