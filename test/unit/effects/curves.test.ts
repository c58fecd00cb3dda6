import { describe, expect, it } from 'vitest';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { effectCurves } from '../../../src/engine/explain/effectCurves';
import { jackknifeBand, probabilityBand } from '../../../src/engine/explain/foldBand';
import { pairEffects } from '../../../src/engine/explain/pairEffects';
import { dependenceGrid, partialDependence } from '../../../src/engine/explain/partialDependence';
import { exchangeCost, planCurves, predictionCost } from '../../../src/engine/explain/workPlan';
import { tFactor } from '../../../src/engine/math/distributions';
import { Rng } from '../../../src/engine/math/random';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import type { Family, Model } from '../../../src/engine/models/model';
import type { Dataset } from '../../../src/engine/data/dataset';
import type { Effect } from '../../../src/protocol/effects';
import { classTarget, makeDataset, numberTarget, quiet } from '../evaluate/stub';
import { codeColumn, functionModel, functionOf, normals, num, numberColumn, tableOf, uniforms } from './support';

const regression = (n: number, seed: number): Dataset => {
  const a = normals(n, seed);
  const b = normals(n, seed + 1000).map((v, i) => 0.5 * a[i] + v);
  const noise = normals(n, seed + 2000);
  const g = codeColumn('g', uniforms(n, seed + 3000).map(u => (u > 0.2 ? 1 : 0)), ['no', 'yes']);
  return makeDataset([numberColumn('a', a), numberColumn('b', b), g], numberTarget(noise.map((e, i) => 2 * a[i] - b[i] + e)));
};

async function curvesOf(data: Dataset, family: Family, folds = 5, ranked: readonly string[] = data.features) {
  const model = await family.fit(data, quiet());
  const evaluation = await crossValidate(family, data, { scheme: 'kFold', folds }, quiet(), new Rng(1), model);
  const curves = await effectCurves({ dataset: data, model, evaluation, ranked, context: quiet(), rng: new Rng(1) });
  return { model, curves };
}

const entry = (effects: readonly Effect[], feature: string, kind: Effect['kind'], name?: string): Effect =>
  effects.find(e => e.feature === feature && e.kind === kind && e.class === name)!;

describe('partial dependence', () => {
  it('is the mean over the rows of the function with the feature set, and each row has its own curve', async () => {
    const table = tableOf({ x: [0, 1, 2, 3], z: [1, 2, 3, 6] });
    const f = functionOf(functionModel(['x', 'z'], row => num(row, 'x') ** 2 * num(row, 'z')), table);
    const [{ mean, ice }] = await partialDependence([f], dependenceGrid(table.columns[0], 40), 2, quiet());
    expect([...mean]).toEqual([0, 3, 12, 27]); // mean of z is 3
    expect(ice.map(curve => [...curve])).toEqual([[0, 1, 4, 9], [0, 2, 8, 18]]);
  });

  it('of a linear model is a line of the coefficient through the mean prediction', async () => {
    const { model, curves } = await curvesOf(regression(300, 1), linearFamily);
    const { grid, effect, ice } = entry(curves.effects, 'a', 'partialDependence');
    const slope = (effect[39] - effect[0]) / (Number(grid[39]) - Number(grid[0]));
    expect(Math.abs(slope - model.weights!(0.95)[1].estimate)).toBeLessThan(1e-4);
    expect(grid.length).toBe(40);
    expect(ice?.length).toBe(30);
    expect(entry(curves.effects, 'g', 'partialDependence').grid).toEqual(['no', 'yes']);
  });

  it('of three classes is one curve a class, and they add up to 1', async () => {
    const n = 300;
    const a = normals(n, 1);
    const data = makeDataset([numberColumn('a', a), numberColumn('b', normals(n, 2))], classTarget(a.map((v, i) => (v + normals(n, 3)[i] > 0.7 ? 2 : v > -0.4 ? 1 : 0)), ['u', 'v', 'w']));
    const { curves } = await curvesOf(data, logisticFamily, 3);
    const three = ['u', 'v', 'w'].map(name => entry(curves.effects, 'a', 'partialDependence', name));
    three[0].grid.forEach((_, i) => expect(Math.abs(three.reduce((sum, e) => sum + e.effect[i], 0) - 1)).toBeLessThan(1e-4));
    const ales = ['u', 'v', 'w'].map(name => entry(curves.effects, 'a', 'ale', name));
    ales[0].grid.forEach((_, i) => expect(Math.abs(ales.reduce((sum, e) => sum + e.effect[i], 0))).toBeLessThan(1e-4));
    for (const { low, high } of three) low!.forEach((l, i) => expect(l >= 0 && high![i] <= 1 && l <= high![i]).toBe(true));
  });
});

describe('intervals over refits', () => {
  it('are the delete-a-group jackknife: of the mean of equal groups, the t interval of the group means', () => {
    // Means without one of four groups of means 1, 2, 4, 9: the jackknife of the mean is sd(group means) / √4.
    const groups = [1, 2, 4, 9];
    const total = groups.reduce((s, v) => s + v, 0);
    const without = groups.map(g => Float64Array.of((total - g) / 3));
    const band = jackknifeBand(Float64Array.of(4), without, { models: [], folds: 4, trainToTest: 3 }, 0.95)!;
    const error = Math.sqrt(groups.reduce((s, g) => s + (g - 4) ** 2, 0) / 3) / 2;
    expect(band.high[0] - 4).toBeCloseTo(tFactor(0.95, 3) * error, 12);
    expect(4 - band.low[0]).toBeCloseTo(tFactor(0.95, 3) * error, 12);
    const bounded = probabilityBand(Float64Array.of(0.99), [0.9, 0.999, 0.99].map(p => Float64Array.of(p)), { models: [], folds: 3, trainToTest: 2 }, 0.95)!;
    expect(bounded.high[0]).toBeLessThan(1);
    expect(bounded.low[0]).toBeGreaterThan(0);
    expect(jackknifeBand(Float64Array.of(1), [Float64Array.of(1)], { models: [], folds: 5, trainToTest: 4 }, 0.95)).toBeUndefined();
  });

  it('hold the truth about as often as they say for a linear model', async () => {
    // The difference of the accumulated effect of a between the ends is 2 (z_K − z_0); 160 simulated sets of 80 rows.
    let within = 0;
    for (let seed = 1; seed <= 160; seed++) {
      const { curves } = await curvesOf(regression(80, 10 * seed), linearFamily, 5, ['a']);
      const { grid, effect, low, high } = entry(curves.effects, 'a', 'ale');
      const last = grid.length - 1;
      const zero = Number(grid[last]) - (effect[last] / (effect[last] - effect[0])) * (Number(grid[last]) - Number(grid[0]));
      const truth = 2 * (Number(grid[last]) - zero);
      if (low![last] <= truth && truth <= high![last]) within++;
    }
    // Binomial(160, 0.95): 3 standard deviations are 8.3; the jackknife with few groups is a little wide.
    expect(within).toBeGreaterThan(152 - 9);
    expect(within).toBeLessThanOrEqual(160);
  });

  it('are absent without at least two folds', async () => {
    const data = regression(60, 1);
    const model = await linearFamily.fit(data, quiet());
    const curves = await effectCurves({ dataset: data, model, evaluation: undefined, ranked: ['a'], context: quiet(), rng: new Rng(1) });
    expect(curves.refits).toBe(0);
    expect(curves.effects.every(e => e.low === undefined)).toBe(true);
  });
});

describe('effects of a report', () => {
  it('stay of reasonable size: 30 features, 40 points, short numbers', async () => {
    const n = 120;
    const columns = Array.from({ length: 35 }, (_, j) => numberColumn(`x${j}`, normals(n, j)));
    const data = makeDataset(columns, numberTarget(normals(n, 99).map((e, i) => 1e6 * (e + (columns[0] as { values: Float64Array }).values[i]))));
    const { curves } = await curvesOf(data, linearFamily, 3);
    expect(new Set(curves.effects.map(e => e.feature)).size).toBe(30);
    expect(curves.allFeatures).toBe(35);
    expect(Math.max(...curves.effects.map(e => e.grid.length))).toBe(40);
    expect(JSON.stringify(curves.effects).length).toBeLessThan(400_000);
  });

  it('are the same for the same seed', async () => {
    const data = regression(1500, 5);
    const [a, b] = [await curvesOf(data, linearFamily, 3), await curvesOf(data, linearFamily, 3)];
    expect(a.curves).toEqual(b.curves);
    expect(a.curves.dependenceRows).toBe(1000);
    expect(a.curves.aleRows).toBe(1500);
  });

  it('shrink for models whose predictions are dear, by what they store and not by the clock', () => {
    const dear: Model = functionModel(['x', 'z'], () => 0, { toJSON: () => ({ weights: Array.from({ length: 20_000 }, () => 1) }) });
    expect(predictionCost(dear)).toBe(20_000);
    expect(predictionCost({ ...dear, toJSON: () => ({ weights: 'A'.repeat(4 * 16_000) }) })).toBe(12_000);
    expect(planCurves(80, 10, 5)).toEqual({ rows: 1000, points: 40, refits: 10, features: 30 });
    expect(exchangeCost(dear)).toBe(20_000);
    expect(exchangeCost({ ...dear, shufflePredictor: () => ({ predict: () => ({ rows: 0 }) }) })).toBe(16);
    expect(planCurves(predictionCost(dear), 30, 5).rows).toBe(300);
    expect(planCurves(500_000, 10, 5)).toEqual({ rows: 40, points: 12, refits: 5, features: 8 });
    expect(planCurves(1e9, 10, 5)).toEqual({ rows: 20, points: 8, refits: 0, features: 6 });
  });
});

describe('pairs of features', () => {
  const n = 600;
  const columns = ['a', 'b', 'c', 'd'].map((name, j) => numberColumn(name, normals(n, j + 1)));
  const data = makeDataset(columns, numberTarget(normals(n, 9)));

  it('that interact are found, strongest first, and the others are not shown', async () => {
    const model = functionModel(['a', 'b', 'c', 'd'], row => num(row, 'a') + num(row, 'b') * num(row, 'd') + 0.4 * num(row, 'a') * num(row, 'c'));
    const found = await pairEffects(data, model, ['a', 'b', 'c', 'd'], quiet(), new Rng(1));
    expect(found!.pairs.map(p => p.features.join(' '))).toEqual(['b d', 'a c']);
    // Var = 1 + 1 + 0.16.
    expect(Math.abs(found!.pairs[0].share - 1 / 2.16)).toBeLessThan(0.12);
    expect(found!.tried).toBe(6);
  });

  it('are not looked for in a model that says it is additive, and are none where it does not say', async () => {
    const linear = await linearFamily.fit(data, quiet());
    expect(await pairEffects(data, linear, ['a', 'b'], quiet(), new Rng(1))).toBeUndefined();
    const quietlyAdditive = functionModel(['a', 'b', 'c', 'd'], row => Math.sin(num(row, 'a')) + num(row, 'b'));
    const found = await pairEffects(data, quietlyAdditive, ['a', 'b'], quiet(), new Rng(1));
    expect(found!.pairs).toEqual([]);
    expect(found!.largest).toBeLessThan(1e-20);
  });
});
