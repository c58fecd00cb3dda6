/** Plain values as Python source. */
import type { OptionValue } from '../../protocol/recipe';

export type Plain = OptionValue | null | readonly Plain[] | { readonly [name: string]: Plain };

const widest = 110;

/**
 * The value as a Python expression: what stands on one line up to 110 characters, else its items line by line. JSON's escapes in texts mean
 * the same to Python, and numbers are written with all digits.
 */
export function pythonLiteral(value: Plain, indent = ''): string {
  const short = onOneLine(value);
  if (value === null || typeof value !== 'object' || indent.length + short.length <= widest) return short;
  const inner = `${indent}    `;
  return isList(value)
    ? `[\n${filled(value.map(item => pythonLiteral(item, inner)), inner)}\n${indent}]`
    : `{\n${Object.entries(value).map(([name, item]) => `${inner}${JSON.stringify(name)}: ${pythonLiteral(item, inner)},\n`).join('')}${indent}}`;
}

function onOneLine(value: Plain): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(onOneLine).join(', ')}]`;
  return `{${Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${onOneLine(item)}`).join(', ')}}`;
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);

/** As many items a line as fit: there may be thousands of columns. */
function filled(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + item.length + 3 <= widest && !item.includes('\n')) lines[lines.length - 1] = `${last} ${item},`;
    else lines.push(`${indent}${item},`);
  }
  return lines.join('\n');
}
