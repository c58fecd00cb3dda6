/** Models made of a plain function, over uniform columns: tests of scores know what such a model must score. */
import type { Column, Table } from '../../../src/engine/data/table';
import { Rng } from '../../../src/engine/math/random';
import type { Model } from '../../../src/engine/models/model';
import { numberColumn } from '../evaluate/stub';

export const names = ['x1', 'x2', 'x3', 'x4'];

/** Independent columns, uniform on [−1, 1]. */
export function uniformTable(rows: number, seed = 1, columns = names): Table {
  const rng = new Rng(seed);
  return { rows, columns: columns.map(name => numberColumn(name, Float64Array.from({ length: rows }, () => 2 * rng.uniform() - 1))) };
}

/** A regression whose prediction is the function of the features' values (level codes for categories). */
export function functionModel(f: (x: number[]) => number, features: readonly string[] = names): Model {
  return {
    family: 'function', title: 'Function', task: 'regression', features, notes: [],
    predict: (table, rows = Int32Array.from({ length: table.rows }, (_, i) => i)) => {
      const columns = features.map(name => table.columns.find(c => c.name === name)!);
      return { rows: rows.length, mean: Float64Array.from(rows, row => f(columns.map(c => cell(c, row)))) };
    },
    toJSON: () => ({}),
  };
}

/** Two classes with the function as log-odds of the second. */
export function logitModel(f: (x: number[]) => number, features: readonly string[] = names): Model {
  const numbers = functionModel(f, features);
  return {
    ...numbers, task: 'classification', classes: ['no', 'yes'],
    predict: (table, rows) => {
      const { mean, rows: n } = numbers.predict(table, rows);
      return { rows: n, probabilities: Float64Array.from({ length: 2 * n }, (_, i) => 1 / (1 + Math.exp((i % 2 === 1 ? -1 : 1) * mean![i >> 1]))) };
    },
  };
}

function cell(column: Column, row: number): number {
  return column.storage === 'number' ? column.values[row] : column.codes[row];
}

export const noPause = (): void => undefined;
