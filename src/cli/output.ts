/** Where results of the program go: a file written whole, or standard output. */
import { fstatSync, writeSync } from 'node:fs';

import { writeWhole } from '../engine/writeWhole';
import { UserError } from '../protocol/errors';
import { jsonText } from '../protocol/jsonText';

/** Writes text to the file, or to standard output when the name is "-". */
export async function writeResult(target: string, text: string): Promise<void> {
  if (target === '-') await print(text);
  else await writeWhole(target, text);
}

/** Two results cannot go to the same place. `flags`: those that name the outputs, in words. */
export function requireDistinct(outputs: readonly string[], flags: string): void {
  const twice = outputs.find((out, i) => outputs.indexOf(out) !== i);
  if (twice === undefined) return;
  throw new UserError('badOption', `${flags} need a place each; ${twice === '-' ? 'standard output' : twice} is named twice.`);
}

/** All of the text to standard output. Errors: 'cannotWrite', where a disk behind it is full. */
export async function print(text: string): Promise<void> {
  if (fstatSync(1).isFile()) {
    printToFile(Buffer.from(text, 'utf8'));
    return;
  }
  await new Promise<void>((resolve, reject) => process.stdout.write(text, error => (error ? reject(cannotPrint(error)) : resolve())));
}

/** Node's own stream for a file takes no notice of a write that was cut short. */
function printToFile(bytes: Buffer): void {
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(1, bytes, written);
  } catch (error) {
    throw cannotPrint(error);
  }
}

function cannotPrint(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EPIPE') return error;
  return new UserError('cannotWrite', `Standard output could not be written${code === 'ENOSPC' ? ': the disk is full' : ''}.`, { detail: String(error) });
}

/** JSON with two spaces of indentation, lists of numbers and texts on one line, and a final line end. */
export function asJson(value: unknown): string {
  return jsonText(value, 2);
}

/** Text as a table: columns padded to their widest cell, numbers to the right. Control characters are made visible. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[], right: readonly boolean[], widest = 40): string {
  const clean = (cell: string): string => {
    const visible = cell.replace(/[\u0000-\u001f\u007f]/g, '\u00b7');
    return visible.length > widest ? `${visible.slice(0, widest - 1)}…` : visible;
  };
  const cells = [header, ...rows].map(row => row.map(clean));
  const widths = header.map((_, j) => Math.max(...cells.map(row => row[j]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, j) => (right[j] ? cell.padStart(widths[j]!) : cell.padEnd(widths[j]!))).join('  ').trimEnd();
  return `${cells.map(line).join('\n')}\n`;
}
