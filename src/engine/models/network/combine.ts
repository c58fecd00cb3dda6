/** From the outputs of an ensemble's networks to one prediction: the mean, or the mean of probabilities (Lakshminarayanan et al. 2017). */
import type { Head } from '../../compute/network/description';

/** Probabilities of one network, rows × classes (two for a single logit), row-major. */
export function probabilitiesOf(head: Head, outputs: Float32Array | Float64Array, rows: number, width: number): Float64Array {
  if (head === 'logistic') return binaryProbabilities(outputs, rows);
  const result = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    let most = -Infinity;
    for (let k = 0; k < width; k++) if (outputs[i * width + k] > most) most = outputs[i * width + k];
    let sum = 0;
    for (let k = 0; k < width; k++) sum += result[i * width + k] = Math.exp(outputs[i * width + k] - most);
    for (let k = 0; k < width; k++) result[i * width + k] /= sum;
  }
  return result;
}

/** The smaller probability keeps its digits; NaN passes through. */
function binaryProbabilities(logits: Float32Array | Float64Array, rows: number): Float64Array {
  const result = new Float64Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    const e = Math.exp(-Math.abs(logits[i]));
    const larger = 1 / (1 + e);
    const positive = logits[i] > 0 ? 1 : 0;
    result[2 * i + positive] = larger;
    result[2 * i + 1 - positive] = e * larger;
  }
  return result;
}

/** Element by element over the networks. */
export function meanOf(arrays: readonly (Float32Array | Float64Array)[]): Float64Array {
  const mean = new Float64Array(arrays[0].length);
  for (const values of arrays) for (let i = 0; i < mean.length; i++) mean[i] += values[i];
  for (let i = 0; i < mean.length; i++) mean[i] /= arrays.length;
  return mean;
}

/** Variance over the networks about `mean`, divisor M − 1; zeros for a single network. */
export function varianceOf(arrays: readonly (Float32Array | Float64Array)[], mean: Float64Array): Float64Array {
  const variance = new Float64Array(mean.length);
  if (arrays.length < 2) return variance;
  for (const values of arrays) for (let i = 0; i < mean.length; i++) variance[i] += (values[i] - mean[i]) ** 2;
  for (let i = 0; i < mean.length; i++) variance[i] /= arrays.length - 1;
  return variance;
}
