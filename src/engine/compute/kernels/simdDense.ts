/** Executes dense networks on our own kernels: gradients, outputs and input gradients, all synchronous. */
import type { DenseDescription } from '../network/description';
import type { DropoutMasks, LossAndGradients, NetworkData, NetworkExecutor } from '../network/executor';
import { layOut, type DenseLayout } from './denseLayout';
import { backward, forward, loadParameters, parameterGradients } from './densePasses';
import type { Kernels } from './kernels';
import { outputDeltas } from './outputDeltas';
import { borrowKernels, returnKernels } from './sharedKernels';

/** Rows at a time: values, deltas and weights of a usual network stay in the second-level cache. */
const blockRows = 256;
/** From this many inputs on, a row is copied faster as a whole than number by number (measured). */
const wide = 24;

/** Every call is synchronous. Gradients are views into the kernels' memory: valid until the next call. */
export interface DenseExecutor extends NetworkExecutor {
  gradients(parameters: readonly Float32Array[], rows: Int32Array, dropout?: DropoutMasks): LossAndGradients;
  outputs(parameters: readonly Float32Array[], rows: Int32Array): Float32Array;
  inputGradients(parameters: readonly Float32Array[], x: Float32Array, rows: number, output: number): Float32Array;
}

/** name: 'simd', or 'plain' where WebAssembly SIMD is missing. `dispose` gives the memory to the next executor. */
export function simdDense(description: DenseDescription, data: NetworkData): DenseExecutor {
  const kernels = borrowKernels();
  const executor = new KernelDense(kernels, description, data);
  let disposed = false;
  executor.release = () => {
    if (!disposed) returnKernels(kernels);
    disposed = true;
  };
  return executor;
}

/** On given kernels, whose memory it takes from the first free place on. */
export class KernelDense implements DenseExecutor {
  readonly name: string;
  release: (() => void) | undefined;
  private readonly layout: DenseLayout;
  private readonly gradientViews: Float32Array[];

  constructor(private readonly kernels: Kernels, readonly description: DenseDescription, private readonly data: NetworkData) {
    this.name = kernels.kind;
    this.layout = layOut(description, blockRows, true, kernels.first);
    kernels.reserve(this.layout.end);
    const { heap } = kernels;
    this.gradientViews = this.layout.layers.flatMap(({ from, to, weightGradient: w, biasGradient: b }) =>
      [heap.subarray(w, w + from * to), heap.subarray(b, b + to)]);
  }

  gradients(parameters: readonly Float32Array[], rows: Int32Array, dropout?: DropoutMasks): LossAndGradients {
    const { kernels, description, layout, data } = this;
    const { values, delta, to } = layout.layers[layout.layers.length - 1];
    loadParameters(kernels, layout, parameters, true);
    let loss = 0;
    for (let start = 0; start < rows.length; start += blockRows) {
      const count = Math.min(blockRows, rows.length - start);
      this.gather(rows, start, count);
      if (dropout) this.placeMasks(dropout, start, count);
      forward(kernels, description, layout, count, dropout !== undefined);
      loss += outputDeltas(description.head, kernels.heap, values, delta, to, data.y, rows, start, count, 1 / rows.length);
      backward(kernels, description, layout, count, dropout !== undefined, false);
      parameterGradients(kernels, layout, count, dropout !== undefined, start > 0);
    }
    return { loss: loss / rows.length, gradients: this.gradientViews };
  }

  outputs(parameters: readonly Float32Array[], rows: Int32Array): Float32Array {
    const { kernels, description, layout } = this;
    const { values, to } = layout.layers[layout.layers.length - 1];
    const outputs = new Float32Array(rows.length * to);
    loadParameters(kernels, layout, parameters, false);
    for (let start = 0; start < rows.length; start += blockRows) {
      const count = Math.min(blockRows, rows.length - start);
      this.gather(rows, start, count);
      forward(kernels, description, layout, count, false);
      outputs.set(kernels.heap.subarray(values, values + count * to), start * to);
    }
    return outputs;
  }

  inputGradients(parameters: readonly Float32Array[], x: Float32Array, rows: number, output: number): Float32Array {
    const { kernels, description, layout } = this;
    const { heap } = kernels;
    const { inputs } = description;
    const { delta, to } = layout.layers[layout.layers.length - 1];
    const result = new Float32Array(rows * inputs);
    loadParameters(kernels, layout, parameters, true);
    for (let start = 0; start < rows; start += blockRows) {
      const count = Math.min(blockRows, rows - start);
      heap.set(x.subarray(start * inputs, (start + count) * inputs), layout.input);
      forward(kernels, description, layout, count, false);
      for (let i = 0; i < count * to; i++) heap[delta + i] = i % to === output ? 1 : 0;
      backward(kernels, description, layout, count, false, true);
      result.set(heap.subarray(layout.inputDelta, layout.inputDelta + count * inputs), start * inputs);
    }
    return result;
  }

  dispose(): void {
    this.release?.();
  }

  /** Copies data rows rows[start], … to the input. */
  private gather(rows: Int32Array, start: number, count: number): void {
    const { heap } = this.kernels;
    const { x, inputs } = this.data;
    let to = this.layout.input;
    for (let i = start; i < start + count; i++, to += inputs) {
      const from = rows[i] * inputs;
      if (inputs >= wide) heap.set(x.subarray(from, from + inputs), to);
      else for (let j = 0; j < inputs; j++) heap[to + j] = x[from + j];
    }
  }

  private placeMasks(dropout: DropoutMasks, start: number, count: number): void {
    dropout.forEach((mask, l) => {
      const { to, mask: place } = this.layout.layers[l];
      this.kernels.heap.set(mask.subarray(start * to, (start + count) * to), place);
    });
  }
}
