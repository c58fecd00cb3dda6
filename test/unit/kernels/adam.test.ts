import { describe, expect, it } from 'vitest';
import { adamStepWith } from '../../../src/engine/compute/kernels/adam';
import { Rng } from '../../../src/engine/math/random';
import { distance, kernelKinds, normals } from './kernelKinds';

/** Kingma & Ba 2015, algorithm 1 with the order of the end of its section 2, in double precision. */
function reference(w: Float64Array, gradients: readonly Float32Array[], rate: number, l2: number, decay: number): void {
  const m = new Float64Array(w.length);
  const v = new Float64Array(w.length);
  gradients.forEach((gradient, t) => {
    const [c1, c2] = [1 - 0.9 ** (t + 1), 1 - 0.999 ** (t + 1)];
    for (let i = 0; i < w.length; i++) {
      const g = gradient[i] + l2 * w[i];
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      w[i] = (1 - decay) * w[i] - (rate * (m[i] / c1)) / (Math.sqrt(v[i] / c2) + 1e-8);
    }
  });
}

describe.each(kernelKinds)('Adam on %s kernels', (_, make) => {
  it.each([[1, 0, 0], [5, 0.01, 0], [4099, 0, 0.001]])('follows double precision for %i weights, l2 %d, decay %d', (count, l2, decay) => {
    const rng = new Rng(count);
    const kernels = make();
    const gradients = Array.from({ length: 40 }, () => normals(rng, count));
    const w = normals(rng, count);
    const expected = Float64Array.from(w);
    const m = new Float32Array(count);
    const v = new Float32Array(count);
    gradients.forEach((gradient, t) => adamStepWith(kernels, w, gradient, m, v, 0.01, l2, decay, t + 1));
    reference(expected, gradients, 0.01, l2, decay);
    expect(distance(w, expected)).toBeLessThan(5e-6);
  });

  it('stops moments before they are subnormal', () => {
    const [w, zero, m, v] = [1, 0, 1e-20, 1e-20].map(value => new Float32Array(6).fill(value));
    adamStepWith(make(), w, zero, m, v, 0.01, 0, 0, 5);
    expect([...m, ...v]).toEqual(Array.from({ length: 12 }, () => 0));
    expect(w[5]).toBeCloseTo(1, 6);
  });
});
