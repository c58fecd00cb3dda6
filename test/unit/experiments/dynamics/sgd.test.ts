/** The stationary variance of SGD: predicted by Lyapunov's equation and measured in long runs. */
import { describe, expect, it } from 'vitest';

import { assembleProblem, linearProblemOf } from '../../../../src/engine/experiments/dynamics/linearProblem';
import { diffusionOf, sgdDiffusion } from '../../../../src/engine/experiments/dynamics/sgdDiffusion';
import { noiseAtMinimum, stationaryVariance } from '../../../../src/engine/experiments/dynamics/stationary';
import { Rng } from '../../../../src/engine/math/random';
import { context } from '../../families/support';
import { diabetes, madeProblem } from './support';

describe('the stationary variance of SGD', () => {
  it('is what long runs show, within 4 standard errors of each mode and 5 % of the loss', async () => {
    for (const problem of [await madeProblem(500, 4, 0.5, 0), await madeProblem(500, 3, 0, 0.2), await linearProblemOf(diabetes(), {}, context)]) {
      const { modes, excessLoss } = await diffusionOf(problem, { batchSize: 8, steps: 150000 }, 3, context);
      const measured = modes.filter(mode => mode.measured);
      expect(measured.length).toBeGreaterThanOrEqual(3);
      for (const mode of measured) expect(Math.abs(mode.measured!.variance - mode.exact!)).toBeLessThan(4 * mode.measured!.standardError);
      expect(Math.abs(excessLoss.measured! / excessLoss.exact! - 1)).toBeLessThan(0.05);
      // The noise at the minimum alone is a little too small.
      for (const mode of modes) expect(mode.predicted).toBeLessThan(mode.exact!);
    }
  });

  it('tends to η/(2B) σ² for all modes alike where residuals do not depend on the features', async () => {
    const problem = await madeProblem(20000, 3, 0.6, 0);
    const { covariance, minimumLoss } = noiseAtMinimum(problem);
    const rate = 1e-4;
    const s = stationaryVariance(problem, covariance, rate, 4);
    for (let k = 0; k < 3; k++) expect(Math.abs(s[4 * k] / ((rate / 8) * 2 * minimumLoss) - 1)).toBeLessThan(0.06);
  });

  it('solves the discrete Lyapunov equation', async () => {
    const problem = await madeProblem(200, 4, 0.7, 0.1);
    const { covariance } = noiseAtMinimum(problem);
    const rate = 0.7 / problem.values[0];
    const s = stationaryVariance(problem, covariance, rate, 5);
    for (let k = 0; k < 4; k++) {
      for (let l = 0; l < 4; l++) {
        const moved = (1 - rate * problem.values[k]) * s[4 * k + l] * (1 - rate * problem.values[l]) + ((rate * rate) / 5) * covariance[4 * k + l];
        expect(Math.abs(moved - s[4 * k + l])).toBeLessThan(1e-15);
      }
    }
  });

  it('falls as one over the batch size and grows with the learning rate, in the measurement too', async () => {
    const problem = await madeProblem(400, 3, 0.3, 0);
    const excess = async (learningRate: number, batchSize: number): Promise<number> =>
      (await diffusionOf(problem, { learningRate, batchSize, steps: 60000 }, 5, context)).excessLoss.measured!;
    const base = await excess(0.05, 16);
    expect((await excess(0.05, 4)) / base).toBeGreaterThan(3.5);
    expect((await excess(0.05, 4)) / base).toBeLessThan(4.6);
    expect((await excess(0.1, 16)) / base).toBeGreaterThan(1.8);
  });

  it('does not exist where the noise grows faster than the minimum pulls, and the run shows it', async () => {
    const problem = await madeProblem(400, 12, 0, 0);
    const result = await diffusionOf(problem, { learningRate: 1.5 / problem.values[0], batchSize: 1, steps: 20000 }, 1, context);
    expect(result.modes.every(mode => mode.exact === null)).toBe(true);
    expect(result.ended).toBe('diverged');
    expect(result.findings[0]).toContain('diverged after');
    expect(result.excessLoss.measured).toBeNull();
  });

  it('is 0 where every row is fitted exactly, and that is said', async () => {
    const { findings, modes, ended, excessLoss } = await diffusionOf(await madeProblem(50, 3, 0, 0, 0), { steps: 20000 }, 1, context);
    expect([ended, excessLoss.measured, modes[0].measured]).toEqual(['noiseless', null, undefined]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain('fits every row exactly');
    for (const mode of modes) expect(mode.predicted).toBeLessThan(1e-25);
  });

  it('halves the usual learning rate until it exists, where a few rows lie far off', async () => {
    const rng = new Rng(9);
    const rows = 500;
    const x = Float64Array.from({ length: rows }, (_, i) => (i === 0 ? 500 : rng.normal()));
    const problem = await assembleProblem({ rows, data: x, names: ['x'], features: ['x'] }, x.map((v, i) => (i === 0 ? 3 : v) + rng.normal()), 0, [], context);
    const { learningRate, notes, ended, modes } = await diffusionOf(problem, { batchSize: 8, steps: 20000 }, 1, context);
    expect(learningRate).toBeLessThan(0.1 / problem.values[0]);
    expect(notes.join(' ')).toContain('no stationary variance');
    expect(ended).toBe('stationary');
    expect(modes[0].exact).toBeGreaterThan(modes[0].predicted);
  });

  it('is said not to be measurable for modes too slow, and is plain data', async () => {
    const result = await sgdDiffusion(diabetes(), { steps: 20000 }, context);
    expect(result.modes[9].measured).toBeUndefined();
    expect(result.findings.join(' ')).toContain('too slow to measure');
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('is off by as many standard errors as chance brings, and the sentence counts them', async () => {
    const problem = await madeProblem(300, 3, 0.4, 0);
    const furthest: number[] = [];
    const deviations: number[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      const { agreement, modes, findings } = await diffusionOf(problem, { learningRate: 0.1 / problem.values[0], batchSize: 8, steps: 12000 }, seed, context);
      deviations.push(...modes.map(({ measured, exact }) => ((measured!.variance / exact! - 1) * measured!.variance) / measured!.standardError));
      furthest.push(agreement!.chance);
      expect(findings[1]).toContain(agreement!.chance < 0.05 ? 'more than chance explains' : 'no sign against the prediction');
    }
    // 180 deviations: their standard deviation is known to 5 %, their mean to 0.075.
    const mean = deviations.reduce((a, b) => a + b, 0) / deviations.length;
    expect(Math.abs(mean)).toBeLessThan(0.25);
    expect(Math.sqrt(deviations.reduce((a, b) => a + (b - mean) ** 2, 0) / deviations.length)).toBeGreaterThan(0.82);
    expect(Math.sqrt(deviations.reduce((a, b) => a + (b - mean) ** 2, 0) / deviations.length)).toBeLessThan(1.2);
    // Of 60 runs 3 would be beyond the 5 % level by chance; more than 9 in 1 of 1,000 tries.
    expect(furthest.filter(chance => chance < 0.05).length).toBeLessThanOrEqual(9);
  });
});
