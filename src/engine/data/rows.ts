/** Keeps some rows of a table. */
import type { Column, Table } from './table';

/** A copy of the table with the listed rows only. */
export function takeRows(table: Table, rows: Int32Array): Table {
  return { rows: rows.length, columns: table.columns.map(column => takeColumnRows(column, rows)) };
}

function takeColumnRows(column: Column, rows: Int32Array): Column {
  if (column.storage === 'number') return { ...column, values: gatherNumbers(column.values, rows) };
  return { ...column, codes: gatherIntegers(column.codes, rows) };
}

export function gatherNumbers(values: Float64Array, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < out.length; i++) out[i] = values[rows[i]];
  return out;
}

export function gatherIntegers(values: Int32Array, rows: Int32Array): Int32Array {
  const out = new Int32Array(rows.length);
  for (let i = 0; i < out.length; i++) out[i] = values[rows[i]];
  return out;
}
