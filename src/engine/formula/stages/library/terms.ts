// A term of a library: a formula without a number in front, and its values on the rows.
import type { Expression } from '../../expression';
import { exact, fitted, power, product, sum, variable } from '../../expression';
import { structureBits } from '../../describe';
import { valuesOf } from '../../values';
import type { SearchRows } from '../../searchRows';

export interface Term {
  expression: Expression;
  values: Float64Array;
  /** Bits of the term and of its coefficient in a sum. */
  cost: number;
}

/** Bits that a fitted coefficient takes, about. */
export const coefficientBits = 8;

/** The term, or undefined where it has no finite values. */
export function termOf(expression: Expression, rows: SearchRows, values = valuesOf(expression, rows.columns, rows.rows)): Term | undefined {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return undefined;
  return { expression, values, cost: costOfTerm(expression, rows.variables) };
}

/** Bits of "+ c · term". */
export function costOfTerm(expression: Expression, variables: number): number {
  const one = expression.kind === 'number';
  return structureBits(one ? exact(1) : product(fitted(1), expression), variables) + Math.log2(12 + variables) + coefficientBits - (one ? 1.5 : 0);
}

/** Π xᵢ^pᵢ; 1 for no factors. */
export function monomial(exponents: readonly number[]): Expression {
  const factors = exponents.map((p, k) => (p === 0 ? undefined : p === 1 ? variable(k) : power(variable(k), halfNamed(p)))).filter(each => each !== undefined);
  return factors.length === 0 ? exact(1) : factors.length === 1 ? factors[0]! : product(...factors);
}

const halfNamed = (p: number): Expression => (Number.isInteger(p) ? exact(p) : exact(p, `${2 * p}/2`));

/** Σ cⱼ termⱼ with fitted numbers. */
export function weightedSum(terms: readonly Expression[], coefficients: ArrayLike<number>): Expression {
  const parts = terms.map((term, j) => (term.kind === 'number' ? fitted(coefficients[j]! * term.value) : product(fitted(coefficients[j]!), term)));
  return parts.length === 1 ? parts[0]! : sum(...parts);
}
