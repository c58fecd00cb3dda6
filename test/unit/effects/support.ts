/** Data sets and synthetic models with known effects. */
import type { Column, Table } from '../../../src/engine/data/table';
import { findColumn } from '../../../src/engine/data/table';
import { ModelFunction } from '../../../src/engine/explain/modelFunction';
import { Rng } from '../../../src/engine/math/random';
import type { Model } from '../../../src/engine/models/model';
import { codeColumn, numberColumn } from '../evaluate/stub';

export const allRows = (table: Table): Int32Array => Int32Array.from({ length: table.rows }, (_, i) => i);

export const normals = (n: number, seed: number): Float64Array => {
  const rng = new Rng(seed);
  return Float64Array.from({ length: n }, () => rng.normal());
};

/** Uniform on [−1, 1]. */
export const uniforms = (n: number, seed: number): Float64Array => {
  const rng = new Rng(seed);
  return Float64Array.from({ length: n }, () => 2 * rng.uniform() - 1);
};

export const tableOf = (columns: Readonly<Record<string, ArrayLike<number>>>): Table => {
  const made = Object.entries(columns).map(([name, values]) => numberColumn(name, values));
  return { rows: Object.values(columns)[0].length, columns: made };
};

export { codeColumn, numberColumn };

/** The cell of a row: a number, the level's text, or undefined when missing. */
export type Row = Readonly<Record<string, number | string | undefined>>;

function cell(column: Column, row: number): number | string | undefined {
  if (column.storage === 'code') return column.codes[row] < 0 ? undefined : column.levels[column.codes[row]];
  return Number.isNaN(column.values[row]) ? undefined : column.values[row];
}

/** A regression model that is a function of the row; reads the named columns. */
export function functionModel(features: readonly string[], f: (row: Row) => number, extra: Partial<Model> = {}): Model {
  return {
    family: 'test', title: 'Test', task: 'regression', features, notes: [],
    predict: (table, rows = allRows(table)) => ({ rows: rows.length, mean: Float64Array.from(rows, i => f(rowOf(table, features, i))) }),
    toJSON: () => ({}),
    ...extra,
  };
}

/** A classifier whose probabilities are a function of the row. */
export function classModel(features: readonly string[], classes: readonly string[], f: (row: Row) => readonly number[], extra: Partial<Model> = {}): Model {
  return {
    family: 'test', title: 'Test', task: 'classification', classes, features, notes: [],
    predict: (table, rows = allRows(table)) => ({ rows: rows.length, probabilities: Float64Array.from([...rows].flatMap(i => [...f(rowOf(table, features, i))])) }),
    toJSON: () => ({}),
    ...extra,
  };
}

function rowOf(table: Table, features: readonly string[], i: number): Row {
  return Object.fromEntries(features.map(name => [name, cell(findColumn(table, name)!, i)]));
}

export function functionOf(model: Model, table: Table): ModelFunction {
  return new ModelFunction(model, table, allRows(table), { scale: 'response' });
}

export const num = (row: Row, name: string): number => Number(row[name] ?? NaN);
