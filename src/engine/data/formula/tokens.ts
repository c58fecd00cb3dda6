/** Splits the text of a formula into tokens. */
import { UserError } from '../../../protocol/errors';

export interface Token {
  readonly kind: 'number' | 'string' | 'name' | 'operator' | 'end';
  /** The operator; the name or the string without its quotes; the digits of a number. */
  readonly text: string;
  readonly quoted?: boolean;
  readonly at: number;
}

const operators = ['**', '<=', '>=', '==', '!=', '&&', '||', '+', '-', '*', '/', ':', '^', '(', ')', ',', '<', '>', '!', '&', '|', '~', '='];
const numberPattern = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?L?/y;
const namePattern = /[\p{L}._][\p{L}\p{N}\p{M}._]*/uy;
const percentPattern = /%[^%\s]*%/y;

/** A fault in the formula at an offset of its text (0-based; said 1-based). */
export function formulaError(text: string, at: number | undefined, message: string): UserError {
  if (at === undefined) return new UserError('badFormula', `${message} (in the formula "${text}").`);
  const near = text.slice(at, at + 20);
  const place = near === '' ? 'at its end' : `at position ${at + 1}, "${near}${text.length > at + 20 ? '…' : ''}"`;
  return new UserError('badFormula', `${message} (in the formula "${text}", ${place}).`);
}

/** Throws UserError 'badFormula' for characters that no formula has and for quotes that never close. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const matchAt = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const character = text[at]!;
    if (/\s/.test(character)) { at++; continue; }
    if (character === '"' || character === "'" || character === '`') {
      const { value, end } = readQuoted(text, at);
      tokens.push(character === '`' ? { kind: 'name', text: value, quoted: true, at } : { kind: 'string', text: value, at });
      at = end;
      continue;
    }
    const number = matchAt(numberPattern);
    if (number !== undefined) { tokens.push({ kind: 'number', text: number, at }); at += number.length; continue; }
    const name = matchAt(namePattern);
    if (name !== undefined) { tokens.push({ kind: 'name', text: name, at }); at += name.length; continue; }
    const percent = matchAt(percentPattern);
    if (percent !== undefined) { tokens.push({ kind: 'operator', text: percent, at }); at += percent.length; continue; }
    const operator = operators.find(o => text.startsWith(o, at));
    if (operator === undefined) throw formulaError(text, at, `"${character}" is not part of a formula`);
    tokens.push({ kind: 'operator', text: operator, at });
    at += operator.length;
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

const escapes = new Map([['n', '\n'], ['t', '\t'], ['r', '\r']]);

function readQuoted(text: string, start: number): { value: string; end: number } {
  const quote = text[start]!;
  let value = '';
  for (let i = start + 1; i < text.length; i++) {
    const character = text[i]!;
    if (character === quote) return { value, end: i + 1 };
    if (character === '\\' && i + 1 < text.length) {
      i++;
      value += escapes.get(text[i]!) ?? text[i]!;
    } else {
      value += character;
    }
  }
  throw formulaError(text, start, `A ${quote} is never closed`);
}
