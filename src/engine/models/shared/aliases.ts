/** Says of which earlier columns an aliased one is a combination. */
import type { Note } from '../../../protocol/profile';
import type { TermInfo } from '../../data/encoding/encoding';

export interface AliasedColumn {
  readonly column: number;
  readonly intercept: number;
  readonly of: ArrayLike<number>;
  readonly multipliers: ArrayLike<number>;
}

export interface Aliased { readonly term: string; readonly reason: string }

const mostParts = 6;

export function describeAliases(aliased: readonly AliasedColumn[], terms: readonly TermInfo[]): Aliased[] {
  return aliased.map(alias => ({ term: terms[alias.column].name, reason: reasonOf(alias, terms) }));
}

function reasonOf({ column, intercept, of, multipliers }: AliasedColumn, terms: readonly TermInfo[]): string {
  const name = terms[column].name;
  if (of.length === 0) return `${name} is the same in every row (${number(intercept)})`;
  if (of.length > mostParts) {
    const shown = Array.from(of).slice(0, mostParts).map(j => terms[j].name).join(', ');
    return `${name} is a linear combination of ${shown} and ${of.length - mostParts} more`;
  }
  let text = '';
  for (let k = 0; k < of.length; k++) text += part(multipliers[k], terms[of[k]].name, text === '');
  if (intercept !== 0) text += part(intercept, undefined, text === '');
  return `${name} = ${text}`;
}

function part(multiplier: number, name: string | undefined, first: boolean): string {
  const sign = multiplier < 0 ? (first ? '−' : ' − ') : first ? '' : ' + ';
  const size = Math.abs(multiplier);
  if (name === undefined) return sign + number(size);
  return sign + (size === 1 ? name : `${number(size)} × ${name}`);
}

function number(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Says how many terms are aliased, where there are any. */
export function aliasNote(aliased: number): Note[] {
  if (aliased === 0) return [];
  const text = aliased === 1
    ? '1 term is an exact linear combination of earlier ones and has no weight of its own; the predictions are the same without.'
    : `${aliased} terms are exact linear combinations of earlier ones and have no weight of their own; the predictions are the same without.`;
  return [{ kind: 'aliased', text }];
}
