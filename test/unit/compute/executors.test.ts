/**
 * Every executor of dense networks computes the same loss and gradients: our own kernels, TensorFlow.js in WebAssembly and
 * in plain JavaScript check each other, and finite differences in double precision check them all.
 */
import { describe, expect, it } from 'vitest';
import { createExecutor } from '../../../src/engine/compute/network/createExecutor';
import { activations, parameterInfos, type Activation, type DenseDescription, type Head } from '../../../src/engine/compute/network/description';
import type { DropoutMasks, NetworkData, NetworkExecutor } from '../../../src/engine/compute/network/executor';
import type { Backend } from '../../../src/engine/compute/network/training';
import { Rng } from '../../../src/engine/math/random';

const heads: readonly Head[] = ['identity', 'logistic', 'softmax'];
const backends: readonly Backend[] = ['simd', 'wasm', 'cpu'];
const rows = Int32Array.from({ length: 37 }, (_, i) => (i * 7) % 60);

interface Case { description: DenseDescription; data: NetworkData; parameters: Float32Array[]; masks: DropoutMasks }

function makeCase(head: Head, activation: Activation, hidden: readonly number[], seed: number): Case {
  const rng = new Rng(seed);
  const outputs = head === 'softmax' ? 4 : 1;
  const description: DenseDescription = { kind: 'dense', head, inputs: 13, hidden, activation, outputs };
  const x = Float32Array.from({ length: 60 * 13 }, () => rng.normal());
  const y = Float32Array.from({ length: 60 }, () => (head === 'identity' ? rng.normal() : rng.integer(head === 'softmax' ? 4 : 2)));
  const parameters = parameterInfos(description).map(({ shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return Float32Array.from({ length: size }, () => rng.normal() / Math.sqrt(shape.length === 2 ? shape[0]! : 4));
  });
  const masks = hidden.map(units => Float32Array.from({ length: rows.length * units }, () => (rng.uniform() < 0.3 ? 0 : 1 / 0.7)));
  return { description, data: { rows: 60, inputs: 13, x, y }, parameters, masks };
}

const cases: [string, Case][] = heads.flatMap((head, h) => activations.map((activation, a): [string, Case] =>
  [`${head}, ${activation}`, makeCase(head, activation, a % 2 === 0 ? [17, 9] : [24], 100 * h + a)]));

/** Largest difference as a share of the largest number. */
function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < a.length; i++) {
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
    scale = Math.max(scale, Math.abs(a[i]!), Math.abs(b[i]!));
  }
  return scale === 0 ? 0 : difference / scale;
}

async function executorsOf({ description, data }: Case): Promise<NetworkExecutor[]> {
  const created = await Promise.all(backends.map(backend => createExecutor(description, data, backend)));
  const executors = created.map(({ executor }) => executor);
  // A backend that could not be had would make the comparison one with itself.
  expect(executors.map(({ name }) => name)).toEqual(backends);
  return executors;
}

async function step(executor: NetworkExecutor, { parameters, masks }: Case, withMasks: boolean): Promise<{ loss: number; gradients: Float32Array[] }> {
  const { loss, gradients } = await executor.gradients(parameters, rows, withMasks ? masks : undefined);
  return { loss, gradients: gradients.map(values => values.slice()) };
}

describe.each(cases)('dense networks: %s', (_name, item) => {
  it.each([false, true])('all executors agree on loss and gradients (dropout: %s)', async withMasks => {
    const executors = await executorsOf(item);
    const [first, ...others] = await Promise.all(executors.map(executor => step(executor, item, withMasks)));
    for (const other of others) {
      expect(apart([first!.loss], [other.loss])).toBeLessThan(1e-5);
      first!.gradients.forEach((gradient, i) => expect(apart(gradient, other.gradients[i]!)).toBeLessThan(1e-4));
    }
    executors.forEach(executor => executor.dispose());
  });

  it('all executors agree on outputs and on gradients of the inputs', async () => {
    const executors = await executorsOf(item);
    const { description: { outputs, inputs }, data, parameters } = item;
    const results = await Promise.all(executors.map(async executor => (await executor.outputs(parameters, rows)).slice()));
    for (const other of results) expect(apart(results[0]!, other)).toBeLessThan(1e-5);
    for (const output of new Set([0, outputs - 1])) {
      const x = data.x.slice(0, 11 * inputs);
      const slopes = await Promise.all(executors.map(async executor => (await executor.inputGradients(parameters, x, 11, output)).slice()));
      for (const other of slopes) expect(apart(slopes[0]!, other)).toBeLessThan(1e-4);
    }
    executors.forEach(executor => executor.dispose());
  });
});

/** The same network in double precision. */
function referenceLoss({ description, data, parameters }: Case, changed?: { parameter: number; index: number; by: number }): number {
  const weights = parameters.map(values => Float64Array.from(values));
  if (changed) weights[changed.parameter]![changed.index]! += changed.by;
  const activate: Record<Activation, (z: number) => number> = {
    relu: z => Math.max(0, z), tanh: Math.tanh, sigmoid: z => 1 / (1 + Math.exp(-z)),
    gelu: z => 0.5 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3))),
  };
  let sum = 0;
  for (const row of rows) {
    let h = Float64Array.from(data.x.subarray(row * data.inputs, (row + 1) * data.inputs));
    for (let l = 0; l < weights.length / 2; l++) {
      const [w, b] = [weights[2 * l]!, weights[2 * l + 1]!];
      const next = Float64Array.from(b);
      for (let i = 0; i < h.length; i++) for (let j = 0; j < next.length; j++) next[j]! += h[i]! * w[i * next.length + j]!;
      h = l < weights.length / 2 - 1 ? next.map(activate[description.activation]) : next;
    }
    const y = data.y[row]!;
    if (description.head === 'identity') sum += 0.5 * (h[0]! - y) ** 2;
    else if (description.head === 'logistic') sum += Math.log1p(Math.exp(-Math.abs(h[0]!))) + Math.max(h[0]!, 0) - y * h[0]!;
    else sum += Math.log(h.reduce((total, value) => total + Math.exp(value), 0)) - h[y]!;
  }
  return sum / rows.length;
}

describe('dense networks against finite differences in double precision', () => {
  const picked = cases.filter(([name]) => !name.endsWith('relu'));
  it.each(picked)('%s', async (_name, item) => {
    const executors = await executorsOf(item);
    for (const executor of executors) {
      const { loss, gradients } = await step(executor, item, false);
      expect(apart([loss], [referenceLoss(item)])).toBeLessThan(1e-5);
      gradients.forEach((gradient, parameter) => {
        const index = gradient.reduce((best, value, i) => (Math.abs(value) > Math.abs(gradient[best]!) ? i : best), 0);
        const by = 1e-5;
        const slope = (referenceLoss(item, { parameter, index, by }) - referenceLoss(item, { parameter, index, by: -by })) / (2 * by);
        expect(apart([gradient[index]!], [slope])).toBeLessThan(1e-4);
      });
      executor.dispose();
    }
  });
});

describe('losses of extreme outputs', () => {
  it.each(backends)('stay finite and right: %s', async backend => {
    const description: DenseDescription = { kind: 'dense', head: 'logistic', inputs: 1, hidden: [], activation: 'relu', outputs: 1 };
    const data: NetworkData = { rows: 2, inputs: 1, x: Float32Array.of(1, -1), y: Float32Array.of(0, 0) };
    const { executor } = await createExecutor(description, data, backend);
    const { loss, gradients } = await executor.gradients([Float32Array.of(200), Float32Array.of(0)], Int32Array.of(0, 1));
    expect(loss).toBeCloseTo(100, 4);
    expect(gradients[0]![0]).toBeCloseTo(0.5, 5);
    executor.dispose();

    const classes: DenseDescription = { ...description, head: 'softmax', outputs: 3 };
    const several = await createExecutor(classes, { ...data, y: Float32Array.of(1, 2) }, backend);
    const step = await several.executor.gradients([Float32Array.of(300, 0, -300), Float32Array.of(0, 0, 0)], Int32Array.of(0, 1));
    // Row 1: outputs (300, 0, −300), class 1: loss 300. Row 2: outputs (−300, 0, 300), class 2: loss 0.
    expect(step.loss).toBeCloseTo(150, 3);
    expect([...step.gradients[1]!].map(value => Math.round(value * 1e5) / 1e5)).toEqual([0.5, -0.5, 0]);
    several.executor.dispose();
  });
});

describe('TensorFlow.js', () => {
  it.each(['wasm', 'cpu'] as const)('keeps no tensors after a call: %s', async backend => {
    const [, item] = cases[0]!;
    const tf = await (await import('../../../src/engine/compute/tensorflow/runtime')).startBackend(backend);
    const { executor } = await createExecutor(item.description, item.data, backend);
    const before = tf.memory().numTensors;
    await step(executor, item, true);
    await executor.outputs(item.parameters, rows);
    await executor.inputGradients(item.parameters, item.data.x, 60, 0);
    expect(tf.memory().numTensors).toBe(before);
    executor.dispose();
  });

  it('leaves the handling of faults in this process alone', async () => {
    const { startBackend } = await import('../../../src/engine/compute/tensorflow/runtime');
    const before = ['uncaughtException', 'unhandledRejection'].map(event => process.listenerCount(event));
    await startBackend('wasm');
    expect(['uncaughtException', 'unhandledRejection'].map(event => process.listenerCount(event))).toEqual(before);
  });
});
