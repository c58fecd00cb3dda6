import { describe, expect, it } from 'vitest';
import { activations, type Activation } from '../../../src/engine/compute/network/description';
import { Rng } from '../../../src/engine/math/random';
import { distance, kernelKinds, normals } from './kernelKinds';

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const geluArgument = (x: number): number => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);

/** In double precision. gelu = ½ x (1 + tanh u) is written x σ(2 u): the same, but exact for very negative x too. */
const exact: Record<Activation, (x: number) => number> = {
  relu: x => Math.max(x, 0), tanh: Math.tanh, sigmoid: logistic, gelu: x => x * logistic(2 * geluArgument(x)),
};

/** Central difference of the exact function; of relu the step itself. */
function slope(activation: Activation, x: number): number {
  if (activation === 'relu') return x > 0 ? 1 : 0;
  const h = 1e-5 * Math.max(1, Math.abs(x));
  return (exact[activation](x + h) - exact[activation](x - h)) / (2 * h);
}

/** Small and large, both signs; beyond ±9 the functions have reached their ends, or are small. */
const spread = Float32Array.from({ length: 4001 }, (_, i) => {
  const x = 10 ** ((i % 2001) / 2001 * 8 - 6) * (i > 2000 ? -1 : 1);
  return Math.max(-80, Math.min(80, x));
});

describe.each(kernelKinds)('element by element on %s kernels', (_, make) => {
  it.each(activations)('%s is right to 1e-6 of its value wherever single precision can hold it', activation => {
    const kernels = make();
    kernels.heap.set(spread, 2000);
    kernels.activate(activation, 2000, 8000, spread.length);
    let worst = 0;
    spread.forEach((x, i) => {
      const value = exact[activation](x);
      // Its relative error is |2u| times that of its argument, which takes five roundings of 6e-8.
      const share = activation === 'gelu' ? 1 + Math.abs(geluArgument(x)) / 2 : 1;
      if (Math.abs(value) > 1e-30) worst = Math.max(worst, Math.abs(kernels.heap[8000 + i] / value - 1) / share);
      else expect(Math.abs(kernels.heap[8000 + i])).toBeLessThan(1e-29);
    });
    expect(worst).toBeLessThan(1e-6);
  });

  it.each(activations)('%s goes to its ends, and NaN stays NaN', activation => {
    const kernels = make();
    kernels.heap.set([1e4, -1e4, NaN, 0, Infinity], 2000);
    kernels.activate(activation, 2000, 2000, 5);
    const [high, low, none, middle, infinite] = kernels.heap.subarray(2000, 2005);
    expect(high).toBe(activation === 'relu' || activation === 'gelu' ? 1e4 : 1);
    expect(low).toBeCloseTo(activation === 'tanh' ? -1 : 0, 30);
    expect(none).toBeNaN();
    expect(middle).toBe(activation === 'sigmoid' ? 0.5 : 0);
    expect(infinite).toBe(activation === 'relu' || activation === 'gelu' ? Infinity : 1);
  });

  it.each(activations)('the derivative of %s multiplies delta', activation => {
    const kernels = make();
    const delta = normals(new Rng(1), spread.length);
    kernels.heap.set(spread, 2000);
    kernels.activate(activation, 2000, activation === 'gelu' ? 14000 : 2000, spread.length);
    kernels.heap.set(delta, 8000);
    kernels.differentiate(activation, 2000, 8000, spread.length);
    const expected = Float64Array.from(spread, (x, i) => delta[i] * slope(activation, x));
    expect(distance(kernels.heap.subarray(8000, 8000 + spread.length), expected)).toBeLessThan(6e-6);
  });

  it('writes exactly as many numbers as it is told', () => {
    const kernels = make();
    for (let count = 0; count <= 17; count++) {
      for (const run of [
        () => kernels.activate('sigmoid', 2000, 3000, count), () => kernels.differentiate('tanh', 2000, 3000, count), () => kernels.scale(2000, 2500, 3000, count),
      ]) {
        kernels.heap.fill(0.5, 2000, 3000).fill(7, 3000, 3100);
        run();
        expect([...kernels.heap.subarray(2999, 3000 + count + 8)].findIndex(x => x === 7) - 1).toBe(count);
        expect(new Set(kernels.heap.subarray(3000 + count, 3100))).toEqual(new Set([7]));
      }
    }
  });

  it('sums columns onto what is there', () => {
    const kernels = make();
    for (const columns of [1, 3, 4, 16, 23]) {
      const values = normals(new Rng(columns), 37 * columns);
      kernels.heap.set(values, 2000);
      kernels.heap.fill(10, 5000, 5000 + columns + 1);
      kernels.addColumnSums(2000, 37, columns, 5000);
      const expected = Array.from({ length: columns }, (_, j) => values.reduce((sum, x, i) => i % columns === j ? sum + x : sum, 10));
      expect(distance(kernels.heap.subarray(5000, 5000 + columns), expected)).toBeLessThan(2e-5);
      expect(kernels.heap[5000 + columns]).toBe(10);
    }
  });

  it('keeps what is in the memory when it grows', () => {
    const kernels = make();
    kernels.heap[3000] = 42;
    kernels.reserve(5_000_000);
    expect(kernels.heap.length).toBeGreaterThanOrEqual(5_000_000);
    expect(kernels.heap[3000]).toBe(42);
    kernels.heap[4_999_999] = 1;
    kernels.activate('sigmoid', 4_999_999, 4_999_999, 1);
    expect(kernels.heap[4_999_999]).toBeCloseTo(0.731059, 5);
  });
});
