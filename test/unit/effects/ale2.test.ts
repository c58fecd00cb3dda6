import { describe, expect, it } from 'vitest';
import type { Table } from '../../../src/engine/data/table';
import { secondOrderAle } from '../../../src/engine/explain/ale2';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { makeDataset, numberTarget, quiet } from '../evaluate/stub';
import { codeColumn, functionModel, functionOf, normals, num, numberColumn, tableOf, uniforms } from './support';

const largest = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

describe('second-order accumulated local effects', () => {
  const n = 3000;
  const table = tableOf({ x: uniforms(n, 1), z: uniforms(n, 2), other: normals(n, 3) });

  it('of a product are its interaction: the mixed differences of x z, and (x − x̄)(z − z̄) for independent inputs', () => {
    const f = functionOf(functionModel(['x', 'z', 'other'], row => num(row, 'x') * num(row, 'z') + Math.exp(num(row, 'other')) + 3 * num(row, 'x')), table);
    const { grids: [one, two], effect, atRows } = secondOrderAle(f, 'x', 'z', { bins: 10 });
    const wide = two.edges.length;
    // Exactly the product but for functions of one of the two alone.
    for (let k = 1; k < one.edges.length; k++) {
      for (let l = 1; l < wide; l++) {
        const mixed = effect[k * wide + l] - effect[l] - effect[k * wide] + effect[0];
        expect(Math.abs(mixed - (one.edges[k] - one.edges[0]) * (two.edges[l] - two.edges[0]))).toBeLessThan(1e-12);
        expect(Math.abs(effect[k * wide + l] - one.edges[k] * two.edges[l])).toBeLessThan(0.08);
      }
    }
    expect(Math.abs(atRows.reduce((s, v) => s + v, 0))).toBeLessThan(1e-9);
    const rms = Math.sqrt(atRows.reduce((s, v) => s + v * v, 0) / n);
    expect(Math.abs(rms - 1 / 3)).toBeLessThan(0.02); // √(Var x Var z), variances 1/3
  });

  it('of additive functions are 0 to 1e-9, though the inputs go together', () => {
    const x = normals(n, 4);
    const close = tableOf({ x, z: normals(n, 5).map((v, i) => x[i] + 0.3 * v) });
    const ale = secondOrderAle(functionOf(functionModel(['x', 'z'], row => 50 * Math.sin(num(row, 'x')) - 20 * num(row, 'z') ** 3), close), 'x', 'z', { bins: 20 });
    expect(ale.counts.includes(0)).toBe(true);
    expect(largest(ale.effect)).toBeLessThan(1e-9);
  });

  it('of a product stay the product in cells without rows, whatever their size', () => {
    const x = normals(n, 4).map(Math.exp);
    const close = tableOf({ x, z: normals(n, 5).map((v, i) => x[i] + 0.3 * v) });
    const { grids: [one, two], effect, counts } = secondOrderAle(functionOf(functionModel(['x', 'z'], row => num(row, 'x') * num(row, 'z')), close), 'x', 'z', { bins: 15 });
    expect(counts.filter(count => count === 0).length).toBeGreaterThan(50);
    const wide = two.edges.length;
    for (let k = 1; k < one.edges.length; k++) {
      for (let l = 1; l < wide; l++) {
        const mixed = effect[k * wide + l] - effect[l] - effect[k * wide] + effect[0];
        const product = (one.edges[k] - one.edges[0]) * (two.edges[l] - two.edges[0]);
        expect(Math.abs(mixed - product)).toBeLessThan(1e-9 * Math.max(1, product));
      }
    }
  });

  it('of an additive linear model with categories are 0 to 1e-9, and find the interaction of one with a product', async () => {
    const g = codeColumn('g', uniforms(n, 6).map(u => (u > 0.3 ? 2 : u > -0.4 ? 1 : 0)), ['a', 'b', 'c']);
    const columns = [numberColumn('x', normals(n, 7)), g, codeColumn('h', uniforms(n, 8).map(u => (u > 0 ? 1 : 0)), ['no', 'yes'])];
    const data: Table = { rows: n, columns };
    const y = normals(n, 9).map((e, i) => (columns[0] as { values: Float64Array }).values[i] * (g as { codes: Int32Array }).codes[i] + 0.1 * e);
    const additive = await linearFamily.fit(makeDataset(columns, numberTarget(y)), quiet());
    for (const [a, b] of [['x', 'g'], ['g', 'x'], ['g', 'h']]) {
      expect(largest(secondOrderAle(functionOf(additive, data), a, b, { bins: 12 }).effect)).toBeLessThan(1e-9);
    }
    const product = await linearFamily.fit(makeDataset(columns, numberTarget(y), { options: { interactions: true } }), quiet());
    const ale = secondOrderAle(functionOf(product, data), 'x', 'g', { bins: 12 });
    // The slope along x of level c is 2 above that of level a.
    const levels = ale.grids[1].kind === 'level' ? ale.grids[1].levels : [];
    const wide = ale.grids[1].edges.length;
    const at = (k: number, level: string): number => ale.effect[k * wide + levels.indexOf(level)];
    const { edges } = ale.grids[0];
    const difference = (at(12, 'c') - at(12, 'a') - at(0, 'c') + at(0, 'a')) / (edges[12] - edges[0]);
    expect(Math.abs(difference - 2)).toBeLessThan(0.05);
    expect(secondOrderAle(functionOf(product, data), 'x', 'h', { bins: 12 }).strength).toBeLessThan(0.05 * ale.strength);
  });

  it('are 0 where a feature is constant, and leave rows without a value out', () => {
    const model = functionModel(['x', 'z'], row => (num(row, 'x') || 0) * (num(row, 'z') || 0));
    const constant = secondOrderAle(functionOf(model, tableOf({ x: [1, 1, 1, 1], z: [1, 2, 3, 4] })), 'x', 'z', { bins: 4 });
    expect([...constant.atRows]).toEqual([0, 0, 0, 0]);
    const holed = secondOrderAle(functionOf(model, tableOf({ x: [1, NaN, 3, 4, 5], z: [1, 2, NaN, 4, 1] })), 'x', 'z', { bins: 4 });
    expect(holed.atRows[1]).toBe(0);
    expect(holed.counts.reduce((s, v) => s + v, 0)).toBe(3);
  });
});
