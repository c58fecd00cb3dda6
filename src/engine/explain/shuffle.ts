/** Small tables of sampled rows, and shuffled copies of some of their columns. */
import { columnsByName } from '../data/encoding/binding';
import { withColumns, type Column, type Table } from '../data/table';
import type { Rng } from '../math/random';
import type { Model, Prediction } from '../models/model';

/** The given rows of the named columns only, in the order of `rows`. Names without a column are skipped. */
export function subsetTable(table: Table, names: readonly string[], rows: Int32Array): Table {
  const wanted = new Set(names);
  return { rows: rows.length, columns: table.columns.filter(c => wanted.has(c.name)).map(c => takeRows(c, rows)) };
}

/** A random order of 0 … n − 1. */
export function permutation(n: number, rng: Rng): Int32Array {
  return rng.shuffle(Int32Array.from({ length: n }, (_, i) => i));
}

/** The named columns of the table put into the given order of rows, all by the same. Names without a column are skipped. */
export function shuffledColumns(table: Table, names: readonly string[], order: Int32Array): Column[] {
  const byName = columnsByName(table);
  return names.flatMap(name => {
    const column = byName.get(name);
    return column ? [takeRows(column, order)] : [];
  });
}

/** Predicts rows of the table with some columns exchanged: by the model's own shortcut, or from a table made anew. */
export function shuffledPrediction(model: Model, table: Table, rows?: Int32Array): (columns: readonly Column[]) => Prediction {
  const shortcut = model.shufflePredictor?.(table, rows);
  if (shortcut) return columns => shortcut.predict(columns);
  return columns => model.predict(withColumns(table, columns), rows);
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
