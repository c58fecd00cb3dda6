/** Texts from the data in source code: quoted so that no name or level can end a string or a comment. */
import { UserError } from '../../protocol/errors';

/** Control characters, line separators, and the marks that turn the direction of text (a reader would see other code). */
const hidden = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A string literal of TypeScript and of Python: JSON's escapes mean the same in both. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(hidden, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** One line of a comment. */
export function inComment(text: string): string {
  return text.replace(hidden, ' ').replace(/[\ud800-\udfff]/gu, ' ');
}

/** A literal of SQL. Throws UserError for a NUL, which no dialect can write. */
export function sqlText(text: string): string {
  return `'${withoutNul(text).replaceAll("'", "''")}'`;
}

/** An identifier of SQL, always quoted: reserved words and odd names need no rule of their own. */
export function sqlName(name: string): string {
  return `"${withoutNul(name).replaceAll('"', '""')}"`;
}

function withoutNul(text: string): string {
  if (text.includes('\0')) throw new UserError('badOption', `The name or level "${inComment(text)}" holds a NUL character, which SQL cannot write.`);
  return text;
}

/** Shortest text from which a single-precision number can be read back exactly. */
export function singleText(value: number): string {
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

/** Items joined by commas in lines of bearable length. */
export function wrapped(items: readonly string[], indent: string, width = 140): string {
  const lines: string[] = [];
  let line = indent;
  for (const item of items) {
    if (line.length > indent.length && line.length + item.length + 2 > width) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${item}, `;
  }
  lines.push(line.trimEnd());
  return lines.join('\n');
}
