/** Shapley values of many rows at once, cheap enough to judge: permutation sampling with donors shared by all questions. */
import type { Rng } from '../../math/random';
import type { MaskedFunction } from './maskedFunction';

/** One array a feature, each as long as `masked.full`. */
export type Attributions = readonly Float64Array[];

/** Orders in which features are taken away, one a draw; every second one is the reverse of the one before (antithetic). */
export function drawOrders(features: number, draws: number, rng: Rng): number[][] {
  const orders: number[][] = [];
  for (let r = 0; r < draws; r++) {
    orders.push(r % 2 === 1 ? [...orders[r - 1]].reverse() : Array.from(rng.shuffle(Int32Array.from({ length: features }, (_, j) => j))));
  }
  return orders;
}

/**
 * Shapley values by permutation sampling (Štrumbelj & Kononenko 2014): a_j = mean over draws of what the prediction loses when
 * feature j is replaced after those before it in the draw's order. Σ_j a_j = f(x) − mean of f(donors), and for an additive model
 * a_j = f_j(x_j) − mean f_j(donors) exactly, whatever the orders.
 */
export async function localShapley(masked: MaskedFunction, orders: readonly (readonly number[])[], breathe: () => Promise<void> | void): Promise<Attributions> {
  const result = masked.features.map(() => new Float64Array(masked.full.length));
  for (let draw = 0; draw < masked.draws; draw++) {
    let before = masked.full;
    const set: number[] = [];
    for (const j of orders[draw]) {
      const pause = breathe();
      if (pause) await pause;
      set.push(j);
      const after = masked.without(set, draw);
      for (let i = 0; i < after.length; i++) result[j][i] += (before[i] - after[i]) / masked.draws;
      before = after;
    }
  }
  return result;
}
