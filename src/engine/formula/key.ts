// A text that is the same for equal formulas in canonical form: for comparing, sorting and remembering them.
import type { Expression } from './expression';

/** `fittedAs`: what a free number is written as; by default its value, so that two fits of one structure differ. */
export function keyOf(of: Expression, fittedAs?: string): string {
  switch (of.kind) {
    case 'number':
      return of.free && fittedAs !== undefined ? fittedAs : `${of.value}`;
    case 'variable':
      return `x${of.index}`;
    case 'sum':
      return `(+ ${of.terms.map(term => keyOf(term, fittedAs)).join(' ')})`;
    case 'product':
      return `(* ${of.factors.map(factor => keyOf(factor, fittedAs)).join(' ')})`;
    case 'power':
      return `(^ ${keyOf(of.base, fittedAs)} ${keyOf(of.exponent, fittedAs)})`;
    case 'call':
      return `(${of.name} ${keyOf(of.argument, fittedAs)})`;
  }
}

/** The key of a formula's structure: all fitted numbers alike. */
export const structureKey = (of: Expression): string => keyOf(of, 'c');
