/**
 * Deletion and insertion (RISE: Petsiuk, Das & Saenko 2018) for tables: features are taken away in the order of an explanation,
 * the strongest first; the faster the predictions leave those of the whole rows, the more faithful the order.
 */
import type { Rng } from '../../math/random';
import type { MaskedFunction } from './maskedFunction';
import { rowGroups } from './refitIntervals';

export interface DeletionCurve {
  /** Share of the features taken away (deletion) or given back (insertion): 0 … 1. */
  readonly share: readonly number[];
  readonly value: readonly number[];
  readonly area: number;
}

/** Squared distance from the whole rows' predictions, by number of features taken away, summed over the rows of each group. */
export type Distances = readonly Float64Array[];

/** Numbers of features to take away: all from 0 to p, or about `most` of them evenly spread and symmetrical. */
export function deletionSteps(features: number, most: number): number[] {
  if (features <= most) return Array.from({ length: features + 1 }, (_, k) => k);
  const steps = new Set<number>();
  for (let k = 0; k <= most; k++) {
    const at = Math.floor((k * features) / most);
    if (2 * k <= most) { steps.add(at); steps.add(features - at); }
  }
  return [...steps].sort((a, b) => a - b);
}

/**
 * D_k = Σᵢ Σ_outputs (f(xᵢ) − f(xᵢ without the set))², mean over the draws given, for the first k features of the order (`side`
 * 'deletion'), or for all but the first k ('insertion'). k as in `steps`.
 */
export async function distances(
  masked: MaskedFunction, order: readonly number[], steps: readonly number[], side: 'deletion' | 'insertion', draws: readonly number[], breathe: () => Promise<void> | void,
): Promise<Distances> {
  const result: Float64Array[] = [];
  const { full, rows } = masked;
  for (const k of steps) {
    const set = side === 'deletion' ? order.slice(0, k) : order.slice(k);
    const sum = new Float64Array(rowGroups);
    for (const draw of set.length > 0 ? draws : []) {
      const pause = breathe();
      if (pause) await pause;
      const values = masked.without(set, draw);
      for (let i = 0; i < values.length; i++) sum[(i % rows) % rowGroups] += (values[i] - full[i]) ** 2 / draws.length;
    }
    result.push(sum);
  }
  return result;
}

/**
 * s_k = 1 − D_k / D_p: 1 for the whole rows, 0 with every feature taken away. Undefined where taking all away changes
 * nothing. `without`: a group of rows that does not count.
 */
export function deletionCurve(steps: readonly number[], distance: Distances, side: 'deletion' | 'insertion', without = -1): DeletionCurve | undefined {
  const sums = distance.map(groups => groups.reduce((sum, d, g) => (g === without ? sum : sum + d), 0));
  const all = side === 'deletion' ? sums[sums.length - 1] : sums[0];
  if (!(all > 0) || !Number.isFinite(all)) return undefined;
  const features = steps[steps.length - 1];
  const share = steps.map(k => k / features);
  const value = sums.map(d => 1 - d / all);
  return { share, value, area: trapezoid(share, value) };
}

/** Area under the line through the points; with even steps (Σ s − s₀/2 − s_p/2) / p. */
export function trapezoid(x: readonly number[], y: readonly number[]): number {
  let area = 0;
  for (let k = 1; k < x.length; k++) area += ((x[k] - x[k - 1]) * (y[k] + y[k - 1])) / 2;
  return area;
}

/** Random orders of 0 … features − 1, in pairs: an order and its reverse, which halves chance where effects add up (antithetic). */
export function randomOrders(features: number, count: number, rng: Rng): number[][] {
  const orders: number[][] = [];
  for (let o = 0; o < count; o++) {
    orders.push(o % 2 === 1 ? [...orders[o - 1]].reverse() : Array.from(rng.shuffle(Int32Array.from({ length: features }, (_, j) => j))));
  }
  return orders;
}

/** Mean and spread over random orders at each step, and of the areas. */
export interface RandomBand {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly area: number;
  /** Standard error of the mean area, from pairs of orders. */
  readonly areaError: number;
  readonly orders: number;
}

/** `curves`: of orders in pairs. Undefined where an order has no curve. */
export function randomBand(curves: readonly (DeletionCurve | undefined)[]): RandomBand | undefined {
  const known = curves.filter(c => c !== undefined);
  if (known.length === 0 || known.length < curves.length) return undefined;
  const at = known[0].value.map((_, k) => momentsOf(known.map(c => c.value[k])));
  const areas = known.map(c => c.area);
  const pairs = momentsOf(areas.flatMap((a, o) => (o % 2 === 1 ? [(a + areas[o - 1]) / 2] : [])));
  return {
    mean: at.map(m => m.mean), deviation: at.map(m => m.deviation), area: momentsOf(areas).mean,
    areaError: pairs.deviation / Math.sqrt(Math.max(1, areas.length >> 1)), orders: known.length,
  };
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((s, v) => s + (v - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}
