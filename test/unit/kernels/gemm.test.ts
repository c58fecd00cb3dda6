import { describe, expect, it } from 'vitest';
import { gemm, gemmWith, type GemmArguments } from '../../../src/engine/compute/kernels/gemm';
import type { Kernels } from '../../../src/engine/compute/kernels/kernels';
import { sharedKernels } from '../../../src/engine/compute/kernels/sharedKernels';
import { Rng } from '../../../src/engine/math/random';
import { distance, kernelKinds, normals } from './kernelKinds';

/** I + op(A) · op(B) in double precision, the straight definition; I is c if it accumulates. */
function reference({ a, b, c, m, n, k, transposeA, transposeB, accumulate }: GemmArguments): Float64Array {
  const result = accumulate ? Float64Array.from(c) : new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let p = 0; p < k; p++) result[i * n + j] += a[transposeA ? p * m + i : i * k + p] * b[transposeB ? j * k + p : p * n + j];
    }
  }
  return result;
}

function problem(rng: Rng, m: number, n: number, k: number, mode = 0): GemmArguments {
  return {
    a: normals(rng, m * k), b: normals(rng, k * n), c: normals(rng, m * n), m, n, k,
    transposeA: (mode & 1) > 0, transposeB: (mode & 2) > 0, accumulate: (mode & 4) > 0,
  };
}

/** k products of standard normals, each rounded to 2⁻²⁴ of itself or of the running sum. */
const tolerance = (k: number): number => 1e-6 * (k + 4);

function expectRight(kernels: Kernels, args: GemmArguments, label: string): void {
  const expected = reference(args);
  gemmWith(kernels, args);
  expect(distance(args.c, expected), label).toBeLessThan(tolerance(args.k));
}

describe.each(kernelKinds)('gemm on %s kernels', (_, make) => {
  it.each([1, 3, 5, 7, 17, 64, 100])('agrees with double precision for %i rows and every edge size, transposed or not, adding or not', m => {
    const sizes = [1, 3, 5, 7, 17, 64, 100];
    const rng = new Rng(m);
    const kernels = make();
    for (const n of sizes) for (const k of sizes) for (let mode = 0; mode < 8; mode++) {
      if (n * k * m > 200_000 && mode % 3 > 0) continue;
      expectRight(kernels, problem(rng, m, n, k, mode), `${m}×${n}×${k} mode ${mode}`);
    }
  });

  it('agrees beyond the sizes of its blocks', () => {
    const rng = new Rng(2);
    for (let mode = 0; mode < 8; mode++) expectRight(make(), problem(rng, 9, 523, 517, mode), `mode ${mode}`);
  });

  it('leaves the summand alone when there are no products (k = 0)', () => {
    const c = Float32Array.of(1, 2, 3, 4, 5, 6);
    gemmWith(make(), { a: new Float32Array(0), b: new Float32Array(0), c, m: 2, n: 3, k: 0, accumulate: true });
    expect([...c]).toEqual([1, 2, 3, 4, 5, 6]);
    gemmWith(make(), { a: new Float32Array(0), b: new Float32Array(0), c, m: 2, n: 3, k: 0 });
    expect([...c]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('does not depend on what was in the memory before', () => {
    const args = problem(new Rng(3), 13, 11, 19);
    const fresh = make();
    gemmWith(fresh, args);
    const once = args.c.slice();
    const used = make();
    used.reserve(100_000);
    used.heap.fill(NaN, used.first);
    gemmWith(used, args);
    expect([...args.c]).toEqual([...once]);
  });
});

describe('gemm', () => {
  it('runs on SIMD kernels here', () => {
    expect(sharedKernels().kind).toBe('simd');
  });

  it('refuses matrices that are too short', () => {
    const short = new Float32Array(5);
    expect(() => gemm({ a: short, b: new Float32Array(6), c: new Float32Array(4), m: 2, n: 2, k: 3 })).toThrow(RangeError);
  });

  it('passes NaN and infinity on to the rows and columns they belong to', () => {
    const a = new Float32Array(9).fill(1);
    a[4] = NaN;
    const b = new Float32Array(9).fill(1);
    b[2] = Infinity;
    const c = new Float32Array(9);
    gemm({ a, b, c, m: 3, n: 3, k: 3 });
    expect([...c]).toEqual([3, 3, Infinity, NaN, NaN, NaN, 3, 3, Infinity]);
  });
});
