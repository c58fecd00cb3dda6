/** The kernels in plain TypeScript: for machines without WebAssembly SIMD, and as the check of the fast ones. */
import type { Activation } from '../network/description';
import { zerosLength, type Kernels, type Product } from './kernels';

const geluScale = Math.sqrt(2 / Math.PI);
const geluCube = 0.044715;

export class PlainKernels implements Kernels {
  readonly kind = 'plain';
  readonly first = zerosLength;
  heap = new Float32Array(1 << 16);

  reserve(floats: number): void {
    if (floats <= this.heap.length) return;
    const grown = new Float32Array(Math.max(floats, Math.ceil(1.5 * this.heap.length)));
    grown.set(this.heap);
    this.heap = grown;
  }

  pack(source: number, stride: number, transposed: boolean, k: number, n: number, target: number): void {
    const { heap } = this;
    const [alongK, alongN] = transposed ? [1, stride] : [stride, 1];
    let to = target;
    for (let j = 0; j < n;) {
      const width = n - j >= 8 ? 8 : 4;
      for (let p = 0; p < k; p++) {
        for (let c = 0; c < width; c++) heap[to++] = j + c < n ? heap[source + p * alongK + (j + c) * alongN] : 0;
      }
      j += width;
    }
  }

  multiply(product: Product): void {
    const { m, n, k } = product;
    const quads = m - (m % 4);
    for (let j = 0; j < n;) {
      const width = n - j >= 8 ? 8 : 4;
      for (let half = 0; half < width && j + half < n; half += 4) {
        const panel = product.b + j * k + half;
        for (let i = 0; i < quads; i += 4) multiplyTile(this.heap, product, i, j + half, panel, width);
        for (let i = quads; i < m; i++) multiplyRow(this.heap, product, i, j + half, panel, width);
      }
      j += width;
    }
  }

  activate(activation: Activation, source: number, target: number, count: number): void {
    const { heap } = this;
    const shift = target - source;
    const end = source + count;
    switch (activation) {
      case 'relu': for (let i = source; i < end; i++) heap[i + shift] = heap[i] < 0 ? 0 : heap[i]; break;
      case 'tanh': for (let i = source; i < end; i++) heap[i + shift] = Math.tanh(heap[i]); break;
      case 'sigmoid': for (let i = source; i < end; i++) heap[i + shift] = sigmoid(heap[i]); break;
      case 'gelu': for (let i = source; i < end; i++) heap[i + shift] = heap[i] * sigmoid(2 * geluScale * (heap[i] + geluCube * heap[i] ** 3));
    }
  }

  differentiate(activation: Activation, source: number, delta: number, count: number): void {
    const { heap } = this;
    const shift = delta - source;
    const end = source + count;
    switch (activation) {
      case 'relu': for (let i = source; i < end; i++) if (!(heap[i] > 0)) heap[i + shift] = 0; break;
      case 'tanh': for (let i = source; i < end; i++) heap[i + shift] *= 1 - heap[i] * heap[i]; break;
      case 'sigmoid': for (let i = source; i < end; i++) heap[i + shift] *= heap[i] * (1 - heap[i]); break;
      case 'gelu': for (let i = source; i < end; i++) heap[i + shift] *= geluSlope(heap[i]);
    }
  }

  scale(source: number, factors: number, target: number, count: number): void {
    const { heap } = this;
    for (let i = 0; i < count; i++) heap[target + i] = heap[source + i] * heap[factors + i];
  }

  addColumnSums(source: number, rows: number, columns: number, target: number): void {
    const { heap } = this;
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += heap[source + i * columns + j];
      heap[target + j] += sum;
    }
  }

  adam(w: number, gradient: number, m: number, v: number, count: number, numbers: number): void {
    const { heap } = this;
    const [l2, beta1, rest1, beta2, rest2, size, epsilon, keep, least] = heap.subarray(numbers, numbers + 9);
    for (let i = 0; i < count; i++) {
      const g = heap[gradient + i] + l2 * heap[w + i];
      const mean = beta1 * heap[m + i] + rest1 * g;
      const square = beta2 * heap[v + i] + rest2 * g * g;
      heap[m + i] = Math.abs(mean) > least ? mean : 0;
      heap[v + i] = square > least ? square : 0;
      heap[w + i] = keep * heap[w + i] - (size * mean) / (Math.sqrt(square) + epsilon);
    }
  }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Derivative of x σ(2u), u = √(2/π) (x + 0.044715 x³), which is the tanh form of gelu. */
function geluSlope(x: number): number {
  const s = sigmoid(2 * geluScale * (x + geluCube * x ** 3));
  const slope = 2 * geluScale * (1 + 3 * geluCube * x * x);
  // Far out s (1 − s) is 0 and the slope may be infinite in single precision.
  return s + (s > 0 && s < 1 ? x * s * (1 - s) * slope : 0);
}

/** Four rows by up to four columns: sixteen sums in flight. */
function multiplyTile(heap: Float32Array, d: Product, i: number, j: number, panel: number, width: number): void {
  const [step, between] = d.transposed ? [d.aStride, 1] : [1, d.aStride];
  let a = d.a + i * between;
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0;
  let s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  let s20 = 0, s21 = 0, s22 = 0, s23 = 0;
  let s30 = 0, s31 = 0, s32 = 0, s33 = 0;
  for (let p = 0, b = panel; p < d.k; p++, b += width, a += step) {
    const b0 = heap[b], b1 = heap[b + 1], b2 = heap[b + 2], b3 = heap[b + 3];
    const a0 = heap[a], a1 = heap[a + between], a2 = heap[a + 2 * between], a3 = heap[a + 3 * between];
    s00 += a0 * b0; s01 += a0 * b1; s02 += a0 * b2; s03 += a0 * b3;
    s10 += a1 * b0; s11 += a1 * b1; s12 += a1 * b2; s13 += a1 * b3;
    s20 += a2 * b0; s21 += a2 * b1; s22 += a2 * b2; s23 += a2 * b3;
    s30 += a3 * b0; s31 += a3 * b1; s32 += a3 * b2; s33 += a3 * b3;
  }
  store(heap, d, i, j, s00, s01, s02, s03);
  store(heap, d, i + 1, j, s10, s11, s12, s13);
  store(heap, d, i + 2, j, s20, s21, s22, s23);
  store(heap, d, i + 3, j, s30, s31, s32, s33);
}

function multiplyRow(heap: Float32Array, d: Product, i: number, j: number, panel: number, width: number): void {
  const step = d.transposed ? d.aStride : 1;
  let a = d.a + i * (d.transposed ? 1 : d.aStride);
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (let p = 0, b = panel; p < d.k; p++, b += width, a += step) {
    const value = heap[a];
    s0 += value * heap[b]; s1 += value * heap[b + 1]; s2 += value * heap[b + 2]; s3 += value * heap[b + 3];
  }
  store(heap, d, i, j, s0, s1, s2, s3);
}

function store(heap: Float32Array, d: Product, i: number, j: number, s0: number, s1: number, s2: number, s3: number): void {
  const from = d.initial + i * d.initialStride + j;
  const to = d.c + i * d.cStride + j;
  const columns = d.n - j;
  heap[to] = heap[from] + s0;
  if (columns > 1) heap[to + 1] = heap[from + 1] + s1;
  if (columns > 2) heap[to + 2] = heap[from + 2] + s2;
  if (columns > 3) heap[to + 3] = heap[from + 3] + s3;
}
