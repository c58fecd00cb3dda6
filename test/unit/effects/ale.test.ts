import { describe, expect, it } from 'vitest';
import { findColumn, type Table } from '../../../src/engine/data/table';
import { aleAt, firstOrderAle, type Ale } from '../../../src/engine/explain/ale';
import { quantileEdges } from '../../../src/engine/explain/aleGrid';
import { ModelFunction } from '../../../src/engine/explain/modelFunction';
import type { Model } from '../../../src/engine/models/model';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import { classTarget, makeDataset, numberTarget, quiet } from '../evaluate/stub';
import { allRows, codeColumn, functionModel, functionOf, normals, num, numberColumn, tableOf, uniforms } from './support';

const aleOf = (model: Model, table: Table, feature: string, bins = 40): Ale =>
  firstOrderAle(functionOf(model, table), findColumn(table, feature)!, { bins });

/** Largest |slope of a bin − b| over the bins. */
const slopeError = (ale: Ale, b: number): number =>
  Math.max(...Array.from(ale.counts, (_, k) => Math.abs((ale.effect[k + 1] - ale.effect[k]) / (ale.edges[k + 1] - ale.edges[k]) - b)));

function mixedTable(n: number): Table {
  const a = normals(n, 1);
  const b = normals(n, 2).map((v, i) => 0.8 * a[i] + 0.6 * v);
  const c = normals(n, 3).map(v => 100 + 20 * v);
  const d = codeColumn('d', normals(n, 4).map(v => (v > 1 ? 2 : v > -0.5 ? 1 : 0)), ['low', 'mid', 'top']);
  return { rows: n, columns: [numberColumn('a', a), numberColumn('b', b), numberColumn('c', c), d] };
}

describe('first-order accumulated local effects', () => {
  it('have the slope of the coefficient of a linear model, in each bin, to 1e-9', async () => {
    const table = mixedTable(400);
    const noise = normals(400, 5);
    const [a, b, c] = table.columns.map(column => (column.storage === 'number' ? column.values : new Float64Array()));
    const y = noise.map((e, i) => 3 * a[i] - 2 * b[i] + 0.01 * c[i] + e);
    const model = await linearFamily.fit(makeDataset(table.columns, numberTarget(y)), quiet());
    for (const feature of ['a', 'b', 'c']) {
      const estimate = model.weights!(0.95).find(w => w.term === feature)!.estimate;
      const ale = aleOf(model, table, feature);
      expect(ale.counts.length).toBe(40);
      expect(slopeError(ale, estimate)).toBeLessThan(1e-9);
    }
    // Treatment coding: the differences of levels are differences of coefficients.
    const ale = aleOf(model, table, 'd');
    const weightOf = (level: string): number => model.weights!(0.95).find(w => w.term === `d${level}`)?.estimate ?? 0;
    const effectOf = (level: string): number => ale.effect[ale.levels!.indexOf(level)];
    expect(Math.abs(effectOf('top') - effectOf('low') - weightOf('top'))).toBeLessThan(1e-9);
    expect(Math.abs(effectOf('mid') - effectOf('low') - weightOf('mid'))).toBeLessThan(1e-9);
  });

  it('have the slope of the coefficient of a logistic model in log-odds, to 1e-9', async () => {
    const table = mixedTable(500);
    const noise = uniforms(500, 6);
    const [a, b] = table.columns.map(column => (column.storage === 'number' ? column.values : new Float64Array()));
    const codes = Array.from(noise, (u, i) => ((u + 1) / 2 < 1 / (1 + Math.exp(-(1.5 * a[i] - b[i]))) ? 1 : 0));
    const model = await logisticFamily.fit(makeDataset(table.columns, classTarget(codes, ['no', 'yes'])), quiet());
    const f = new ModelFunction(model, table, allRows(table), { scale: 'link' });
    for (const feature of ['a', 'b', 'c']) {
      const estimate = model.weights!(0.95).find(w => w.term === feature)!.estimate;
      expect(slopeError(firstOrderAle(f, findColumn(table, feature)!, { bins: 20 }), estimate)).toBeLessThan(1e-9);
      const first = firstOrderAle(f.withOutput({ scale: 'link', class: 0 }), findColumn(table, feature)!, { bins: 20 });
      expect(slopeError(first, -estimate)).toBeLessThan(1e-9);
    }
  });

  it('are the function itself, centred, where the function is additive', () => {
    const table = tableOf({ x: uniforms(2000, 1), z: uniforms(2000, 2) });
    const model = functionModel(['x', 'z'], row => Math.sin(Math.PI * num(row, 'x')) + num(row, 'z') ** 2);
    const f = functionOf(model, table).values();
    const mean = f.reduce((s, v) => s + v, 0) / f.length;
    const [x, z] = ['x', 'z'].map(name => aleOf(model, table, name, 100));
    // Exact at the edges, linear between: the curvature π² over bins of width about 0.02.
    for (let i = 0; i < f.length; i++) expect(Math.abs(mean + x.atRows[i] + z.atRows[i] - f[i])).toBeLessThan(2e-3);
    const atEdges = x.edges.map((edge, k) => x.effect[k] - Math.sin(Math.PI * edge));
    expect(Math.max(...atEdges) - Math.min(...atEdges)).toBeLessThan(1e-12);
  });

  it('of a product of independent inputs vanish, though the function does not', () => {
    // x₁ x₂ with mean-zero inputs: the main effect along x₁ is x₁ E[x₂] = 0, up to the mean of x₂ in each bin.
    const table = tableOf({ x: uniforms(20_000, 1), z: uniforms(20_000, 2) });
    const ale = aleOf(functionModel(['x', 'z'], row => num(row, 'x') * num(row, 'z')), table, 'x', 20);
    expect(Math.max(...ale.effect.map(Math.abs))).toBeLessThan(0.03);
  });

  it('are centred: their mean over the rows is 0', () => {
    const table = tableOf({ x: normals(501, 1).map(Math.exp), z: normals(501, 2) });
    const ale = aleOf(functionModel(['x', 'z'], row => num(row, 'x') ** 2 * (1 + num(row, 'z'))), table, 'x');
    expect(Math.abs(ale.atRows.reduce((s, v) => s + v, 0) / 501)).toBeLessThan(1e-10 * Math.max(...ale.atRows));
    expect(ale.counts.reduce((s, v) => s + v, 0)).toBe(501);
  });

  it('of a constant feature, of ties, of one row a bin and of no value at all are what they must be', () => {
    const model = functionModel(['x', 'z'], row => 2 * (num(row, 'x') || 0) + num(row, 'z'));
    const z = uniforms(6, 1);
    const constant = aleOf(model, tableOf({ x: [5, 5, 5, 5, 5, 5], z }), 'x');
    expect([...constant.effect, ...constant.atRows]).toEqual([0, 0, 0, 0, 0, 0, 0]);
    const ties = aleOf(model, tableOf({ x: [0, 0, 0, 0, 1, 3], z }), 'x');
    expect([...ties.edges]).toEqual([0, 1, 3]);
    expect([...ties.counts]).toEqual([5, 1]);
    const single = aleOf(model, tableOf({ x: [0, 1, 2, 4, 8, 16], z }), 'x', 5);
    expect([...single.counts]).toEqual([2, 1, 1, 1, 1]);
    expect(slopeError(single, 2)).toBeLessThan(1e-12);
    const none = aleOf(model, tableOf({ x: [NaN, NaN, NaN, NaN, NaN, NaN], z }), 'x');
    expect([none.edges.length, none.effect.length, ...none.atRows]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('leave rows without a value out of the curve, and say what a missing cell does', () => {
    const x = normals(200, 3).map((v, i) => (i % 10 === 0 ? NaN : v));
    const table = tableOf({ x, z: normals(200, 4) });
    // A missing x counts as 1.5: additive, so mean + effects give the function back in every row.
    const model = functionModel(['x', 'z'], row => 2 * (row['x'] === undefined ? 1.5 : num(row, 'x')) - num(row, 'z'));
    const f = functionOf(model, table).values();
    const mean = f.reduce((s, v) => s + v, 0) / f.length;
    const [onX, onZ] = ['x', 'z'].map(name => aleOf(model, table, name));
    expect(onX.counts.reduce((s, v) => s + v, 0)).toBe(180);
    for (let i = 0; i < 200; i++) expect(Math.abs(mean + onX.atRows[i] + onZ.atRows[i] - f[i])).toBeLessThan(1e-12);
    expect(Math.abs(onX.missing! - (2 * 1.5 - 2 * onX.edges[0] + onX.effect[0]))).toBeLessThan(1e-12);
  });

  it('step through levels between neighbours that are alike in the other features', () => {
    // Levels q < r < s < t by their mean of z, named so that the order of the file is another.
    const n = 4000;
    const codes = uniforms(n, 1).map(u => Math.min(3, Math.floor(2 * (u + 1))));
    const place = [2, 0, 3, 1];
    const z = normals(n, 2).map((e, i) => 2 * place[codes[i]] + e);
    const table: Table = { rows: n, columns: [codeColumn('g', codes, ['a', 'b', 'c', 'd']), numberColumn('z', z)] };
    const value: Readonly<Record<string, number>> = { a: 1, b: -1, c: 4, d: 0 };
    const ale = aleOf(functionModel(['g', 'z'], row => value[String(row['g'])] + num(row, 'z')), table, 'g');
    const order = ale.levels!.join('');
    expect(['bdac', 'cadb']).toContain(order);
    const at = (level: string): number => ale.effect[ale.levels!.indexOf(level)];
    expect(at('c') - at('b')).toBeCloseTo(5, 12);
    expect(ale.counts.reduce((s, v) => s + v, 0)).toBe(n);
  });

  it('of neighbouring levels are averaged over the rows of both', () => {
    // Moving from a to b adds z: 10 in the three rows of a, 2 in the one row of b, so (3 · 10 + 2) / 4 = 8.
    const table: Table = { rows: 4, columns: [codeColumn('g', [0, 0, 0, 1], ['a', 'b']), numberColumn('z', [10, 10, 10, 2])] };
    const ale = aleOf(functionModel(['g', 'z'], row => (row['g'] === 'b' ? num(row, 'z') : 0)), table, 'g');
    expect(ale.effect[ale.levels!.indexOf('b')] - ale.effect[ale.levels!.indexOf('a')]).toBeCloseTo(8, 12);
  });

  it('treat dates as numbers', () => {
    const day = 86_400_000;
    const dates = Float64Array.from({ length: 50 }, (_, i) => (18_000 + i) * day);
    const table: Table = { rows: 50, columns: [{ name: 't', kind: 'datetime', storage: 'number', values: dates }] };
    const ale = aleOf(functionModel(['t'], row => num(row, 't') / day), table, 't', 10);
    expect(ale.kind).toBe('date');
    expect(slopeError(ale, 1 / day) * day).toBeLessThan(1e-9);
  });

  it('can be read at other rows: linear between edges, flat beyond, by level', () => {
    const table = tableOf({ x: [0, 1, 2, 3, 4], z: [1, 1, 1, 1, 1] });
    const ale = aleOf(functionModel(['x', 'z'], row => num(row, 'x') ** 2), table, 'x', 4);
    const read = aleAt(ale, numberColumn('x', [-5, 0.5, 3.5, 9]));
    expect(Array.from(read, v => v - ale.effect[0])).toEqual([0, 0.5, 12.5, 16]);
  });

  it('carry on at the slope before where the function has no value', () => {
    const table = tableOf({ x: [0, 1, 2, 3, 4], z: [0, 0, 0, 0, 0] });
    const ale = aleOf(functionModel(['x', 'z'], row => (num(row, 'x') > 2.5 ? NaN : 3 * num(row, 'x'))), table, 'x', 4);
    expect(slopeError(ale, 3)).toBeLessThan(1e-12);
  });
});

describe('quantile edges', () => {
  it('are the values themselves where there are as many bins as gaps, and rise strictly', () => {
    expect([...quantileEdges(Float64Array.from([3, 1, 2, NaN]), 3)]).toEqual([1, 2, 3]);
    expect([...quantileEdges(Float64Array.from([1, 1, 1, 2]), 4)]).toEqual([1, 2]);
    // R: quantile(1:10, 0:4 / 4, type = 1) is 1 3 5 8 10.
    expect([...quantileEdges(Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 4)]).toEqual([1, 3, 5, 8, 10]);
  });
});
