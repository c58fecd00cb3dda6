/** Features used, interaction strength, complexity and monotonicity of a model, from its effects over one sample of rows. */
import { asCategories, columnsByName } from '../../data/encoding/binding';
import type { Column } from '../../data/table';
import type { Rng } from '../../math/random';
import type { WorkContext } from '../../context';
import type { Ale } from '../ale';
import { firstOrderAles } from '../ale';
import type { AleGrid } from '../aleGrid';
import type { ModelFunction } from '../modelFunction';
import { effectComplexity, effectVariance, interactionStrength, meanComplexity, monotonicity, standsOut, variance, type MainEffect } from './mainEffects';
import { joined, pickedRows } from './maskedFunction';

/** The curve of a feature as scores need it; `column` holds the rows that the curve was made on. */
export function mainEffectOf(ale: Ale, column: Column): MainEffect {
  const numeric = ale.kind !== 'category';
  return {
    feature: ale.feature, numeric, inRows: ale.atRows, grid: ale.edges, effect: ale.effect, counts: ale.counts,
    x: numeric && column.storage === 'number' ? column.values : asCategories(column).codes,
  };
}

export interface FeatureEffectScores {
  readonly feature: string;
  readonly used: boolean;
  /** Share of the predictions' variance that the feature's own effect makes up, V_j / Var(f). */
  readonly variance: number;
  /** Absent for a feature whose own effect is lost in the noise of interactions. */
  readonly complexity?: number;
  readonly capped?: boolean;
  /** Absent for categories too. */
  readonly monotonicity?: number;
}

export interface EffectScores {
  readonly features: readonly FeatureEffectScores[];
  readonly featuresUsed: number;
  readonly interactionStrength?: number;
  readonly mainEffectComplexity?: number;
  /** Mean of the features' monotonicity weighted by V_j. */
  readonly monotonicity?: number;
}

/**
 * Whether the model uses each feature: in some row its prediction changes when the value is exchanged for a different observed
 * one, by more than 1e-9 of the range of the predictions (rounding). The first `most` rows of the functions, one exchange each.
 */
export async function featuresUsed(functions: readonly ModelFunction[], features: readonly string[], rng: Rng, breathe: WorkContext['breathe']): Promise<boolean[]> {
  const [first] = functions;
  const base = joined(functions, []);
  const tolerance = 1e-9 * (rangeOf(base) || base.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1);
  const columns = columnsByName(first.table);
  const used: boolean[] = [];
  for (const feature of features) {
    const pause = breathe();
    if (pause) await pause;
    const column = columns.get(feature);
    const swapped = column && exchanged(column, rng.fork(`exchange ${feature}`));
    used.push(swapped !== undefined && joined(functions, [swapped]).some((v, i) => Math.abs(v - base[i]) > tolerance));
  }
  return used;
}

/** Each cell replaced by that of a random other row with a different value; undefined for a constant column. */
function exchanged(column: Column, rng: Rng): Column | undefined {
  const key = column.storage === 'number' ? column.values : column.codes;
  const different = (a: number, b: number): boolean => a !== b && !(Number.isNaN(a) && Number.isNaN(b));
  const second = Array.from(key).findIndex(v => different(v, key[0]));
  if (second < 0) return undefined;
  return pickedRows(column, Int32Array.from(key, own => {
    for (let tries = 0; tries < 20; tries++) {
      const other = rng.integer(key.length);
      if (different(key[other], own)) return other;
    }
    return different(key[0], own) ? 0 : second;
  }));
}

/**
 * The scores of one model. `functions`: its outputs over the sample; `grids`: of every feature over the same rows (absent: no
 * curves, the features used alone). Sums of squares and V_j are added up over the outputs, complexities and monotonicity
 * weighted by V_j over features and outputs.
 */
export async function effectScores(
  functions: readonly ModelFunction[], grids: ReadonlyMap<string, AleGrid> | undefined, features: readonly string[], used: readonly boolean[], breathe: WorkContext['breathe'],
): Promise<EffectScores> {
  const count = used.filter(Boolean).length;
  if (!grids) return { features: features.map((feature, j) => ({ feature, used: used[j], variance: NaN })), featuresUsed: count };
  const values = functions.map(f => f.values());
  const spread = values.map(variance);
  const total = spread.reduce((a, b) => a + b, 0);
  const byOutput: MainEffect[][] = functions.map(() => []);
  for (let j = 0; j < features.length; j++) {
    const pause = breathe();
    if (pause) await pause;
    const grid = grids.get(features[j]);
    if (!grid || !used[j]) continue;
    firstOrderAles(functions, grid).forEach((ale, k) => byOutput[k].push(mainEffectOf(ale, grid.column)));
  }
  const strength = total > 0 ? values.reduce((sum, f, k) => sum + interactionStrength(f, byOutput[k]) * spread[k], 0) / total : 0;
  const known = byOutput[0].map((_, e) => combine(byOutput.map(effects => effects[e]), total, strength));
  const byName = new Map(known.map(item => [item.feature, item]));
  return {
    features: features.map((feature, j) => shown(byName.get(feature), feature, used[j], total)),
    featuresUsed: count, interactionStrength: strength,
    mainEffectComplexity: total > 0 ? meanComplexity(known.map(k => k.variance), known.map(k => k.complexity), total) : undefined,
    monotonicity: weighted(known.filter(k => k.shown && k.monotonicity !== undefined).map(k => [k.variance, k.monotonicity!])),
  };
}

interface Combined {
  readonly feature: string;
  readonly variance: number;
  readonly complexity: number;
  readonly capped: boolean;
  readonly monotonicity: number | undefined;
  readonly shown: boolean;
}

/** One feature over the outputs. */
function combine(effects: readonly MainEffect[], total: number, strength: number): Combined {
  const variances = effects.map(effectVariance);
  const complexities = effects.map(e => effectComplexity(e));
  const variance = variances.reduce((a, b) => a + b, 0);
  const monotone = effects.map(monotonicity);
  return {
    feature: effects[0].feature, variance, shown: standsOut(variance, total, strength),
    complexity: weighted(complexities.map((c, k) => [variances[k], c.value])) ?? 0,
    capped: complexities.some((c, k) => c.capped && variances[k] > 0),
    monotonicity: weighted(monotone.flatMap((m, k) => (m === undefined ? [] : [[variances[k], m] as [number, number]]))),
  };
}

function shown(item: Combined | undefined, feature: string, used: boolean, total: number): FeatureEffectScores {
  if (!item) return { feature, used, variance: 0, ...(used ? {} : { complexity: 0 }) };
  return {
    feature, used, variance: total > 0 ? item.variance / total : 0,
    ...(item.shown ? { complexity: item.complexity, capped: item.capped } : {}),
    ...(item.shown && item.monotonicity !== undefined ? { monotonicity: item.monotonicity } : {}),
  };
}

function weighted(pairs: readonly (readonly [number, number])[]): number | undefined {
  if (pairs.length === 1) return pairs[0][0] > 0 ? pairs[0][1] : undefined;
  const weight = pairs.reduce((sum, [w]) => sum + w, 0);
  return weight > 0 ? pairs.reduce((sum, [w, v]) => sum + w * v, 0) / weight : undefined;
}

function rangeOf(values: Float64Array): number {
  let low = Infinity;
  let high = -Infinity;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return high > low ? high - low : 0;
}
