/** Momentum as a damped oscillator against simulations of it. */
import { describe, expect, it } from 'vitest';

import { linearProblemOf } from '../../../../src/engine/experiments/dynamics/linearProblem';
import { momentumOf } from '../../../../src/engine/experiments/dynamics/momentum';
import { oscillator } from '../../../../src/engine/experiments/dynamics/oscillator';
import { context } from '../../families/support';
import { diabetes, madeProblem, momentumDynamics, realProblems } from './support';

/** Largest |x_k| from step 200 to 400 of x_{k+1} = (1 + β − ηλ) x_k − β x_{k−1}, started at rest at 1. */
function late(curvature: number, momentum: number): number {
  let before = 1;
  let x = 1;
  let largest = 0;
  for (let k = 0; k < 400; k++) {
    [before, x] = [x, (1 + momentum - curvature) * x - momentum * before];
    if (k >= 200) largest = Math.max(largest, Math.abs(x));
  }
  return largest;
}

describe('a mode under momentum', () => {
  it('is unstable exactly where 2 (1 + β) is passed', () => {
    for (const momentum of [0, 0.3, 0.9]) {
      expect(late(2 * (1 + momentum) * 1.01, momentum)).toBeGreaterThan(1);
      expect(late(2 * (1 + momentum) * 0.99, momentum)).toBeLessThan(1);
      expect(oscillator(2 * (1 + momentum) * 1.01, momentum).regime).toBe('unstable');
      expect(oscillator(2 * (1 + momentum) * 0.99, momentum).regime).not.toBe('unstable');
    }
  });

  it('shrinks fastest with the critical momentum, which parts creeping from swinging', () => {
    for (const curvature of [0.01, 0.2, 0.9, 2.5]) {
      const critical = oscillator(curvature, 0).criticalMomentum!;
      const best = oscillator(curvature, critical);
      expect(best.regime).toBe('critical');
      for (const other of [critical * 0.9, critical * 1.1]) {
        expect(late(curvature, other)).toBeGreaterThan(late(curvature, critical));
        expect(oscillator(curvature, other).decay).toBeGreaterThan(best.decay);
      }
      expect(oscillator(curvature, critical * 0.9).regime).toBe('overdamped');
      expect(oscillator(curvature, Math.min(0.999, critical * 1.1)).regime).toBe('underdamped');
    }
  });

  it('has the damping ratio of the continuous oscillator at small learning rates', () => {
    for (const [curvature, momentum] of [[1e-6, 0.9995], [1e-6, 0.999], [1e-6, 0.99]]) {
      const { dampingRatio, smallStepDampingRatio } = oscillator(curvature, momentum);
      expect(Math.abs(dampingRatio! / smallStepDampingRatio - 1)).toBeLessThan(0.01);
    }
    expect(oscillator(1e-6, 0.9995).regime).toBe('underdamped');
    expect(oscillator(1e-6, 0.99).regime).toBe('overdamped');
  });
});

describe('momentum on linear regression', () => {
  it('shrinks and swings as predicted, mode by mode, on real data', async () => {
    let swinging = 0;
    for (const [name, dataset] of realProblems().slice(0, 3)) {
      for (const momentum of [0, 0.5, 0.95]) {
        const { modes } = await momentumDynamics(dataset, { momentum }, context);
        for (const { measured, decay, frequency, regime } of modes) {
          if (!measured) continue;
          expect(Math.abs(measured.decay - decay), `${name} ${momentum}`).toBeLessThan(0.001 * decay);
          if (regime === 'underdamped') {
            expect(Math.abs(measured.frequency - frequency), name).toBeLessThan(0.02 * frequency);
            swinging++;
          }
          if (regime === 'overdamped' && frequency === 0) expect(measured.frequency).toBe(0);
        }
      }
    }
    expect(swinging).toBeGreaterThan(20);
  });

  it('diverges within 1 % of 2 (1 + β)/λmax', async () => {
    const problem = await linearProblemOf(diabetes(), {}, context);
    for (const momentum of [0, 0.5, 0.9]) {
      const { onset, stabilityBound } = await momentumOf(problem, { momentum }, 1, context);
      expect(Math.abs(onset!.learningRate / stabilityBound - 1)).toBeLessThan(0.01);
    }
  });

  it('is fastest with the best pair, at the factor said', async () => {
    const problem = await madeProblem(300, 6, 0.9, 0);
    const result = await momentumOf(problem, { momentum: 0.5 }, 1, context);
    const [without, some, best] = result.lines.map(line => line.excessLoss);
    const at = 60;
    expect(best[at]!).toBeLessThan(some[at]!);
    expect(some[at]!).toBeLessThan(without[at]!);
    expect(result.best.decay).toBeLessThan(result.bestWithout.decay);
    result.lines.forEach(line => expect(line.steps.length).toBeLessThanOrEqual(200));
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('shows an unstable setting as one', async () => {
    const problem = await madeProblem(300, 4, 0.5, 0);
    const result = await momentumOf(problem, { learningRate: 5 / problem.values[0], momentum: 0.9 }, 1, context);
    expect(result.modes[0].regime).toBe('unstable');
    expect(result.lines[1].excessLoss).toContain(null);
    expect(result.findings[0]).toContain('1 is unstable');
    expect(result.findings.join(' ')).not.toContain('shrinks by -');
  });

  it('says nothing of what no mode does, and of one mode in the singular', async () => {
    const many = await momentumOf(await madeProblem(300, 4, 0.5, 0), {}, 1, context);
    expect(many.findings[0]).toMatch(/, all 4 modes swing back and forth\.$/);
    const one = await momentumOf(await madeProblem(300, 1, 0, 0), {}, 1, context);
    expect(one.findings[0]).toMatch(/the one mode swings back and forth\.$/);
    expect(one.findings.join(' ')).not.toMatch(/\b1 modes|\b0 are\b/);
    const two = await momentumOf(await madeProblem(300, 4, 0.5, 0), { momentum: 0.1 }, 1, context);
    expect(two.findings[0]).toMatch(/of 4 modes 1 swings back and forth and 3 creep without swinging\.$/);
  });
});
