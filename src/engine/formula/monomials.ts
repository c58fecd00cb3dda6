// Terms of a sum as numbers times powers of atoms, an atom being whatever is no product: what polynomials are made of.
import { coefficientOf } from './canonical';
import type { Expression, NumberNode } from './expression';
import { exact, power } from './expression';
import { keyOf } from './key';

/** A term: its number and the exponent of each atom, an atom being whatever is no product. */
export interface Monomial {
  readonly term: Expression;
  readonly by: NumberNode;
  readonly exponents: readonly number[];
}

/** None where an exponent is not half or whole, or was fitted. New atoms are added to `atoms`. */
export function monomialOf(term: Expression, atoms: Expression[]): Monomial[] {
  const [by, rest] = coefficientOf(term);
  const exponents: number[] = [];
  for (const [base, exponent] of factorsOf(rest)) {
    if (base.kind === 'number' || !Number.isInteger(2 * exponent)) return [];
    const key = keyOf(base);
    const known = atoms.findIndex(atom => keyOf(atom) === key);
    const at = known < 0 ? atoms.push(base) - 1 : known;
    exponents[at] = (exponents[at] ?? 0) + exponent;
  }
  return [{ term, by, exponents }];
}

/** Bases with their exponents, (x y)² opened; NaN for an exponent that is no number by itself. */
function factorsOf(of: Expression | undefined, times = 1): [Expression, number][] {
  if (!of) return [];
  if (of.kind === 'product') return of.factors.flatMap(factor => factorsOf(factor, times));
  if (of.kind !== 'power') return [[of, times]];
  const exponent = of.exponent.kind === 'number' && !of.exponent.free ? of.exponent.value * times : NaN;
  return of.base.kind === 'product' && Number.isInteger(exponent) ? factorsOf(of.base, exponent) : [[of.base, exponent]];
}

export const padded = ({ exponents, ...rest }: Monomial, count: number): Monomial => ({ ...rest, exponents: Array.from({ length: count }, (_, k) => exponents[k] ?? 0) });

/** The factors of a monomial. */
export const monomial = (exponents: readonly number[], atoms: readonly Expression[]): Expression[] =>
  exponents.flatMap((e, k) => (e === 0 ? [] : e === 1 ? [atoms[k]!] : [power(atoms[k]!, e === 0.5 ? exact(0.5, '1/2') : e)]));
