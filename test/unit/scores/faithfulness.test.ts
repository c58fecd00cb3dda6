import { describe, expect, it } from 'vitest';
import { ModelFunction } from '../../../src/engine/explain/modelFunction';
import { deletionCurve, deletionSteps, distances, randomBand, randomOrders, trapezoid } from '../../../src/engine/explain/scores/deletion';
import { featuresUsed } from '../../../src/engine/explain/scores/effectScores';
import { infidelity, perturbationSets, rowInfidelity } from '../../../src/engine/explain/scores/infidelity';
import { drawOrders, localShapley } from '../../../src/engine/explain/scores/localShapley';
import { drawDonors, maskedFunction } from '../../../src/engine/explain/scores/maskedFunction';
import { sensitivity, shake } from '../../../src/engine/explain/scores/sensitivity';
import { Rng } from '../../../src/engine/math/random';
import type { Model } from '../../../src/engine/models/model';
import { codeColumn, numberColumn } from '../evaluate/stub';
import { functionModel, names, noPause, uniformTable } from './functionModel';

const rowsOf = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);

/** The function over `rows` rows, with donors out of 4,000 others. */
function masked(model: Model, rows: number, draws: number, features = names) {
  const table = uniformTable(rows, 1, features);
  const donors = uniformTable(4000, 2, features);
  const f = new ModelFunction(model, table, rowsOf(rows), { scale: 'link' });
  return maskedFunction([f], features, donors, drawDonors(rows, draws, 4000, new Rng(3)));
}

describe('deletion and insertion', () => {
  // f = 3 x1 + 2 x2 + x3, independent with equal variances: D_k is in proportion to the sum of β² taken away (9, 4, 1 of 14).
  const three = functionModel(([a, b, c]) => 3 * a + 2 * b + c, ['x1', 'x2', 'x3']);

  it('follow the variance of the features taken away from a linear function', async () => {
    const m = masked(three, 2000, 10, ['x1', 'x2', 'x3']);
    const steps = deletionSteps(3, 12);
    const draws = [...rowsOf(10)];
    const away = deletionCurve(steps, await distances(m, [0, 1, 2], steps, 'deletion', draws, noPause), 'deletion')!;
    const back = deletionCurve(steps, await distances(m, [0, 1, 2], steps, 'insertion', draws, noPause), 'insertion')!;
    [1, 5 / 14, 1 / 14, 0].forEach((v, k) => expect(away.value[k]).toBeCloseTo(v, 1));
    [0, 9 / 14, 13 / 14, 1].forEach((v, k) => expect(back.value[k]).toBeCloseTo(v, 1));
    // Correlations of 2,000 rows by chance: 0.022.
    expect(Math.abs(away.area - (0.5 + 6 / 14) / 3)).toBeLessThan(0.02);
    expect(Math.abs(back.area - (0.5 + 22 / 14) / 3)).toBeLessThan(0.02);
  });

  it('random orders of an additive function have an area of one half, since an order and its reverse mirror each other', async () => {
    const m = masked(three, 1000, 5, ['x1', 'x2', 'x3']);
    const steps = deletionSteps(3, 12);
    const curves = [];
    for (const [o, order] of randomOrders(3, 20, new Rng(4)).entries()) curves.push(deletionCurve(steps, await distances(m, order, steps, 'deletion', [(o >> 1) % 5], noPause), 'deletion'));
    const band = randomBand(curves)!;
    expect(band.area).toBeCloseTo(0.5, 1);
    expect(band.areaError).toBeLessThan(0.02);
    expect(band.orders).toBe(20);
    expect(band.mean[0]).toBe(1);
    expect(band.mean[3]).toBe(0);
  });

  it('the area is the normalised trapezoid (Σ s − s₀/2 − s_p/2) / p', () => {
    const s = [1, 0.7, 0.2, 0.1, 0];
    expect(trapezoid(s.map((_, k) => k / 4), s)).toBeCloseTo((2 - 0.5) / 4, 12);
  });

  it('many features are taken away in steps that run from none to all, the same from either end', () => {
    expect(deletionSteps(5, 12)).toEqual([0, 1, 2, 3, 4, 5]);
    const steps = deletionSteps(1000, 12);
    expect(steps[0]).toBe(0);
    expect(steps[steps.length - 1]).toBe(1000);
    expect(steps.map(k => 1000 - k).reverse()).toEqual(steps);
    expect(steps.length).toBeLessThan(16);
  });

  it('a constant prediction has no curve', async () => {
    const m = masked(functionModel(() => 2), 50, 3);
    const steps = deletionSteps(4, 12);
    expect(deletionCurve(steps, await distances(m, [0, 1, 2, 3], steps, 'deletion', [0], noPause), 'deletion')).toBeUndefined();
  });

  it('typical values are the mean and the commonest level', () => {
    const columns = [numberColumn('a', [1, 2, 6]), codeColumn('c', [1, 1, 0], ['u', 'v'])];
    const f = new ModelFunction(functionModel(([a, c]) => a + 10 * c, ['a', 'c']), { rows: 3, columns }, rowsOf(3), { scale: 'link' });
    const m = maskedFunction([f], ['a', 'c'], { rows: 3, columns }, []);
    expect(Array.from(m.full)).toEqual([11, 12, 6]);
    expect(Array.from(m.without([0], -1))).toEqual([13, 13, 3]);
    expect(Array.from(m.without([0, 1], -1))).toEqual([13, 13, 13]);
  });
});

describe('attributions of single predictions', () => {
  it('add up to f(x) − mean of f(donors), and are exact for an additive function whatever the orders', async () => {
    const m = masked(functionModel(([a, b]) => 2 * a + b ** 2), 20, 6);
    const first = await localShapley(m, drawOrders(4, 6, new Rng(1)), noPause);
    const second = await localShapley(m, drawOrders(4, 6, new Rng(2)), noPause);
    for (let i = 0; i < 20; i++) {
      let away = 0;
      for (let d = 0; d < 6; d++) away += m.without([0, 1, 2, 3], d)[i] / 6;
      expect(first.reduce((s, a) => s + a[i], 0)).toBeCloseTo(m.full[i] - away, 10);
      first.forEach((a, j) => expect(a[i]).toBeCloseTo(second[j][i], 10));
      expect(first[2][i]).toBe(0);
    }
  });

  it('of an additive function have infidelity 0, also when they are scaled by 100 (normalised form, Captum #613)', async () => {
    const m = masked(functionModel(([a, b, c]) => 2 * a + Math.sin(3 * b) - c), 30, 4);
    const a = await localShapley(m, drawOrders(4, 4, new Rng(1)), noPause);
    const sets = perturbationSets(4, 20, new Rng(5));
    expect(sets).toHaveLength(15);
    expect(infidelity(await rowInfidelity(m, a, sets, noPause))).toBeLessThan(1e-14);
    expect(infidelity(await rowInfidelity(m, a.map(v => v.map(x => 100 * x)), sets, noPause))).toBeLessThan(1e-14);
  });

  it('of the product of two centred features have infidelity 1/9', async () => {
    // a = (½, ½) x1x2, Δ = x1x2 for {1}, {2} and {1, 2}: β = 4/3, (2 (2/3 − 1)² + (4/3 − 1)²) / 3 = 1/9, with many draws.
    const features = ['x1', 'x2'];
    const m = masked(functionModel(([a, b]) => a * b, features), 300, 400, features);
    const a = await localShapley(m, drawOrders(2, 400, new Rng(1)), noPause);
    expect(infidelity(await rowInfidelity(m, a, perturbationSets(2, 20, new Rng(5)), noPause))).toBeCloseTo(1 / 9, 2);
  });

  it('attributions given to the wrong one of two features have infidelity 3/4', async () => {
    // With α the effect of x1: Δ = α, 0, α for {1}, {2}, {1, 2}; A = 0, α, α; β = ½; (1 + ¼ + ¼) / 2 = ¾.
    const features = ['x1', 'x2'];
    const m = masked(functionModel(([a, b]) => 3 * a + 0 * b, features), 100, 5, features);
    const honest = await localShapley(m, drawOrders(2, 5, new Rng(1)), noPause);
    const swapped = [honest[1], honest[0]];
    const sets = perturbationSets(2, 20, new Rng(5));
    expect(infidelity(await rowInfidelity(m, swapped, sets, noPause))).toBeCloseTo(0.75, 10);
  });
});

describe('sensitivity', () => {
  it('of one linear feature: the Lipschitz estimate is the slope in standard deviations, shaken within 0.1 SD', async () => {
    const table = uniformTable(40, 1, ['x1']);
    const shaken = shake(table, [0.5], 10, new Rng(9));
    expect(shaken.table.rows).toBe(440);
    expect(Math.max(...shaken.distance)).toBeLessThanOrEqual(0.1);
    expect(Math.max(...shaken.distance)).toBeGreaterThan(0.09);
    expect(shaken.distance.slice(0, 40).every(d => d === 0)).toBe(true);
    const f = new ModelFunction(functionModel(([a]) => 3 * a, ['x1']), shaken.table, rowsOf(440), { scale: 'link' });
    const donors = drawDonors(40, 5, 4000, new Rng(3)).map(rows => Int32Array.from({ length: 440 }, (_, i) => rows[i % 40]));
    const a = await localShapley(maskedFunction([f], ['x1'], uniformTable(4000, 2, ['x1']), donors), drawOrders(1, 5, new Rng(1)), noPause);
    const { lipschitz, maximum } = sensitivity(a, shaken);
    for (const v of lipschitz) expect(v).toBeCloseTo(3 * 0.5, 6);
    maximum.forEach((v, i) => expect(v).toBeLessThanOrEqual((3 * 0.1 * 0.5) / Math.abs(a[0][i]) + 1e-12));
  });

  it('of an explanation that never changes is 0, and a zero explanation is no division by zero', () => {
    const shaken = shake(uniformTable(5, 1, ['x1']), [1], 3, new Rng(1));
    expect(Array.from(sensitivity([new Float64Array(20)], shaken).maximum)).toEqual([0, 0, 0, 0, 0]);
  });

  it('leaves categories and missing cells as they are', () => {
    const table = { rows: 2, columns: [numberColumn('a', [NaN, 1]), codeColumn('c', [0, 1], ['u', 'v'])] };
    const shaken = shake(table, [1, 0], 2, new Rng(1));
    const [a, c] = shaken.table.columns;
    expect(a.storage === 'number' && Number.isNaN(a.values[2])).toBe(true);
    expect(a.storage === 'number' && a.values[3] !== 1).toBe(true);
    expect(c.storage === 'code' && Array.from(c.codes)).toEqual([0, 1, 0, 1, 0, 1]);
    expect(shaken.distance[2]).toBe(0);
  });
});

describe('features used', () => {
  const used = (f: (x: number[]) => number): Promise<boolean[]> => {
    const table = uniformTable(500);
    return featuresUsed([new ModelFunction(functionModel(f), table, rowsOf(500), { scale: 'link' })], names, new Rng(1), noPause);
  };

  it('are those whose exchange changes a prediction', async () => {
    expect(await used(([a, , c]) => a + Math.max(0, c - 0.9))).toEqual([true, false, true, false]);
    expect(await used(() => 5)).toEqual([false, false, false, false]);
  });

  it('do not count rounding', async () => {
    expect(await used(([a, b]) => 1e6 * a + (b - b * (1 + 1e-16)))).toEqual([true, false, false, false]);
  });

  it('a constant column and one that is not in the table are not used', async () => {
    const table = { rows: 3, columns: [numberColumn('a', [2, 2, 2]), numberColumn('b', [1, 2, NaN])] };
    const f = new ModelFunction(functionModel(([a, b]) => a + (Number.isNaN(b) ? 0 : b), ['a', 'b']), table, rowsOf(3), { scale: 'link' });
    expect(await featuresUsed([f], ['a', 'b', 'gone'], new Rng(1), noPause)).toEqual([false, true, false]);
  });
});
