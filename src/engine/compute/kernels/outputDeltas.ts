/** The loss at a network's outputs, and its derivatives, which start the way back. */
import type { Head } from '../network/description';

/**
 * Sum of the loss over `rows` rows in double precision. Writes ∂ loss / ∂ output · `share` to `delta` (1 / rows of the
 * batch for a mean). `heap` holds outputs and delta, rows × width. `y` is of all data rows: row i is data row `of[from + i]`.
 */
export function outputDeltas(
  head: Head, heap: Float32Array, outputs: number, delta: number, width: number, y: Float32Array, of: Int32Array, from: number, rows: number, share: number,
): number {
  let loss = 0;
  for (let i = 0; i < rows; i++) {
    const target = y[of[from + i]];
    const place = outputs + i * width;
    const to = delta + i * width;
    if (head === 'softmax') loss += softmaxDelta(heap, place, to, width, target, share);
    else if (head === 'logistic') loss += logisticDelta(heap, place, to, target > 0.5, share);
    else {
      const error = heap[place] - target;
      heap[to] = error * share;
      loss += 0.5 * error * error;
    }
  }
  return loss;
}

/** −log p̂ of one logit: log(1 + eˣ) − x y without overflow. */
function logisticDelta(heap: Float32Array, place: number, to: number, yes: boolean, share: number): number {
  const against = yes ? -heap[place] : heap[place];
  const small = Math.exp(-Math.abs(against));
  const wrong = against > 0 ? 1 / (1 + small) : small / (1 + small);
  heap[to] = (yes ? -wrong : wrong) * share;
  return Math.max(against, 0) + Math.log1p(small);
}

/** −log p̂ of the class from one logit a class. */
function softmaxDelta(heap: Float32Array, place: number, to: number, width: number, target: number, share: number): number {
  let most = -Infinity;
  for (let k = 0; k < width; k++) most = Math.max(most, heap[place + k]);
  const logit = heap[place + target];
  let sum = 0;
  for (let k = 0; k < width; k++) {
    const power = Math.exp(heap[place + k] - most);
    heap[to + k] = power;
    sum += power;
  }
  for (let k = 0; k < width; k++) heap[to + k] *= share / sum;
  heap[to + target] = -share * (1 - Math.exp(logit - most) / sum);
  return most + Math.log(sum) - logit;
}
