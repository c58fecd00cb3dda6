/** Sessions about models that are formulas, with background rows made on the spot: what they answer is known. */
import { CancellableContext } from '../../../src/engine/context';
import type { Column, Table } from '../../../src/engine/data/table';
import { Rng } from '../../../src/engine/math/random';
import type { Model, Prediction } from '../../../src/engine/models/model';
import { describeFeature } from '../../../src/engine/whatIf/features';
import type { WhatIfSession } from '../../../src/engine/whatIf/session';
import { Space } from '../../../src/engine/whatIf/space';
import type { ModelFile } from '../../../src/protocol/modelFile';

export const quiet = (): CancellableContext => new CancellableContext();

export const numbers = (name: string, values: readonly number[]): Column => ({ name, kind: 'numeric', storage: 'number', values: Float64Array.from(values) });

export function levels(name: string, texts: readonly (string | null)[]): Column {
  const known = [...new Set(texts.filter(text => text !== null))].sort();
  return { name, kind: 'categorical', storage: 'code', levels: known, codes: Int32Array.from(texts, text => (text === null ? -1 : known.indexOf(text))) };
}

/** A model that computes its output from the cells of a row, by column. Two classes: the log-odds of "yes" against "no". */
export function formulaModel(columns: readonly Column[], task: Model['task'], output: (cell: (name: string) => number | string | null) => number): Model {
  const predict = (table: Table, rows?: Int32Array): Prediction => {
    const wanted = rows ?? Int32Array.from({ length: table.rows }, (_, i) => i);
    const values = Float64Array.from(wanted, row => output(name => {
      const column = table.columns.find(one => one.name === name)!;
      if (column.storage === 'number') return column.values[row];
      return column.codes[row] < 0 ? null : column.levels[column.codes[row]];
    }));
    if (task === 'regression') return { rows: wanted.length, mean: values };
    return { rows: wanted.length, probabilities: Float64Array.from([...values].flatMap(v => [1 / (1 + Math.exp(v)), 1 / (1 + Math.exp(-v))])) };
  };
  return {
    family: 'formula', title: 'A formula', task, ...(task === 'classification' && { classes: ['no', 'yes'] }), features: columns.map(column => column.name), notes: [], predict, toJSON: () => ({}),
  };
}

export function sessionOf(columns: readonly Column[], model: Model, dataFile = '/nowhere/rows.csv'): WhatIfSession {
  const space = new Space(columns.map(column => describeFeature(column, undefined)), columns);
  const rows = columns[0].storage === 'number' ? columns[0].values.length : columns[0].codes.length;
  const file = { recipe: { seed: 1, target: 'y', task: model.task, level: 0.9, missing: 'impute' }, report: { data: { columns: [] } } } as unknown as ModelFile;
  return {
    file, dataFile, model, conformal: undefined, space, background: space.pointsOf({ rows, columns }), byOutput: new Map(), turn: 0,
    facts: { kind: 'model', name: 'test', target: 'y', task: model.task, level: 0.9, features: space.features, rows, takesMissing: true, ...(model.classes && { classes: model.classes }) },
  };
}

/** Numbers from 0 to 10 with two decimals. */
export function uniform(count: number, seed: number): number[] {
  const rng = new Rng(seed);
  return Array.from({ length: count }, () => Math.round(1000 * rng.uniform()) / 100);
}
