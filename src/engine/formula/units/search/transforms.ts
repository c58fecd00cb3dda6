// Powers of the target under which it may be a sum of terms, with what a misfit of the power counts in the target's own units.
import type { Expression } from '../../expression';
import { exact, negative, power as raised, squareRoot } from '../../expression';

export type Power = 1 | -1 | 2 | -2;
export const powers: readonly Power[] = [1, -1, 2, -2];

export interface Transformed {
  power: Power;
  /** yᵏ, or what stands for it. */
  values: Float64Array;
  /** |dy/d(yᵏ)|. */
  weights: Float64Array;
  /** Of the target, which was multiplied by it. */
  sign: number;
}

/**
 * yᵏ with weights; undefined where the target does not allow it. `around`: predictions ŷ of a formula that is nearly right. With them
 * ŷᵏ + k ŷᵏ⁻¹ (y − ŷ) takes the place of yᵏ, so that noise of y neither bends the transform nor decides the weights.
 */
export function transformed(y: Float64Array, power: Power, around?: Float64Array): Transformed | undefined {
  const size = Math.sqrt(y.reduce((total, v) => total + v * v, 0) / y.length);
  const sign = power % 2 === 0 ? Math.sign(y.reduce((total, v) => total + v, 0)) || 1 : 1;
  const at = around ?? y;
  if (power % 2 === 0 && at.reduce((count, v) => count + (v * sign > 0 ? 0 : 1), 0) > 0.05 * y.length) return undefined;
  const values = new Float64Array(y.length);
  const weights = new Float64Array(y.length);
  for (let i = 0; i < y.length; i++) {
    const v = at[i]! * sign;
    if (v === 0 || (power % 2 === 0 && v < 0)) continue;
    values[i] = v ** power + power * v ** (power - 1) * (y[i]! * sign - v);
    weights[i] = Math.min(Math.abs(v ** (1 - power) / power), power === 2 ? 5 / size : Infinity);
  }
  return values.every(Number.isFinite) ? { power, values, weights, sign } : undefined;
}

/** The formula for y from one for yᵏ. */
export function back(of: Expression, power: Power, sign: number): Expression {
  const plain = power === 1 ? of : power === -1 ? raised(of, -1) : power === 2 ? squareRoot(of) : raised(of, exact(-0.5, '-1/2'));
  return sign < 0 ? negative(plain) : plain;
}
