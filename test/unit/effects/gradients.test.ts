import { describe, expect, it } from 'vitest';
import { integratedGradients } from '../../../src/engine/explain/integratedGradients';
import { gradientSummary } from '../../../src/engine/explain/saliency';
import { gaussLegendre } from '../../../src/engine/math/gaussLegendre';
import type { GradientView } from '../../../src/engine/models/model';
import { quiet } from '../evaluate/stub';
import { normals, tableOf } from './support';

/** A view of functions of the design (the columns of the table as they are). */
function viewOf(featureOf: readonly string[], baseline: readonly number[], f: (x: readonly number[]) => readonly number[], gradient: (x: readonly number[], k: number) => readonly number[]): GradientView {
  const columns = baseline.length;
  const rowsOf = (design: Float32Array, rows: number): number[][] => Array.from({ length: rows }, (_, i) => Array.from(design.subarray(i * columns, (i + 1) * columns)));
  return {
    featureOf, baseline: Float32Array.from(baseline), outputs: f(baseline).length,
    design: (table, rows = Int32Array.from({ length: table.rows }, (_, i) => i)) => Float32Array.from([...rows].flatMap(i => table.columns.map(c => (c.storage === 'number' ? c.values[i] : 0)))),
    output: (design, rows) => Float64Array.from(rowsOf(design, rows).flatMap(x => [...f(x)])),
    gradient: (design, rows, k) => Promise.resolve(Float32Array.from(rowsOf(design, rows).flatMap(x => [...gradient(x, k)]))),
  };
}

const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

describe('Gauss–Legendre quadrature', () => {
  it('has the nodes and weights of the tables, and integrates polynomials of degree 2 n − 1', () => {
    // Abramowitz & Stegun (1964), table 25.4, n = 4 on [−1, 1].
    const { nodes, weights } = gaussLegendre(4);
    [-0.861136311594053, -0.339981043584856, 0.339981043584856, 0.861136311594053].forEach((x, i) => expect(2 * nodes[i] - 1).toBeCloseTo(x, 14));
    [0.347854845137454, 0.652145154862546].forEach((w, i) => expect(2 * weights[i]).toBeCloseTo(w, 14));
    for (const n of [1, 4, 32, 128]) {
      const q = gaussLegendre(n);
      const integral = q.nodes.reduce((s, x, i) => s + q.weights[i] * x ** (2 * n - 1), 0);
      expect(Math.abs(integral * 2 * n - 1)).toBeLessThan(1e-12);
    }
  });
});

describe('integrated gradients', () => {
  it('of a quadratic are what calculus says: x₁² gives its own change, x₂ x₃ is shared by halves of its change', async () => {
    // F = x₁² + x₂ x₃ from x′ = (1, 0, 0) to (3, 2, 4): ∫ gives 9 − 1, ½·8, ½·8.
    const view = viewOf(['a', 'b', 'c'], [1, 0, 0], ([x, y, z]) => [x * x + y * z], ([x, y, z]) => [2 * x, z, y]);
    const found = await integratedGradients(view, Float32Array.of(3, 2, 4), 0, quiet());
    expect(found.features).toEqual(['a', 'b', 'c']);
    [8, 4, 4].forEach((v, j) => expect(Math.abs(found.values[j] - v)).toBeLessThan(1e-5));
    expect([found.base, found.output, found.steps]).toEqual([1, 17, 32]);
    expect(found.completenessError).toBeLessThan(1e-5);
  });

  it('of a sigmoid of a sum are shared in proportion to the terms, and columns of one feature go together', async () => {
    // F = σ(w·x) along a straight line: each column gets w_c (x_c − x′_c) / Σ of the change.
    const w = [2, -1, 0.5];
    const eta = (x: readonly number[]): number => w.reduce((s, v, c) => s + v * x[c], 0);
    const view = viewOf(['a', 'g', 'g'], [0, 0, 0], x => [sigmoid(eta(x))], x => w.map(v => v * sigmoid(eta(x)) * (1 - sigmoid(eta(x)))));
    const found = await integratedGradients(view, Float32Array.of(3, 1, 2), 0, quiet());
    const change = sigmoid(6) - 0.5;
    expect(Math.abs(found.values[0] - change)).toBeLessThan(1e-6); // 6 of 6
    expect(Math.abs(found.values[1])).toBeLessThan(1e-6); // −1 + 1
    expect(found.features).toEqual(['a', 'g']);
  });

  it('take more steps where the function bends sharply, and print the error that is left', async () => {
    // A kink at 0.4015 of the way: x⁺ with slope 0 before and 1 after.
    const kink = (k: number): GradientView => viewOf(['a'], [0], ([x]) => [Math.max(0, x - k)], ([x]) => [x > k ? 1 : 0]);
    const sharp = await integratedGradients(kink(0.99), Float32Array.of(1), 0, quiet());
    expect(sharp.steps).toBeGreaterThan(32);
    expect(sharp.completenessError).toBeGreaterThan(0);
    expect(Math.abs(Math.abs(sharp.values[0] - 0.01) - sharp.completenessError)).toBeLessThan(1e-6);
    // A wrong gradient shows as an incompleteness that no step removes.
    const wrong = viewOf(['a'], [0], ([x]) => [x * x], ([x]) => [2 * x + 0.1]);
    expect(Math.abs((await integratedGradients(wrong, Float32Array.of(1), 0, quiet())).completenessError - 0.1)).toBeLessThan(1e-6);
  });
});

describe('saliency and integrated gradients over rows', () => {
  it('are the mean lengths of gradients and the mean sizes of attributions, with their standard errors', async () => {
    const n = 200;
    const table = tableOf({ a: normals(n, 1), b: normals(n, 2), c: normals(n, 3) });
    const rows = Int32Array.from({ length: n }, (_, i) => i);
    // Two outputs; feature g owns columns b and c.
    const view = viewOf(['a', 'g', 'g'], [0, 0, 0], ([x, y, z]) => [2 * x, 3 * y + 4 * z], (_x, k) => (k === 0 ? [2, 0, 0] : [0, 3, 4]));
    const found = (await gradientSummary(view, table, rows, [0, 1], quiet()))!;
    expect(found.features.map(f => f.feature)).toEqual(['g', 'a']);
    const [g, a] = found.features;
    expect([a.saliency.value, g.saliency.value]).toEqual([1, 2.5]); // halves: two outputs
    expect(a.saliency.standardError).toBe(0);
    const values = (table.columns[0] as { values: Float64Array }).values.map(v => Math.abs(v));
    const mean = values.reduce((s, v) => s + v, 0) / n;
    expect(a.integrated.value).toBeCloseTo(mean, 5);
    expect(a.integrated.standardError).toBeCloseTo(Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / (n - 1) / n), 5);
    expect(found.completenessError).toBeLessThan(1e-5);
    expect(found.steps).toBe(32);
  });
});
