/** A dense network in double precision, row by row from the definitions: what the kernels are measured against. */
import type { Activation, DenseDescription } from '../../../src/engine/compute/network/description';

const activate: Record<Activation, (x: number) => number> = {
  relu: x => Math.max(x, 0), tanh: Math.tanh, sigmoid: x => 1 / (1 + Math.exp(-x)),
  gelu: x => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

/** Values of all hidden layers after activation (and masks), then the outputs. */
export function layerValues(description: DenseDescription, parameters: readonly Float64Array[], x: ArrayLike<number>, masks?: readonly ArrayLike<number>[]): number[][] {
  const sizes = [description.inputs, ...description.hidden, description.outputs];
  const layers: number[][] = [];
  let below = Array.from(x);
  for (let l = 0; l + 1 < sizes.length; l++) {
    const [weight, bias] = [parameters[2 * l], parameters[2 * l + 1]];
    const isHidden = l + 2 < sizes.length;
    below = Array.from({ length: sizes[l + 1] }, (_, j) => {
      const sum = below.reduce((total, value, i) => total + value * weight[i * sizes[l + 1] + j], bias[j]);
      return isHidden ? activate[description.activation](sum) * (masks?.[l][j] ?? 1) : sum;
    });
    layers.push(below);
  }
  return layers;
}

function rowLoss(description: DenseDescription, outputs: readonly number[], y: number): number {
  if (description.head === 'identity') return 0.5 * (outputs[0] - y) ** 2;
  if (description.head === 'logistic') return Math.log1p(Math.exp(y > 0.5 ? -outputs[0] : outputs[0]));
  return Math.log(outputs.reduce((sum, logit) => sum + Math.exp(logit), 0)) - outputs[y];
}

export interface ReferenceBatch {
  /** Rows of x, one after the other. */
  readonly x: readonly ArrayLike<number>[];
  readonly y: readonly number[];
  /** One a hidden layer, rows × units. */
  readonly masks?: readonly Float32Array[];
}

export function meanLoss(description: DenseDescription, parameters: readonly Float64Array[], { x, y, masks }: ReferenceBatch): number {
  return x.reduce((sum, row, i) => {
    const rowMasks = masks?.map((mask, l) => mask.subarray(i * description.hidden[l], (i + 1) * description.hidden[l]));
    return sum + rowLoss(description, layerValues(description, parameters, row, rowMasks).at(-1)!, y[i]);
  }, 0) / x.length;
}

/** Central differences of `f` over each number of `values`, which are put back. */
export function differences(values: Float64Array, f: () => number, h = 1e-6): Float64Array {
  return values.map((value, i) => {
    values[i] = value + h;
    const above = f();
    values[i] = value - h;
    const below = f();
    values[i] = value;
    return (above - below) / (2 * h);
  });
}
