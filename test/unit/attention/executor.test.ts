/** Both executors of attention models, TensorFlow.js and our own kernels: their arithmetic against the definition in double precision. */
import { beforeAll, describe, expect, it } from 'vitest';
import { attentionExecutor } from '../../../src/engine/compute/kernels/attentionExecutor';
import { tensorflowAttention } from '../../../src/engine/compute/tensorflow/attentionExecutor';
import type { TensorFlow } from '../../../src/engine/compute/tensorflow/types';
import { Rng } from '../../../src/engine/math/random';
import type { AttentionDescription } from '../../../src/engine/compute/network/description';
import type { NetworkData, NetworkExecutor } from '../../../src/engine/compute/network/executor';
import { trainNetwork } from '../../../src/engine/compute/network/trainer';
import { dropoutUnits } from '../../../src/engine/compute/network/dropout';
import { meanLoss } from '../../../src/engine/compute/network/loss';
import { referenceOutputs } from './reference';
import { allRows, describe5, randomData, randomParameters, relativeDifference, shapes, wasmTensorflow } from './support';

let tf: TensorFlow;
beforeAll(async () => { tf = await wasmTensorflow(); });

type Make = (description: AttentionDescription, data: NetworkData) => NetworkExecutor;

describe.each<readonly [string, Make]>([
  ['TensorFlow.js', (description, data) => tensorflowAttention(tf, 'wasm', description, data)],
  ['our own kernels', attentionExecutor],
])('attention on %s', (_name, make) => {
  it('gives the outputs of the definition, every shape, to single precision', () => {
    for (const [i, description] of shapes.entries()) {
      const data = randomData(description, 9, i);
      const parameters = randomParameters(description, i);
      const executor = make(description, data);
      const rows = Int32Array.from([8, 0, 3, 3, 5]);
      const expected = referenceOutputs(description, parameters, data, rows).outputs;
      expect(relativeDifference(executor.outputs(parameters, rows) as Float32Array, expected)).toBeLessThan(2e-5);
      executor.dispose();
    }
  });

  it('gives gradients that agree with differences of the definition’s loss', async () => {
    for (const [i, description] of shapes.entries()) {
      const data = randomData(description, 3, 10 + i);
      const parameters = randomParameters(description, 10 + i);
      const executor = make(description, data);
      const rows = Int32Array.from([2, 0, 1]);
      const dropout = dropoutUnits(description).map((units, l) => Float32Array.from({ length: rows.length * units }, (_, k) => ((k * 7 + l) % 3 === 0 ? 0 : 1.5)));
      const { gradients, loss } = await executor.gradients(parameters, rows, dropout);
      const lossAt = (p: readonly ArrayLike<number>[]): number =>
        meanLoss(description.head, referenceOutputs(description, p, data, rows, dropout).outputs as unknown as Float32Array, description.outputs, data.y, rows);
      expect(loss).toBeCloseTo(lossAt(parameters), 4);
      // Along random directions: every parameter takes part, and the reference is slow.
      const rng = new Rng(i);
      for (let trial = 0; trial < 2; trial++) {
        gradients.forEach((gradient, p) => {
          const direction = Array.from(gradient, () => rng.normal());
          const moved = (step: number): Float64Array[] => parameters.map((values, q) => Float64Array.from(values, (v, k) => (q === p ? v + step * direction[k] : v)));
          const expected = (lossAt(moved(1e-5)) - lossAt(moved(-1e-5))) / 2e-5;
          const along = direction.reduce((sum, d, k) => sum + d * gradient[k], 0);
          expect(Math.abs(along - expected)).toBeLessThan(2e-4 * Math.max(1, Math.abs(expected)));
        });
      }
      executor.dispose();
    }
  });

  it('gives the derivatives of an output by the inputs', async () => {
    for (const [i, description] of shapes.entries()) {
      const data = randomData(description, 4, 20 + i);
      const parameters = randomParameters(description, 20 + i);
      const executor = make(description, data);
      const rows = Int32Array.from([0, 1, 2, 3]);
      const output = description.outputs - 1;
      const actual = await executor.inputGradients(parameters, data.x, 4, output);
      const x = Float64Array.from(data.x);
      const at = (row: number): number => referenceOutputs(description, parameters, { ...data, x: x as unknown as Float32Array }, rows).outputs[row * description.outputs + output];
      const expected = x.map((v, k) => {
        const row = Math.floor(k / description.inputs);
        x[k] = v + 1e-5;
        const above = at(row);
        x[k] = v - 1e-5;
        const below = at(row);
        x[k] = v;
        return (above - below) / 2e-5;
      });
      expect(relativeDifference(actual, expected)).toBeLessThan(1e-4);
      executor.dispose();
    }
  });

});

describe('attention on TensorFlow.js', () => {
  it('leaves no tensor behind', async () => {
    const description = describe5({ layers: 2 });
    const data = randomData(description, 5, 3);
    const parameters = randomParameters(description, 3);
    const before = tf.memory().numTensors;
    const executor = tensorflowAttention(tf, 'wasm', description, data);
    const held = tf.memory().numTensors;
    for (let k = 0; k < 3; k++) {
      await executor.gradients(parameters, Int32Array.from([0, 1, 2]));
      await executor.outputs(parameters, Int32Array.from([0, 4]));
      await executor.inputGradients(parameters, data.x, 5, 0);
    }
    expect(tf.memory().numTensors).toBe(held);
    executor.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('trains the same networks as our own kernels, to single precision', async () => {
    for (const layers of [1, 2]) {
      const description = describe5({ layers, head: 'softmax', outputs: 3 });
      const data = randomData(description, 60, 8);
      const job = {
        description, data, trainRows: allRows(50), validationRows: Int32Array.from({ length: 10 }, (_, i) => 50 + i), optimiser: 'adamw', learningRate: 0.003,
        l1: 0, l2: 0.1, dropout: 0.2, batchSize: 16, epochs: 4, patience: 9, seed: 3, backend: 'auto',
      } as const;
      const hooks = { breathe: () => undefined, finishing: () => false };
      const [ours, theirs] = [attentionExecutor(description, data), tensorflowAttention(tf, 'wasm', description, data)];
      const [a, b] = [await trainNetwork(job, ours, hooks), await trainNetwork(job, theirs, hooks)];
      a.validationLoss.forEach((loss, epoch) => expect(loss).toBeCloseTo(b.validationLoss[epoch], 4));
      theirs.dispose();
    }
  });
});
