/** Puts the rows of a second file beside those of the first: columns matched by name, differences listed, one table of both. */
import { UserError } from '../../../protocol/errors';
import type { Dataset, Target } from '../../data/dataset';
import { asCategories, BoundTable } from '../../data/encoding/binding';
import { levelNumber } from '../../data/formula/values';
import { takeRows } from '../../data/rows';
import { findColumn, type Column, type Table } from '../../data/table';
import { differencesOf } from './differences';
import { weightsColumn } from './reweigh';
import type { ColumnDifference, Mismatch } from './result';

/** A second file as it was read: all of its columns, the target among them. */
export interface OtherTable { readonly name: string; readonly table: Table }

export interface Matched {
  /** Rows of the first file, then those of the second that have a target that the first knows. Features that both have. */
  readonly joined: Dataset;
  readonly source: Int32Array;
  readonly target: Int32Array;
  readonly mismatch: Mismatch;
  readonly differences: readonly ColumnDifference[];
}

const fewestRows = 10;

/** Throws UserError where the target, or a column of a formula, is not in the second file, and where too few rows are left. */
export function matchTables(dataset: Dataset, other: OtherTable): Matched {
  const { target, table } = dataset;
  const all = targetOf(dataset, other);
  const known = Int32Array.from(all.values.keys()).filter(row => Number.isFinite(all.values[row]!));
  if (known.length < fewestRows) throw tooFew(dataset, other, known.length, all);
  const weights = weightsColumn(dataset);
  const lacking = dataset.features.filter(name => !findColumn(other.table, name));
  const absent = lacking.filter(name => name !== weights);
  if (absent.length > 0 && dataset.formula) throw new UserError('unknownColumn', `${other.name} has no column "${absent[0]!}", which the formula needs.`, { column: absent[0]! });
  const features = dataset.features.filter(name => !absent.includes(name));
  if (features.every(name => name === weights)) throw new UserError('badFeatures', `${other.name} has none of the features by name.`);
  const rest = takeRows(other.table, known);
  const columns = [...features.map(name => (lacking.includes(name) ? lengthened(findColumn(table, name)!, rest.rows) : joinColumns(findColumn(table, name)!, rest))), ...groupColumn(dataset, features, rest.rows)];
  const { everyRow: _every, sourceRows: _rows, ...own } = dataset;
  const total = table.rows + known.length;
  const used = new Set(Array.from(known, row => all.values[row]!));
  return {
    joined: {
      ...own, table: { rows: total, columns }, features, recipe: { ...dataset.recipe, features, options: withoutDirections(dataset, absent) }, target: joinTargets(target, Float64Array.from(known, row => all.values[row]!)),
    },
    source: Int32Array.from({ length: table.rows }, (_, i) => i), target: Int32Array.from({ length: known.length }, (_, i) => table.rows + i),
    mismatch: {
      lacking: absent, of: dataset.features.filter(name => name !== weights).length, unknown: all.unknown, untold: all.untold,
      gone: target.task === 'regression' ? [] : target.classes.filter((_, code) => !used.has(code)), ...(weights !== undefined && lacking.includes(weights) && { weights }),
    },
    differences: differencesOf(dataset, other.table).filter(({ column }) => column !== weights),
  };
}

function tooFew({ target }: Dataset, { name }: OtherTable, rows: number, { unknown }: TargetThere): UserError {
  const classes = target.task === 'regression' || unknown.length === 0 ? '' : ` Its classes ${listOf(unknown.map(item => item.name))} are not among those of the first file, ${listOf(target.classes)}.`;
  return new UserError('tooFewRows', `${name} has ${rows === 1 ? '1 row' : `${rows} rows`} with a value of "${target.name}" that the model knows; at least ${fewestRows} are needed.${classes}`, { column: target.name });
}

const listOf = (names: readonly string[]): string => `${names.slice(0, 5).map(name => `"${name}"`).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;

/** Boosting's directions of features that are not there have no meaning. */
function withoutDirections({ recipe: { options } }: Dataset, absent: readonly string[]): Dataset['recipe']['options'] {
  const { monotone } = options;
  if (typeof monotone !== 'string' || absent.length === 0) return options;
  return { ...options, monotone: monotone.split(',').filter(part => !absent.includes(part.replace(/:\s*[+-]\s*$/, '').trim())).join(',') };
}

/** The column whose groups the folds of the first file keep whole, missing in the rows of the second; nothing where it is a feature. */
function groupColumn({ recipe: { split }, table }: Dataset, features: readonly string[], more: number): Column[] {
  if (split.scheme !== 'kFold' || split.groupColumn === undefined || features.includes(split.groupColumn)) return [];
  const column = findColumn(table, split.groupColumn);
  return column ? [lengthened(column, more)] : [];
}

/** With missing cells for the rows of the second file. */
function lengthened(column: Column, more: number): Column {
  if (column.storage === 'code') return { ...column, codes: Int32Array.from({ length: column.codes.length + more }, (_, i) => column.codes[i] ?? -1) };
  return { ...column, values: Float64Array.from({ length: column.values.length + more }, (_, i) => column.values[i] ?? NaN) };
}

interface TargetThere {
  /** Numbers, or codes of the first file's classes; NaN where there is none. */
  readonly values: Float64Array;
  readonly unknown: Mismatch['unknown'];
  readonly untold: number;
}

function targetOf({ target, recipe }: Dataset, { name, table }: OtherTable): TargetThere {
  const column = findColumn(table, target.name);
  if (!column) {
    const why = recipe.formula === undefined ? '' : ' as the left-hand side of the formula is written';
    throw new UserError('unknownColumn', `${name} has no column "${target.name}"${why}, so that predictions could not be scored there.`, { column: target.name });
  }
  if (target.task === 'regression') {
    const values = new BoundTable(table).numeric(target.name);
    return { values, unknown: [], untold: values.reduce((count, value) => count + Number(!Number.isFinite(value)), 0) };
  }
  const { codes, levels } = asCategories(column);
  const classOf = levels.map(level => {
    const exact = target.classes.indexOf(level);
    if (exact >= 0) return exact;
    const number = levelNumber(level);
    return Number.isNaN(number) ? -1 : target.classes.findIndex(item => levelNumber(item) === number);
  });
  const counts = levels.map(() => 0);
  for (const code of codes) if (code >= 0) counts[code]!++;
  return {
    values: Float64Array.from(codes, code => (code < 0 || classOf[code]! < 0 ? NaN : classOf[code]!)), untold: codes.reduce((count, code) => count + Number(code < 0), 0),
    unknown: levels.flatMap((level, k) => (classOf[k]! < 0 && counts[k]! > 0 ? [{ name: level, rows: counts[k]! }] : [])).sort((a, b) => b.rows - a.rows),
  };
}

function joinTargets(target: Target, values: Float64Array): Target {
  if (target.task === 'regression') {
    const both = new Float64Array(target.values.length + values.length);
    both.set(target.values);
    both.set(values, target.values.length);
    return { ...target, values: both };
  }
  const both = new Int32Array(target.codes.length + values.length);
  both.set(target.codes);
  both.set(values, target.codes.length);
  return { ...target, codes: both };
}

/** In the form of the first file's column; levels of the second that are new come last. */
function joinColumns(first: Column, rest: Table): Column {
  const bound = new BoundTable(rest);
  if (first.storage === 'number') {
    const values = new Float64Array(first.values.length + rest.rows);
    values.set(first.values);
    values.set(bound.numeric(first.name), first.values.length);
    return { ...first, values };
  }
  const { codes: others, levels: named } = bound.categories(first.name);
  const levels = [...new Set([...first.levels, ...named])];
  const place = new Map(levels.map((level, k) => [level, k]));
  const codes = new Int32Array(first.codes.length + rest.rows);
  codes.set(first.codes);
  others.forEach((code, i) => { codes[first.codes.length + i] = code < 0 ? -1 : place.get(named[code]!)!; });
  return { ...first, codes, levels };
}
