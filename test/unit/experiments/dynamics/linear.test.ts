/** The flow of linear regression against its closed form, and the measured onset of divergence against 2/λmax, on real and made data. */
import { describe, expect, it } from 'vitest';

import { compareWithFlow } from '../../../../src/engine/experiments/dynamics/gradientFlow';
import { flowOf } from '../../../../src/engine/experiments/dynamics/linearFlow';
import { assembleProblem, linearProblemOf } from '../../../../src/engine/experiments/dynamics/linearProblem';
import { exactFlow, quadraticLoss } from '../../../../src/engine/experiments/dynamics/quadratic';
import { Rng } from '../../../../src/engine/math/random';
import { context, datasetFor, makeTable } from '../../families/support';
import { diabetes, linearFlow, madeProblem, realProblems } from './support';

describe('the gradient flow of linear regression', () => {
  it('is its closed form to 1e-8, and gradient descent diverges within 1 % of 2/λmax, on real data', async () => {
    for (const [name, dataset] of realProblems()) {
      for (const ridge of [0, 0.1]) {
        const result = await linearFlow(dataset, { ridge }, context);
        expect(result.closedForm.largestDifference, name).toBeLessThan(1e-8);
        expect(Math.abs(result.onset!.learningRate / result.stabilityBound - 1), name).toBeLessThan(0.01);
        expect(result.curve.times.length).toBeLessThanOrEqual(200);
        expect(result.curve.loss[0]).toBeCloseTo(0.5, 9);
        result.curve.loss.slice(1).forEach((loss, i) => expect(loss).toBeLessThanOrEqual(result.curve.loss[i] + 1e-12));
        expect(Math.abs(result.descent.order! - 1)).toBeLessThan(0.1);
        expect(Math.abs(result.rungeKuttaOrder! - 5), name).toBeLessThan(0.3);
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      }
    }
  });

  it('does the same on made data from well to badly conditioned', async () => {
    for (const [size, correlation] of [[2, 0], [5, 0.9], [12, 0.5], [30, 0.99]]) {
      const result = await flowOf(await madeProblem(400, size, correlation, 0), 1, context);
      expect(result.closedForm.largestDifference).toBeLessThan(1e-8);
      expect(Math.abs(result.onset!.learningRate / result.stabilityBound - 1)).toBeLessThan(0.01);
    }
  });

  it('ends at least squares: scikit-learn 1.2.1 on the standardised diabetes data', async () => {
    const problem = await linearProblemOf(diabetes(), {}, context);
    const far = exactFlow(problem, new Float64Array(problem.size))(1e4);
    // StandardScaler on both sides, LinearRegression().coef_.
    const expected = [-0.006182925, -0.148130075, 0.32110005, 0.20036692, -0.489313521, 0.294473646, 0.062412721, 0.109368973, 0.464049083, 0.041771866];
    expected.forEach((value, i) => expect(far[i]).toBeCloseTo(value, 6));
  });

  it('names the modes, and says which directions do not move where columns are collinear', async () => {
    const rng = new Rng(1);
    const a = Array.from({ length: 200 }, () => rng.normal());
    const b = Array.from({ length: 200 }, () => rng.normal());
    const table = makeTable({ a, twice: a.map(v => 2 * v + 1), b, flat: a.map(() => 3), y: a.map((v, i) => v - b[i] + 0.1 * rng.normal()) });
    const result = await linearFlow(datasetFor(table, { target: 'y', features: ['a', 'twice', 'b', 'flat'] }), {}, context);
    expect(result.modes.map(mode => mode.timeConstant === null)).toEqual([false, false, true]);
    expect(result.flat).toBe(1);
    expect(result.modes[0].name).toBe('a and twice');
    expect(result.modes[1].name).toBe('b');
    expect(result.notes.join(' ')).toContain('1 of 3 directions of the weights does not change the predictions, as columns are collinear');
    expect(result.findings[0]).toContain('The fastest, along a and twice, takes the time');
    expect(result.notes.join(' ')).toContain('left out: flat');
    expect(result.closedForm.largestDifference).toBeLessThan(1e-8);
    expect(result.modes.reduce((sum, mode) => sum + mode.lossShare, 0)).toBeCloseTo(1, 12);
  });

  it('stays below the largest tolerated time on badly conditioned columns, and says so', async () => {
    const rng = new Rng(2);
    const x = Array.from({ length: 100 }, (_, i) => i / 100 + 0.001 * rng.normal());
    const table = makeTable({ x, x2: x.map(v => v * v), x3: x.map(v => v ** 3), x4: x.map(v => v ** 4), x5: x.map(v => v ** 5), y: x.map(v => Math.sin(6 * v) + 0.1 * rng.normal()) });
    const result = await linearFlow(datasetFor(table, { target: 'y' }), {}, context);
    expect(result.condition).toBeGreaterThan(1e6);
    expect(result.closedForm.largestDifference).toBeLessThan(1e-8);
    expect(result.findings.join(' ')).toContain('The flow was followed to');
  });
});

describe('linear problems', () => {
  it('take two classes as numbers and refuse three', async () => {
    const x = Array.from({ length: 60 }, (_, i) => Math.sin(i));
    const two = datasetFor(makeTable({ x, y: x.map(v => (v > 0 ? 'yes' : 'no')) }), { target: 'y', task: 'classification' });
    expect((await linearProblemOf(two, {}, context)).notes.join(' ')).toContain('yes is 1, no is 0');
    const three = datasetFor(makeTable({ x, y: x.map(v => (v > 0.5 ? 'a' : v > 0 ? 'b' : 'c')) }), { target: 'y', task: 'classification' });
    await expect(linearProblemOf(three, {}, context)).rejects.toThrow('two classes');
  });

  it('sample rows and say so, the same for the same seed', async () => {
    const first = await linearProblemOf(diabetes(), { maxRows: 100 }, context);
    const second = await linearProblemOf(diabetes(), { maxRows: 100 }, context);
    expect(first.rows).toBe(100);
    expect(first.notes[0]).toBe('100 rows sampled of 442.');
    expect(second.b).toEqual(first.b);
  });

  it('refuse a target and features that do not vary', async () => {
    const design = { rows: 3, data: Float64Array.of(1, 2, 3), names: ['x'], features: ['x'] };
    await expect(assembleProblem(design, Float64Array.of(1, 1, 1), 0, [], context)).rejects.toThrow('does not vary');
    await expect(assembleProblem({ ...design, data: Float64Array.of(2, 2, 2) }, Float64Array.of(1, 2, 1), 0, [], context)).rejects.toThrow('No feature varies');
  });
});

describe('gradient descent beside the flow', () => {
  it('nears it by the first power of the learning rate, and is named where it diverges', async () => {
    const problem = await linearProblemOf(diabetes(), {}, context);
    const largest = 2.5 / problem.values[0];
    const { descents, order, findings, times } = await compareWithFlow(quadraticLoss(problem), new Float64Array(problem.size), { largest, horizon: 120 * largest, halvings: 8 }, context);
    expect(descents.map(({ ended }) => ended)).toEqual(['diverged', ...new Array<string>(7).fill('horizon')]);
    expect(order!).toBeGreaterThan(0.95);
    expect(order!).toBeLessThan(1.05);
    expect(findings[0]).toContain('diverged');
    expect(times.length).toBeLessThanOrEqual(200);
    descents.forEach(({ loss }) => expect(loss).toHaveLength(times.length));
  });
});
