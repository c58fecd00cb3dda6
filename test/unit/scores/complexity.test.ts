import { describe, expect, it } from 'vitest';
import { firstOrderAle } from '../../../src/engine/explain/ale';
import { ModelFunction } from '../../../src/engine/explain/modelFunction';
import { effectComplexity, effectVariance, interactionStrength, meanComplexity, monotonicity, standsOut, variance } from '../../../src/engine/explain/scores/mainEffects';
import { mainEffectOf } from '../../../src/engine/explain/scores/effectScores';
import { categoricalComplexity, numericComplexity } from '../../../src/engine/explain/scores/segments';
import { Rng } from '../../../src/engine/math/random';
import { functionModel, uniformTable } from './functionModel';

/** Scores of a function of four independent uniform features by our ALE: 4,000 rows, 100 bins, ε 0.05, 5 segments. */
function scoresOf(f: (x: number[]) => number, seed = 1) {
  const table = uniformTable(4000, seed);
  const fn = new ModelFunction(functionModel(f), table, Int32Array.from({ length: table.rows }, (_, i) => i), { scale: 'link' });
  const effects = table.columns.map(column => mainEffectOf(firstOrderAle(fn, column, { bins: 100 }), column));
  const values = fn.values();
  const variances = effects.map(effectVariance);
  const complexities = effects.map(e => effectComplexity(e).value);
  return {
    ias: interactionStrength(values, effects), complexities, variances, all: variance(values),
    mec: meanComplexity(variances, complexities, variance(values)), monotone: effects.map(monotonicity),
  };
}

// Expected values: the re-derived table of docs/methods.md, "Interpretability scores" (Molnar, Casalicchio & Bischl 2019 by hand
// for independent uniform inputs: Var(x) = 1/3, Var(x²) = 4/45, Var(x₁x₂) = 1/9).
describe('scores of functions that are known', () => {
  it('a linear function has no interactions and complexity 1', () => {
    const s = scoresOf(([a, b]) => 2 * a - b);
    expect(s.ias).toBeLessThan(1e-12);
    expect(s.mec).toBe(1);
    expect(s.complexities).toEqual([1, 1, 0, 0]);
    expect(s.monotone.slice(0, 2)).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
    expect(s.monotone.slice(2)).toEqual([undefined, undefined]);
  });

  it('x1 + x1 x2 has interaction strength Var(x1x2) / Var(f) = (1/9) / (4/9) = 0.25 and complexity 1', () => {
    const s = scoresOf(([a, b]) => a + a * b);
    expect(s.ias).toBeGreaterThan(0.23);
    expect(s.ias).toBeLessThan(0.27);
    expect(s.complexities[0]).toBe(1);
    expect(s.mec).toBeLessThan(1.1);
    // The curve of x2 is noise; its complexity is not to be shown.
    expect(standsOut(s.variances[0], s.all, s.ias)).toBe(true);
    expect(standsOut(s.variances[1], s.all, s.ias)).toBe(false);
  });

  it('x1 x2 is all interaction, and its main effects have no complexity to speak of', () => {
    const s = scoresOf(([a, b]) => a * b);
    expect(s.ias).toBeGreaterThan(0.97);
    expect(s.ias).toBeLessThan(1.03);
    expect(s.mec).toBeUndefined();
  });

  it('sin(π x1) + x2² is additive with complexities 6 and 4', () => {
    // The sine lies on an edge: with a slope set to 0 its R² is 0.950 to 0.961 from sample to sample, which makes 7 of some; this one is clear of it.
    const s = scoresOf(([a, b]) => Math.sin(Math.PI * a) + b * b, 6);
    expect(s.ias).toBeLessThan(1e-3);
    expect(s.complexities).toEqual([6, 4, 0, 0]);
    // Weighted by Var(sin) = 1/2 and Var(x²) = 4/45: (6·0.5 + 4·0.0889) / 0.5889 = 5.70.
    expect(s.mec).toBeCloseTo(5.7, 1);
    expect(s.monotone[1]).toBeLessThan(0.1);
  });

  it('|x1| takes two sloping pieces: 3', () => {
    expect(scoresOf(([a]) => Math.abs(a)).complexities).toEqual([3, 0, 0, 0]);
  });

  it('a step takes two flat pieces: 1, as a line', () => {
    const s = scoresOf(([a]) => (a > 0 ? 1 : 0));
    expect(s.complexities).toEqual([1, 0, 0, 0]);
    expect(s.ias).toBeLessThan(0.01);
    expect(s.monotone[0]).toBeCloseTo(1, 12);
  });

  it('cos(2π x1) reaches the cap of 9', () => {
    const table = uniformTable(4000);
    const column = table.columns[0];
    const fn = new ModelFunction(functionModel(([a]) => Math.cos(2 * Math.PI * a)), table, Int32Array.from({ length: 4000 }, (_, i) => i), { scale: 'link' });
    const found = effectComplexity(mainEffectOf(firstOrderAle(fn, column, { bins: 100 }), column));
    expect(found).toMatchObject({ value: 9, capped: true });
  });

  it('interaction strength of a constant prediction is 0 by definition', () => {
    const s = scoresOf(() => 3);
    expect(s.ias).toBe(0);
    expect(s.mec).toBeUndefined();
  });
});

describe('complexity of one curve', () => {
  it('a curve that only falls counts its slope as one that rises does: slope ≠ 0, not > 0', () => {
    const x = Float64Array.from({ length: 101 }, (_, i) => i / 100);
    expect(numericComplexity(x, x.map(v => -v), x).value).toBe(1);
    expect(numericComplexity(x, x.map(v => -Math.abs(v - 0.5)), x).value).toBe(3);
  });

  it('is the same for dates in milliseconds as for numbers near 0', () => {
    const rng = new Rng(3);
    const x = Float64Array.from({ length: 400 }, () => rng.uniform());
    const y = x.map(v => Math.abs(v - 0.4));
    const dates = x.map(v => 1.6e12 + v * 3e10);
    const grid = (values: Float64Array): Float64Array => values.slice().sort().filter((_, i) => i % 10 === 0);
    expect(numericComplexity(dates, y, grid(dates))).toEqual(expect.objectContaining({ value: numericComplexity(x, y, grid(x)).value, capped: false }));
  });

  it('a flat or empty curve has complexity 0, and missing cells are passed over', () => {
    expect(numericComplexity([1, 2, 3], [0, 0, 0], [1, 2]).value).toBe(0);
    expect(numericComplexity([], [], []).value).toBe(0);
    expect(numericComplexity([1, NaN, 2, 3], [1, 50, 2, 3], [1, 2]).value).toBe(1);
  });

  it('a category takes as many groups of levels as hold 95 % of its variance, minus 1', () => {
    expect(categoricalComplexity([1, -1], [10, 10]).value).toBe(1);
    expect(categoricalComplexity([1, -1, 1, -1], [10, 10, 5, 15]).value).toBe(1);
    expect(categoricalComplexity([0, 1, 2, 0.01], [10, 10, 10, 10]).value).toBe(2);
    expect(categoricalComplexity([5, 5, 5], [1, 1, 1]).value).toBe(0);
    const many = Array.from({ length: 30 }, (_, k) => 2 ** k);
    expect(categoricalComplexity(many.map(Math.log), many.map(() => 1)).value).toBeLessThanOrEqual(9);
  });

  it('levels without rows and the order of levels change nothing', () => {
    const effects = [0, 1, 5, 1.1, 0.1, 99];
    const counts = [5, 6, 7, 5, 6, 0];
    const order = [5, 3, 1, 0, 4, 2];
    expect(categoricalComplexity(order.map(k => effects[k]), order.map(k => counts[k]))).toEqual(categoricalComplexity(effects, counts));
  });
});
