/** How much each weight of a trained network does: its size times the spread of what it weighs. */
import type { DenseDescription } from '../../../compute/network/description';

export interface LayerEffects {
  readonly from: number;
  readonly to: number;
  /** from × to, as trained. */
  readonly weight: Float32Array;
  /** |w| · sd(what it weighs) as a share of the sum over the layer; from × to. */
  readonly share: Float64Array;
}

/** `deviations`: standard deviation of each input, and of each unit of each hidden layer. */
export function layerEffects({ inputs, hidden, outputs }: DenseDescription, parameters: readonly Float32Array[], deviations: readonly ArrayLike<number>[]): LayerEffects[] {
  const sizes = [inputs, ...hidden, outputs];
  return sizes.slice(1).map((to, l) => {
    const from = sizes[l];
    const weight = parameters[2 * l];
    const share = Float64Array.from(weight, (w, i) => Math.abs(w) * deviations[l][Math.floor(i / to)]);
    const sum = share.reduce((a, b) => a + b, 0);
    return { from, to, weight, share: sum > 0 ? share.map(v => v / sum) : share };
  });
}

/** The fewest weights that together carry at least each of the shares (ascending) of the layer's effect. */
export function weightsCarrying({ share }: Pick<LayerEffects, 'share'>, wanted: readonly number[]): number[] {
  const sorted = share.slice().sort().reverse();
  const counts: number[] = [];
  let sum = 0;
  let used = 0;
  for (const level of wanted) {
    while (used < sorted.length && sum < level - 1e-12 && sorted[used] > 0) sum += sorted[used++];
    counts.push(used);
  }
  return counts;
}
