import { describe, expect, it } from 'vitest';
import type { Table } from '../../../src/engine/data/table';
import { withColumns } from '../../../src/engine/data/table';
import type { Shapley } from '../../../src/engine/explain/shapley';
import { shapleyValues } from '../../../src/engine/explain/shapleyValues';
import { Rng } from '../../../src/engine/math/random';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import type { Model } from '../../../src/engine/models/model';
import { context as formulaContext, datasetFor, makeTable } from '../families/support';
import { classTarget, makeDataset, numberTarget, quiet } from '../evaluate/stub';
import { allRows, classModel, codeColumn, functionModel, normals, num, numberColumn, tableOf, uniforms } from './support';

const range = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);

const explain = (model: Model, table: Table, rows: Int32Array, background = range(0, Math.min(50, table.rows)), pairs = 1): Promise<Shapley> =>
  shapleyValues({ model, table, rows, background, pairs }, quiet(), new Rng(3));

/** All coalitions, each averaged over the background: φ_j = Σ_S |S|!(p−|S|−1)!/p! [v(S ∪ j) − v(S)] (Shapley 1953). */
function byEnumeration(model: Model, table: Table, row: number, background: Int32Array): number[] {
  const names = model.features;
  const p = names.length;
  const value = (mask: number): number => {
    const columns = table.columns.map(column => {
      const j = names.indexOf(column.name);
      const own = (mask >> j) & 1;
      if (column.storage === 'code') return { ...column, codes: Int32Array.from(background, z => column.codes[own ? row : z]) };
      return { ...column, values: Float64Array.from(background, z => column.values[own ? row : z]) };
    });
    const { mean, probabilities } = model.predict({ rows: background.length, columns });
    const link = mean ?? Float64Array.from(background, (_, i) => Math.log(probabilities![2 * i + 1]) - Math.log(probabilities![2 * i]));
    return link.reduce((s, v) => s + v, 0) / background.length;
  };
  const values = Array.from({ length: 1 << p }, (_, mask) => value(mask));
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const size = (mask: number): number => mask.toString(2).replaceAll('0', '').length;
  return names.map((_, j) => values.reduce((sum, v, mask) => {
    if ((mask >> j) & 1) return sum;
    return sum + ((factorial(size(mask)) * factorial(p - size(mask) - 1)) / factorial(p)) * (values[mask | (1 << j)] - v);
  }, 0));
}

const n = 400;
const a = normals(n, 1);
const mixed = [
  numberColumn('a', a.map((v, i) => (i % 17 === 0 ? NaN : v))), numberColumn('b', normals(n, 2).map((v, i) => v + a[i])),
  codeColumn('g', uniforms(n, 3).map((u, i) => (i % 23 === 0 ? -1 : u > 0.3 ? 2 : u > -0.5 ? 1 : 0)), ['p', 'q', 'r']),
];
const data = { rows: n, columns: mixed };

describe('Shapley values of additive models', () => {
  it('are exact for a linear model, with missing cells and categories as one feature each, and add up to 1e-9', async () => {
    const y = normals(n, 4).map((e, i) => 1000 + 5 * a[i] + e);
    const model = await linearFamily.fit(makeDataset(mixed, numberTarget(y)), quiet());
    const background = range(0, 60);
    const found = await explain(model, data, range(60, 80), background);
    expect(found.exact).toBe(true);
    expect(found.features).toEqual(['a', 'b', 'g']);
    expect(found.residual).toBeLessThan(1e-9);
    for (const [i, row] of [60, 68, 69, 79].map(r => [r - 60, r])) {
      byEnumeration(model, data, row, background).forEach((phi, j) => expect(Math.abs(found.values[i * 3 + j] - phi)).toBeLessThan(1e-9));
    }
    const mean = model.predict(data, background).mean!.reduce((s, v) => s + v, 0) / 60;
    expect(Math.abs(found.base[0] - mean)).toBeLessThan(1e-9);
  });

  it('are exact for a logistic model in log-odds, however sure it is', async () => {
    const codes = a.map((v, i) => (40 * v + uniforms(n, 5)[i] > 0 ? 1 : 0));
    const model = await logisticFamily.fit(makeDataset(mixed, classTarget(codes, ['no', 'yes']), { options: { penalty: 'none' } }), quiet());
    const found = await explain(model, data, range(60, 100));
    expect(found.scale).toBe('logOdds');
    expect(found.exact).toBe(true);
    expect(found.residual).toBeLessThan(1e-9 * Math.max(1, ...found.output.map(Math.abs)));
    byEnumeration(model, data, 70, range(0, 50)).forEach((phi, j) => expect(Math.abs(found.values[10 * 3 + j] - phi)).toBeLessThan(1e-8 * Math.max(1, Math.abs(phi))));
  });

  it('of several classes are log-shares that single no class out: they add up to 1e-9, and to 0 over the classes', async () => {
    const codes = a.map((v, i) => (v + uniforms(n, 6)[i] > 0.8 ? 2 : v > -0.3 ? 1 : 0));
    const model = await logisticFamily.fit(makeDataset(mixed, classTarget(codes, ['u', 'v', 'w'])), quiet());
    const found = await explain(model, data, range(60, 90));
    expect([found.outputs, found.scale, found.exact]).toEqual([3, 'logShare', true]);
    expect(found.residual).toBeLessThan(1e-9);
    for (let at = 0; at < found.values.length; at += 3) expect(Math.abs(found.values[at] + found.values[at + 1] + found.values[at + 2])).toBeLessThan(1e-9);
    const { probabilities } = model.predict(data, range(60, 90));
    expect(Math.abs(found.output[0] - found.output[1] - Math.log(probabilities![0] / probabilities![1]))).toBeLessThan(1e-9);
  });

  it('would show a part that is off by 1e-3: the residual is measured against what the model predicts', async () => {
    const y = normals(n, 4).map((e, i) => 5 * a[i] + e);
    const fitted = await linearFamily.fit(makeDataset(mixed, numberTarget(y)), quiet());
    const broken: Model = {
      family: 'broken', title: 'Broken', task: 'regression', features: fitted.features, notes: [], toJSON: () => ({}),
      predict: (table, rows) => fitted.predict(table, rows),
      additiveParts: (table, rows) => {
        const parts = fitted.additiveParts!(table, rows)!;
        // Wrong in row 70 only, so that it does not hide in the mean of the background.
        return { ...parts, values: parts.values.map((v, at) => (rows?.[Math.floor(at / 3)] === 70 && at % 3 === 1 ? v + 1e-3 : v)) };
      },
    };
    expect((await explain(fitted, data, range(60, 80))).residual).toBeLessThan(1e-9);
    expect((await explain(broken, data, range(60, 80))).residual).toBeGreaterThan(0.9e-3);
  });

  it('know formulas of one column a term for additive, and products for not', async () => {
    const table = makeTable({ y: Array.from(normals(60, 1)), u: Array.from(normals(60, 2)), v: Array.from(uniforms(60, 3)) });
    const fit = (formula: string): Promise<Model> => linearFamily.fit(datasetFor(table, { formula }), formulaContext);
    const additive = await fit('y ~ poly(u, 2) + I(v^2) + v');
    const found = await explain(additive, table, allRows(table));
    expect(found.exact).toBe(true);
    expect(found.residual).toBeLessThan(1e-9);
    expect((await fit('y ~ u * v')).additiveParts!(table)).toBeUndefined();
    expect((await fit('y ~ I(u + v)')).additiveParts!(table)).toBeUndefined();
  });

  it('parts of the model give its prediction back', async () => {
    const model = await linearFamily.fit(makeDataset(mixed, numberTarget(normals(n, 7))), quiet());
    const parts = model.additiveParts!(data)!;
    const { mean } = model.predict(data);
    mean!.forEach((m, i) => expect(Math.abs(m - parts.base[0] - parts.values[3 * i] - parts.values[3 * i + 1] - parts.values[3 * i + 2])).toBeLessThan(1e-12));
    // Another row's other columns do not move a part.
    const moved = withColumns(data, [numberColumn('b', normals(n, 8))]);
    const again = model.additiveParts!(moved)!;
    parts.values.forEach((v, at) => { if (at % 3 !== 1) expect(again.values[at]).toBe(v); });
  });
});

describe('sampled Shapley values', () => {
  const table = tableOf({ x: normals(n, 1), z: normals(n, 2), u: normals(n, 3), v: normals(n, 4) });
  const model = functionModel(['x', 'z', 'u', 'v'], row => 2 * num(row, 'x') + num(row, 'x') * num(row, 'z') + Math.sin(num(row, 'u')) * num(row, 'z'));

  it('agree with the enumeration of all coalitions within their standard errors, and add up to 1e-9', async () => {
    const background = range(0, 50);
    const found = await explain(model, table, range(60, 72), background, 400);
    expect(found.exact).toBe(false);
    expect(found.permutations).toBe(800);
    expect(found.residual).toBeLessThan(1e-9);
    let beyond = 0;
    for (let i = 0; i < 12; i++) {
      byEnumeration(model, table, 60 + i, background).forEach((phi, j) => {
        const error = found.standardErrors![i * 4 + j];
        const distance = Math.abs(found.values[i * 4 + j] - phi);
        expect(distance).toBeLessThan(4 * error + 1e-12);
        if (distance > 2 * error + 1e-12) beyond++;
      });
    }
    expect(beyond).toBeLessThanOrEqual(5); // of 48, by chance about 2
  });

  it('of a feature that is not used are exactly 0, and of a model with no product are exact at once', async () => {
    const found = await explain(model, table, range(60, 65));
    for (let i = 0; i < 5; i++) expect([found.values[4 * i + 3], found.standardErrors![4 * i + 3]]).toEqual([0, 0]);
    const sum = functionModel(['x', 'z', 'u', 'v'], row => num(row, 'x') ** 2 - num(row, 'z'));
    const exact = byEnumeration(sum, table, 60, range(0, 50));
    const sampled = await explain(sum, table, range(60, 61));
    exact.forEach((phi, j) => expect(Math.abs(sampled.values[j] - phi)).toBeLessThan(1e-12));
  });

  it('of a classifier add up, in log-odds for two classes and in log-shares for three', async () => {
    const p = (row: Parameters<Parameters<typeof classModel>[2]>[0]): number => 1 / (1 + Math.exp(-num(row, 'x') * num(row, 'z') - 1));
    const two = classModel(['x', 'z'], ['no', 'yes'], row => [1 - p(row), p(row)]);
    const found = await explain(two, table, range(60, 70), range(0, 50), 200);
    expect([found.outputs, found.scale]).toEqual([1, 'logOdds']);
    expect(found.residual).toBeLessThan(1e-9);
    byEnumeration(two, table, 60, range(0, 50)).forEach((phi, j) => expect(Math.abs(found.values[j] - phi)).toBeLessThan(4 * found.standardErrors![j] + 1e-9));
    const three = classModel(['x', 'z'], ['a', 'b', 'c'], row => [p(row) / 2, p(row) / 2, 1 - p(row)]);
    const several = await explain(three, table, range(60, 70));
    expect([several.outputs, several.scale]).toEqual([3, 'logShare']);
    // The same definition as for additive models: ln p less its mean over the classes, which adds up to 0.
    expect(Math.abs(several.output[0] + several.output[1] + several.output[2])).toBeLessThan(1e-9);
    expect(several.residual).toBeLessThan(1e-9);
  });

  it('of a single feature are the whole difference, and the same for the same seed', async () => {
    const alone = functionModel(['x'], row => num(row, 'x') ** 3);
    const found = await explain(alone, table, range(60, 63));
    for (let i = 0; i < 3; i++) expect(Math.abs(found.base[0] + found.values[i] - found.output[i])).toBeLessThan(1e-12);
    expect(await explain(model, table, range(60, 62))).toEqual(await explain(model, table, range(60, 62)));
  });
});
