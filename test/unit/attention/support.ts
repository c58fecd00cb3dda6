/** TensorFlow.js on its WASM backend, and small random attention models, for the tests of this folder. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { initialiseParameters } from '../../../src/engine/compute/network/initialise';
import type { AttentionDescription } from '../../../src/engine/compute/network/description';
import type { NetworkData } from '../../../src/engine/compute/network/executor';
import { Rng } from '../../../src/engine/math/random';

export async function wasmTensorflow(): Promise<typeof tf> {
  setWasmPaths(join(__dirname, '../../../node_modules/@tensorflow/tfjs-backend-wasm/dist/'));
  await tf.setBackend('wasm');
  await tf.ready();
  return tf;
}

/** Five tokens of 1, 3, 1, 0 and 2 columns, out of order. */
export function describe5(changes: Partial<AttentionDescription> = {}): AttentionDescription {
  return {
    kind: 'attention', head: 'identity', inputs: 7, tokenOf: [0, 1, 4, 1, 2, 1, 4], tokens: 5,
    width: 8, heads: 2, layers: 1, feedForward: 6, outputs: 1, uniform: false, ...changes,
  };
}

/** Parameters none of which is at a special value: norms and biases are random too. */
export function randomParameters(description: AttentionDescription, seed: number): Float32Array[] {
  const rng = new Rng(seed).fork('noise');
  return initialiseParameters(description, seed).map(values => values.map(v => v + 0.3 * rng.normal()));
}

export function randomData(description: AttentionDescription, rows: number, seed: number): NetworkData {
  const rng = new Rng(seed);
  const x = Float32Array.from({ length: rows * description.inputs }, () => (rng.uniform() < 0.3 ? 0 : rng.normal()));
  const y = Float32Array.from({ length: rows }, () => (description.head === 'identity' ? rng.normal() : rng.integer(Math.max(2, description.outputs))));
  return { rows, inputs: description.inputs, x, y };
}

/** Models of every kind that the arithmetic must get right. */
export const shapes: readonly AttentionDescription[] = [
  describe5(), describe5({ layers: 2 }), describe5({ layers: 3, heads: 4 }), describe5({ uniform: true }), describe5({ uniform: true, layers: 2 }),
  describe5({ head: 'softmax', outputs: 3 }), describe5({ head: 'logistic' }), describe5({ inputs: 3, tokens: 3, tokenOf: [2, 0, 1] }),
  describe5({ inputs: 2, tokens: 1, tokenOf: [0, 0] }),
];

/** Largest |a − b| in units of the largest |b|. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let most = 0;
  let scale = 1e-3;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  for (let i = 0; i < expected.length; i++) most = Math.max(most, Math.abs(actual[i] - expected[i]) / scale);
  return most;
}

export function allRows(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i);
}
