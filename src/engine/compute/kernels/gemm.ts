/** Product of two matrices in single precision, on the fastest kernels that this machine runs. */
import { packedLength, zerosLength, type Kernels, type Product } from './kernels';
import { sharedKernels } from './sharedKernels';

export interface GemmArguments {
  /** m × k, or k × m with transposeA. Row-major, as all here. */
  readonly a: Float32Array;
  /** k × n, or n × k with transposeB. */
  readonly b: Float32Array;
  /** m × n, written. */
  readonly c: Float32Array;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Adds the product to c instead of replacing it. */
  readonly accumulate?: boolean;
}

/** C = op(A) · op(B), or C += op(A) · op(B). Copies into and out of the kernels' memory. RangeError on wrong lengths. */
export function gemm(args: GemmArguments): void {
  gemmWith(sharedKernels(), args);
}

/** The same on given kernels, whose memory is used from its first free place on. */
export function gemmWith(kernels: Kernels, { a, b, c, m, n, k, transposeA = false, transposeB = false, accumulate = false }: GemmArguments): void {
  if (a.length < m * k || b.length < k * n || c.length < m * n) {
    throw new RangeError(`gemm ${m} × ${k} · ${k} × ${n}: lengths ${a.length}, ${b.length}, ${c.length}`);
  }
  if (m === 0 || n === 0) return;
  const placeA = kernels.first;
  const placeB = placeA + m * k;
  const placeC = placeB + k * n;
  const packed = placeC + m * n;
  kernels.reserve(packed + blockLength(k, n));
  const { heap } = kernels;
  heap.set(exactly(a, m * k), placeA);
  heap.set(exactly(b, k * n), placeB);
  if (accumulate) heap.set(exactly(c, m * n), placeC);
  gemmInPlace(kernels, {
    a: placeA, aStride: transposeA ? m : k, transposeA, b: placeB, bStride: transposeB ? k : n, transposeB,
    initial: accumulate ? placeC : undefined, initialStride: n, c: placeC, cStride: n, m, n, k, packed,
  });
  c.set(heap.subarray(placeC, placeC + m * n));
}

function exactly(values: Float32Array, length: number): Float32Array {
  return values.length === length ? values : values.subarray(0, length);
}

/** Rows and columns of B that are packed at a time: 256 × 512 floats stay in the second-level cache. */
const blockRows = 256;
const blockColumns = 512;

/** Floats of scratch memory that `gemmInPlace` needs at `packed`. */
export function blockLength(k: number, n: number): number {
  return packedLength(Math.min(k, blockRows), Math.min(n, blockColumns));
}

export interface PlacedGemm {
  readonly a: number;
  readonly aStride: number;
  readonly transposeA: boolean;
  readonly b: number;
  readonly bStride: number;
  readonly transposeB: boolean;
  /** Summand: row i starts at initial + i · initialStride (a bias: stride 0); absent: none. */
  readonly initial: number | undefined;
  readonly initialStride: number;
  readonly c: number;
  readonly cStride: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Scratch memory, see `blockLength`. */
  readonly packed: number;
}

/** C = I + op(A) · op(B) on matrices that are in the kernels' memory already. */
export function gemmInPlace(kernels: Kernels, d: PlacedGemm): void {
  for (let j = 0; j < d.n; j += blockColumns) {
    const n = Math.min(blockColumns, d.n - j);
    for (let p = 0; p < d.k || p === 0; p += blockRows) {
      const k = Math.min(blockRows, d.k - p);
      kernels.pack(d.b + (d.transposeB ? j * d.bStride + p : p * d.bStride + j), d.bStride, d.transposeB, k, n, d.packed);
      const c = d.c + j;
      const summand = p > 0 ? { initial: c, initialStride: d.cStride }
        : d.initial === undefined ? { initial: 0, initialStride: 0 } : { initial: d.initial + j, initialStride: d.initialStride };
      const a = d.a + (d.transposeA ? p * d.aStride : p);
      kernels.multiply({ a, aStride: d.aStride, transposed: d.transposeA, b: d.packed, ...summand, c, cStride: d.cStride, m: d.m, n, k });
    }
  }
}

/** `multiply` with a packed factor of any width; without `initial` there is no summand. */
export function multiplyPacked(kernels: Kernels, product: Omit<Product, 'initial'> & { readonly initial?: number }): void {
  const { initial, n, k } = product;
  if (initial !== undefined) return kernels.multiply({ ...product, initial });
  for (let j = 0; j < n; j += zerosLength) {
    kernels.multiply({ ...product, initial: 0, initialStride: 0, b: product.b + j * k, c: product.c + j, n: Math.min(zerosLength, n - j) });
  }
}

if (blockColumns > zerosLength) throw new RangeError('A block must not be wider than the zeros.');
