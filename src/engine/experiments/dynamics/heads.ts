/** What the last layer's numbers mean: mean loss over the rows, its derivatives by the outputs, and how those move with the outputs. */
import type { Head } from '../../compute/network/description';

export interface HeadMaths {
  /** Mean over rows; `outputs`: rows × width. */
  loss(outputs: Float64Array, y: Float64Array, width: number): number;
  /** ∂ mean loss / ∂ outputs. */
  slope(outputs: Float64Array, y: Float64Array, width: number, out: Float64Array): void;
  /** Second derivative times `moved`. */
  curve(outputs: Float64Array, moved: Float64Array, width: number, out: Float64Array): void;
}

const identity: HeadMaths = {
  loss: (f, y) => f.reduce((sum, value, i) => sum + 0.5 * (value - y[i]) ** 2, 0) / f.length,
  slope: (f, y, _width, out) => { for (let i = 0; i < f.length; i++) out[i] = (f[i] - y[i]) / f.length; },
  curve: (f, moved, _width, out) => { for (let i = 0; i < f.length; i++) out[i] = moved[i] / f.length; },
};

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const softplus = (z: number): number => (z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)));

const logistic: HeadMaths = {
  loss: (f, y) => f.reduce((sum, value, i) => sum + softplus(y[i] > 0.5 ? -value : value), 0) / f.length,
  slope: (f, y, _width, out) => { for (let i = 0; i < f.length; i++) out[i] = (sigmoid(f[i]) - y[i]) / f.length; },
  curve: (f, moved, _width, out) => { for (let i = 0; i < f.length; i++) out[i] = (sigmoid(f[i]) * sigmoid(-f[i]) * moved[i]) / f.length; },
};

/** Writes the probabilities of one row into p and returns log Σ eᶠ. */
function probabilities(f: Float64Array, at: number, width: number, p: Float64Array): number {
  let most = -Infinity;
  for (let k = 0; k < width; k++) most = Math.max(most, f[at + k]);
  let sum = 0;
  for (let k = 0; k < width; k++) sum += p[k] = Math.exp(f[at + k] - most);
  for (let k = 0; k < width; k++) p[k] /= sum;
  return most + Math.log(sum);
}

const softmax: HeadMaths = {
  loss: (f, y, width) => {
    const p = new Float64Array(width);
    let sum = 0;
    for (let i = 0; i < y.length; i++) sum += probabilities(f, i * width, width, p) - f[i * width + y[i]];
    return sum / y.length;
  },
  slope: (f, y, width, out) => {
    const p = new Float64Array(width);
    for (let i = 0; i < y.length; i++) {
      probabilities(f, i * width, width, p);
      for (let k = 0; k < width; k++) out[i * width + k] = (p[k] - (k === y[i] ? 1 : 0)) / y.length;
    }
  },
  curve: (f, moved, width, out) => {
    const p = new Float64Array(width);
    const rows = f.length / width;
    for (let at = 0; at < f.length; at += width) {
      probabilities(f, at, width, p);
      let mean = 0;
      for (let k = 0; k < width; k++) mean += p[k] * moved[at + k];
      for (let k = 0; k < width; k++) out[at + k] = (p[k] * (moved[at + k] - mean)) / rows;
    }
  },
};

export function headOf(head: Head): HeadMaths {
  return { identity, logistic, softmax }[head];
}
