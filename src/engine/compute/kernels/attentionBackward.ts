/** Derivatives of the pieces of attention models, by reverse accumulation, in plain typed arrays. */
import { parameterInfos, type AttentionDescription } from '../network/description';
import { addTo, layerNorm, linear, relu, type KeptNorm, type Named } from './attentionArithmetic';
import { gemm } from './gemm';

/** Sums of derivatives by each parameter, in the order of the parameters. */
export class ParameterGradients {
  readonly arrays: readonly Float32Array[];
  private readonly named: ReadonlyMap<string, Float32Array>;

  constructor(description: AttentionDescription) {
    const infos = parameterInfos(description);
    this.arrays = infos.map(({ shape }) => new Float32Array(shape.reduce((a, b) => a * b, 1)));
    this.named = new Map(infos.map(({ name }, i) => [name, this.arrays[i]]));
  }

  clear(): void {
    for (const values of this.arrays) values.fill(0);
  }

  of(name: string): Float32Array {
    return this.named.get(name)!;
  }
}

/** dOut · weightᵀ (rows × from), the derivative by the input of x · weight. */
export function backThrough(weight: Float32Array, from: number, to: number, dOut: Float32Array, rows: number): Float32Array {
  const dX = new Float32Array(rows * from);
  gemm({ a: dOut, b: weight, c: dX, m: rows, n: from, k: to, transposeB: true });
  return dX;
}

/** Adds xᵀ · dOut to the derivative of the weight, and the column sums of dOut to that of the bias. */
export function addLinearGradient(x: Float32Array, from: number, dOut: Float32Array, to: number, rows: number, dWeight: Float32Array, dBias?: Float32Array): void {
  gemm({ a: x, b: dOut, c: dWeight, m: from, n: to, k: rows, transposeA: true, accumulate: true });
  if (dBias) for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < to; j++, at++) dBias[j] += dOut[at];
}

/** Derivative by the input of a layer normalisation; adds to those of scale and shift. */
export function layerNormBackward({ normal, inverse }: KeptNorm, scale: Float32Array, dOut: Float32Array, dScale: Float32Array, dShift: Float32Array): Float32Array {
  const width = scale.length;
  const dX = new Float32Array(dOut.length);
  for (let i = 0, from = 0; i < inverse.length; i++, from += width) {
    let mean = 0;
    let along = 0;
    for (let j = 0; j < width; j++) {
      const d = dOut[from + j];
      dShift[j] += d;
      dScale[j] += d * normal[from + j];
      mean += d * scale[j];
      along += d * scale[j] * normal[from + j];
    }
    mean /= width;
    along /= width;
    for (let j = 0; j < width; j++) dX[from + j] = inverse[i] * (dOut[from + j] * scale[j] - mean - normal[from + j] * along);
  }
  return dX;
}

export interface KeptFeedForward { readonly norm: KeptNorm; readonly normed: Float32Array; readonly hidden: Float32Array; readonly mask?: Float32Array }

/** h += F₂(mask · relu(F₁(norm(h)))) of block `l`, with what its derivative needs. */
export function feedForwardKept({ width, feedForward: units }: AttentionDescription, get: Named, l: number, h: Float32Array, rows: number, mask?: Float32Array): KeptFeedForward {
  const norm = keptNorm(rows, width);
  const normed = layerNorm(h, rows, get(`block${l}.forwardNorm.scale`), get(`block${l}.forwardNorm.shift`), norm);
  const hidden = relu(linear(normed, rows, width, get(`block${l}.forward1.weight`), get(`block${l}.forward1.bias`)));
  if (mask) for (let i = 0; i < hidden.length; i++) hidden[i] *= mask[i];
  addTo(h, linear(hidden, rows, units, get(`block${l}.forward2.weight`), get(`block${l}.forward2.bias`)));
  return { norm, normed, hidden, ...(mask && { mask }) };
}

/** Turns dH, the derivative by the h that came out, into that by the h that went in. */
export function feedForwardBackward(
  { width, feedForward: units }: AttentionDescription, get: Named, gradients: ParameterGradients, l: number, kept: KeptFeedForward, dH: Float32Array, rows: number,
): void {
  const { norm, normed, hidden, mask } = kept;
  addLinearGradient(hidden, units, dH, width, rows, gradients.of(`block${l}.forward2.weight`), gradients.of(`block${l}.forward2.bias`));
  const dHidden = backThrough(get(`block${l}.forward2.weight`), units, width, dH, rows);
  for (let i = 0; i < dHidden.length; i++) dHidden[i] = hidden[i] > 0 ? (mask ? dHidden[i] * mask[i] : dHidden[i]) : 0;
  addLinearGradient(normed, width, dHidden, units, rows, gradients.of(`block${l}.forward1.weight`), gradients.of(`block${l}.forward1.bias`));
  const dNormed = backThrough(get(`block${l}.forward1.weight`), width, units, dHidden, rows);
  addTo(dH, layerNormBackward(norm, get(`block${l}.forwardNorm.scale`), dNormed, gradients.of(`block${l}.forwardNorm.scale`), gradients.of(`block${l}.forwardNorm.shift`)));
}

export interface KeptReadOut { readonly forward: KeptFeedForward; readonly norm: KeptNorm; readonly active: Float32Array; readonly outputs: Float32Array }

/** From the vectors of [CLS] after the last attention to the outputs. Changes `h`. */
export function readOutKept(description: AttentionDescription, get: Named, h: Float32Array, rows: number, mask?: Float32Array): KeptReadOut {
  const { layers, width } = description;
  const forward = feedForwardKept(description, get, layers - 1, h, rows, mask);
  const norm = keptNorm(rows, width);
  const active = relu(layerNorm(h, rows, get('headNorm.scale'), get('headNorm.shift'), norm));
  return { forward, norm, active, outputs: linear(active, rows, width, get('head.weight'), get('head.bias')) };
}

/** Derivative by the vectors of [CLS] after the last attention, rows × width. */
export function readOutBackward(
  description: AttentionDescription, get: Named, gradients: ParameterGradients, kept: KeptReadOut, dOutputs: Float32Array, rows: number,
): Float32Array {
  const { layers, width, outputs } = description;
  addLinearGradient(kept.active, width, dOutputs, outputs, rows, gradients.of('head.weight'), gradients.of('head.bias'));
  const dActive = backThrough(get('head.weight'), width, outputs, dOutputs, rows);
  for (let i = 0; i < dActive.length; i++) if (!(kept.active[i] > 0)) dActive[i] = 0;
  const dH = layerNormBackward(kept.norm, get('headNorm.scale'), dActive, gradients.of('headNorm.scale'), gradients.of('headNorm.shift'));
  feedForwardBackward(description, get, gradients, layers - 1, kept.forward, dH, rows);
  return dH;
}

export function keptNorm(rows: number, width: number): KeptNorm {
  return { normal: new Float32Array(rows * width), inverse: new Float32Array(rows) };
}
