/**
 * The few single-precision operations that networks are made of, on one block of memory (`heap`). Two makers: WebAssembly
 * SIMD (simdKernels.ts) and plain TypeScript (plainKernels.ts). Places and leading dimensions count floats, not bytes.
 */
import type { Activation } from '../network/description';

/** Columns of a packed right factor are padded to a multiple of this. */
export const panelQuantum = 4;

/** Floats that `pack` writes for a k × n factor. */
export function packedLength(k: number, n: number): number {
  return k * Math.ceil(n / panelQuantum) * panelQuantum;
}

export interface Kernels {
  readonly kind: 'simd' | 'plain';
  /** All of the memory. `reserve` may replace it: read it anew afterwards. Place 0 … `first`−1 is the kernels' own. */
  readonly heap: Float32Array;
  /** First place that callers may use. */
  readonly first: number;
  /** Makes the heap at least `floats` long; what was in it stays. */
  reserve(floats: number): void;
  /**
   * Lays out the right factor B (k × n) for `multiply`: panels of 8 columns, then of 4, each row by row. `source` holds B
   * row-major with leading dimension `stride`, or with `transposed` its transpose (n × k).
   */
  pack(source: number, stride: number, transposed: boolean, k: number, n: number, target: number): void;
  /**
   * C = I + A · B. A is m × k (`transposed`: stored k × m), `b` packed, C m × n row-major. Row i of the summand I starts at
   * initial + i · initialStride: C itself (accumulate), a bias with stride 0, or `zeros` with stride 0 (n ≤ zerosLength).
   */
  multiply(product: Product): void;
  /** target = a(source), element by element; both may be the same place. */
  activate(activation: Activation, source: number, target: number, count: number): void;
  /** delta = delta · a′. `source` holds a's results, for gelu its arguments. */
  differentiate(activation: Activation, source: number, delta: number, count: number): void;
  /** target = source · factors, element by element; places may be the same. */
  scale(source: number, factors: number, target: number, count: number): void;
  /** Adds the sums of the columns of a row-major rows × columns matrix to `target`. */
  addColumnSums(source: number, rows: number, columns: number, target: number): void;
  /** A step of Adam on `count` (a multiple of 4) weights; what the nine `numbers` are, adamCode.ts says. */
  adam(w: number, gradient: number, m: number, v: number, count: number, numbers: number): void;
}

/** Arguments of `multiply`: places and leading dimensions in floats. */
export interface Product {
  readonly a: number;
  readonly aStride: number;
  readonly transposed: boolean;
  readonly b: number;
  readonly initial: number;
  readonly initialStride: number;
  readonly c: number;
  readonly cStride: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Length of the zeros at the start of every heap, for products without a summand. */
export const zerosLength = 1024;
