/** CV+ bounds against the definition written out, and that thinning for a file never makes them narrower. */
import { describe, expect, it } from 'vitest';

import { Rng } from '../../../src/engine/math/random';
import { CombinedBounds, CombinedRanks } from '../../../src/engine/uncertainty/combinedBounds';
import { conformalIndex } from '../../../src/engine/uncertainty/conformalQuantile';
import { roundUp, writeConformal } from '../../../src/engine/uncertainty/conformalBlock';
import type { ConformalState } from '../../../src/engine/uncertainty/conformalPredictor';

/** Barber et al. (2021), equation 1.4 with K models: sorts all n values for each bound. */
function naive(lists: readonly Float64Array[], low: readonly number[], high: readonly number[], level: number): [number, number] {
  const upper = lists.flatMap((scores, u) => Array.from(scores, s => high[u] + s)).sort((a, b) => a - b);
  const lower = lists.flatMap((scores, u) => Array.from(scores, s => low[u] - s)).sort((a, b) => b - a);
  const k = conformalIndex(upper.length, level);
  return k > upper.length ? [-Infinity, Infinity] : [lower[k - 1], upper[k - 1]];
}

function draw(rng: Rng, units: number, most: number, ties: boolean): Float64Array[] {
  return Array.from({ length: units }, () => Float64Array.from({ length: rng.integer(most + 1) }, () =>
    (ties ? rng.integer(4) : Math.abs(rng.normal()) - 0.2)).sort());
}

describe('bounds of several calibrated models', () => {
  it('are those of the definition: random models, ties, empty lists, negative scores, one row a model', () => {
    const rng = new Rng(8);
    for (let trial = 0; trial < 600; trial++) {
      const units = 1 + rng.integer(trial % 3 === 0 ? 40 : 6);
      const lists = draw(rng, units, trial % 3 === 0 ? 1 : 30, trial % 4 === 0);
      const rows = lists.reduce((sum, list) => sum + list.length, 0);
      const level = [0.5, 0.8, 0.9, 0.95][rng.integer(4)];
      const low = lists.map(() => (trial % 5 === 0 ? rng.integer(3) : rng.normal()));
      const high = low.map(value => value + (trial % 2) * rng.uniform());
      const combined = new CombinedBounds(lists.map(scores => ({ scores })), rows, level);
      const [least, greatest] = naive(lists, low, high, level);
      expect(combined.lower(low)).toBe(least);
      expect(combined.upper(high)).toBe(greatest);
      expect(combined.finite).toBe(Number.isFinite(greatest));
    }
  });

  it('count calibration rows without a finite score as wider than all others', () => {
    const scores = Float64Array.from({ length: 9 }, (_, i) => i);
    expect(new CombinedBounds([{ scores }], 9, 0.9).upper([0])).toBe(8);
    expect(new CombinedBounds([{ scores }], 10, 0.9).upper([0])).toBe(Infinity);
    expect(new CombinedBounds([{ scores }], 9, 0.9).upper([NaN])).toBeNaN();
  });

  it('thinned for a file, are never narrower and at most one block of ranks wider', () => {
    const rng = new Rng(5);
    const lists = Array.from({ length: 5 }, () => Float64Array.from({ length: 3001 }, () => Math.exp(rng.normal())).sort());
    const state: ConformalState = {
      method: 'cv+', score: 'residual', combination: 'cross', models: [], seed: 1,
      units: lists.map(scores => ({ model: -1, rows: scores.length, scores })),
    };
    const { units } = writeConformal(state);
    expect(units.reduce((sum, unit) => sum + unit.scores.length, 0)).toBeLessThanOrEqual(2005);
    const rows = 5 * 3001;
    for (const level of [0.5, 0.9, 0.99, 0.999]) {
      const thin = new CombinedBounds(units.map(unit => ({ scores: Float64Array.from(unit.scores), counts: Float64Array.from(unit.counts!) })), rows, level);
      const full = new CombinedBounds(lists.map(scores => ({ scores })), rows, level);
      const wider = new CombinedBounds(lists.map(scores => ({ scores })), rows, Math.min(level + (5 * 8) / rows, 0.9999));
      for (let trial = 0; trial < 50; trial++) {
        const shift = lists.map(() => 0.1 * rng.normal());
        expect(thin.upper(shift)).toBeGreaterThanOrEqual(full.upper(shift));
        expect(thin.lower(shift)).toBeLessThanOrEqual(full.lower(shift));
        expect(thin.upper(shift)).toBeLessThanOrEqual(wider.upper(shift) * (1 + 1e-6));
      }
    }
  });

  it('round scores up to seven digits, never down', () => {
    const rng = new Rng(2);
    for (let i = 0; i < 3000; i++) {
      const x = rng.normal() * 10 ** (rng.integer(40) - 20);
      expect(roundUp(x)).toBeGreaterThanOrEqual(x);
      expect(Math.abs(roundUp(x) - x)).toBeLessThanOrEqual(1.01e-6 * Math.abs(x));
    }
    expect([0, 1, -2.5, 1e300, 9999999.9].map(roundUp)).toEqual([0, 1, -2.5, 1e300, 10000000]);
  });
});

describe('sets of several calibrated models', () => {
  it('keep a class while fewer than ⌈(n+1)(1−α)⌉ rows score below it', () => {
    const lists = [{ scores: Float64Array.from([0.1, 0.4, 0.9]) }, { scores: Float64Array.from([0.2, 0.3]) }];
    // n = 5, level 0.6: ⌈6 · 0.6⌉ = 4, so that at most 3 rows may score below.
    const ranks = new CombinedRanks(lists, 5, 0.6);
    expect(ranks.keeps([0.4, 0.3])).toBe(true); // 0.1 and 0.2 are below
    expect(ranks.keeps([0.5, 0.3])).toBe(true); // 0.1, 0.4, 0.2
    expect(ranks.keeps([0.5, 0.31])).toBe(false); // and 0.3
    expect(new CombinedRanks(lists, 5, 0.9).keeps([1, 1])).toBe(true); // ⌈6 · 0.9⌉ = 6 > 5: every class
  });
});
