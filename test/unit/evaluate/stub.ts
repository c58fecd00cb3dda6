/** Data sets and a small family for tests of evaluation and reports: least squares by the normal equations. */
import type { WorkContext } from '../../../src/engine/context';
import { CancellableContext } from '../../../src/engine/context';
import type { Dataset, Target } from '../../../src/engine/data/dataset';
import type { Column, Table } from '../../../src/engine/data/table';
import { findColumn } from '../../../src/engine/data/table';
import { Rng } from '../../../src/engine/math/random';
import type { Family, Model } from '../../../src/engine/models/model';
import type { Recipe, Split } from '../../../src/protocol/recipe';

export const numberColumn = (name: string, values: ArrayLike<number>): Column =>
  ({ name, kind: 'numeric', storage: 'number', values: Float64Array.from(values) });

export const codeColumn = (name: string, codes: ArrayLike<number>, levels: readonly string[]): Column =>
  ({ name, kind: 'categorical', storage: 'code', codes: Int32Array.from(codes), levels });

export const quiet = (): WorkContext => new CancellableContext();

export function makeDataset(columns: readonly Column[], target: Target, extra: Partial<Recipe> = {}): Dataset {
  const rows = target.task === 'regression' ? target.values.length : target.codes.length;
  const features = extra.features ?? columns.map(c => c.name);
  const recipe: Recipe = {
    file: 'data.csv', target: target.name, task: target.task, features, dropped: [], missing: 'impute', model: 'stub',
    options: {}, split: { scheme: 'kFold', folds: 5 } satisfies Split, level: 0.95, seed: 1, maxRows: 1e6, ...extra,
  };
  return { table: { rows, columns }, target, recipe, features };
}

export const classTarget = (codes: ArrayLike<number>, classes: readonly string[], name = 'y'): Target =>
  ({ task: 'classification', name, codes: Int32Array.from(codes), classes });

export const numberTarget = (values: ArrayLike<number>, name = 'y'): Target =>
  ({ task: 'regression', name, values: Float64Array.from(values) });

/** y = 3 a − b + noise, with `noise` unrelated to it. */
export function regressionData(rows = 200, seed = 1, extra: Partial<Recipe> = {}): Dataset {
  const rng = new Rng(seed);
  const a = Float64Array.from({ length: rows }, () => rng.normal());
  const b = Float64Array.from({ length: rows }, () => rng.normal());
  const junk = Float64Array.from({ length: rows }, () => rng.normal());
  const y = a.map((x, i) => 3 * x - b[i] + 0.5 * rng.normal());
  return makeDataset([numberColumn('a', a), numberColumn('b', b), numberColumn('junk', junk)], numberTarget(y), extra);
}

/** Classes that depend on a, three or two of them. */
export function classData(rows = 200, classes: readonly string[] = ['no', 'yes'], seed = 1, extra: Partial<Recipe> = {}): Dataset {
  const rng = new Rng(seed);
  const a = Float64Array.from({ length: rows }, () => rng.normal());
  const junk = Float64Array.from({ length: rows }, () => rng.normal());
  const codes = a.map(x => Math.max(0, Math.min(classes.length - 1, Math.floor((x + 0.5 * rng.normal() + 1.5) / (3 / classes.length)))));
  return makeDataset([numberColumn('a', a), numberColumn('junk', junk)], classTarget(codes, classes), extra);
}

/** Least squares on the numeric features; for classes on indicators, clipped and normalised. */
export const stubFamily: Family = {
  id: 'stub', title: 'Stub', tasks: ['regression', 'classification'], options: [],
  fit: (dataset, _context, rows) => Promise.resolve(fitStub(dataset, rows)),
  load: () => { throw new Error('not needed'); },
};

export function fitStub(dataset: Dataset, rows: Int32Array = Int32Array.from({ length: dataset.table.rows }, (_, i) => i)): Model {
  const { target } = dataset;
  const features = dataset.features.filter(name => findColumn(dataset.table, name)?.storage === 'number');
  const width = target.task === 'regression' ? 1 : target.classes.length;
  const design = (table: Table, which: Int32Array): number[][] => Array.from(which, row => [1, ...features.map(name => {
    const column = findColumn(table, name);
    return column?.storage === 'number' ? column.values[row] : 0;
  })]);
  const x = design(dataset.table, rows);
  const outcome = (row: number, k: number): number =>
    target.task === 'regression' ? target.values[row] : target.codes[row] === k ? 1 : 0;
  const weights = Array.from({ length: width }, (_, k) => solve(x, Array.from(rows, row => outcome(row, k))));
  const allRows = (table: Table): Int32Array => Int32Array.from({ length: table.rows }, (_, i) => i);
  const linear = (table: Table, which: Int32Array): number[][] => design(table, which).map(r => weights.map(w => w.reduce((s, v, j) => s + v * r[j], 0)));
  return {
    family: 'stub', title: 'Stub', task: target.task, features, notes: [],
    ...(target.task === 'classification' ? { classes: target.classes } : {}),
    predict: (table, which = allRows(table)) => {
      const values = linear(table, which);
      if (target.task === 'regression') return { rows: which.length, mean: Float64Array.from(values, v => v[0]) };
      const probabilities = values.flatMap(v => {
        const clipped = v.map(p => Math.min(0.99, Math.max(0.01, p)));
        const sum = clipped.reduce((a, b) => a + b, 0);
        return clipped.map(p => p / sum);
      });
      return { rows: which.length, probabilities: Float64Array.from(probabilities) };
    },
    toJSON: () => ({}),
  };
}

function solve(x: number[][], y: number[]): number[] {
  const p = x[0].length;
  const m = Array.from({ length: p }, (_, a) => [
    ...Array.from({ length: p }, (_, b) => x.reduce((s, r) => s + r[a] * r[b], a === b ? 1e-12 : 0)),
    x.reduce((s, r, i) => s + r[a] * y[i], 0),
  ]);
  for (let a = 0; a < p; a++) {
    for (let b = 0; b < p; b++) {
      if (a === b) continue;
      const f = m[b][a] / m[a][a];
      for (let c = a; c <= p; c++) m[b][c] -= f * m[a][c];
    }
  }
  return m.map((row, a) => row[p] / row[a]);
}
