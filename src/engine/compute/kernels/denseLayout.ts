/** Where the parameters, values and gradients of a dense network lie in the kernels' memory. */
import type { DenseDescription } from '../network/description';
import { blockLength } from './gemm';
import { packedLength } from './kernels';

/** Place of one layer's numbers; `from` and `to` are its numbers of inputs and units. */
export interface LayerPlaces {
  readonly from: number;
  readonly to: number;
  /** from × to, as in the parameters. */
  readonly weight: number;
  /** The weights packed for the way forward. */
  readonly packed: number;
  readonly bias: number;
  /** rows × to: sums before the activation, where something needs them later; else the same place as `values`. */
  readonly sums: number;
  /** rows × to: after the activation; in the last layer the outputs. */
  readonly values: number;
  /** The rest only where there are gradients. Weights packed for the way back (Wᵀ). */
  readonly packedBack: number;
  /** rows × to: values after dropout, and its mask. */
  readonly dropped: number;
  readonly mask: number;
  /** rows × to: ∂ loss / ∂ sums. */
  readonly delta: number;
  readonly weightGradient: number;
  readonly biasGradient: number;
}

export interface DenseLayout {
  /** Rows that are worked on at a time. */
  readonly rows: number;
  /** rows × inputs. */
  readonly input: number;
  /** rows × inputs: ∂ output / ∂ x. */
  readonly inputDelta: number;
  readonly layers: readonly LayerPlaces[];
  /** Scratch memory of gemmInPlace. */
  readonly scratch: number;
  /** Floats up to the end. */
  readonly end: number;
}

/** Rows start where vectors of four floats do. */
const alignment = 4;

/** Lays a network out for blocks of `rows` rows, from place `first` on. */
export function layOut(description: DenseDescription, rows: number, gradients: boolean, first: number): DenseLayout {
  let end = first;
  const take = (floats: number, needed = true): number => {
    const place = end;
    if (needed) end += Math.ceil(floats / alignment) * alignment;
    return place;
  };
  const { inputs, hidden, outputs } = description;
  const sizes = [inputs, ...hidden, outputs];
  const input = take(rows * inputs);
  const layers = sizes.slice(1).map((to, l): LayerPlaces => {
    const from = sizes[l];
    const block = rows * to;
    const isHidden = l < hidden.length;
    const values = take(block);
    return {
      from, to, values, weight: take(from * to), packed: take(packedLength(from, to)), bias: take(to),
      sums: gradients && isHidden && description.activation === 'gelu' ? take(block) : values,
      packedBack: take(packedLength(to, from), gradients), dropped: take(block, gradients && isHidden), mask: take(block, gradients && isHidden),
      delta: take(block, gradients), weightGradient: take(from * to, gradients), biasGradient: take(to, gradients),
    };
  });
  const scratch = take(Math.max(...layers.map(({ to }) => blockLength(rows, to))), gradients);
  return { rows, input, inputDelta: take(rows * inputs, gradients), layers, scratch, end };
}
