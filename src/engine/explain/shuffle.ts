/** Small tables of sampled rows, and shuffled copies of some of their columns. */
import type { Column, Table } from '../data/table';
import { findColumn, withColumn } from '../data/table';
import type { Rng } from '../math/random';

/** The given rows of the named columns only, in the order of `rows`. Names without a column are skipped. */
export function subsetTable(table: Table, names: readonly string[], rows: Int32Array): Table {
  const wanted = new Set(names);
  return { rows: rows.length, columns: table.columns.filter(c => wanted.has(c.name)).map(c => takeRows(c, rows)) };
}

/** A random order of 0 … n − 1. */
export function permutation(n: number, rng: Rng): Int32Array {
  return rng.shuffle(Int32Array.from({ length: n }, (_, i) => i));
}

/** The table with the named columns put into the given order of rows, all by the same. */
export function shuffleColumns(table: Table, names: readonly string[], order: Int32Array): Table {
  if (names.length === 1) {
    const column = findColumn(table, names[0]);
    return column ? withColumn(table, takeRows(column, order)) : table;
  }
  const chosen = new Set(names);
  return { rows: table.rows, columns: table.columns.map(c => (chosen.has(c.name) ? takeRows(c, order) : c)) };
}

function takeRows(column: Column, rows: Int32Array): Column {
  if (column.storage === 'code') {
    const codes = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) codes[i] = column.codes[rows[i]];
    return { ...column, codes };
  }
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i]];
  return { ...column, values };
}
