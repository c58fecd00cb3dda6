/** Interval bound propagation through a dense network (Gowal and others 2018): outputs that no point of a box of inputs can leave. */
import type { Activation, DenseDescription } from '../../compute/network/description';

/** Middle and half width of each number, one row. */
export interface Intervals { readonly middle: Float64Array; readonly half: Float64Array }

/**
 * The network computes in single precision, these bounds in double: they are widened by this part of the sizes that were summed up, more than the
 * rounding of sums of some hundred numbers.
 */
const rounding = 1e-5;

/** Bounds of what goes into the last layer: of the inputs where there is no hidden layer. */
export function lastHidden({ hidden, activation }: DenseDescription, parameters: readonly Float32Array[], input: Intervals): Intervals {
  let current = input;
  hidden.forEach((units, l) => { current = activated(activation, affine(parameters[2 * l], parameters[2 * l + 1], units, current)); });
  return current;
}

/** Wᵀ x + b over the box: the middle goes through the layer, the half width through |W|. `weight`: from × to, row-major. */
export function affine(weight: ArrayLike<number>, bias: ArrayLike<number>, to: number, { middle, half }: Intervals): Intervals {
  const out = { middle: Float64Array.from({ length: to }, (_, k) => bias[k]), half: new Float64Array(to) };
  const size = out.middle.map(Math.abs);
  for (let j = 0; j < middle.length; j++) {
    for (let k = 0; k < to; k++) {
      const w = weight[j * to + k];
      out.middle[k] += w * middle[j];
      out.half[k] += Math.abs(w) * half[j];
      size[k] += Math.abs(w * middle[j]);
    }
  }
  for (let k = 0; k < to; k++) out.half[k] += rounding * (size[k] + out.half[k]);
  return out;
}

/**
 * Bounds of Σ_k direction[k] · output_k. The last layer is joined with the direction first (Gowal and others 2018, section 3), which is tighter
 * than the difference of the bounds of two outputs.
 */
export function boundsAlong(description: DenseDescription, parameters: readonly Float32Array[], last: Intervals, direction: ArrayLike<number>): readonly [number, number] {
  const { outputs } = description;
  const weight = parameters[parameters.length - 2];
  const bias = parameters[parameters.length - 1];
  const joined = Float64Array.from({ length: last.middle.length }, (_, j) => {
    let sum = 0;
    for (let k = 0; k < outputs; k++) sum += direction[k] * weight[j * outputs + k];
    return sum;
  });
  let shift = 0;
  for (let k = 0; k < outputs; k++) shift += direction[k] * bias[k];
  const { middle, half } = affine(joined, [shift], 1, last);
  return [middle[0] - half[0], middle[0] + half[0]];
}

function activated(activation: Activation, { middle, half }: Intervals): Intervals {
  const out = { middle: new Float64Array(middle.length), half: new Float64Array(middle.length) };
  for (let k = 0; k < middle.length; k++) {
    const [low, high] = activationBounds(activation, middle[k] - half[k], middle[k] + half[k]);
    out.middle[k] = (low + high) / 2;
    out.half[k] = (high - low) / 2 + rounding * Math.max(Math.abs(low), Math.abs(high));
  }
  return out;
}

/** gelu falls below 0 before it rises: it is nowhere below this. */
const lowestGelu = -0.1701;

/** All but gelu rise everywhere. */
export function activationBounds(activation: Activation, low: number, high: number): readonly [number, number] {
  switch (activation) {
    case 'relu': return [Math.max(0, low), Math.max(0, high)];
    case 'tanh': return [Math.tanh(low), Math.tanh(high)];
    case 'sigmoid': return [1 / (1 + Math.exp(-low)), 1 / (1 + Math.exp(-high))];
    // Between 0 and x above 0, between its lowest value and 0 below; whichever form of gelu computes.
    case 'gelu': return [low >= 0 ? 0.5 * low : lowestGelu, Math.max(0, high)];
  }
}
