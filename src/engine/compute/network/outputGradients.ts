/** Loss of a network's outputs and its derivatives by them, for executors that hold outputs in arrays of their own. */
import { outputDeltas } from '../kernels/outputDeltas';
import type { Head } from './description';

/** Mean loss over rows, and ∂ mean loss / ∂ output (rows × `width`, before the link). Arguments as for `meanLoss`. */
export function outputGradients(head: Head, outputs: Float32Array, width: number, y: Float32Array, rows: Int32Array): { readonly loss: number; readonly deltas: Float32Array } {
  const n = rows.length;
  const numbers = n * width;
  const heap = new Float32Array(2 * numbers);
  heap.set(outputs.subarray(0, numbers));
  const loss = outputDeltas(head, heap, 0, numbers, width, y, rows, 0, n, 1 / n) / n;
  return { loss, deltas: heap.subarray(numbers) };
}
