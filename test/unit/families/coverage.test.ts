/**
 * Measured coverage of every interval that linear and logistic models show, on simulated data with known truth. With 600
 * simulations the standard error of a coverage near 95 % is 0.9 points; the bounds below are about four of them, wider on
 * the low side for the Wald intervals of logistic regression, which are asymptotic.
 */
import { describe, expect, it } from 'vitest';

import { Rng } from '../../../src/engine/math/random';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import type { Model } from '../../../src/engine/models/model';
import { context, datasetFor, makeTable, type Wanted } from './support';

const simulations = 600;

interface Counted { readonly slope: number; readonly band: number; readonly fresh: number }

/** Share of simulations in which the intervals at 95 % hold the truth. */
async function coverage(
  rows: number, wanted: Wanted, draw: (rng: Rng, x: number) => number | string, truth: { slope: number; at: (x: number) => number }, robust = false,
): Promise<Counted> {
  const family = wanted.task === 'classification' ? logisticFamily : linearFamily;
  let slope = 0;
  let band = 0;
  let fresh = 0;
  for (let s = 0; s < simulations; s++) {
    const rng = new Rng(1000 + s);
    const x = Array.from({ length: rows }, () => rng.normal() * (robust ? 1 + rng.uniform() : 1));
    const table = makeTable({ x, y: x.map(value => draw(rng, value)) });
    const model: Model = await family.fit(datasetFor(table, wanted), context);
    const weight = model.weights!(0.95)[1]!;
    if (weight.low! <= truth.slope && truth.slope <= weight.high!) slope++;
    const effect = model.effects!(0.95)[0]!;
    const middle = Math.floor(effect.grid.length / 2);
    const mean = truth.at(effect.grid[middle] as number);
    if (effect.low![middle]! <= mean && mean <= effect.high![middle]!) band++;
    if (effect.predictionLow) {
      const next = draw(rng, effect.grid[middle] as number) as number;
      if (effect.predictionLow[middle]! <= next && next <= effect.predictionHigh![middle]!) fresh++;
    }
  }
  return { slope: slope / simulations, band: band / simulations, fresh: fresh / simulations };
}

describe('95 % intervals hold the truth in about 95 % of samples', () => {
  it('least squares: weights, bands of the mean and of a new observation', async () => {
    const line = (x: number): number => 1 + 2 * x;
    const { slope, band, fresh } = await coverage(25, { target: 'y' }, (rng, x) => line(x) + 1.5 * rng.normal(), { slope: 2, at: line });
    for (const share of [slope, band, fresh]) {
      expect(share).toBeGreaterThan(0.915);
      expect(share).toBeLessThan(0.985);
    }
  });

  it('HC3: weights where the noise grows with the feature, which ordinary intervals miss', async () => {
    const line = (x: number): number => 1 + 2 * x;
    const noisy = (rng: Rng, x: number): number => line(x) + (0.3 + x * x) * rng.normal();
    const robust = await coverage(80, { target: 'y', options: { robustErrors: 'HC3' } }, noisy, { slope: 2, at: line }, true);
    const plain = await coverage(80, { target: 'y' }, noisy, { slope: 2, at: line }, true);
    expect(robust.slope).toBeGreaterThan(0.88);
    expect(plain.slope).toBeLessThan(robust.slope - 0.1);
  });

  it('logistic: weights and the band of the probability', async () => {
    const chance = (x: number): number => 1 / (1 + Math.exp(-(0.3 + 0.8 * x)));
    const { slope, band } = await coverage(200, { target: 'y', task: 'classification', positive: 'yes' },
      (rng, x) => (rng.uniform() < chance(x) ? 'yes' : 'no'), { slope: 0.8, at: chance });
    for (const share of [slope, band]) {
      expect(share).toBeGreaterThan(0.91);
      expect(share).toBeLessThan(0.985);
    }
  });

  it('multinomial: weights against the reference class and the band of a class probability', async () => {
    const scores = (x: number): number[] => [0, 0.4 + 0.7 * x, -0.2 - 0.5 * x];
    const chances = (x: number): number[] => {
      const parts = scores(x).map(Math.exp);
      const sum = parts.reduce((a, b) => a + b);
      return parts.map(part => part / sum);
    };
    let slope = 0;
    let band = 0;
    const repeats = 300;
    for (let s = 0; s < repeats; s++) {
      const rng = new Rng(5000 + s);
      const x = Array.from({ length: 250 }, () => rng.normal());
      const y = x.map(value => {
        const [a, b] = chances(value);
        const u = rng.uniform();
        return u < a! ? 'a' : u < a! + b! ? 'b' : 'c';
      });
      const model: Model = await logisticFamily.fit(datasetFor(makeTable({ x, y }), { target: 'y', task: 'classification' }), context);
      const weight = model.weights!(0.95).find(item => item.class === 'b' && item.feature === 'x')!;
      if (weight.low! <= 0.7 && 0.7 <= weight.high!) slope++;
      const effect = model.effects!(0.95).find(item => item.class === 'b')!;
      const at = Math.floor(effect.grid.length / 4);
      const truth = chances(effect.grid[at] as number)[1]!;
      if (effect.low![at]! <= truth && truth <= effect.high![at]!) band++;
    }
    for (const share of [slope / repeats, band / repeats]) {
      expect(share).toBeGreaterThan(0.905);
      expect(share).toBeLessThan(0.99);
    }
  });
});
