/** Conformal intervals on simulated data: the definitions, the guarantees, and widths that follow the noise. */
import { describe, expect, it } from 'vitest';

import { conformalIndex } from '../../../src/engine/uncertainty/conformalQuantile';
import type { IntervalResult } from '../../../src/engine/uncertainty/conformal';
import { Rng } from '../../../src/engine/math/random';
import type { Split } from '../../../src/protocol/recipe';
import { dataOf, everyRow, fiveFolds, run, shareHeld, tableOf, type Draw } from './simulated';

/** A model that is wrong in mean and in spread: a curve, skewed noise. */
const skewed: Draw = rng => {
  const x = rng.normal();
  const z = rng.uniform();
  return { x, z, y: 1 + x + 0.7 * x * x - Math.log(1 - rng.uniform()) * (1 + z) };
};
/** Noise that grows with x. */
const fan: Draw = rng => {
  const x = rng.uniform();
  return { x, z: rng.normal(), y: 2 * x + (0.1 + 2 * x) * rng.normal() };
};
const holdout: Split = { scheme: 'holdout', share: 0.4 };

describe('CV+ intervals', () => {
  it('are those of the definition, row by row, also through a model file', async () => {
    const { dataset, evaluation, result, predictor } = await run(dataOf(tableOf(skewed, 83, new Rng(3)), 'regression', 0.9), 'auto');
    const fresh = dataOf(tableOf(skewed, 40, new Rng(4)), 'regression', 0.9);
    const actual = dataset.target.task === 'regression' ? dataset.target.values : new Float64Array(0);
    const rows = everyRow(fresh.table);
    const models = evaluation.foldModels.map(model => model.predict(fresh.table, rows).mean!);
    const { heldOut } = evaluation;
    const places = Array.from(heldOut.rows.keys());
    for (const level of [0.5, 0.9, 0.95]) {
      const { low, high } = predictor.intervals(fresh.table, level, rows);
      const k = conformalIndex(83, level);
      for (const row of rows) {
        const size = (i: number): number => Math.abs(actual[heldOut.rows[i]] - heldOut.prediction.mean![i]);
        const upper = places.map(i => models[heldOut.foldOf[i]][row] + size(i)).sort((a, b) => a - b);
        const lower = places.map(i => models[heldOut.foldOf[i]][row] - size(i)).sort((a, b) => a - b);
        // Scores in the file are rounded up to seven digits.
        expect(high[row]).toBeGreaterThanOrEqual(upper[k - 1] - 1e-12);
        expect(high[row]).toBeLessThan(upper[k - 1] + 1e-5);
        expect(low[row]).toBeLessThanOrEqual(lower[83 - k] + 1e-12);
        expect(low[row]).toBeGreaterThan(lower[83 - k] - 1e-5);
      }
    }
    expect(result.method).toBe('cv+');
    expect(result.rows).toBe(83);
    expect(result.models).toBe(5);
  });

  it('become jackknife+ when each fold has one row, with the guarantee 1 − 2α', async () => {
    const { result, predictor } = await run(dataOf(tableOf(skewed, 30, new Rng(3)), 'regression', 0.9), 'auto', { scheme: 'kFold', folds: 30 });
    expect(result.method).toBe('jackknife+');
    expect(result.guarantee).toBeCloseTo(0.8, 12);
    expect(predictor.guarantee(0.9)).toBeCloseTo(0.8, 12);
  });

  it('are infinite, and say why, when there are too few rows for the level', async () => {
    const { result, predictor } = await run(dataOf(tableOf(skewed, 18, new Rng(3)), 'regression', 0.95), 'auto');
    expect(result.infinite).toBe('a finite interval at 95 % needs at least 19 calibration rows and there are 18 calibration rows.');
    expect((result as IntervalResult).delivered.measured).toBeUndefined();
    const fresh = tableOf(skewed, 3, new Rng(4));
    const { low, high } = predictor.intervals(fresh, 0.95, everyRow(fresh));
    expect(Array.from(low)).toEqual([-Infinity, -Infinity, -Infinity]);
    expect(Array.from(high)).toEqual([Infinity, Infinity, Infinity]);
    expect(Number.isFinite(predictor.intervals(fresh, 0.9, everyRow(fresh)).high[0])).toBe(true);
  });
});

/** Mean share of fresh rows held over repeated data sets, its standard error, and the mean that the report itself measures. */
async function repeated(draw: Draw, rows: number, choice: 'split' | 'cv+' | 'cqr', split: Split, repeats: number): Promise<{ mean: number; error: number; reported: number }> {
  const fresh = dataOf(tableOf(draw, 400, new Rng(999)), 'regression', 0.9);
  const shares: number[] = [];
  const reported: number[] = [];
  for (let r = 0; r < repeats; r++) {
    const done = await run(dataOf(tableOf(draw, rows, new Rng(10 + r)), 'regression', 0.9), choice, split, r);
    shares.push(shareHeld(done, fresh, 0.9));
    const { measured } = (done.result as IntervalResult).delivered;
    if (measured) reported.push(measured.coverage);
  }
  const meanOf = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const mean = meanOf(shares);
  // Between data sets, and of the fresh rows themselves.
  const between = shares.reduce((sum, s) => sum + (s - mean) ** 2, 0) / (repeats - 1) / repeats;
  return { mean, error: Math.sqrt(between + 0.09 / 400), reported: meanOf(reported) };
}

describe('coverage at nominal 90 % of a model that is wrong', () => {
  it('split: 90 % or a little more, and the report measures what fresh rows show', async () => {
    const { mean, error, reported } = await repeated(skewed, 60, 'split', holdout, 150);
    // 24 calibration rows: ⌈25 · 0.9⌉/25 = 0.92.
    expect(Math.abs(mean - 0.92)).toBeLessThan(3.5 * error);
    expect(reported).toBeGreaterThan(0.9 - 0.01);
  });

  it('CV+: near 90 %, far above its guarantee', async () => {
    const { mean, error, reported } = await repeated(skewed, 60, 'cv+', fiveFolds, 120);
    expect(mean).toBeGreaterThan(0.9 - 3 * error);
    expect(mean).toBeLessThan(0.95);
    expect(Math.abs(reported - mean)).toBeLessThan(0.02 + 3 * error);
  });

  it('CQR: 90 % or a little more with a hold-out and by folds', async () => {
    const split = await repeated(fan, 100, 'cqr', holdout, 80);
    // 40 calibration rows: ⌈41 · 0.9⌉/41 = 0.902.
    expect(Math.abs(split.mean - 37 / 41)).toBeLessThan(3.5 * split.error);
    const folds = await repeated(fan, 100, 'cqr', fiveFolds, 60);
    expect(folds.mean).toBeGreaterThan(0.9 - 3 * folds.error);
    expect(folds.mean).toBeLessThan(0.96);
  });
});

describe('conformalised quantile residuals', () => {
  it('are narrow where the noise is small, wide where it is large, and hold 90 % in each third, which a constant width does not', async () => {
    const dataset = dataOf(tableOf(fan, 1500, new Rng(6)), 'regression', 0.9);
    const adaptive = await run(dataset, 'cqr');
    const constant = await run(dataset, 'cv+');
    const third = (k: number): ReturnType<typeof dataOf> => dataOf(tableOf(rng => {
      const x = (k + rng.uniform()) / 3;
      return { x, z: rng.normal(), y: 2 * x + (0.1 + 2 * x) * rng.normal() };
    }, 1500, new Rng(70 + k)), 'regression', 0.9);
    const width = (of: typeof adaptive, fresh: ReturnType<typeof dataOf>): number => {
      const { low, high } = of.predictor.intervals(fresh.table, 0.9, everyRow(fresh.table));
      return high.reduce((sum, h, i) => sum + h - low[i], 0) / high.length;
    };
    const parts = [0, 1, 2].map(third);
    for (const part of parts) expect(Math.abs(shareHeld(adaptive, part, 0.9) - 0.9)).toBeLessThan(0.05);
    expect(shareHeld(constant, parts[0], 0.9)).toBeGreaterThan(0.98);
    expect(shareHeld(constant, parts[2], 0.9)).toBeLessThan(0.82);
    // 2 · 1.645 · (0.1 + 2x) at x = 1/6 and 5/6.
    expect(Math.abs(width(adaptive, parts[0]) / (3.29 * (0.1 + 1 / 3)) - 1)).toBeLessThan(0.12);
    expect(Math.abs(width(adaptive, parts[2]) / (3.29 * (0.1 + 5 / 3)) - 1)).toBeLessThan(0.12);
    const tenths = (adaptive.result as IntervalResult).adaptive;
    expect(tenths).toHaveLength(10);
    expect(tenths[9].meanWidth / tenths[0].meanWidth).toBeGreaterThan(4);
  });

  it('never cross: bounds that would pass each other meet', async () => {
    const { predictor, dataset } = await run(dataOf(tableOf(fan, 200, new Rng(6)), 'regression', 0.95), 'cqr');
    for (const level of [0.02, 0.1, 0.5]) {
      const { low, high } = predictor.intervals(dataset.table, level, everyRow(dataset.table));
      expect(low.every((value, i) => value <= high[i])).toBe(true);
    }
  });
});

describe('what the report is given', () => {
  it('has coverage at all seven levels for conformal methods and for the intervals of the model', async () => {
    const { result } = await run(dataOf(tableOf(skewed, 600, new Rng(2)), 'regression', 0.95), 'auto');
    const methods = [(result as IntervalResult).delivered, ...(result as IntervalResult).others];
    expect(methods.map(method => method.name)).toEqual(['cv+', 'cqr', 'prediction interval']);
    for (const method of methods) {
      expect(method.calibration.map(point => point.level)).toEqual([0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99]);
      for (const point of method.calibration) expect(point.rows).toBe(600);
    }
    for (const point of methods[0].calibration) expect(Math.abs(point.coverage - point.level)).toBeLessThan(0.04);
    expect(methods[0].measured!.interval.low).toBeLessThan(methods[0].measured!.coverage);
  });

  it('is the same for the same seed', async () => {
    const dataset = dataOf(tableOf(fan, 120, new Rng(2)), 'regression', 0.9);
    const [a, b] = [await run(dataset, 'cqr'), await run(dataset, 'cqr')];
    expect(a.block).toEqual(b.block);
    expect((a.result as IntervalResult).delivered).toEqual((b.result as IntervalResult).delivered);
  });
});
