// The text of a formula as tokens with their places. Only the marks of arithmetic get past here: no assignment, index,
// string, block, range or comparison of the grammar that parses them later can be written.
import { UserError } from '../../../protocol/errors';

export interface Token {
  kind: 'number' | 'name' | 'mark';
  text: string;
  /** From 1, as people count. */
  position: number;
  /** A name in quotes or back-quotes: always a column. */
  quoted: boolean;
}

/** Longest text, in characters, and deepest brackets that are read. */
const longest = 5000;
const deepest = 60;

export const faultAt = (position: number, what: string): UserError => new UserError('badFormula', `${what}, at position ${position} of the formula.`);

const spaces = /[\s\u00a0\u2009\u202f]+/uy;
const numbers = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/uy;
const names = /[\p{L}_][\p{L}\p{M}\p{Nd}_₀-₉]*/uy;
const quotes = /`([^`]*)`|"([^"]*)"|'([^']*)'/uy;
const superscripts = /[⁰¹²³⁴⁵⁶⁷⁸⁹]+/uy;
const marks: Readonly<Record<string, string>> = {
  '+': '+', '-': '-', '−': '-', '–': '-', '*': '*', '·': '*', '×': '*', '⋅': '*', '∗': '*', '/': '/', '÷': '/', '^': '^', '(': '(', ')': ')', ',': ',', '=': '=', '√': 'sqrt',
};

/** Throws UserError with the place of what cannot be read. `columns`: names that win over the splitting of names, as "Sepal.Length". */
export function tokensOf(text: string, columns: ReadonlySet<string>): Token[] {
  if (text.length > longest) throw new UserError('badFormula', `The formula has ${text.length} characters; at most ${longest} are read.`);
  const dotted = [...columns].filter(name => /[^\p{L}\p{M}\p{Nd}_₀-₉]/u.test(name) && /^[\p{L}_][\p{L}\p{M}\p{N}_.]*$/u.test(name)).sort((a, b) => b.length - a.length);
  const found: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const take = (kind: Token['kind'], text: string, length: number, quoted = false): void => {
    found.push({ kind, text, position: at + 1, quoted });
    at += length;
  };
  while (at < text.length) {
    const space = match(spaces);
    if (space) {
      at += space[0].length;
      continue;
    }
    const column = dotted.find(name => text.startsWith(name, at) && !/^[\p{L}\p{M}\p{N}_]/u.test(text.slice(at + name.length)));
    const number = match(numbers);
    const name = match(names);
    const quote = match(quotes);
    const superscript = match(superscripts);
    if (column) take('name', column, column.length);
    else if (number) take('number', number[0], number[0].length);
    else if (name) take('name', name[0], name[0].length);
    else if (quote) take('name', quote[1] ?? quote[2] ?? quote[3]!, quote[0].length, true);
    else if (superscript) {
      take('mark', '^', 0);
      take('number', superscript[0].normalize('NFKC'), superscript[0].length);
    } else if (text.startsWith('**', at)) take('mark', '^', 2);
    else if (text[at]! in marks) take(text[at] === '√' ? 'name' : 'mark', marks[text[at]!]!, 1);
    else throw faultAt(at + 1, `"${String.fromCodePoint(text.codePointAt(at)!)}" has no meaning in a formula`);
  }
  checkBrackets(found);
  return found;
}

function checkBrackets(tokens: readonly Token[]): void {
  const open: number[] = [];
  for (const { kind, text, position } of tokens) {
    if (kind !== 'mark') continue;
    if (text === '(') open.push(position);
    if (text === ')' && open.pop() === undefined) throw faultAt(position, 'A bracket closes that was not opened');
    if (open.length > deepest) throw faultAt(position, `Brackets are nested more than ${deepest} deep`);
  }
  if (open.length) throw faultAt(open.at(-1)!, 'A bracket is opened that is not closed');
}
