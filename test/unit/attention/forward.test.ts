/** The forward pass in typed arrays: against the definition in double precision and against TensorFlow.js. */
import { describe, expect, it } from 'vitest';
import { attentionForward } from '../../../src/engine/compute/kernels/attentionForward';
import { tensorflowAttention } from '../../../src/engine/compute/tensorflow/attentionExecutor';
import type { AttentionDescription } from '../../../src/engine/compute/network/description';
import { referenceOutputs } from './reference';
import { allRows, describe5, randomData, randomParameters, relativeDifference, shapes, wasmTensorflow } from './support';

/** Mean over heads of [CLS]'s row; with more layers its rollout, as Abnar & Zuidema (2020) define it. */
function expectedAttention(description: AttentionDescription, maps: number[][][][]): number[] {
  const count = description.tokens + 1;
  const means = maps.map(heads => heads[0].map((row, q) => row.map((_, k) => heads.reduce((sum, head) => sum + head[q][k], 0) / heads.length)));
  if (means.length === 1) return means[0][0];
  const mixed = means.map(map => map.map((row, q) => row.map((a, k) => 0.5 * a + (q === k ? 0.5 : 0))));
  let product = mixed[0];
  for (const map of mixed.slice(1)) {
    product = map.map(row => Array.from({ length: count }, (_, k) => row.reduce((sum, a, u) => sum + a * product[u][k], 0)));
  }
  return product[0];
}

describe('the forward pass of attention models in typed arrays', () => {
  it('gives outputs and attention of the definition, every shape', () => {
    for (const [i, description] of shapes.entries()) {
      const data = randomData(description, 9, 30 + i);
      const parameters = randomParameters(description, 30 + i);
      const { outputs, attention } = attentionForward(description, parameters, data.x, 9, { attention: true });
      const expected = referenceOutputs(description, parameters, data, allRows(9));
      expect(relativeDifference(outputs, expected.outputs)).toBeLessThan(2e-5);
      expected.attention.forEach((maps, row) => expectedAttention(description, maps).forEach((value, t) => {
        expect(attention![row * (description.tokens + 1) + t]).toBeCloseTo(value, 5);
      }));
    }
  });

  it('agrees with TensorFlow.js to 1e-4 on a model of usual size and rows of several blocks', async () => {
    const tf = await wasmTensorflow();
    for (const layers of [1, 2]) {
      const description: AttentionDescription = {
        kind: 'attention', head: 'softmax', inputs: 40, tokenOf: Array.from({ length: 40 }, (_, c) => (c < 6 ? c : 6 + (c % 5))), tokens: 11,
        width: 32, heads: 4, layers, feedForward: 64, outputs: 3, uniform: false,
      };
      const data = randomData(description, 700, 5);
      const parameters = randomParameters(description, 5);
      const executor = tensorflowAttention(tf, 'wasm', description, data);
      const expected = executor.outputs(parameters, allRows(700)) as Float32Array;
      expect(relativeDifference(attentionForward(description, parameters, data.x, 700).outputs, expected)).toBeLessThan(1e-4);
      executor.dispose();
    }
  });

  it('sums what tokens attend to over rows, heads and all layers but the last', () => {
    const description = describe5({ layers: 3 });
    const data = randomData(description, 4, 2);
    const parameters = randomParameters(description, 2);
    const { pairs } = attentionForward(description, parameters, data.x, 4, { pairs: true });
    const { attention } = referenceOutputs(description, parameters, data, allRows(4));
    const count = description.tokens + 1;
    for (let q = 0; q < count; q++) {
      for (let k = 0; k < count; k++) {
        const expected = attention.reduce((sum, maps) => sum + maps.slice(0, 2).reduce((s, heads) => s + (heads[0][q][k] + heads[1][q][k]) / 4, 0), 0);
        expect(pairs![q * count + k]).toBeCloseTo(expected, 5);
      }
    }
    expect(attentionForward(describe5(), randomParameters(describe5(), 1), data.x, 4, { pairs: true }).pairs).toBeUndefined();
  });

  it('gives no rows for no rows', () => {
    expect(attentionForward(describe5(), randomParameters(describe5(), 1), new Float32Array(0), 0, { attention: true }).outputs).toHaveLength(0);
  });
});
