/** How badly the attributions of single predictions foretell what taking features away does (Yeh et al. 2019). */
import type { Rng } from '../../math/random';
import type { Attributions } from './localShapley';
import type { MaskedFunction } from './maskedFunction';

/** Sets of features to take away: every one but the empty set where they are few, else `most` random ones, each feature with chance ½. */
export function perturbationSets(features: number, most: number, rng: Rng): number[][] {
  if (2 ** features - 1 <= most) return Array.from({ length: 2 ** features - 1 }, (_, s) => members(features, j => ((s + 1) >> j) % 2 === 1));
  const sets: number[][] = [];
  while (sets.length < most) {
    const set = members(features, () => rng.uniform() < 0.5);
    if (set.length > 0) sets.push(set);
  }
  return sets;
}

function members(features: number, isIn: (j: number) => boolean): number[] {
  return Array.from({ length: features }, (_, j) => j).filter(isIn);
}

/** Sums of one row: of squared misses after scaling, and of squared changes of the prediction. */
export interface RowInfidelity { readonly miss: Float64Array; readonly change: Float64Array }

/**
 * For each set S: Δ = f(x) − mean over draws of f(x without S), and A = Σ_{j∈S} a_j. A row's attributions are scaled by
 * β = E[Δ A] / E[A²] (the normalised form: Yeh et al. 2019, their program), then INFD = E[(β A − Δ)²].
 */
export async function rowInfidelity(masked: MaskedFunction, attributions: Attributions, sets: readonly (readonly number[])[], breathe: () => Promise<void> | void): Promise<RowInfidelity> {
  const n = masked.full.length;
  const aa = new Float64Array(n);
  const ad = new Float64Array(n);
  const dd = new Float64Array(n);
  for (const set of sets) {
    const change = new Float64Array(n);
    for (let draw = 0; draw < masked.draws; draw++) {
      const pause = breathe();
      if (pause) await pause;
      const values = masked.without(set, draw);
      for (let i = 0; i < n; i++) change[i] += (masked.full[i] - values[i]) / masked.draws;
    }
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (const j of set) sum += attributions[j][i];
      aa[i] += sum * sum / sets.length;
      ad[i] += sum * change[i] / sets.length;
      dd[i] += change[i] * change[i] / sets.length;
    }
  }
  const miss = Float64Array.from(dd, (d, i) => Math.max(0, aa[i] > 0 ? d - (ad[i] * ad[i]) / aa[i] : d));
  return { miss: byRow(miss, masked.rows), change: byRow(dd, masked.rows) };
}

/** Σ INFD / Σ E[Δ²] over rows: the share of the squared change that the attributions do not foretell, 0 … 1. NaN where nothing changes. */
export function infidelity({ miss, change }: RowInfidelity, keep?: (row: number) => boolean): number {
  let misses = 0;
  let changes = 0;
  for (let i = 0; i < miss.length; i++) {
    if (keep && !keep(i)) continue;
    misses += miss[i];
    changes += change[i];
  }
  return changes > 0 ? misses / changes : NaN;
}

/** Adds up the outputs of each row. */
function byRow(values: Float64Array, rows: number): Float64Array {
  const sums = new Float64Array(rows);
  for (let i = 0; i < values.length; i++) sums[i % rows] += values[i];
  return sums;
}
