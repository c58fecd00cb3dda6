/** Names the cells to predict that hold a text where the model needs a number or a date: they are not missing, only unreadable. */
import { isMissingAmongNumbers, trimCell } from './data/missing';
import type { RawColumn } from './data/rawColumn';
import type { Table } from './data/table';
import { countOf } from './report/format';

/** Columns named at most. */
const mostNamed = 12;

interface Unreadable { readonly count: number; readonly example: string; readonly row: number; readonly rows: readonly number[] }

/**
 * One sentence a column, with an example and its data row (1 is the first below the header). `raw`: the columns of the table, in its order,
 * as the file has them. `readable`: the table with a number that was read in place of what was not, so that it is not counted as missing
 * a second time.
 */
export function notNumberNotes(features: readonly string[], table: Table, raw: readonly RawColumn[]): { readonly notes: string[]; readonly columns: string[]; readonly readable: Table } {
  const used = new Set(features);
  const columns = [...table.columns];
  const told: string[] = [];
  const notes = table.columns.flatMap((column, j) => {
    if (!used.has(column.name) || column.storage !== 'number') return [];
    const found = unreadableOf(raw[j]!, column.values);
    if (!found) return [];
    told.push(column.name);
    columns[j] = { ...column, values: replaced(column.values, found.rows) };
    const what = column.kind === 'datetime' ? 'date' : 'number';
    const one = found.count === 1;
    return [`${countOf(found.count, 'cell')} of ${column.name} ${one ? 'is no' : 'are no'} ${what}${one ? '' : 's'}, ` +
      `such as "${found.example.slice(0, 60)}" in row ${found.row + 1}; ${one ? 'it is' : 'they are'} predicted like ${one ? 'a missing cell' : 'missing cells'}.`];
  });
  const named = notes.length <= mostNamed ? notes : [...notes.slice(0, mostNamed), `${notes.length - mostNamed} more columns have such cells.`];
  return { notes: named, columns: told, readable: { ...table, columns } };
}

function unreadableOf(raw: RawColumn, values: Float64Array): Unreadable | undefined {
  if (raw.storage !== 'text') return undefined;
  const strange = raw.levels.map(text => !isMissingAmongNumbers(trimCell(text)));
  const rows: number[] = [];
  for (let row = 0; row < values.length; row++) {
    const code = raw.codes[row]!;
    if (code < 0 || !strange[code] || !Number.isNaN(values[row]!)) continue;
    rows.push(row);
  }
  const [first] = rows;
  return first === undefined ? undefined : { count: rows.length, example: trimCell(raw.levels[raw.codes[first]!]!), row: first, rows };
}

function replaced(values: Float64Array, rows: readonly number[]): Float64Array {
  const copy = values.slice();
  const some = values.find(value => !Number.isNaN(value)) ?? 0;
  for (const row of rows) copy[row] = some;
  return copy;
}
