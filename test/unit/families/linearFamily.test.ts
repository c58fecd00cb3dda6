import { describe, expect, it } from 'vitest';
import type { Table } from '../../../src/engine/data/table';
import { Rng } from '../../../src/engine/math/random';
import { linearFamily } from '../../../src/engine/models/linear/family';
import type { LinearModel } from '../../../src/engine/models/linear/model';
import { context, datasetFor, makeTable, readTable, referenceFile, relative, type Wanted } from './support';

async function fit(table: Table, wanted: Wanted): Promise<LinearModel> {
  return await linearFamily.fit(datasetFor(table, wanted), context) as LinearModel;
}

function statistic(model: LinearModel, label: string): number {
  return model.fitStatistics().find(s => s.label === label)!.value as number;
}

function noisy(n: number, seed = 1): Table {
  const rng = new Rng(seed);
  const a = Array.from({ length: n }, () => rng.normal());
  const c = Array.from({ length: n }, () => 'uvw'[rng.integer(3)]);
  return makeTable({ a, b: a.map(v => v + rng.normal()), c, y: a.map((v, i) => 3 + 2 * v + (c[i] === 'w' ? 1 : 0) + rng.normal()) });
}

describe('a linear model', () => {
  it('names aliased terms with the combination they are', async () => {
    const table = makeTable({ a: [1, 2, 3, 4, 5, 7], b: [2, 1, 4, 3, 6, 2], a_plus_b: [3, 3, 7, 7, 11, 9], twice: [3, 5, 7, 9, 11, 15], one: [1, 1, 1, 1, 1, 1], y: [1, 2, 2, 4, 5, 6] });
    const model = await fit(table, { target: 'y', features: ['a', 'b', 'a_plus_b', 'twice', 'one'] });
    expect(model.aliased).toEqual([
      { term: 'a_plus_b', reason: 'a_plus_b = a + b' }, { term: 'twice', reason: 'twice = 2 × a + 1' }, { term: 'one', reason: 'one is the same in every row (1)' },
    ]);
    expect(model.weights(0.95).map(w => w.term)).toEqual(['(Intercept)', 'a', 'b']);
    expect(model.notes.map(n => n.kind)).toContain('aliased');
  });

  it('without residual degrees of freedom has estimates but no intervals', async () => {
    const table = makeTable({ a: [1, 2, 4, 7], b: [2, 1, 5, 3], c: [1, 0, 0, 1], y: [1, 5, 2, 8] });
    const model = await fit(table, { target: 'y' });
    for (const w of model.weights(0.95)) {
      expect(Object.values(w).every(v => typeof v !== 'number' || Number.isFinite(v))).toBe(true);
      expect(w).not.toHaveProperty('standardError');
    }
    expect(model.weightsInfo.noIntervals).toBeDefined();
    expect(model.notes.map(n => n.text).join()).toContain('as many weights as rows');
    expect(model.predictIntervals(table, 0.95).low).toBeUndefined();
    expect(model.fitStatistics().every(s => typeof s.value === 'string' || Number.isFinite(s.value))).toBe(true);
  });

  it('is the same after JSON, to the last bit', async () => {
    const table = noisy(60);
    for (const wanted of [{ target: 'y' }, { formula: 'y ~ poly(a, 2) * c + log(b + 10)' }, { target: 'y', options: { penalty: 'lasso' } }]) {
      const model = await fit(table, wanted);
      const loaded = linearFamily.load(JSON.parse(JSON.stringify(model)));
      expect(loaded.predict(table).mean).toEqual(model.predict(table).mean);
      expect(loaded.weights!(0.9)).toEqual(model.weights(0.9));
      expect(loaded.effects!(0.9)).toEqual(model.effects(0.9));
      expect(loaded.predictIntervals!(table, 0.9)).toEqual(model.predictIntervals(table, 0.9));
      expect(JSON.stringify(loaded)).toBe(JSON.stringify(model));
    }
  });

  it('gives every fold the model that a fit on its rows gives', async () => {
    const table = noisy(200);
    for (const wanted of [{ target: 'y' }, { formula: 'y ~ a * c' }]) {
      const dataset = datasetFor(table, wanted);
      const trains = [0, 1, 2, 3].map(k => Int32Array.from({ length: 150 }, (_, i) => [0, 1, 2, 3].filter(f => f !== k)[i % 3] + 4 * Math.floor(i / 3)));
      const full = await linearFamily.fit(dataset, context);
      const folds = await linearFamily.fitFolds!(dataset, trains, context, full);
      for (let k = 0; k < 4; k++) {
        const one = await linearFamily.fit(dataset, context, trains[k]);
        const expected = one.predict(table).mean!;
        folds[k].predict(table).mean!.forEach((v, i) => expect(relative(v, expected[i], 0.1)).toBeLessThan(1e-10));
        const [low, expectedLow] = [folds[k], one].map(m => m.predictIntervals!(table, 0.9).low!);
        low.forEach((v, i) => expect(relative(v, expectedLow[i], 0.1)).toBeLessThan(1e-9));
      }
    }
  });

  it('takes ridge with a note where there are more weights than rows', async () => {
    const rng = new Rng(5);
    const columns = Object.fromEntries(Array.from({ length: 60 }, (_, j) => [`x${j}`, Array.from({ length: 20 }, () => rng.normal())]));
    const table = makeTable({ ...columns, y: columns['x0'].map(v => 3 * v + 0.1 * rng.normal()) });
    const model = await fit(table, { target: 'y' });
    expect(model.title).toBe('Ridge regression');
    expect(model.notes[0].text).toContain('61 weights but only 20 rows');
    expect(model.weights(0.95).every(w => w.pValue === undefined && Number.isFinite(w.estimate))).toBe(true);
    expect(model.path!.lambdas).toHaveLength(100);
    expect(model.weightsInfo.noIntervals).toContain('shrinkage');
  });

  // scikit-learn 1.2.1 Ridge(alpha=…) and Lasso on the standardised columns of its diabetes data (y raw), coefficients × sd.
  const diabetes = referenceFile('sklearn_diabetes.csv');
  it('reaches the penalised weights of scikit-learn', async () => {
    const table = readTable(diabetes!);
    const ridge = await fit(table, { target: 'target', options: { penalty: 'ridge', lambda: 0.001 } });
    const expected = [-0.47606658819477427, -11.406783316131545, 24.726616818272543, 15.429339129936928, -37.67035861025415];
    const targetSd = ridge.state.targetSd;
    expected.forEach((w, j) => expect(relative(ridge.weights(0.95)[j + 1].standardised! * targetSd, w)).toBeLessThan(1e-9));
    const none = await fit(table, { target: 'target', options: { penalty: 'lasso', lambda: 45.2 } });
    expect(none.weights(0.95).slice(1).every(w => w.estimate === 0)).toBe(true);
    const one = await fit(table, { target: 'target', options: { penalty: 'lasso', lambda: 45.1 } });
    expect(one.weights(0.95).filter(w => w.estimate !== 0).map(w => w.term)).toEqual(['(Intercept)', 'bmi']);
  });

  it('with loss=huber resists an outlier that bends least squares', async () => {
    const x = Array.from({ length: 30 }, (_, i) => i);
    const y = x.map(v => 2 * v + Math.sin(7 * v));
    y[29] = 1e6;
    const table = makeTable({ x, y });
    const robust = await fit(table, { target: 'y', options: { loss: 'huber' } });
    expect(Math.abs(robust.weights(0.95)[1].estimate - 2)).toBeLessThan(0.05);
    expect(Math.abs((await fit(table, { target: 'y' })).weights(0.95)[1].estimate - 2)).toBeGreaterThan(100);
    expect(robust.weights(0.95)[1].standardError).toBeLessThan(0.1);
    const loaded = linearFamily.load(JSON.parse(JSON.stringify(robust)));
    expect(loaded.weights!(0.95)).toEqual(robust.weights(0.95));
    await expect(fit(table, { target: 'y', options: { loss: 'huber', penalty: 'ridge' } })).rejects.toThrowError(/does not go with a penalty/);
  });

  it('has the generalised variance inflation of a category, with loss=huber too', async () => {
    // GVIF^(1/df) of mpg ~ factor(cyl) + wt + factor(gear) on mtcars, from the determinants of cov2cor(vcov(…)) in R 4.2.2.
    const expected = [1.9728854216341205, 1.9728854216341205, 3.0045828335497688, 1.6325055178122412, 1.6325055178122412];
    for (const loss of ['squares', 'huber']) {
      const model = await fit(readTable(referenceFile('mtcars.csv')), { formula: 'mpg ~ factor(cyl) + wt + factor(gear)', options: { loss } });
      model.weights(0.95).slice(1).forEach((w, j) => expect(relative(w.vif!, expected[j])).toBeLessThan(1e-10));
    }
  });

  it('has HC3 standard errors on request', async () => {
    // HC3 = Σ of (X'X)⁻¹ x e²/(1−h)² xᵀ (X'X)⁻¹; here for the slope of a line, worked out directly.
    const x = [1, 2, 3, 4, 6, 9];
    const y = [1, 3, 2, 5, 4, 12];
    const model = await fit(makeTable({ x, y }), { target: 'y', options: { robustErrors: 'HC3' } });
    const mean = x.reduce((s, v) => s + v) / 6;
    const sxx = x.reduce((s, v) => s + (v - mean) ** 2, 0);
    const slope = x.reduce((s, v, i) => s + (v - mean) * y[i], 0) / sxx;
    const start = y.reduce((s, v) => s + v) / 6 - slope * mean;
    const variance = x.reduce((s, v, i) => s + ((v - mean) * (y[i] - start - slope * v) / (1 - 1 / 6 - (v - mean) ** 2 / sxx)) ** 2, 0) / sxx ** 2;
    expect(relative(model.weights(0.95)[1].standardError!, Math.sqrt(variance))).toBeLessThan(1e-12);
    expect(model.weightsInfo.method).toContain('standard errors HC3; prediction intervals and bands add one constant σ²');
    expect(model.weightsInfo.assumptions.join(' ')).toContain('still add one constant σ²');
  });

  it('shows effects with bands: the line, and wider for single observations', async () => {
    const table = noisy(300);
    const model = await fit(table, { target: 'y' });
    const effects = model.effects(0.95);
    expect(effects.map(e => e.feature)).toEqual(['a', 'b', 'c']);
    const [a, , c] = effects;
    expect(a.grid).toHaveLength(50);
    const slope = (a.effect[49] - a.effect[0]) / ((a.grid[49] as number) - (a.grid[0] as number));
    expect(relative(slope, model.weights(0.95)[1].estimate)).toBeLessThan(1e-10);
    a.effect.forEach((e, i) => {
      expect(a.low![i]).toBeLessThan(e);
      expect(a.predictionLow![i]).toBeLessThan(a.low![i]);
      expect(a.predictionHigh![i]).toBeGreaterThan(a.high![i]);
    });
    expect(c.grid).toEqual(['u', 'v', 'w']);
  });

  it('covers new observations at the stated level, over 30 training sets', async () => {
    let inside = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const model = await fit(noisy(100, seed), { target: 'y' });
      const fresh = noisy(1000, seed + 1000);
      const { low, high } = model.predictIntervals(fresh, 0.9);
      const y = fresh.columns.find(c => c.name === 'y')!;
      if (y.storage === 'number') inside += y.values.filter((v, i) => v >= low![i] && v <= high![i]).length / 30000;
    }
    expect(Math.abs(inside - 0.9)).toBeLessThan(0.015);
  });

  it('measures inflation as R: VIF of columns, GVIF^(1/df) of terms with several', async () => {
    // For two columns VIF = 1/(1−r²).
    const table = noisy(100);
    const model = await fit(table, { target: 'y', features: ['a', 'b'] });
    const [a, b] = ['a', 'b'].map(name => { const c = table.columns.find(k => k.name === name)!; return c.storage === 'number' ? c.values : new Float64Array(); });
    const centred = (v: Float64Array): Float64Array => v.map(x => x - v.reduce((s, w) => s + w) / v.length);
    const [p, q] = [centred(a), centred(b)];
    const dot = (u: Float64Array, v: Float64Array): number => u.reduce((s, x, i) => s + x * v[i], 0);
    const vif = 1 / (1 - dot(p, q) ** 2 / (dot(p, p) * dot(q, q)));
    expect(relative(model.weights(0.95)[1].vif!, vif)).toBeLessThan(1e-9);
    const withClasses = await fit(table, { target: 'y' });
    const weights = withClasses.weights(0.95);
    expect(weights[3].vif).toBe(weights[4].vif);
    expect(weights[3].vif).toBeGreaterThanOrEqual(1);
  });

  it('keeps its digits where a column has a large offset', async () => {
    const x = Array.from({ length: 50 }, (_, i) => 1e15 + 4 * i);
    const model = await fit(makeTable({ x, y: x.map((_, i) => i + (i % 2)) }), { target: 'y' });
    const { mean } = model.predict(makeTable({ x: [1e15 + 40] }));
    expect(Math.abs(mean![0] - 10.5)).toBeLessThan(0.1);
    expect(statistic(model, 'R²')).toBeGreaterThan(0.99);
  });
});
