/** Names the cells to predict that hold a text where the model needs a number or a date: they are not missing, only unreadable. */
import { isMissingAmongNumbers, trimCell } from './data/missing';
import type { RawColumn } from './data/rawColumn';
import type { NumberColumn, Table } from './data/table';
import { countOf } from './report/format';

/** Columns named at most. */
const mostNamed = 12;

interface Unreadable { count: number; readonly dates: boolean; readonly place: number; readonly example: string; /** Of the file, from 0. */ readonly row: number }

/** Counts over as many tables as there are. */
export class NotNumbers {
  private readonly used: ReadonlySet<string>;
  private readonly found = new Map<string, Unreadable>();

  constructor(features: readonly string[]) {
    this.used = new Set(features);
  }

  /**
   * `raw`: the columns of the table, in its order, as the file has them; `from`: data row of the file (0 is the first) of the first row. Gives
   * the table with a number that was read in place of what was not, so that it is not counted as missing a second time.
   */
  add(table: Table, raw: readonly RawColumn[], from = 0): Table {
    return {
      ...table,
      columns: table.columns.map((column, place) => {
        if (!this.used.has(column.name) || column.storage !== 'number') return column;
        const rows = unreadableRows(raw[place]!, column.values);
        if (rows.length === 0) return column;
        this.count(column, place, rows, raw[place]!, from);
        return { ...column, values: replaced(column.values, rows) };
      }),
    };
  }

  private count({ name, kind }: NumberColumn, place: number, rows: readonly number[], raw: RawColumn, from: number): void {
    const known = this.found.get(name);
    if (known) known.count += rows.length;
    else if (raw.storage === 'text') this.found.set(name, { count: rows.length, dates: kind === 'datetime', place, example: trimCell(raw.levels[raw.codes[rows[0]!]!]!), row: from + rows[0]! });
  }

  /** Columns that have such cells. */
  get columns(): string[] {
    return [...this.found.keys()];
  }

  /** One sentence a column, with an example and its data row (1 is the first below the header). */
  notes(): string[] {
    const notes = [...this.found].sort(([, a], [, b]) => a.place - b.place).map(([name, { count, dates, example, row }]) => {
      const what = dates ? 'date' : 'number';
      const one = count === 1;
      return `${countOf(count, 'cell')} of ${name} ${one ? 'is no' : 'are no'} ${what}${one ? '' : 's'}, ` +
        `such as "${example.slice(0, 60)}" in row ${row + 1}; ${one ? 'it is' : 'they are'} predicted like ${one ? 'a missing cell' : 'missing cells'}.`;
    });
    return notes.length <= mostNamed ? notes : [...notes.slice(0, mostNamed), `${notes.length - mostNamed} more columns have such cells.`];
  }
}

function unreadableRows(raw: RawColumn, values: Float64Array): number[] {
  if (raw.storage !== 'text') return [];
  const strange = raw.levels.map(text => !isMissingAmongNumbers(trimCell(text)) && !isInfinite(trimCell(text)));
  const rows: number[] = [];
  for (let row = 0; row < values.length; row++) {
    const code = raw.codes[row]!;
    if (code >= 0 && strange[code] && Number.isNaN(values[row]!)) rows.push(row);
  }
  return rows;
}

/** The reader says these itself. */
function isInfinite(text: string): boolean {
  return /^[+-]?inf(?:inity)?$/i.test(text) || Math.abs(Number(text)) === Infinity;
}

function replaced(values: Float64Array, rows: readonly number[]): Float64Array {
  const copy = values.slice();
  const some = values.find(value => !Number.isNaN(value)) ?? 0;
  for (const row of rows) copy[row] = some;
  return copy;
}
