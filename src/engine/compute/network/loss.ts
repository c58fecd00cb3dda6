/** Loss of a network's outputs, the same for every executor. */
import type { Head } from './description';

/**
 * Mean loss over rows, summed in double precision. `outputs`: rows × `width`, before the link. `y`: of all data rows;
 * row i of the outputs is data row `rows[i]`. identity: ½ (f − y)². logistic and softmax: −log p̂ of the class, in nats.
 */
export function meanLoss(head: Head, outputs: Float32Array, width: number, y: Float32Array, rows: Int32Array): number {
  const n = rows.length;
  let sum = 0;
  if (head === 'identity') {
    for (let i = 0; i < n; i++) sum += 0.5 * (outputs[i] - y[rows[i]]) ** 2;
  } else if (head === 'logistic') {
    for (let i = 0; i < n; i++) sum += softplus(y[rows[i]] > 0.5 ? -outputs[i] : outputs[i]);
  } else {
    for (let i = 0; i < n; i++) sum += logSumExp(outputs, i * width, width) - outputs[i * width + y[rows[i]]];
  }
  return sum / n;
}

/** log(1 + eˣ) without overflow. */
function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

function logSumExp(values: Float32Array, from: number, width: number): number {
  let most = -Infinity;
  for (let k = 0; k < width; k++) if (values[from + k] > most) most = values[from + k];
  let sum = 0;
  for (let k = 0; k < width; k++) sum += Math.exp(values[from + k] - most);
  return most + Math.log(sum);
}
