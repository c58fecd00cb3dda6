/** Gradients of a dense network's outputs with respect to its inputs, synchronously, for any number of rows. */
import type { DenseDescription } from '../network/description';
import { layOut } from './denseLayout';
import { backward, forward, loadParameters } from './densePasses';
import { sharedKernels } from './sharedKernels';

/** Rows at a time: their values in all layers stay in the cache. */
const blockRows = 128;

/**
 * Σ_k c_ik ∂ output_k / ∂ x_i of each row i: rows × inputs. `x`: rows × inputs. `directions`: c, rows × outputs; one 1 in
 * each row gives the gradient of that output.
 */
export function denseInputGradients(
  description: DenseDescription, parameters: readonly Float32Array[], x: Float32Array, rows: number, directions: Float32Array,
): Float32Array {
  const { inputs, outputs } = description;
  if (x.length < rows * inputs || directions.length < rows * outputs) throw new RangeError(`${rows} rows: ${x.length} and ${directions.length} numbers`);
  const kernels = sharedKernels();
  const layout = layOut(description, Math.min(rows, blockRows), true, kernels.first);
  kernels.reserve(layout.end);
  loadParameters(kernels, layout, parameters, true);
  const { heap } = kernels;
  const { delta } = layout.layers[layout.layers.length - 1];
  const result = new Float32Array(rows * inputs);
  for (let start = 0; start < rows; start += blockRows) {
    const count = Math.min(blockRows, rows - start);
    heap.set(x.subarray(start * inputs, (start + count) * inputs), layout.input);
    forward(kernels, description, layout, count, false);
    heap.set(directions.subarray(start * outputs, (start + count) * outputs), delta);
    backward(kernels, description, layout, count, false, true);
    result.set(heap.subarray(layout.inputDelta, layout.inputDelta + count * inputs), start * inputs);
  }
  return result;
}
