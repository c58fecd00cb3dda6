/** The order statistic of conformal prediction: exact places, infinite where theory says so, coverage as theory has it. */
import { describe, expect, it } from 'vitest';

import { incompleteBeta } from '../../../src/engine/math/distributions';
import { Rng } from '../../../src/engine/math/random';
import { conformalIndex, conformalQuantile, fewestScores, infiniteBecause } from '../../../src/engine/uncertainty/conformalQuantile';
import { guaranteedCoverage } from '../../../src/engine/uncertainty/guarantee';

describe('the place of the conformal quantile', () => {
  it('is ⌈(n+1)(1−α)⌉ in whole numbers for every level of three digits and n up to 400, however the level was computed', () => {
    for (let a = 1; a < 1000; a++) {
      for (let n = 1; n <= 400; n += n < 30 ? 1 : 7) {
        const expected = Math.floor(((n + 1) * a + 999) / 1000);
        if (conformalIndex(n, a / 1000) !== expected || conformalIndex(n, 1 - (1000 - a) / 1000) !== expected) {
          expect.fail(`level ${a / 1000}, n ${n}: ${conformalIndex(n, a / 1000)} instead of ${expected}`);
        }
      }
    }
  });

  it('is right where floating point is not: 100 · 0.07 and 100 · 0.57', () => {
    expect(Math.ceil(100 * 0.07)).toBe(8);
    expect(conformalIndex(99, 0.07)).toBe(7);
    expect(conformalIndex(99, 0.57)).toBe(57);
    expect(conformalIndex(9, 0.9)).toBe(9);
    expect(conformalIndex(19, 0.95)).toBe(19);
    expect(conformalIndex(999_999, 0.9)).toBe(900_000);
  });

  it('is beyond the scores below ⌈1/α⌉ − 1 rows, and says how many are needed', () => {
    for (const [level, needed] of [[0.5, 1], [0.8, 4], [0.9, 9], [0.95, 19], [0.99, 99], [0.999, 999], [0.85, 6]] as const) {
      expect(fewestScores(level)).toBe(needed);
      expect(conformalQuantile(new Float64Array(needed - 1), level)).toBe(Infinity);
      expect(conformalQuantile(new Float64Array(needed).map((_, i) => i), level)).toBe(needed - 1);
      expect(infiniteBecause(needed, level)).toBeUndefined();
      expect(infiniteBecause(needed - 1, level)).toContain(`at least ${needed} calibration rows`);
    }
    expect(conformalQuantile(new Float64Array(0), 0.5)).toBe(Infinity);
    expect(infiniteBecause(1, 0.9)).toBe('a finite interval at 90 % needs at least 9 calibration rows and there is 1 calibration row.');
  });
});

/** Kolmogorov's distance of the values from a continuous distribution. */
function distance(values: number[], cdf: (x: number) => number): number {
  return [...values].sort((a, b) => a - b).reduce((most, x, i) => Math.max(most, Math.abs(cdf(x) - i / values.length), Math.abs(cdf(x) - (i + 1) / values.length)), 0);
}

describe('coverage of split conformal prediction', () => {
  it('over calibration sets has the Beta(k, n + 1 − k) distribution (Vovk 2012), its mean just above the level', () => {
    const repeats = 4000;
    for (const [n, level] of [[9, 0.9], [19, 0.95], [30, 0.9], [100, 0.8]] as const) {
      const rng = new Rng(n);
      // The coverage of a fresh uniform score given the calibration set is the quantile itself.
      const coverage = Array.from({ length: repeats }, () => conformalQuantile(Float64Array.from({ length: n }, () => rng.uniform()).sort(), level));
      const k = conformalIndex(n, level);
      const mean = coverage.reduce((a, b) => a + b, 0) / repeats;
      const expected = k / (n + 1);
      const deviation = Math.sqrt((expected * (1 - expected)) / (n + 2) / repeats);
      expect(expected).toBeGreaterThanOrEqual(level);
      expect(Math.abs(mean - expected)).toBeLessThan(4 * deviation);
      // The 0.1 % point of Kolmogorov's distribution is 1.95/√repeats.
      expect(distance(coverage, x => incompleteBeta(k, n + 1 - k, x, 1 - x))).toBeLessThan(1.95 / Math.sqrt(repeats));
    }
  });
});

describe('the guarantee', () => {
  it('is 1 − α for a split, 1 − 2α for jackknife+, and for CV+ what theorem 4 of Barber et al. (2021) has or a little more', () => {
    expect(guaranteedCoverage('split', [40], 0.9)).toBe(0.9);
    expect(guaranteedCoverage('cross', [40], 0.9)).toBe(0.9);
    expect(guaranteedCoverage('cross', new Array<number>(50).fill(1), 0.9)).toBe(0.8);
    const [n, folds] = [100, 5];
    const theorem = 1 - 0.2 - Math.min((2 * (1 - 1 / folds)) / (n / folds + 1), (1 - folds / n) / (folds + 1));
    const ours = guaranteedCoverage('cross', [20, 20, 20, 20, 20], 0.9);
    expect(ours).toBeGreaterThanOrEqual(theorem);
    expect(ours).toBeCloseTo(1 - 0.2 - (2 * 0.9 * 4) / 105, 12);
    expect(guaranteedCoverage('cross', [20, 20, 20, 20, 19], 0.9)).toBeCloseTo(1 - 0.2 - (2 * 0.9 * 4) / 104, 12);
    expect(guaranteedCoverage('cross', [2, 2, 2], 0.5)).toBe(0);
  });
});
