/** Importance weighting: the error on the target estimated from held-out rows of the source, weighted by the density ratio (Shimodaira 2000; Sugiyama et al. 2007). */
import { normalFactor } from '../../math/distributions';
import type { Scale } from './losses';
import type { Overlap, WeightedEstimate } from './result';

/** Ratios above this count as this: a few rows would otherwise stand for all. */
export const clippedAt = 20;

export interface WeightedRows { /** Held-out losses of source rows. */ readonly losses: ArrayLike<number>; /** NaN: the row has no part in it. */ readonly ratios: ArrayLike<number> }

/** Sums over rows of which both loss l and clipped ratio w are known, from which the estimate follows: those of several folds can be added. */
export interface WeightedSums {
  readonly rows: number;
  readonly clipped: number;
  readonly w: number;
  readonly ww: number;
  readonly l: number;
  readonly ll: number;
  readonly wl: number;
  readonly wwl: number;
  readonly wwll: number;
}

const noSums: WeightedSums = { rows: 0, clipped: 0, w: 0, ww: 0, l: 0, ll: 0, wl: 0, wwl: 0, wwll: 0 };

export function sumsOf({ losses, ratios }: WeightedRows): WeightedSums {
  const sums: { -readonly [name in keyof WeightedSums]: number } = { ...noSums };
  for (let i = 0; i < losses.length; i++) {
    const l = losses[i]!;
    if (!Number.isFinite(l) || Number.isNaN(ratios[i])) continue;
    const w = Math.min(clippedAt, ratios[i]!);
    sums.rows++;
    if (ratios[i]! > clippedAt) sums.clipped++;
    sums.w += w;
    sums.ww += w * w;
    sums.l += l;
    sums.ll += l * l;
    sums.wl += w * l;
    sums.wwl += w * w * l;
    sums.wwll += w * w * l * l;
  }
  return sums;
}

export function addSums(all: readonly WeightedSums[]): WeightedSums {
  const names = Object.keys(noSums) as (keyof WeightedSums)[];
  return Object.fromEntries(names.map(name => [name, all.reduce((sum, item) => sum + item[name], 0)])) as unknown as WeightedSums;
}

/**
 * Σ w loss / Σ w with w the clipped ratio. Interval: normal, standard error √Σ w²(loss − mean)² / Σ w. Holds where the target differs in its
 * features only, not in what they mean (covariate shift). Undefined for fewer than two rows.
 */
export function estimateOf({ rows, clipped, w, ww, l, ll, wl, wwl, wwll }: WeightedSums, scale: Scale, level: number): WeightedEstimate | undefined {
  if (rows < 2 || !(w > 0) || ![wwll, ll].every(Number.isFinite)) return undefined;
  const factor = normalFactor(level);
  const around = (mean: number, error: number) => ({ value: scale(mean), low: scale(Math.max(0, mean - factor * error)), high: scale(mean + factor * error) });
  const mean = wl / w;
  const plain = l / rows;
  return {
    estimate: around(mean, Math.sqrt(Math.max(0, wwll - 2 * mean * wwl + mean * mean * ww)) / w), unweighted: around(plain, Math.sqrt(Math.max(0, ll / rows - plain * plain) / rows)),
    effectiveRows: w ** 2 / ww, rows, clippedRows: clipped, clippedAt,
  };
}

export function weightedEstimate(weighted: WeightedRows, scale: Scale, level: number): WeightedEstimate | undefined {
  return estimateOf(sumsOf(weighted), scale, level);
}

export function overlapOf(ratios: Float64Array): Overlap {
  const { rows, clipped, w, ww } = sumsOf({ losses: new Float64Array(ratios.length), ratios });
  return { rows, effectiveRows: ww > 0 ? w ** 2 / ww : 0, clippedRows: clipped, clippedAt };
}

/** Fewer effective rows than this share of the rows: hardly any of them resemble what they stand for. */
const littleOverlap = 0.1;
/** And fewer than this many say little by themselves. */
const fewRows = 10;

export const overlaps = ({ effectiveRows, rows }: Overlap): boolean => effectiveRows >= littleOverlap * rows && effectiveRows >= fewRows;
