/**
 * What the first-order effects of a model add up to: interaction strength, mean complexity and monotonicity (Molnar, Casalicchio
 * & Bischl 2019; the monotonicity index is ours). f(x) = f₀ + Σ_j f_j(x_j) + interactions, f_j the centred first-order ALE.
 */
import { categoricalComplexity, numericComplexity, type Complexity, type ComplexityOptions } from './segments';

/** One feature's centred first-order ALE, as the scores need it. */
export interface MainEffect {
  readonly feature: string;
  readonly numeric: boolean;
  /** The effect in each row of the sample, f_j(x_j⁽ⁱ⁾). */
  readonly inRows: Float64Array;
  /** Numeric: the feature in each row (NaN where missing), and the grid. Categorical: level of each row, and nothing. */
  readonly x: ArrayLike<number>;
  /** Numeric: rising grid values. Categorical: 0 … levels − 1. */
  readonly grid: ArrayLike<number>;
  /** The effect at each grid value. */
  readonly effect: ArrayLike<number>;
  /** Numeric: rows in each interval of the grid (one fewer than grid values). Categorical: rows of each level. */
  readonly counts: ArrayLike<number>;
}

/**
 * Interaction strength IAS = Σᵢ (f(xᵢ) − f₀ − Σ_j f_j(xᵢ))² / Σᵢ (f(xᵢ) − f₀)²: the share of the variance of the predictions `f`
 * that the effects of single features do not hold. 0 for an additive model; above 1 is possible; 0 by definition where the
 * predictions do not vary.
 */
export function interactionStrength(f: ArrayLike<number>, effects: readonly MainEffect[]): number {
  const n = f.length;
  const mean = meanOf(f);
  let left = 0;
  let all = 0;
  for (let i = 0; i < n; i++) {
    let rest = f[i] - mean;
    all += rest * rest;
    for (const { inRows } of effects) rest -= inRows[i];
    left += rest * rest;
  }
  return all > 0 ? left / all : 0;
}

/** V_j = (1/n) Σᵢ f_j(xᵢ)²: how much of the predictions moves with the feature by itself. */
export function effectVariance({ inRows }: MainEffect): number {
  let sum = 0;
  for (let i = 0; i < inRows.length; i++) sum += inRows[i] * inRows[i];
  return inRows.length > 0 ? sum / inRows.length : 0;
}

/** Population variance of the values. */
export function variance(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - mean) ** 2;
  return values.length > 0 ? sum / values.length : 0;
}

/** Complexity of one effect; that of a numeric one is measured on the rows, with breaks at the grid's values. */
export function effectComplexity(effect: MainEffect, options?: ComplexityOptions): Complexity {
  return effect.numeric
    ? numericComplexity(effect.x, effect.inRows, effect.grid, options)
    : categoricalComplexity(effect.effect, effect.counts, options);
}

/** Main effects hold less than this share of the predictions' variance: their complexity then describes noise. */
export const fewestMainEffects = 0.05;

/**
 * MEC = Σ_j V_j MEC_j / Σ_j V_j. Undefined where the main effects together hold less than 5 % of the variance of `f` (or f does
 * not vary): ALE curves of a model of interactions alone are noise.
 */
export function meanComplexity(variances: readonly number[], complexities: readonly number[], varianceOfF: number): number | undefined {
  const total = variances.reduce((a, b) => a + b, 0);
  if (!(total > 0) || total < fewestMainEffects * varianceOfF) return undefined;
  return variances.reduce((sum, v, j) => sum + v * complexities[j], 0) / total;
}

/**
 * Whether a feature's own effect stands out from the noise that interactions leave in it: V_j / Var(f) above 5 % of the
 * interaction strength (at most 1). Its complexity and monotonicity are not shown otherwise. Ours.
 */
export function standsOut(varianceOfEffect: number, varianceOfF: number, strength: number): boolean {
  return varianceOfEffect > 0 && varianceOfEffect >= fewestMainEffects * Math.min(1, strength) * varianceOfF;
}

/**
 * Monotonicity index (ours): M_j = |Σ_k w_k Δ_k| / Σ_k w_k |Δ_k| over the steps Δ_k of the effect along the grid, w_k the share of
 * rows in the step. 1: only rises or only falls; 0: comes back to where it began. Undefined for categories and flat effects.
 */
export function monotonicity({ numeric, effect, counts }: MainEffect): number | undefined {
  if (!numeric) return undefined;
  let net = 0;
  let path = 0;
  for (let k = 1; k < effect.length; k++) {
    const step = counts[k - 1] * (effect[k] - effect[k - 1]);
    net += step;
    path += Math.abs(step);
  }
  return path > 0 ? Math.min(1, Math.abs(net) / path) : undefined;
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
