/** Where the layers of a dense network lie in a flat vector of parameters, and the matrix products between them (all row-major). */
import type { DenseDescription } from '../../compute/network/description';

export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** Offset of the weights, inputs × outputs. */
  readonly weight: number;
  /** Offset of the biases, which follow the weights. */
  readonly bias: number;
}

export function layersOf({ inputs, hidden, outputs }: DenseDescription): Layer[] {
  const sizes = [inputs, ...hidden, outputs];
  let at = 0;
  return sizes.slice(1).map((to, i) => {
    const weight = at;
    at += (sizes[i] + 1) * to;
    return { inputs: sizes[i], outputs: to, weight, bias: weight + sizes[i] * to };
  });
}

/** out += x W (+ b). */
export function addProduct(x: Float64Array, w: Float64Array, rows: number, { inputs, outputs, weight, bias }: Layer, out: Float64Array, withBias: boolean): void {
  for (let r = 0; r < rows; r++) {
    const to = r * outputs;
    if (withBias) for (let k = 0; k < outputs; k++) out[to + k] += w[bias + k];
    for (let j = 0; j < inputs; j++) {
      const value = x[r * inputs + j];
      if (value === 0) continue;
      const from = weight + j * outputs;
      for (let k = 0; k < outputs; k++) out[to + k] += value * w[from + k];
    }
  }
}

/** out += d Wᵀ. */
export function addTransposedProduct(d: Float64Array, w: Float64Array, rows: number, { inputs, outputs, weight }: Layer, out: Float64Array): void {
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < inputs; j++) {
      const from = weight + j * outputs;
      let sum = 0;
      for (let k = 0; k < outputs; k++) sum += d[r * outputs + k] * w[from + k];
      out[r * inputs + j] += sum;
    }
  }
}

/** Adds xᵀ d to the layer's weights in `out`. */
export function addWeightGradient(x: Float64Array, d: Float64Array, rows: number, { inputs, outputs, weight }: Layer, out: Float64Array): void {
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < inputs; j++) {
      const value = x[r * inputs + j];
      if (value === 0) continue;
      const to = weight + j * outputs;
      for (let k = 0; k < outputs; k++) out[to + k] += value * d[r * outputs + k];
    }
  }
}

/** Adds the sums of d over the rows to the layer's biases in `out`. */
export function columnSums(d: Float64Array, rows: number, { outputs, bias }: Layer, out: Float64Array): void {
  for (let r = 0; r < rows; r++) for (let k = 0; k < outputs; k++) out[bias + k] += d[r * outputs + k];
}
