/** Lanczos beside the dense eigen-solver, with residuals that are what they say. */
import { describe, expect, it } from 'vitest';

import { symmetricEigen } from '../../../../src/engine/math/eigen';
import { lanczos, type SymmetricProduct } from '../../../../src/engine/math/lanczos';
import { Rng } from '../../../../src/engine/math/random';
import { context } from '../../families/support';

function randomSymmetric(n: number, seed: number): Float64Array {
  const rng = new Rng(seed);
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = rng.normal();
  return a;
}

function productOf(a: Float64Array, n: number): SymmetricProduct {
  return (v, out) => { for (let i = 0; i < n; i++) out[i] = v.reduce((sum, value, j) => sum + a[i * n + j] * value, 0); };
}

describe('the largest eigenvalues by Lanczos', () => {
  it('are those of the dense solver, negative and clustered ones among them', async () => {
    for (const [n, seed] of [[1, 1], [2, 2], [7, 3], [40, 4], [120, 5]]) {
      const a = randomSymmetric(n, seed);
      const dense = (await symmetricEigen(a.slice(), n, context)).values.slice().sort().reverse();
      const count = Math.min(n, 4);
      const { pairs, converged } = await lanczos(productOf(a, n), n, { count, tolerance: 1e-10, maxProducts: 120 }, context);
      expect(converged).toBe(true);
      pairs.forEach(({ value }, k) => expect(Math.abs(value - dense[k])).toBeLessThan(1e-9 * dense[0] + 1e-12));
    }
  });

  it('come with vectors whose residuals are as said, also before convergence', async () => {
    const n = 80;
    const a = randomSymmetric(n, 6);
    const product = productOf(a, n);
    for (const maxProducts of [6, 12, 60]) {
      const { pairs: [{ value, vector, residual }] } = await lanczos(product, n, { maxProducts, tolerance: 1e-12 }, context);
      const image = new Float64Array(n);
      product(vector, image);
      const measured = Math.hypot(...image.map((x, i) => x - value * vector[i]));
      expect(Math.abs(measured - residual)).toBeLessThan(1e-10);
    }
  });

  it('finds a repeated eigenvalue as often as it is there, and a zero matrix', async () => {
    const diagonal = [5, 5, 5, 2, 1, -8];
    const { pairs } = await lanczos((v, out) => v.forEach((x, i) => { out[i] = diagonal[i] * x; }), 6, { count: 4 }, context);
    expect(pairs.map(({ value }) => Number(value.toFixed(9)))).toEqual([5, 5, 5, 2]);
    const zero = await lanczos((_v, out) => out.fill(0), 3, { count: 1 }, context);
    expect([zero.pairs[0].value, zero.converged]).toEqual([0, true]);
  });

  it('takes fewer products from a start nearby', async () => {
    const n = 120;
    const a = randomSymmetric(n, 5);
    const first = await lanczos(productOf(a, n), n, { tolerance: 1e-4 }, context);
    const again = await lanczos(productOf(a, n), n, { tolerance: 1e-4, start: first.pairs[0].vector }, context);
    expect(again.products).toBeLessThan(first.products);
    expect(again.pairs[0].value).toBeCloseTo(first.pairs[0].value, 5);
  });

  it('says that it has not converged where a product is no number', async () => {
    const { converged } = await lanczos((_v, out) => out.fill(NaN), 5, {}, context);
    expect(converged).toBe(false);
  });
});
