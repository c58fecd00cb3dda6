/** The kernels in WebAssembly SIMD, assembled when first needed and compiled by the JavaScript engine. */
import type { Activation } from '../network/description';
import { defineAdam } from './adamCode';
import { Assembler } from './assembler';
import {
  defineAddColumnSums, defineElementwise, gelu, geluSlope, product, relu, reluSlope, sigmoid, sigmoidSlope, tanh, tanhSlope,
} from './elementCode';
import { zerosLength, type Kernels, type Product } from './kernels';
import { defineMultiply, definePackColumns, definePackRows } from './productCode';

/** What is used of the engine's WebAssembly object: Node's types do not declare it. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

type Operation = (...args: number[]) => void;
type Slope = `${Activation}Slope`;
type Exports = Readonly<Record<'multiply' | 'multiplyTransposed' | 'packRows' | 'packColumns' | 'addColumnSums' | 'product' | 'adam' | Activation | Slope, Operation>>
  & { readonly memory: Memory };

const pageFloats = 16384;
const initialPages = 16;
/** 2 GiB: places in bytes stay positive 32-bit integers. */
const mostPages = 32768;
/** Vector loads may reach this far past the last number. */
const slack = 4;

/** The module's bytes. */
export function assembleKernels(): Uint8Array<ArrayBuffer> {
  const assembler = new Assembler();
  defineMultiply(assembler, 'multiply', false);
  defineMultiply(assembler, 'multiplyTransposed', true);
  definePackRows(assembler);
  definePackColumns(assembler);
  defineAddColumnSums(assembler);
  defineAdam(assembler);
  for (const [name, formula] of Object.entries({ relu, tanh, sigmoid, gelu })) defineElementwise(assembler, name, 1, formula);
  for (const [name, formula] of Object.entries({ reluSlope, tanhSlope, sigmoidSlope, geluSlope, product })) defineElementwise(assembler, name, 2, formula);
  return assembler.bytes(initialPages, mostPages);
}

let compiled: object | undefined;

/** Throws where WebAssembly or its SIMD instructions are missing. */
export class SimdKernels implements Kernels {
  readonly kind = 'simd';
  readonly first = zerosLength;
  heap: Float32Array;
  private readonly run: Exports;

  constructor() {
    const api = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
    if (!api) throw new Error('This JavaScript engine has no WebAssembly.');
    compiled ??= new api.Module(assembleKernels());
    this.run = new api.Instance(compiled).exports as Exports;
    this.heap = new Float32Array(this.run.memory.buffer);
  }

  reserve(floats: number): void {
    const { length } = this.heap;
    if (floats + slack <= length) return;
    const pages = Math.ceil((floats + slack) / pageFloats);
    if (pages > mostPages) throw new RangeError(`Kernels cannot hold ${floats} numbers.`);
    // Half more than before, so that many small steps do not each replace the memory.
    const goal = Math.min(mostPages, Math.max(pages, Math.ceil((1.5 * length) / pageFloats)));
    this.run.memory.grow(goal - length / pageFloats);
    this.heap = new Float32Array(this.run.memory.buffer);
  }

  pack(source: number, stride: number, transposed: boolean, k: number, n: number, target: number): void {
    const pack = transposed ? this.run.packColumns : this.run.packRows;
    pack(4 * source, 4 * stride, k, n, 4 * target);
  }

  multiply({ a, aStride, transposed, b, initial, initialStride, c, cStride, m, n, k }: Product): void {
    const multiply = transposed ? this.run.multiplyTransposed : this.run.multiply;
    multiply(4 * a, 4 * aStride, 4 * b, 4 * initial, 4 * initialStride, 4 * c, 4 * cStride, m, n, k);
  }

  activate(activation: Activation, source: number, target: number, count: number): void {
    this.run[activation](4 * source, 4 * target, count);
  }

  differentiate(activation: Activation, source: number, delta: number, count: number): void {
    this.run[`${activation}Slope` satisfies Slope](4 * source, 4 * delta, 4 * delta, count);
  }

  scale(source: number, factors: number, target: number, count: number): void {
    this.run.product(4 * source, 4 * factors, 4 * target, count);
  }

  addColumnSums(source: number, rows: number, columns: number, target: number): void {
    this.run.addColumnSums(4 * source, rows, columns, 4 * target);
  }

  adam(w: number, gradient: number, m: number, v: number, count: number, numbers: number): void {
    this.run.adam(4 * w, 4 * gradient, 4 * m, 4 * v, count, 4 * numbers);
  }
}
