/** Mixtures of distributions, and the eigenvalues that posteriors over a grid rest on. */
import { describe, expect, it } from 'vitest';

import { normalQuantile, tFactor } from '../../../src/engine/math/distributions';
import { symmetricEigen } from '../../../src/engine/math/eigen';
import { mixtureCdf, mixtureMean, mixtureQuantile, mixtureSd } from '../../../src/engine/math/mixture';
import { Rng } from '../../../src/engine/math/random';
import { context } from '../families/support';

describe('a mixture', () => {
  it('of one component has the quantiles of that', () => {
    expect(mixtureQuantile({ shares: [1], means: [2], scales: [3], df: Infinity }, 0.9)).toBeCloseTo(2 + 3 * normalQuantile(0.9), 7);
    expect(mixtureQuantile({ shares: [1], means: [2], scales: [3], df: 5 }, 0.95)).toBeCloseTo(2 + 3 * tFactor(0.9, 5), 7);
  });

  it('has quantiles at which its cdf is what was asked for, also beside a spike', () => {
    const mixture = { shares: [0.6, 0.3, 0.1], means: [0, 1, 5], scales: [1e-6, 0.7, 2], df: Infinity };
    for (const p of [0.005, 0.05, 0.2, 0.7, 0.95, 0.9999]) expect(mixtureCdf(mixture, mixtureQuantile(mixture, p))).toBeCloseTo(p, 5);
    expect(mixtureMean(mixture)).toBeCloseTo(0.8, 12);
    expect(mixtureSd(mixture)).toBeCloseTo(Math.sqrt(0.3 * (0.49 + 1) + 0.1 * (4 + 25) - 0.64), 6);
  });
});

describe('eigenvalues of a symmetric matrix', () => {
  it('make the matrix again with orthonormal vectors, also where it is singular or diagonal', async () => {
    const rng = new Rng(1);
    for (const [m, rank] of [[1, 1], [2, 2], [7, 7], [30, 12]] as const) {
      const factor = Array.from({ length: rank }, () => Float64Array.from({ length: m }, () => rng.normal()));
      const a = Float64Array.from({ length: m * m }, (_, k) => factor.reduce((s, f) => s + f[k % m]! * f[Math.floor(k / m)]!, 0));
      const { values, vectors } = await symmetricEigen(a.slice(), m, context);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < m; j++) {
          let [made, product] = [0, 0];
          for (let k = 0; k < m; k++) { made += values[k]! * vectors[k * m + i]! * vectors[k * m + j]!; product += vectors[i * m + k]! * vectors[j * m + k]!; }
          expect(made).toBeCloseTo(a[j * m + i]!, 10);
          expect(product).toBeCloseTo(i === j ? 1 : 0, 12);
        }
      }
    }
    const diagonal = await symmetricEigen(Float64Array.of(3, 0, 0, 0, 3, 0, 0, 0, 1), 3, context);
    expect(Array.from(diagonal.values).sort()).toEqual([1, 3, 3]);
  });
});
