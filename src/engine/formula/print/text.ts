// A formula as a person types it, short, with few brackets; parseFormula reads it back.
import type { Expression } from '../expression';
import { knownConstants, knownFunctions } from '../parse/functions';
import { infix } from './infix';
import { layout } from './layout';
import { numerals, type Digits } from './numerals';

export function formulaText(of: Expression, names: readonly string[], digits: Digits = {}): string {
  const numeral = numerals(of, digits);
  return infix(layout(of), {
    variable: index => quotedName(names[index]!),
    // A column of the name would be read in the constant's place.
    number: node => (node.name && !node.name.split(/[^\w]+/).some(word => names.includes(word)) ? node.name : numeral(node)),
    call: (name, argument) => `${name}(${argument})`,
    root: inner => `sqrt(${inner})`,
    power: (base, exponent) => `${base}^${exponent}`,
    powerIsCall: () => false,
    signBindsTighter: false,
  });
}

/** A name as the parser takes it: in quotes if it is no word. */
export function quotedName(name: string): string {
  if (/^[\p{L}_][\p{L}\p{M}\p{Nd}_₀-₉]*$/u.test(name) && !knownFunctions.has(name.toLowerCase()) && !knownConstants.has(name)) return name;
  const mark = ['`', '"', "'"].find(quote => !name.includes(quote)) ?? '`';
  return mark + name.replaceAll(mark, '') + mark;
}
