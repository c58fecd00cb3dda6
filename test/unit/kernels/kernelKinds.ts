/** Both makers of kernels for tests that hold for each, and numbers to feed them. */
import type { Kernels } from '../../../src/engine/compute/kernels/kernels';
import { PlainKernels } from '../../../src/engine/compute/kernels/plainKernels';
import { SimdKernels } from '../../../src/engine/compute/kernels/simdKernels';
import type { Rng } from '../../../src/engine/math/random';

export const kernelKinds: readonly [string, () => Kernels][] = [['SIMD', () => new SimdKernels()], ['plain', () => new PlainKernels()]];

export function normals(rng: Rng, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => rng.normal());
}

/** Largest |a − b|. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]));
  return worst;
}
