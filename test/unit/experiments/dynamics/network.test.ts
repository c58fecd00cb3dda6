/** The double-precision network: its gradient and Hessian products against differences, sharpness, edge of stability, path and surface. */
import { describe, expect, it } from 'vitest';

import { simdDense } from '../../../../src/engine/compute/kernels/simdDense';
import type { Activation, DenseDescription, Head } from '../../../../src/engine/compute/network/description';
import { initialiseParameters } from '../../../../src/engine/compute/network/initialise';
import { CancellableContext } from '../../../../src/engine/context';
import { DenseLoss } from '../../../../src/engine/experiments/dynamics/denseLoss';
import { followDescent } from '../../../../src/engine/experiments/dynamics/descent';
import { filterNormalised, lossSurface } from '../../../../src/engine/experiments/dynamics/lossSurface';
import { flatParameters, networkProblemOf } from '../../../../src/engine/experiments/dynamics/networkProblem';
import { pathAxes } from '../../../../src/engine/experiments/dynamics/pathAxes';
import { symmetricEigen } from '../../../../src/engine/math/eigen';
import { lanczos } from '../../../../src/engine/math/lanczos';
import { Rng } from '../../../../src/engine/math/random';
import { context, datasetFor, makeTable } from '../../families/support';
import { diabetes, networkDynamics } from './support';

function randomLoss(activation: Activation, head: Head, hidden: number[], l2 = 0.01): { loss: DenseLoss; w: Float64Array; rng: Rng } {
  const rng = new Rng(4);
  const outputs = head === 'softmax' ? 3 : 1;
  const description: DenseDescription = { kind: 'dense', head, inputs: 4, hidden, activation, outputs };
  const rows = 30;
  const x = Float64Array.from({ length: rows * 4 }, () => rng.normal());
  const y = Float64Array.from({ length: rows }, () => (head === 'identity' ? rng.normal() : rng.integer(head === 'softmax' ? 3 : 2)));
  const w = flatParameters(initialiseParameters(description, 2)).map(value => value + 0.1 * rng.normal());
  return { loss: new DenseLoss(description, { rows, x, y }, l2), w, rng };
}

function moved(w: Float64Array, v: Float64Array, by: number): Float64Array {
  return w.map((value, i) => value + by * v[i]);
}

function largestOff(a: Float64Array, b: Float64Array): number {
  const size = Math.max(...a.map(Math.abs));
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]))) / size;
}

describe('the network in double precision', () => {
  const cases: [Activation, Head, number[]][] = [
    ['tanh', 'identity', [5]], ['sigmoid', 'logistic', [5, 4]], ['gelu', 'softmax', [6, 3]], ['tanh', 'softmax', [4, 4, 3]], ['gelu', 'identity', []], ['relu', 'logistic', [8, 5]],
  ];

  it('has the gradient that differences of its loss show', () => {
    for (const [activation, head, hidden] of cases) {
      const { loss, w } = randomLoss(activation, head, hidden);
      const gradient = new Float64Array(loss.size);
      expect(loss.gradient(w, gradient)).toBe(loss.loss(w));
      const differences = gradient.map((_, i) => {
        const e = new Float64Array(loss.size);
        e[i] = 1;
        return (loss.loss(moved(w, e, 1e-5)) - loss.loss(moved(w, e, -1e-5))) / 2e-5;
      });
      expect(largestOff(gradient, differences), `${activation} ${head}`).toBeLessThan(1e-8);
    }
  });

  it('is the network that is trained: loss and gradient of the kernels in single precision', () => {
    for (const [activation, head, hidden] of cases) {
      const rng = new Rng(7);
      const description: DenseDescription = { kind: 'dense', head, inputs: 4, hidden, activation, outputs: head === 'softmax' ? 3 : 1 };
      const x = Float32Array.from({ length: 200 }, () => rng.normal());
      const y = Float32Array.from({ length: 50 }, () => (head === 'identity' ? rng.normal() : rng.integer(head === 'softmax' ? 3 : 2)));
      const parameters = initialiseParameters(description, 3);
      const executor = simdDense(description, { rows: 50, inputs: 4, x, y });
      const other = executor.gradients(parameters, Int32Array.from({ length: 50 }, (_, i) => i));
      const ours = new DenseLoss(description, { rows: 50, x: Float64Array.from(x), y: Float64Array.from(y) });
      const gradient = new Float64Array(ours.size);
      expect(ours.gradient(flatParameters(parameters), gradient)).toBeCloseTo(other.loss, 5);
      expect(largestOff(gradient, flatParameters(other.gradients)), `${activation} ${head}`).toBeLessThan(1e-5);
      executor.dispose();
    }
  });

  it('has the Hessian products that central differences of its gradient show', () => {
    for (const [activation, head, hidden] of cases) {
      const { loss, w, rng } = randomLoss(activation, head, hidden);
      const v = w.map(() => rng.normal());
      const product = new Float64Array(loss.size);
      const [up, down] = [new Float64Array(loss.size), new Float64Array(loss.size)];
      loss.hessianAt(w)(v, product);
      const h = 1e-5;
      loss.gradient(moved(w, v, h), up);
      loss.gradient(moved(w, v, -h), down);
      // relu: a kink may lie between the two points; none does here.
      expect(largestOff(product, up.map((value, i) => (value - down[i]) / (2 * h))), `${activation} ${head}`).toBeLessThan(1e-7);
    }
  });

  it('has the sharpness of its whole Hessian by the dense eigen-solver', async () => {
    for (const [activation, head, hidden] of cases) {
      const { loss, w } = randomLoss(activation, head, hidden);
      const n = loss.size;
      const hessian = new Float64Array(n * n);
      for (let i = 0; i < n; i++) {
        const e = new Float64Array(n);
        e[i] = 1;
        loss.hessianAt(w)(e, hessian.subarray(i * n, (i + 1) * n));
      }
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) expect(Math.abs(hessian[i * n + j] - hessian[j * n + i])).toBeLessThan(1e-13);
      const dense = Math.max(...(await symmetricEigen(hessian, n, context)).values);
      const { pairs: [{ value }] } = await lanczos(loss.hessianAt(w), n, { tolerance: 1e-8 }, context);
      expect(Math.abs(value / dense - 1)).toBeLessThan(1e-9);
    }
  });
});

const small = { hidden: [12], maxRows: 100, steps: 1000, measurements: 30, grid: 5, flow: false };

describe('training by gradient descent', () => {
  it('sharpens up to 2/η and hovers there with large learning rates (Cohen et al. 2021)', async () => {
    for (const learningRate of [0.3, 0.4]) {
      const { sharpness, stabilityBound, edge, findings, loss } = await networkDynamics(diabetes(), { ...small, learningRate }, context);
      expect(sharpness.values[1]).toBeLessThan(0.8 * stabilityBound);
      expect(sharpness.values.every((value, k) => sharpness.residuals[k] <= 1e-3 * value)).toBe(true);
      expect(Math.abs(edge!.level - 1)).toBeLessThan(0.1);
      expect(edge!.step).toBeGreaterThan(0);
      expect(findings[0]).toContain('at the edge of stability');
      expect(loss.values.at(-1)!).toBeLessThan(0.1 * loss.values[0]);
    }
  });

  it('has at each measured step the sharpness of the weights at that step', async () => {
    const { loss, start } = networkProblemOf(diabetes(), { hidden: [8, 4], maxRows: 60 });
    const run = await followDescent(loss, start, { learningRate: 0.3, momentum: 0, steps: 199, measurements: 200 }, context);
    for (const k of [0, 20, 60, 100, 199]) {
      const { pairs: [{ value }] } = await lanczos(loss.hessianAt(run.path.weights[k]), loss.size, { tolerance: 1e-9 }, context);
      expect(run.path.steps[k]).toBe(k);
      expect(Math.abs(run.sharpness.values[k] / value - 1)).toBeLessThan(1e-4);
    }
  });

  it('stays below 2/η with a small learning rate, and is said to', async () => {
    const { sharpness, stabilityBound, edge, findings, rising } = await networkDynamics(diabetes(), { ...small, steps: 300, learningRate: 0.05 }, context);
    expect(Math.max(...sharpness.values)).toBeLessThan(0.5 * stabilityBound);
    expect([edge, rising]).toEqual([undefined, 0]);
    expect(findings[0]).toContain('so training was not at the edge of stability');
  });

  it('may be sharper with momentum, whose bound is 2(1 + β)/η', async () => {
    const { stabilityBound, sharpness, edge } = await networkDynamics(diabetes(), { ...small, learningRate: 0.5, momentum: 0.5, steps: 1500 }, context);
    expect(stabilityBound).toBe(6);
    expect(Math.max(...sharpness.values)).toBeGreaterThan(2 / 0.5);
    expect(Math.abs(edge!.level - 1)).toBeLessThan(0.1);
  });

  it('that diverges is a result with a name, shown up to there', async () => {
    const result = await networkDynamics(diabetes(), { ...small, learningRate: 3, flow: true }, context);
    expect(result.ended).toBe('diverged');
    expect(result.loss.values).toHaveLength(result.steps);
    expect(result.loss.values.every(Number.isFinite)).toBe(true);
    expect(result.findings[0]).toContain('diverged after');
    expect(result.principalSurface).toBeUndefined();
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('ends where it is when asked to finish, and what is said is said of there', async () => {
    const whole = await networkDynamics(diabetes(), { ...small, steps: 400, learningRate: 0.1 }, context);
    const stopping: CancellableContext = new CancellableContext((_stage, fraction) => { if ((fraction ?? 0) >= 0.5) stopping.finish(); });
    const result = await networkDynamics(diabetes(), { ...small, steps: 400, learningRate: 0.1, flow: true }, stopping);
    expect([result.ended, result.plannedSteps, result.flow, result.edge]).toEqual(['stopped', 400, undefined, undefined]);
    expect(result.steps).toBeGreaterThanOrEqual(200);
    expect(result.steps).toBeLessThan(210);
    expect([result.loss.steps.at(-1), result.sharpness.steps.at(-1)]).toEqual([result.steps, result.steps]);
    expect(result.loss.values).toEqual(whole.loss.values.slice(0, result.loss.values.length));
    expect(result.randomSurface!.loss[12]).toBe(result.loss.values.at(-1));
    expect(result.findings[0]).toBe(`Training was followed for ${result.steps} of 400 steps, as it was asked to finish: what is said of its end is said of there.`);
  });

  it('draws the loss and the sharpness while it lasts', async () => {
    const seen: { fraction: number; points: number[]; names: string[] }[] = [];
    const watching = new CancellableContext((_stage, fraction, live) => {
      if (live) seen.push({ fraction: fraction!, points: live.lines.map(line => line.x.length), names: live.lines.map(line => line.name) });
    });
    const { loss, ended } = await networkDynamics(diabetes(), { ...small, steps: 60, learningRate: 3 }, watching);
    expect(ended).toBe('diverged');
    expect(seen.length).toBeGreaterThanOrEqual(loss.values.length - 1);
    expect(seen.at(-1)!.names).toEqual(['Loss over that at the start', 'Sharpness over its bound']);
    seen.forEach(({ fraction, points }, i) => {
      expect(fraction).toBeGreaterThanOrEqual(seen[i - 1]?.fraction ?? 0);
      expect(points[0]).toBe(i + 1);
    });
  });

  it('that no gradient reaches is said to stand still', async () => {
    const description: DenseDescription = { kind: 'dense', head: 'identity', inputs: 1, hidden: [2], activation: 'relu', outputs: 1 };
    const loss = new DenseLoss(description, { rows: 2, x: Float64Array.of(-1, 1), y: Float64Array.of(-1, 1) });
    const { ended } = await followDescent(loss, Float64Array.of(1, 1, -9, -9, 1, 1, 0), { learningRate: 0.1, momentum: 0, steps: 20, measurements: 3 }, context);
    expect(ended).toBe('still');
  });

  it('is near the gradient flow by the first power of the learning rate, and gives plain data of the sizes promised', async () => {
    const table = makeTable(Object.fromEntries(['a', 'b', 'kind'].map((name, j) => [name, Array.from({ length: 90 }, (_, i) => (j < 2 ? Math.sin((i + 1) * (j + 1)) : ['u', 'v', 'w'][i % 3]))])));
    const dataset = datasetFor(table, { target: 'kind', task: 'classification' });
    const result = await networkDynamics(dataset, { hidden: [4, 4], learningRate: 0.02, steps: 400, measurements: 300, maxRows: 60 }, context);
    expect(Math.abs(result.flow!.order! - 1)).toBeLessThan(0.1);
    expect(result.rows).toBe(60);
    expect(result.notes[0]).toContain('60 rows sampled of 90');
    expect(result.principalSurface!.loss).toHaveLength(625);
    expect(result.randomSurface!.loss).toHaveLength(625);
    for (const line of [result.loss, result.sharpness]) expect(line.values.length).toBe(200);
    expect(result.path.coordinates.at(-1)).toEqual([0, 0]);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('refuses networks that are too large for it', () => {
    expect(() => networkProblemOf(diabetes(), { hidden: [400, 400] })).toThrow('at most 20,000');
  });
});

describe('the picture of a path', () => {
  it('has the axes and shares of points that vary along known directions', async () => {
    const directions = [[0.6, 0.8, 0, 0], [0.8, -0.6, 0, 0]].map(values => Float64Array.from(values));
    const points = Array.from({ length: 41 }, (_, i) => directions[0].map((value, j) => 3 * (i - 20) * value + ((i - 20) ** 2 / 20) * directions[1][j] + 5));
    const { axes, shares, coordinates } = await pathAxes(points, 3, context);
    expect(axes).toHaveLength(2);
    expect(Math.abs(axes[0].reduce((sum, value, i) => sum + value * directions[0][i], 0))).toBeCloseTo(1, 9);
    // Variances of 3(i − 20) and (i − 20)²/20 over i = 0 … 40.
    const variance = (values: number[]): number => values.reduce((sum, v) => sum + (v - values.reduce((a, b) => a + b, 0) / 41) ** 2, 0);
    const parts = [points.map((_, i) => 3 * (i - 20)), points.map((_, i) => (i - 20) ** 2 / 20)].map(variance);
    expect(shares[0]).toBeCloseTo(parts[0] / (parts[0] + parts[1]), 9);
    expect(coordinates[40].map(Math.abs)).toEqual([0, 0]);
    expect(Math.hypot(...coordinates[0])).toBeCloseTo(120, 9);
  });

  it('shows the loss itself: at the centre that of the end, elsewhere that of the moved weights', async () => {
    const { loss, w, rng } = randomLoss('tanh', 'identity', [5]);
    const directions: [Float64Array, Float64Array] = [filterNormalised(w, loss.layers, rng), filterNormalised(w, loss.layers, rng)];
    const { x, y, loss: grid } = await lossSurface(at => loss.loss(at), w, directions, { x: [-1, 1], y: [-2, 2] }, 5, context);
    expect(grid[12]).toBe(loss.loss(w));
    expect([x[4], y[3]]).toEqual([1, 1]);
    expect(grid[3 * 5 + 4]).toBeCloseTo(loss.loss(w.map((value, i) => value + directions[0][i] + directions[1][i])), 12);
  });

  it('moves each unit’s incoming weights by their own length, and no bias (Li et al. 2018)', () => {
    const { loss, w, rng } = randomLoss('tanh', 'softmax', [5, 4]);
    const direction = filterNormalised(w, loss.layers, rng);
    for (const { inputs, outputs, weight, bias } of loss.layers) {
      for (let k = 0; k < outputs; k++) {
        const length = (values: Float64Array): number => Math.hypot(...Array.from({ length: inputs }, (_, j) => values[weight + j * outputs + k]));
        expect(length(direction)).toBeCloseTo(length(w), 12);
        expect(direction[bias + k]).toBe(0);
      }
    }
  });
});
