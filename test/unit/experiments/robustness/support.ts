/** Data and models for tests of robustness: the breast cancer rows with a linear model of known coefficients, and planted models. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../../../../src/engine/data/dataset';
import type { Table } from '../../../../src/engine/data/table';
import { findColumn } from '../../../../src/engine/data/table';
import { everyRow, groundOf, type Ground } from '../../../../src/engine/experiments/robustness/ground';
import { truthOf } from '../../../../src/engine/experiments/robustness/heldOut';
import { Judge } from '../../../../src/engine/experiments/robustness/judge';
import type { Losses } from '../../../../src/engine/experiments/robustness/attack';
import { families } from '../../../../src/engine/models/families';
import type { Model } from '../../../../src/engine/models/model';
import type { Recipe } from '../../../../src/protocol/recipe';
import { classTarget, makeDataset, numberColumn } from '../../evaluate/stub';

const root = join(__dirname, '../../../..');

/** See `origin` in the file. */
export const reference = JSON.parse(readFileSync(join(root, 'test/fixtures/reference/linearAdversarial.json'), 'utf8')) as {
  heldOutRows: number[]; intercept: number; coefficients: number[]; cleanAccuracy: number; box: Record<string, number>; ball: Record<string, number>; meanBoxDistance: number; medianBoxDistance: number;
};

export function breastCancer(extra: Partial<Recipe> = {}): { dataset: Dataset; train: Int32Array; test: Int32Array; mean: number[]; sd: number[] } {
  const [header, ...lines] = readFileSync(join(root, 'examples/breast_cancer.csv'), 'utf8').trim().split(/\r?\n/).map(line => line.split(','));
  const names = header!.slice(0, -1);
  const columns = names.map((name, j) => numberColumn(name, lines.map(line => Number(line[j]))));
  const dataset = makeDataset(columns, classTarget(lines.map(line => (line.at(-1) === 'benign' ? 1 : 0)), ['malignant', 'benign'], 'target'), extra);
  const test = Int32Array.from(reference.heldOutRows).sort();
  const held = new Set(test);
  const train = Int32Array.from({ length: lines.length }, (_, i) => i).filter(i => !held.has(i));
  const of = (j: number): number[] => Array.from(train, row => Number(lines[row]![j]));
  const mean = names.map((_, j) => of(j).reduce((a, b) => a + b, 0) / train.length);
  const sd = names.map((_, j) => Math.sqrt(of(j).reduce((sum, x) => sum + (x - mean[j]!) ** 2, 0) / train.length));
  return { dataset, train, test, mean, sd };
}

export const family = (id: string) => families.find(item => item.id === id)!;

export function judgeFor(dataset: Dataset, model: Model, train: Int32Array, test: Int32Array, more: { immutable?: string[]; bounded?: boolean } = {}): Judge {
  const ground = groundOf(dataset, { features: model.features, train, rows: test, immutable: more.immutable ?? [], bounded: more.bounded ?? true });
  return new Judge(model, ground, truthOf(dataset, test));
}

export const accuracies = (losses: Losses): number[] => losses.map(loss => 1 - loss.reduce((a, b) => a + b, 0) / loss.length);

/** First part of the rows for training, the rest held out. */
export function halves(rows: number, share = 0.6): { train: Int32Array; test: Int32Array } {
  const all = Int32Array.from({ length: rows }, (_, i) => i);
  return { train: all.slice(0, Math.round(share * rows)), test: all.slice(Math.round(share * rows)) };
}

/** A classifier of two classes with log-odds that a function of the row's cells gives: numbers, or texts of categories. */
export function plantedModel(features: readonly string[], logit: (cells: Record<string, number | string>) => number): Model {
  return {
    family: 'planted', title: 'Planted', task: 'classification', classes: ['no', 'yes'], features, notes: [],
    predict: (table: Table, rows?: Int32Array) => {
      const which = rows ?? Int32Array.from({ length: table.rows }, (_, i) => i);
      const probabilities = Array.from(which).flatMap(row => {
        const cells = Object.fromEntries(features.map(name => {
          const column = findColumn(table, name)!;
          return [name, column.storage === 'number' ? column.values[row]! : column.levels[column.codes[row]!] ?? ''];
        }));
        const p = 1 / (1 + Math.exp(-logit(cells)));
        return [1 - p, p];
      });
      return { rows: which.length, probabilities: Float64Array.from(probabilities) };
    },
    toJSON: () => ({}),
  };
}

export const cellAt = (ground: Ground, cells: Float64Array, row: number, name: string): number => cells[row * ground.columns.length + ground.columns.findIndex(column => column.name === name)]!;

export { everyRow };
