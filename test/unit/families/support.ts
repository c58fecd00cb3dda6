/** A small CSV reader and dataset maker for tests of models, so that they rest on nothing but the model code. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CancellableContext } from '../../../src/engine/context';
import type { Dataset } from '../../../src/engine/data/dataset';
import { defaultFeatures } from '../../../src/engine/data/defaultFeatures';
import { readFormula } from '../../../src/engine/data/formulaRequest';
import { prepareDataset, type Prepared } from '../../../src/engine/data/prepare';
import type { Column, Table } from '../../../src/engine/data/table';
import type { ColumnKind, DatasetProfile } from '../../../src/protocol/profile';
import type { OptionValue, Recipe, Task } from '../../../src/protocol/recipe';

export const context = new CancellableContext();
const folder = join(__dirname, '../../fixtures/reference/r');

/** Path of a reference data set; the large ones are compressed. */
export function referenceFile(name: string): string {
  const path = join(folder, name);
  return existsSync(path) ? path : `${path}.gz`;
}

function readText(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

export function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
}

/** Cells of a CSV file with quotes; good enough for the reference files. */
function readCells(path: string): string[][] {
  return readText(path).split(/\r?\n/).filter(line => line !== '').map(line => {
    const cells: string[] = [];
    const pattern = /("(?:[^"]|"")*"|[^,]*)(?:,|$)/y;
    while (pattern.lastIndex <= line.length) {
      const match = pattern.exec(line);
      if (!match) break;
      cells.push(match[1].startsWith('"') ? match[1].slice(1, -1).replaceAll('""', '"') : match[1]);
      if (pattern.lastIndex === line.length && !line.endsWith(',')) break;
    }
    return cells;
  });
}

const missing = new Set(['', 'NA', '?', 'NaN']);

/** `levels`: order of the levels of some columns where a reference has another than sort order. */
export function readTable(path: string, categorical: readonly string[] = [], levels: Readonly<Record<string, readonly string[]>> = {}): Table {
  const [header, ...rows] = readCells(path);
  const columns = header.map((name, j) => makeColumn(name, rows.map(row => row[j].trim()), categorical.includes(name), levels[name]));
  return { rows: rows.length, columns };
}

export function makeColumn(name: string, cells: readonly string[], categorical = false, order?: readonly string[]): Column {
  const numbers = cells.map(cell => (missing.has(cell) ? NaN : Number(cell)));
  if (!categorical && cells.every((cell, i) => missing.has(cell) || !Number.isNaN(numbers[i]))) {
    return { name, kind: 'numeric', storage: 'number', values: Float64Array.from(numbers) };
  }
  const levels = order ?? [...new Set(cells.filter(cell => !missing.has(cell)))].sort((a, b) => (a < b ? -1 : 1));
  const code = new Map(levels.map((level, i) => [level, i]));
  return { name, kind: 'categorical', storage: 'code', levels, codes: Int32Array.from(cells, cell => (missing.has(cell) ? -1 : code.get(cell)!)) };
}

export function makeTable(columns: Readonly<Record<string, readonly (number | string)[]>>): Table {
  const made = Object.entries(columns).map(([name, cells]) => makeColumn(name, cells.map(String)));
  const [first] = Object.values(columns);
  return { rows: first.length, columns: made };
}

/** A profile with just what preparation asks of it. */
export function profileOf(table: Table, kinds: Readonly<Record<string, ColumnKind>> = {}): DatasetProfile {
  return {
    file: 'data.csv', bytes: 0, dialect: { format: 'csv' }, rows: table.rows, dropped: [], notes: [],
    columns: table.columns.map(column => ({
      name: column.name, kind: kinds[column.name] ?? column.kind, distinct: 2,
      missing: column.storage === 'number' ? column.values.filter(Number.isNaN).length : column.codes.filter(c => c < 0).length,
    })),
  };
}

export interface Wanted {
  readonly formula?: string;
  readonly target?: string;
  readonly task?: Task;
  readonly positive?: string;
  readonly features?: readonly string[];
  readonly categorical?: readonly string[];
  readonly missing?: 'impute' | 'drop';
  readonly options?: Readonly<Record<string, OptionValue>>;
}

export function recipeFor(table: Table, wanted: Wanted): Recipe {
  const profile = profileOf(table);
  const request = wanted.formula === undefined ? undefined : readFormula(wanted.formula, profile);
  const target = request?.target ?? wanted.target ?? '';
  const choice = defaultFeatures(profile, [target]);
  return {
    file: 'data.csv', target, task: wanted.task ?? request?.task ?? 'regression', positive: wanted.positive ?? request?.positive,
    features: wanted.features ?? request?.features ?? choice.features, dropped: [], formula: wanted.formula,
    categorical: wanted.categorical, missing: wanted.missing ?? 'impute', model: 'linear', options: wanted.options ?? {},
    split: { scheme: 'none' }, level: 0.95, seed: 1, maxRows: 1_000_000,
  };
}

export function prepared(table: Table, wanted: Wanted): Prepared {
  return prepareDataset(table, profileOf(table), recipeFor(table, wanted));
}

export function datasetFor(table: Table, wanted: Wanted): Dataset {
  return prepared(table, wanted).dataset;
}

/** Largest |a − b| / max(|b|, floor) allowed. */
export function relative(actual: number, expected: number, floor = 1e-300): number {
  return Math.abs(actual - expected) / Math.max(Math.abs(expected), floor);
}
