/** Writes rows as CSV, whole or not at all, so that a spreadsheet takes no cell for a formula. */
import type { WorkContext } from '../context';
import { WholeFile } from '../writeWhole';
import { numberCell } from './numberCell';
import { needsQuotes, spreadsheetText } from './spreadsheetText';

export type Cell = string | number | undefined | null;

/** Cells by column, the header's included, that were written with an apostrophe so that no spreadsheet runs them. */
export type Guarded = Float64Array;

/** Header and rows to `path`. Numbers are written in their shortest exact form; missing (NaN, undefined, null) as empty. Errors: 'cannotWrite'. */
export async function writeCsv(path: string, header: readonly string[], rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>, context: WorkContext): Promise<number> {
  return (await writeCsvBlocks(path, header, oneByOne(rows), context)).rows;
}

async function* oneByOne(rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>): AsyncGenerator<readonly (readonly Cell[])[]> {
  for await (const row of rows) yield [row];
}

/** The same with many rows at a time: a block is written before the next is asked for. */
export async function writeCsvBlocks(path: string, header: readonly string[], blocks: AsyncIterable<Iterable<readonly Cell[]>>, context: WorkContext): Promise<{ rows: number; guarded: Guarded }> {
  const file = await WholeFile.create(path);
  const guarded: Guarded = new Float64Array(header.length);
  let written = 0;
  try {
    let text = csvLine(header, guarded);
    for await (const rows of blocks) {
      for (const row of rows) {
        text += csvLine(row, guarded);
        written++;
        if (text.length < 1 << 16) continue;
        await file.write(text);
        text = '';
        await context.breathe();
      }
    }
    await file.write(text);
    await context.breathe();
    await file.commit();
    return { rows: written, guarded };
  } catch (error) {
    await file.discard();
    throw error;
  }
}

export function csvLine(cells: readonly Cell[], guarded?: Guarded): string {
  let line = '';
  for (let j = 0; j < cells.length; j++) {
    if (j > 0) line += ',';
    const cell = cells[j];
    if (typeof cell === 'number') line += numberCell(cell);
    else if (cell !== undefined && cell !== null) line += isPlain(cell) ? cell : textCell(cell, guarded, j);
  }
  // A single empty cell would be a blank line, which readers skip.
  return cells.length === 1 && line === '' ? '""\n' : `${line}\n`;
}

/** One cell, quoted where CSV needs it, or where a reader with other characters between cells would split it. */
export function csvCell(cell: Cell): string {
  if (cell === undefined || cell === null) return '';
  return typeof cell === 'number' ? numberCell(cell) : textCell(cell, undefined, 0);
}

function textCell(text: string, guarded: Guarded | undefined, j: number): string {
  const safe = spreadsheetText(text);
  if (guarded && safe.length > text.length) guarded[j]!++;
  return /[",\r\n]|^\s|\s$/.test(safe) || needsQuotes(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Nothing but visible ASCII without characters that need a closer look, and blanks within: most cells, and told much faster than by patterns. */
function isPlain(text: string): boolean {
  const last = text.length - 1;
  const first = text.charCodeAt(0);
  // = + - @
  if (first === 61 || first === 43 || first === 45 || first === 64) return false;
  for (let i = 0; i <= last; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code >= 127 || (code === 32 && (i === 0 || i === last))) return false;
    // " , ; | ( !
    if (code === 34 || code === 44 || code === 59 || code === 124 || code === 40 || code === 33) return false;
  }
  return true;
}
