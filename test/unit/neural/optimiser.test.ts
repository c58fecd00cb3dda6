/** One step of each optimiser by hand, penalties, masks; and what starting values and dropout masks look like. */
import { describe, expect, it } from 'vitest';
import { parameterInfos, type DenseDescription, type ParameterInfo } from '../../../src/engine/compute/network/description';
import { Dropout } from '../../../src/engine/compute/network/dropout';
import { initialiseParameters } from '../../../src/engine/compute/network/initialise';
import { meanLoss } from '../../../src/engine/compute/network/loss';
import { Optimiser } from '../../../src/engine/compute/network/optimiser';
import type { OptimiserName } from '../../../src/engine/compute/network/training';
import { Rng } from '../../../src/engine/math/random';

const info: ParameterInfo = { name: 'w', shape: [2], penalised: true, fan: [2, 1] };

/** The values of w = (1, −2) after `steps` steps with the gradient (0.5, −1) and learning rate 0.1. */
function after(name: OptimiserName, steps: number, penalties: { l1?: number; l2?: number } = {}): number[] {
  const w = Float32Array.of(1, -2);
  const optimiser = new Optimiser([info], { name, l1: 0, l2: 0, ...penalties });
  for (let k = 0; k < steps; k++) optimiser.step([w], [Float32Array.of(0.5, -1)], 0.1);
  return Array.from(w);
}

describe('optimisers', () => {
  const expected: [OptimiserName, number, number[]][] = [
    ['sgd', 2, [0.9, -1.8]],
    // Velocities 0.5 and 0.95: 1 − 0.1 (0.5 + 0.95).
    ['momentum', 2, [0.855, -1.71]],
    // The corrected moments of a constant gradient are the gradient: each step is the learning rate.
    ['adam', 3, [0.7, -1.7]],
    // Squares 0.1 g², then 0.19 g².
    ['rmsprop', 2, [1 - 0.1 / Math.sqrt(0.1) - 0.1 / Math.sqrt(0.19), -2 + 0.1 / Math.sqrt(0.1) + 0.1 / Math.sqrt(0.19)]],
    ['adagrad', 2, [1 - 0.1 - 0.1 / Math.SQRT2, -2 + 0.1 + 0.1 / Math.SQRT2]],
  ];
  for (const [name, steps, values] of expected) {
    it(`${name} steps as its definition says`, () => {
      after(name, steps).forEach((w, k) => expect(w).toBeCloseTo(values[k], 5));
    });
  }

  it('adamw shrinks weights by learning rate × l2 beside the step', () => {
    const [a, b] = after('adamw', 1, { l2: 0.5 });
    expect(a).toBeCloseTo(1 - 0.05 - 0.1, 5);
    expect(b).toBeCloseTo(-2 + 0.1 + 0.1, 5);
  });

  it('l2 adds its weight to the gradient', () => {
    expect(after('sgd', 1, { l2: 1 })[0]).toBeCloseTo(1 - 0.1 * 1.5, 6);
  });

  it('l1 makes small weights exactly 0 and shrinks the others by learning rate × l1', () => {
    const w = Float32Array.of(0.03, -1);
    new Optimiser([info], { name: 'sgd', l1: 0.5, l2: 0 }).step([w], [new Float32Array(2)], 0.1);
    expect(w[0]).toBe(0);
    expect(w[1]).toBeCloseTo(-0.95, 6);
  });

  it('masked weights stay 0, and biases are not penalised', () => {
    const bias: ParameterInfo = { name: 'b', shape: [1], penalised: false, fill: 0 };
    const w = Float32Array.of(0, 1);
    const b = Float32Array.of(1);
    const optimiser = new Optimiser([info, bias], { name: 'sgd', l1: 10, l2: 10, masks: [Uint8Array.of(0, 1), undefined] });
    optimiser.step([w, b], [Float32Array.of(5, 0), new Float32Array(1)], 0.01);
    expect(w[0]).toBe(0);
    expect(b[0]).toBe(1);
  });

  it('moments that decay never become slow subnormal numbers', () => {
    const w = Float32Array.of(1, 1);
    const optimiser = new Optimiser([info], { name: 'momentum', l1: 0, l2: 0 });
    optimiser.step([w], [Float32Array.of(1, 1)], 0.1);
    for (let k = 0; k < 2000; k++) optimiser.step([w], [new Float32Array(2)], 0.1);
    const moments = (optimiser as unknown as { first: Float32Array[] }).first[0];
    expect(Array.from(moments)).toEqual([0, 0]);
  });
});

describe('starting values', () => {
  const dense = (activation: DenseDescription['activation']): DenseDescription => ({ kind: 'dense', head: 'identity', inputs: 40, hidden: [50, 30], activation, outputs: 3 });

  it('are He’s before relu, Glorot’s before tanh and the output, and biases are 0', () => {
    const [w0, b0, w1, , w2] = initialiseParameters(dense('relu'), 5);
    const [t0] = initialiseParameters(dense('tanh'), 5);
    const variance = (w: Float32Array): number => w.reduce((sum, v) => sum + v * v, 0) / w.length;
    expect(variance(w0) * 40).toBeCloseTo(2, 0);
    expect(variance(w1) * 50).toBeCloseTo(2, 0);
    expect(variance(w2)).toBeCloseTo(2 / 33, 1);
    expect(Math.max(...w2)).toBeLessThanOrEqual(Math.sqrt(6 / 33));
    expect(Math.max(...t0)).toBeLessThanOrEqual(Math.sqrt(6 / 90));
    expect(b0.every(v => v === 0)).toBe(true);
  });

  it('are the same for a seed and others for another', () => {
    expect(initialiseParameters(dense('relu'), 5)).toEqual(initialiseParameters(dense('relu'), 5));
    expect(initialiseParameters(dense('relu'), 5)[0]).not.toEqual(initialiseParameters(dense('relu'), 6)[0]);
  });

  it('of attention follow the shapes, norms start as the identity', () => {
    const attention = { kind: 'attention', head: 'logistic', inputs: 5, tokenOf: [0, 0, 1, 2, 2], tokens: 3, width: 8, heads: 2, layers: 2, feedForward: 16, outputs: 1, uniform: false } as const;
    const infos = parameterInfos(attention);
    const parameters = initialiseParameters(attention, 1);
    infos.forEach(({ name, shape }, i) => {
      expect(parameters[i]).toHaveLength(shape.reduce((a, b) => a * b, 1));
      if (name.endsWith('.scale')) expect(parameters[i].every(v => v === 1)).toBe(true);
    });
  });
});

describe('dropout masks', () => {
  it('drop about the rate of all units and keep the mean', () => {
    const description: DenseDescription = { kind: 'dense', head: 'identity', inputs: 1, hidden: [101, 7], activation: 'relu', outputs: 1 };
    const [first, second] = new Dropout(description, 500, 0.3, new Rng(3)).next(400);
    expect(first).toHaveLength(400 * 101);
    expect(second).toHaveLength(400 * 7);
    expect(first.filter(v => v === 0).length / first.length).toBeCloseTo(0.3, 2);
    expect(first.reduce((a, b) => a + b, 0) / first.length).toBeCloseTo(1, 2);
    expect(new Set(first).size).toBe(2);
  });
});

describe('losses', () => {
  it('are half the squared error, and the negative log-likelihood, also where logits are large', () => {
    expect(meanLoss('identity', Float32Array.of(1, 3), 1, Float32Array.of(0, 0, 1), Int32Array.of(0, 2))).toBeCloseTo((0.5 + 2) / 2, 6);
    expect(meanLoss('logistic', Float32Array.of(0, 200), 1, Float32Array.of(1, 0), Int32Array.of(0, 1))).toBeCloseTo((Math.log(2) + 200) / 2, 5);
    expect(meanLoss('softmax', Float32Array.of(1, 1, 1, 900, 0, 0), 3, Float32Array.of(2, 0), Int32Array.of(0, 1))).toBeCloseTo(Math.log(3) / 2, 6);
  });
});
