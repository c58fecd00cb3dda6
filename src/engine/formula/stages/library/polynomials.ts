// The library of monomials: all products of whole powers up to a degree that keeps their number in bounds.
import type { SearchRows } from '../../searchRows';
import { monomial, termOf, type Term } from './terms';

/** Highest degree by number of variables: about 200 monomials at most. */
const degrees = [0, 8, 6, 5, 5, 4, 4, 3, 3, 3, 3];

export const degreeFor = (variables: number): number => degrees[variables] ?? (variables <= 18 ? 2 : 1);

/** Exponents of all monomials of up to `degree`, lowest degrees first. `each`: largest exponent of one variable. */
export function exponentsUpTo(variables: number, degree: number, each = degree): number[][] {
  const all: number[][] = [];
  const add = (so: number[], left: number): void => {
    if (so.length === variables) return void all.push(so);
    for (let p = 0; p <= Math.min(left, each); p++) add([...so, p], left - p);
  };
  add([], degree);
  const total = (of: number[]): number => of.reduce((a, b) => a + b, 0);
  return all.sort((a, b) => total(a) - total(b));
}

/** Monomials as terms, the constant first. */
export function polynomialTerms(rows: SearchRows, degree = degreeFor(rows.variables), each = degree): Term[] {
  const found: Term[] = [];
  for (const exponents of exponentsUpTo(rows.variables, degree, each)) {
    const values = new Float64Array(rows.rows).fill(1);
    exponents.forEach((p, k) => {
      const x = rows.columns[k]!;
      if (p > 0) for (let i = 0; i < values.length; i++) values[i]! *= x[i]! ** p;
    });
    const term = termOf(monomial(exponents), rows, values);
    if (term) found.push(term);
  }
  return found;
}
