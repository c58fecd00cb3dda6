/** Orders of the integrators, error control, dense output, and how a run that cannot go on ends. */
import { describe, expect, it } from 'vitest';

import { slopeOf } from '../../../../src/engine/experiments/dynamics/gradientFlow';
import type { Derivative } from '../../../../src/engine/math/dormandPrince';
import { fixedSteps, integrate, type FixedMethod } from '../../../../src/engine/math/ode';
import { context } from '../../families/support';

/** y' = y cos t with y = e^{sin t}, and the oscillator x'' = −x with x = cos t. */
const f: Derivative = (t, y, out) => {
  out[0] = y[0] * Math.cos(t);
  out[1] = y[2];
  out[2] = -y[1];
};
const exact = (t: number): number[] => [Math.exp(Math.sin(t)), Math.cos(t), -Math.sin(t)];
const distance = (y: ArrayLike<number>, t: number): number => Math.max(...exact(t).map((value, k) => Math.abs(value - y[k])));

function measuredOrder(method: FixedMethod, counts: readonly number[]): number {
  return slopeOf(counts.map(n => [Math.log(4 / n), Math.log(distance(fixedSteps(f, Float64Array.of(1, 1, 0), 0, 4, n, method), 4))]));
}

describe('equal steps', () => {
  it('of Euler are wrong by the first power of the step', () => {
    expect(Math.abs(measuredOrder('euler', [4000, 8000, 16000, 32000]) - 1)).toBeLessThan(0.1);
  });

  it('of Dormand and Prince are wrong by the fifth power of the step', () => {
    expect(Math.abs(measuredOrder('rk5', [20, 40, 80, 160]) - 5)).toBeLessThan(0.3);
  });

  it('are shown one by one', () => {
    const seen: number[] = [];
    fixedSteps((_t, _y, out) => out.fill(1), Float64Array.of(0), 0, 1, 4, 'euler', (_i, y) => seen.push(y[0]));
    expect(seen).toEqual([0.25, 0.5, 0.75, 1]);
  });
});

describe('the adaptive integration', () => {
  it('keeps to the tolerance, at the ends of steps and between them', async () => {
    const times = Array.from({ length: 301 }, (_, i) => i / 20);
    for (const tolerance of [1e-6, 1e-9, 1e-12]) {
      const { states, stopped } = await integrate(f, Float64Array.of(1, 1, 0), times, { relative: tolerance, absolute: tolerance }, context);
      expect(stopped).toBe('end');
      const worst = Math.max(...states.map((y, i) => distance(y, times[i])));
      expect(worst).toBeLessThan(100 * tolerance);
    }
  });

  it('takes more steps for a smaller tolerance, as the fifth root of it', async () => {
    const steps = async (tolerance: number): Promise<number> =>
      (await integrate(f, Float64Array.of(1, 1, 0), [0, 50], { relative: tolerance, absolute: tolerance }, context)).steps;
    const ratio = (await steps(1e-11)) / (await steps(1e-6));
    expect(ratio).toBeGreaterThan(7);
    expect(ratio).toBeLessThan(14);
  });

  it('stops where the solution leaves the numbers: y′ = y² from 1 ends at t = 1', async () => {
    const { stopped, time, states } = await integrate((_t, y, out) => { out[0] = y[0] * y[0]; }, Float64Array.of(1), [0, 0.5, 2], {}, context);
    expect(stopped).toBe('notFinite');
    expect(time).toBeCloseTo(1, 6);
    expect(states).toHaveLength(2);
    expect(states[1][0]).toBeCloseTo(2, 8);
  });

  it('stops after the steps it may take, with the states up to there', async () => {
    const stiff: Derivative = (_t, y, out) => { out[0] = -1e6 * y[0]; };
    const { stopped, time, states } = await integrate(stiff, Float64Array.of(1), [0, 1e-6, 1], { maxSteps: 1000 }, context);
    expect(stopped).toBe('maxSteps');
    expect(time).toBeLessThan(1);
    expect(states[1][0]).toBeCloseTo(Math.exp(-1), 9);
  });

  it('gives the start alone where no other time is asked for', async () => {
    const { states, steps, stopped } = await integrate(f, Float64Array.of(1, 1, 0), [3], {}, context);
    expect([states.length, steps, stopped]).toEqual([1, 0, 'end']);
  });
});
