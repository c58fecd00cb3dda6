/** Outputs of a dense network for rows of inputs, at once and synchronously: what explainers call thousands of times. */
import type { DenseDescription } from '../network/description';
import { layOut } from './denseLayout';
import { forward, loadParameters } from './densePasses';
import type { Kernels } from './kernels';
import { sharedKernels } from './sharedKernels';

export interface DenseForward {
  /** rows × outputs, before the head's link. */
  readonly outputs: Float32Array;
  /** One a hidden layer, rows × units, after the activation. */
  readonly activations?: Float32Array[];
}

/** Rows at a time: their values in all layers stay in the cache. */
const blockRows = 128;

/** `x`: rows × inputs, row-major; `parameters` in the order of parameterInfos. RangeError on wrong lengths. */
export function denseForward(
  description: DenseDescription, parameters: readonly Float32Array[], x: Float32Array, rows: number, keepActivations = false,
): DenseForward {
  return denseForwardWith(sharedKernels(), description, parameters, x, rows, keepActivations);
}

/** The same on given kernels, whose memory is used from its first free place on. */
export function denseForwardWith(
  kernels: Kernels, description: DenseDescription, parameters: readonly Float32Array[], x: Float32Array, rows: number, keepActivations = false,
): DenseForward {
  const { inputs, hidden, outputs: width } = description;
  if (x.length < rows * inputs) throw new RangeError(`${rows} rows of ${inputs} inputs: ${x.length} numbers`);
  const layout = layOut(description, Math.min(rows, blockRows), false, kernels.first);
  kernels.reserve(layout.end);
  loadParameters(kernels, layout, parameters, false);
  const outputs = new Float32Array(rows * width);
  const activations = keepActivations ? hidden.map(units => new Float32Array(rows * units)) : undefined;
  const { heap } = kernels;
  const copyOut = (target: Float32Array, layer: number, start: number, count: number): void => {
    const { values, to } = layout.layers[layer];
    target.set(heap.subarray(values, values + count * to), start * to);
  };
  for (let start = 0; start < rows; start += blockRows) {
    const count = Math.min(blockRows, rows - start);
    heap.set(x.subarray(start * inputs, (start + count) * inputs), layout.input);
    forward(kernels, description, layout, count, false);
    copyOut(outputs, hidden.length, start, count);
    activations?.forEach((target, l) => copyOut(target, l, start, count));
  }
  return { outputs, activations };
}
