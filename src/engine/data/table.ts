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

/** The same table with one column put in the place of the one of the same name. */
export function withColumn(table: Table, replacement: Column): Table {
  return { rows: table.rows, columns: table.columns.map(c => (c.name === replacement.name ? replacement : c)) };
}
