/** Columns in memory: the form in which data leaves the reader and enters every model. */
import type { ColumnKind } from '../../protocol/profile';

/** Numbers, or milliseconds since 1970 UTC for kind 'datetime'. Missing is NaN. */
export interface NumberColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly storage: 'number';
  readonly values: Float64Array;
}

/** Codes into `levels`; missing is -1. Levels are the text of the file, in sort order (numbers by value, else code units). */
export interface CodeColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly storage: 'code';
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

export type Column = NumberColumn | CodeColumn;

/** Equally long named columns, names unique. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** The column of that name, or undefined. */
export function findColumn(table: Table, name: string): Column | undefined {
  return table.columns.find(column => column.name === name);
}

/** The same table with columns in the place of those of the same names. */
export function withColumns(table: Table, replacements: readonly Column[]): Table {
  const byName = new Map(replacements.map(column => [column.name, column]));
  return { rows: table.rows, columns: table.columns.map(column => byName.get(column.name) ?? column) };
}
