import { describe, expect, it } from 'vitest';
import { denseForwardWith } from '../../../src/engine/compute/kernels/denseForward';
import { KernelDense, simdDense } from '../../../src/engine/compute/kernels/simdDense';
import { activations, parameterInfos, type DenseDescription, type Head } from '../../../src/engine/compute/network/description';
import type { NetworkData } from '../../../src/engine/compute/network/executor';
import { Rng } from '../../../src/engine/math/random';
import { differences, layerValues, meanLoss } from './denseReference';
import { distance, kernelKinds, normals } from './kernelKinds';

const heads: readonly Head[] = ['identity', 'logistic', 'softmax'];
const combinations = heads.flatMap(head => activations.map(activation => ({ head, activation })));

function describeNetwork(head: Head, activation: DenseDescription['activation'], hidden: readonly number[] = [6, 5], inputs = 7): DenseDescription {
  return { kind: 'dense', head, inputs, hidden, activation, outputs: head === 'softmax' ? 3 : 1 };
}

function makeParameters(description: DenseDescription, rng: Rng): Float32Array[] {
  return parameterInfos(description).map(({ shape }) => normals(rng, shape.reduce((a, b) => a * b, 1)).map(w => w / Math.sqrt(shape[0])));
}

function makeData(description: DenseDescription, rows: number, rng: Rng): NetworkData {
  const { head, inputs } = description;
  const y = Float32Array.from({ length: rows }, () => head === 'identity' ? rng.normal() : rng.integer(head === 'softmax' ? 3 : 2));
  return { rows, inputs, x: normals(rng, rows * inputs), y };
}

function makeMasks(description: DenseDescription, rows: number, rng: Rng): Float32Array[] {
  return description.hidden.map(units => Float32Array.from({ length: rows * units }, () => rng.uniform() < 0.3 ? 0 : 1 / 0.7));
}

const doubles = (arrays: readonly Float32Array[]): Float64Array[] => arrays.map(values => Float64Array.from(values));
const rowOf = (x: Float32Array, i: number, inputs: number): Float32Array => x.subarray(i * inputs, (i + 1) * inputs);

/** Draws without replacement in a mixed order, so that a wrong gather shows. */
function someRows(count: number, of: number, rng: Rng): Int32Array {
  const all = Int32Array.from({ length: of }, (_, i) => i);
  rng.shuffle(all);
  return all.slice(0, count);
}

describe.each(kernelKinds)('Dense networks on %s kernels', (_, make) => {
  it.each(combinations)('gradients of $head with $activation are central differences of the loss, with and without dropout', ({ head, activation }) => {
    const rng = new Rng(5);
    const description = describeNetwork(head, activation);
    const parameters = makeParameters(description, rng);
    const data = makeData(description, 30, rng);
    const rows = someRows(11, 30, rng);
    const executor = new KernelDense(make(), description, data);
    const batch = { x: [...rows].map(row => rowOf(data.x, row, 7)), y: [...rows].map(row => data.y[row]) };
    for (const masks of [undefined, makeMasks(description, rows.length, rng)]) {
      const { loss, gradients } = executor.gradients(parameters, rows, masks);
      const exact = doubles(parameters);
      const f = (): number => meanLoss(description, exact, { ...batch, masks });
      expect(Math.abs(loss - f())).toBeLessThan(1e-6);
      exact.forEach((values, i) => expect(distance(gradients[i], differences(values, f)), parameterInfos(description)[i].name).toBeLessThan(2e-6));
    }
  });

  it.each(combinations)('input gradients of $head with $activation are central differences of each output', ({ head, activation }) => {
    const rng = new Rng(6);
    const description = describeNetwork(head, activation);
    const parameters = makeParameters(description, rng);
    const x = normals(rng, 9 * 7);
    const executor = new KernelDense(make(), description, makeData(description, 4, rng));
    const exact = doubles(parameters);
    for (let output = 0; output < description.outputs; output++) {
      const gradients = executor.inputGradients(parameters, x, 9, output);
      for (let i = 0; i < 9; i++) {
        const row = Float64Array.from(rowOf(x, i, 7));
        const expected = differences(row, () => layerValues(description, exact, row).at(-1)![output]);
        expect(distance(rowOf(gradients, i, 7), expected)).toBeLessThan(3e-6);
      }
    }
  });

  it.each(activations)('outputs and activations with %s are those of double precision', activation => {
    const rng = new Rng(7);
    const description = describeNetwork('softmax', activation, [33, 9], 27);
    const parameters = makeParameters(description, rng);
    const data = makeData(description, 300, rng);
    const kernels = make();
    const all = Int32Array.from({ length: 300 }, (_, i) => i);
    const outputs = new KernelDense(kernels, description, data).outputs(parameters, all);
    const forward = denseForwardWith(make(), description, parameters, data.x, 300, true);
    expect([...forward.outputs]).toEqual([...outputs]);
    expect(denseForwardWith(make(), description, parameters, data.x, 300).activations).toBeUndefined();
    const exact = doubles(parameters);
    for (let i = 0; i < 300; i++) {
      const [first, second, last] = layerValues(description, exact, rowOf(data.x, i, 27));
      expect(distance(rowOf(outputs, i, 3), last)).toBeLessThan(1e-5);
      expect(distance(rowOf(forward.activations![0], i, 33), first)).toBeLessThan(1e-5);
      expect(distance(rowOf(forward.activations![1], i, 9), second)).toBeLessThan(1e-5);
    }
  });

  it('a batch larger than the blocks has the mean of its parts as gradient', () => {
    const rng = new Rng(8);
    const description = describeNetwork('logistic', 'gelu', [20, 12], 30);
    const parameters = makeParameters(description, rng);
    const executor = new KernelDense(make(), description, makeData(description, 700, rng));
    const rows = someRows(612, 700, rng);
    const masks = makeMasks(description, 612, rng);
    const whole = executor.gradients(parameters, rows, masks);
    const { loss } = whole;
    const gradients = whole.gradients.map(values => values.slice());
    let sum = 0;
    const sums = gradients.map(values => new Float64Array(values.length));
    for (let from = 0; from < 612; from += 153) {
      const part = executor.gradients(parameters, rows.subarray(from, from + 153), masks.map((mask, l) => {
        const units = description.hidden[l];
        return mask.subarray(from * units, (from + 153) * units);
      }));
      sum += part.loss / 4;
      part.gradients.forEach((values, i) => values.forEach((value, k) => { sums[i][k] += value / 4; }));
    }
    expect(sum).toBeCloseTo(loss, 10);
    gradients.forEach((values, i) => expect(distance(values, sums[i])).toBeLessThan(1e-6));
  });

  it('a network without hidden layers is linear regression', () => {
    const rng = new Rng(9);
    const description = describeNetwork('identity', 'relu', []);
    const [weight, bias] = makeParameters(description, rng);
    const data = makeData(description, 50, rng);
    const executor = new KernelDense(make(), description, data);
    const { gradients } = executor.gradients([weight, bias], Int32Array.from({ length: 50 }, (_, i) => i));
    const errors = Array.from({ length: 50 }, (_, i) => rowOf(data.x, i, 7).reduce((sum, v, j) => sum + v * weight[j], bias[0]) - data.y[i]);
    const expected = Array.from({ length: 7 }, (_, j) => errors.reduce((sum, error, i) => sum + (error * data.x[i * 7 + j]) / 50, 0));
    expect(distance(gradients[0], expected)).toBeLessThan(1e-6);
    expect(distance(executor.inputGradients([weight, bias], data.x, 50, 0).subarray(49 * 7), weight)).toBe(0);
  });

  it('losses stay finite and gradients bounded for logits of thousands', () => {
    for (const head of ['logistic', 'softmax'] as const) {
      const description = describeNetwork(head, 'relu', [], 1);
      const executor = new KernelDense(make(), description, { rows: 2, inputs: 1, x: Float32Array.of(1e4, -1e4), y: Float32Array.of(0, 1) });
      const weight = Float32Array.of(1, 0, -1).subarray(0, description.outputs);
      const { loss, gradients } = executor.gradients([weight, new Float32Array(description.outputs)], Int32Array.of(0, 1));
      // Both rows are as wrong as can be, the second of softmax by 1e4 to class 2.
      expect(loss).toBeCloseTo(head === 'logistic' ? 1e4 : 5e3, 3);
      expect(Number.isFinite(gradients[0][0])).toBe(true);
    }
  });
});

describe('Dense networks', () => {
  it('give identical numbers run after run, in used memory too', () => {
    const rng = new Rng(10);
    const description = describeNetwork('softmax', 'tanh', [64, 17], 29);
    const parameters = makeParameters(description, rng);
    const data = makeData(description, 400, rng);
    const rows = someRows(333, 400, rng);
    const run = (): number[] => {
      const executor = simdDense(description, data);
      const { loss, gradients } = executor.gradients(parameters, rows);
      const numbers = [loss, ...gradients.flatMap(values => [...values])];
      executor.dispose();
      return numbers;
    };
    const first = run();
    const other = simdDense(describeNetwork('identity', 'gelu', [50], 29), data);
    other.inputGradients(makeParameters(other.description as DenseDescription, rng), data.x, 400, 0);
    other.dispose();
    expect(run()).toEqual(first);
    expect(run()).toEqual(first);
  });

  it('two executors at work at the same time do not share memory', () => {
    const rng = new Rng(11);
    const description = describeNetwork('identity', 'relu');
    const data = makeData(description, 20, rng);
    const rows = someRows(20, 20, rng);
    const [p, q] = [makeParameters(description, rng), makeParameters(description, rng)];
    const [one, two] = [simdDense(description, data), simdDense(description, data)];
    const { gradients } = one.gradients(p, rows);
    const kept = gradients.map(values => values.slice());
    two.gradients(q, rows);
    gradients.forEach((values, i) => expect(distance(values, kept[i])).toBe(0));
    one.dispose();
    one.dispose();
    const [three, four] = [simdDense(description, data), simdDense(description, data)];
    const three1 = three.gradients(p, rows).gradients.map(values => values.slice());
    four.gradients(q, rows);
    expect(distance(three.gradients(p, rows).gradients[0], three1[0])).toBe(0);
    for (const executor of [two, three, four]) executor.dispose();
  });

  it('are named after what computes them', () => {
    const description = describeNetwork('identity', 'relu');
    const data = makeData(description, 2, new Rng(1));
    expect(kernelKinds.map(([, make]) => new KernelDense(make(), description, data).name)).toEqual(['simd', 'plain']);
  });

  it('SIMD and plain kernels agree on a usual network to single precision', () => {
    const rng = new Rng(12);
    const description = describeNetwork('logistic', 'relu', [64, 64], 100);
    const parameters = makeParameters(description, rng);
    const data = makeData(description, 500, rng);
    const rows = someRows(200, 500, rng);
    const masks = makeMasks(description, 200, rng);
    const [simd, plain] = kernelKinds.map(([, make]) => new KernelDense(make(), description, data).gradients(parameters, rows, masks));
    expect(simd.loss).toBeCloseTo(plain.loss, 6);
    simd.gradients.forEach((values, i) => expect(distance(values, plain.gradients[i])).toBeLessThan(1e-6));
  });
});
