/** Quantile regression against scikit-learn 1.2.1, QuantileRegressor(alpha=0, solver='highs'): an exact linear programme. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { Rng } from '../../../src/engine/math/random';
import { pinballLoss } from '../../../src/engine/uncertainty/pinballLoss';
import { quantileRegression } from '../../../src/engine/uncertainty/quantileRegression';

interface Case { name: string; tau: number; x: number[][] | null; y: number[] | null; intercept: number; coef: number[]; loss: number }

const { cases } = JSON.parse(readFileSync(join(__dirname, '../../fixtures/reference/quantileRegression.json'), 'utf8')) as { cases: Case[] };

function problemOf(name: string): { x: Float64Array; y: Float64Array; n: number; p: number } {
  const { x, y } = cases.find(c => c.name === name && c.x !== null)!;
  return { x: Float64Array.from(x!.flatMap(row => [1, ...row])), y: Float64Array.from(y!), n: y!.length, p: x![0].length + 1 };
}

describe('quantile regression', () => {
  for (const { name, tau, intercept, coef, loss } of cases) {
    it(`agrees with scikit-learn: ${name}, τ = ${tau}`, () => {
      const problem = problemOf(name);
      const beta = quantileRegression(problem, tau)!;
      expect(Math.abs(pinballLoss(problem, tau, beta) - loss) / loss).toBeLessThan(1e-9);
      [intercept, ...coef].forEach((expected, j) => expect(Math.abs(beta[j] - expected)).toBeLessThan(1e-6 * (1 + Math.abs(expected))));
    });
  }

  it('is the sample quantile when there is nothing but an intercept', () => {
    const y = Float64Array.from([5, 1, 4, 2, 3]);
    const problem = { x: new Float64Array(5).fill(1), y, n: 5, p: 1 };
    expect(quantileRegression(problem, 0.5)![0]).toBeCloseTo(3, 12);
    expect(quantileRegression(problem, 0.9)![0]).toBeCloseTo(5, 12);
  });

  it('meets the conditions of optimality: no more than a share τ below, no more than 1 − τ above', () => {
    const rng = new Rng(4);
    const n = 400;
    const p = 6;
    const x = Float64Array.from({ length: n * p }, (_, i) => (i % p === 0 ? 1 : rng.normal()));
    const y = Float64Array.from({ length: n }, (_, i) => x[i * p + 1] + rng.normal() * (1 + Math.abs(x[i * p + 2])));
    for (const tau of [0.05, 0.5, 0.9]) {
      const beta = quantileRegression({ x, y, n, p }, tau)!;
      const residuals = y.map((value, i) => value - beta.reduce((sum, b, j) => sum + b * x[i * p + j], 0));
      expect(residuals.filter(r => r < -1e-9).length).toBeLessThanOrEqual(tau * n);
      expect(residuals.filter(r => r > 1e-9).length).toBeLessThanOrEqual((1 - tau) * n);
      expect(residuals.filter(r => Math.abs(r) < 1e-9).length).toBeGreaterThanOrEqual(p);
    }
  });

  it('has an answer for targets that are all the same, of any size, with many ties', () => {
    const x = Float64Array.from([1, 0, 1, 1, 1, 2, 1, 3, 1, 4]);
    expect(Array.from(quantileRegression({ x, y: new Float64Array(5), n: 5, p: 2 }, 0.9)!)).toEqual([0, 0]);
    const huge = quantileRegression({ x, y: new Float64Array(5).fill(3e200), n: 5, p: 2 }, 0.9)!;
    expect(huge[0]).toBeCloseTo(3e200, -190);
    const ties = quantileRegression({ x, y: Float64Array.from([0, 0, 0, 0, 1]), n: 5, p: 2 }, 0.5)!;
    expect(Math.abs(ties[0]) + Math.abs(ties[1])).toBeLessThan(1e-9);
  });

  it('says that dependent columns have no answer', () => {
    const x = Float64Array.from([1, 2, 1, 2, 1, 2]);
    expect(quantileRegression({ x, y: Float64Array.from([1, 2, 4]), n: 3, p: 2 }, 0.5)).toBeUndefined();
  });
});
