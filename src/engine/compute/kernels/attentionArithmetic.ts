/** Pieces that the forward pass of attention models is made of, in plain typed arrays. */
import { parameterInfos, type AttentionDescription } from '../network/description';
import { gemm } from './gemm';

export type Named = (name: string) => Float32Array;

/** Added to the variance in layer normalisation. */
export const normEpsilon = 1e-5;

/** x (rows × from) · weight (from × to) + bias. */
export function linear(x: Float32Array, rows: number, from: number, weight: Float32Array, bias: Float32Array): Float32Array {
  const to = bias.length;
  const out = new Float32Array(rows * to);
  gemm({ a: x, b: weight, c: out, m: rows, n: to, k: from });
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < to; j++, at++) out[at] += bias[j];
  return out;
}

/** What the derivative of a layer normalisation needs: (x − mean) / deviation, and 1 / deviation of each row. */
export interface KeptNorm { readonly normal: Float32Array; readonly inverse: Float32Array }

/** Layer normalisation of each row with scale and shift (Ba, Kiros & Hinton 2016). */
export function layerNorm(x: Float32Array, rows: number, scale: Float32Array, shift: Float32Array, kept?: KeptNorm): Float32Array {
  const width = scale.length;
  const out = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) {
    const from = i * width;
    let mean = 0;
    for (let j = 0; j < width; j++) mean += x[from + j];
    mean /= width;
    let square = 0;
    for (let j = 0; j < width; j++) square += (x[from + j] - mean) ** 2;
    const inverse = 1 / Math.sqrt(square / width + normEpsilon);
    for (let j = 0; j < width; j++) out[from + j] = (x[from + j] - mean) * inverse * scale[j] + shift[j];
    if (!kept) continue;
    kept.inverse[i] = inverse;
    for (let j = 0; j < width; j++) kept.normal[from + j] = (x[from + j] - mean) * inverse;
  }
  return out;
}

export function relu(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) if (values[i] < 0) values[i] = 0;
  return values;
}

/** target += source. */
export function addTo(target: Float32Array, source: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] += source[i];
}

/** Softmax of values[from … from + count) in place. */
export function softmaxAt(values: Float32Array | Float64Array, from: number, count: number): void {
  const end = from + count;
  let most = values[from];
  for (let i = from + 1; i < end; i++) if (values[i] > most) most = values[i];
  let sum = 0;
  for (let i = from; i < end; i++) sum += values[i] = Math.exp(values[i] - most);
  const inverse = 1 / sum;
  for (let i = from; i < end; i++) values[i] *= inverse;
}

/** The parameters by name. */
export function namedParameters(description: AttentionDescription, parameters: readonly Float32Array[]): Named {
  const named = new Map(parameterInfos(description).map(({ name }, i) => [name, parameters[i]]));
  return name => named.get(name)!;
}

/** h += F₂(relu(F₁(norm(h)))) of block `l`. */
export function feedForward({ width, feedForward: units }: AttentionDescription, get: Named, l: number, h: Float32Array, rows: number): void {
  const normed = layerNorm(h, rows, get(`block${l}.forwardNorm.scale`), get(`block${l}.forwardNorm.shift`));
  const hidden = relu(linear(normed, rows, width, get(`block${l}.forward1.weight`), get(`block${l}.forward1.bias`)));
  addTo(h, linear(hidden, rows, units, get(`block${l}.forward2.weight`), get(`block${l}.forward2.bias`)));
}
