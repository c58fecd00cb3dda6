/** Forward and backward passes of a dense network over one block of rows, on laid-out memory. */
import type { DenseDescription } from '../network/description';
import type { DenseLayout, LayerPlaces } from './denseLayout';
import { gemmInPlace, multiplyPacked } from './gemm';
import type { Kernels } from './kernels';

/** Copies parameters (weight, bias, weight, bias, …) in and packs the weights. */
export function loadParameters(kernels: Kernels, { layers }: DenseLayout, parameters: readonly Float32Array[], gradients: boolean): void {
  const { heap } = kernels;
  layers.forEach((layer, l) => {
    heap.set(parameters[2 * l], layer.weight);
    heap.set(parameters[2 * l + 1], layer.bias);
    kernels.pack(layer.weight, layer.to, false, layer.from, layer.to, layer.packed);
    if (gradients) kernels.pack(layer.weight, layer.to, true, layer.to, layer.from, layer.packedBack);
  });
}

/** From the first `rows` rows of the input to the outputs. `dropping`: masks are in place. */
export function forward(kernels: Kernels, { activation }: DenseDescription, layout: DenseLayout, rows: number, dropping: boolean): void {
  let a = layout.input;
  layout.layers.forEach((layer, l) => {
    const { from, to, sums, values } = layer;
    kernels.multiply({
      a, aStride: from, transposed: false, b: layer.packed, initial: layer.bias, initialStride: 0, c: sums, cStride: to, m: rows, n: to, k: from,
    });
    if (l === layout.layers.length - 1) return;
    kernels.activate(activation, sums, values, rows * to);
    if (dropping) kernels.scale(values, layer.mask, layer.dropped, rows * to);
    a = dropping ? layer.dropped : values;
  });
}

/** From the last layer's delta to all layers' deltas, and to the inputs' where `toInputs`. */
export function backward(kernels: Kernels, { activation }: DenseDescription, layout: DenseLayout, rows: number, dropping: boolean, toInputs: boolean): void {
  const { layers } = layout;
  for (let l = layers.length - 1; l > 0; l--) {
    const below = layers[l - 1];
    passBack(kernels, layers[l], below.delta, rows);
    if (dropping) kernels.scale(below.delta, below.mask, below.delta, rows * below.to);
    kernels.differentiate(activation, below.sums, below.delta, rows * below.to);
  }
  if (toInputs) passBack(kernels, layers[0], layout.inputDelta, rows);
}

/** target = δ Wᵀ. */
function passBack(kernels: Kernels, { from, to, delta, packedBack }: LayerPlaces, target: number, rows: number): void {
  multiplyPacked(kernels, {
    a: delta, aStride: to, transposed: false, b: packedBack, initialStride: 0, c: target, cStride: from, m: rows, n: from, k: to,
  });
}

/** Weights' and biases' gradients from the deltas; `add`: onto those of earlier blocks. */
export function parameterGradients(kernels: Kernels, { layers, input, scratch }: DenseLayout, rows: number, dropping: boolean, add: boolean): void {
  layers.forEach((layer, l) => {
    const { from, to, delta, weightGradient, biasGradient } = layer;
    const a = l === 0 ? input : dropping ? layers[l - 1].dropped : layers[l - 1].values;
    gemmInPlace(kernels, {
      a, aStride: from, transposeA: true, b: delta, bStride: to, transposeB: false, initial: add ? weightGradient : undefined, initialStride: to,
      c: weightGradient, cStride: to, m: from, n: to, k: rows, packed: scratch,
    });
    if (!add) kernels.heap.fill(0, biasGradient, biasGradient + to);
    kernels.addColumnSums(delta, rows, to, biasGradient);
  });
}
