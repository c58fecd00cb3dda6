/** Writes rows as CSV, whole or not at all, so that a spreadsheet takes no cell for a formula. */
import type { WorkContext } from '../context';
import { WholeFile } from '../writeWhole';

export type Cell = string | number | undefined | null;

/** Header and rows to `path`. Numbers are written in their shortest exact form; missing (NaN, undefined, null) as empty. Errors: 'cannotWrite'. */
export async function writeCsv(path: string, header: readonly string[], rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>, context: WorkContext): Promise<number> {
  const file = await WholeFile.create(path);
  let written = 0;
  try {
    let text = csvLine(header);
    for await (const row of rows) {
      text += csvLine(row);
      written++;
      if (text.length < 1 << 16) continue;
      await file.write(text);
      text = '';
      await context.breathe();
    }
    await file.write(text);
    await context.breathe();
    await file.commit();
    return written;
  } catch (error) {
    await file.discard();
    throw error;
  }
}

export function csvLine(cells: readonly Cell[]): string {
  const line = cells.map(csvCell).join(',');
  // A single empty cell would be a blank line, which readers skip.
  return cells.length === 1 && line === '' ? '""\n' : `${line}\n`;
}

/** One cell, quoted where CSV needs it. Text that a spreadsheet would run as a formula gets an apostrophe in front. */
export function csvCell(cell: Cell): string {
  if (cell === undefined || cell === null) return '';
  if (typeof cell === 'number') return Number.isNaN(cell) ? '' : Object.is(cell, -0) ? '-0' : String(cell);
  const safe = isFormula(cell) ? `'${cell}` : cell;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function isFormula(text: string): boolean {
  return /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) && !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
}
