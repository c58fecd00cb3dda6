/** How columns of any kind become numbers of comparable size, learned on one table, kept as JSON and applied to others. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import { BoundTable, isMissing, millisecondsPerDay } from '../../data/encoding/binding';
import { medianOf } from '../../data/encoding/median';
import { columnUse } from '../../data/encoding/plan';
import type { Table } from '../../data/table';

export interface PreparedNumber {
  readonly name: string;
  readonly as: 'number' | 'date';
  /** Stands in for missing cells: the median; dates in days since `origin`. */
  readonly fill: number;
  /** Rows where it was missing. */
  readonly missing: number;
  /** Milliseconds since 1970 of the first date. */
  readonly origin?: number;
  /** A cell becomes (x − mean) / unit. */
  readonly mean: number;
  readonly unit: number;
  /** Range of the rows it was learned on. */
  readonly low: number;
  readonly high: number;
}

export interface PreparedCategory {
  readonly name: string;
  readonly as: 'category';
  /** One number each: 0 or `scale`, less `scale` × share. */
  readonly levels: readonly string[];
  readonly shares: readonly number[];
  /** Index of the level that stands for all that are too rare to be one. */
  readonly other?: number;
  readonly scale: number;
  /** Index of the commonest level, which stands in for missing cells. */
  readonly fill: number;
  readonly missing: number;
}

export type PreparedColumn = PreparedNumber | PreparedCategory;

export interface Preparation {
  readonly version: 1;
  readonly scaling: 'standardised' | 'centred';
  readonly missing: 'impute' | 'drop';
  readonly columns: readonly PreparedColumn[];
}

export interface PreparationOptions {
  /** 'standardised': every number has standard deviation 1; 'centred': units as they are. */
  readonly scaling: 'standardised' | 'centred';
  /** 'impute': median and commonest level; 'drop': rows with a missing cell are left out. */
  readonly missing: 'impute' | 'drop';
  /** 'oneHot': one number for each level; 'leaveOut': only numbers and dates are used. */
  readonly categories: 'oneHot' | 'leaveOut';
  /** Divisor of the variance: n (as scikit-learn) or n − 1. Absent: n. */
  readonly divisor?: 'n' | 'n-1';
  /** Columns of numbers that are categories nevertheless. */
  readonly categorical?: readonly string[];
}

export interface Learned {
  readonly preparation: Preparation;
  /** Rows of the table that are used. */
  readonly rows: Int32Array;
  readonly notes: readonly Note[];
}

/** A category has at most so many levels; what is rarer is "(other)". */
const mostLevels = 20;
const otherName = '(other)';

/** Learns from all rows that are used. Throws UserError 'unknownColumn', 'badFeatures' or 'tooFewRows'. */
export function learnPreparation(table: Table, features: readonly string[], options: PreparationOptions): Learned {
  const bound = new BoundTable(table);
  const categorical = new Set(options.categorical ?? []);
  const uses = features.map(name => ({ name, as: columnUse(bound.find(name), false, categorical) }));
  const leftOut = options.categories === 'leaveOut' ? uses.filter(({ as }) => as === 'category').map(({ name }) => name) : [];
  const used = uses.filter(({ name }) => !leftOut.includes(name));
  const rows = usableRows(bound, used.map(({ name }) => name), options.missing);
  const notes: Note[] = [];
  if (rows.length < table.rows) notes.push({ kind: 'dropped', text: `${table.rows - rows.length} of ${table.rows} rows were left out because a cell is missing.` });
  if (rows.length < 2) throw new UserError('tooFewRows', `${rows.length === 0 ? 'No row' : 'Only 1 row'} can be used; at least 2 are needed.`);
  const columns: PreparedColumn[] = [];
  const constant: string[] = [];
  for (const { name, as } of used) {
    const column = as === 'category' ? learnCategory(bound, name, rows) : learnNumber(bound, name, as, rows, options);
    if (column) columns.push(column);
    else constant.push(name);
  }
  if (columns.length === 0) throw new UserError('badFeatures', `No column is left to work with: ${[...leftOut.map(n => `"${n}" is a category`), ...constant.map(n => `"${n}" is the same in every row`)].slice(0, 5).join(', ') || 'none was chosen'}.`);
  const preparation: Preparation = { version: 1, scaling: options.scaling, missing: options.missing, columns };
  notes.push(...notesOf(preparation, constant, leftOut));
  return { preparation, rows, notes };
}

function usableRows(bound: BoundTable, names: readonly string[], missing: 'impute' | 'drop'): Int32Array {
  const { rows } = bound.table;
  if (missing === 'impute') return Int32Array.from({ length: rows }, (_, i) => i);
  const bad = new Uint8Array(rows);
  for (const name of names) {
    const column = bound.find(name);
    for (let i = 0; i < rows; i++) if (isMissing(column, i)) bad[i] = 1;
  }
  return Int32Array.from(bad.keys()).filter(i => bad[i] === 0);
}

/** Undefined where all cells are alike or missing. */
function learnNumber(bound: BoundTable, name: string, as: 'number' | 'date', rows: Int32Array, options: PreparationOptions): PreparedNumber | undefined {
  const source = bound.numeric(name);
  let [low, high, missing] = [Infinity, -Infinity, 0];
  for (const row of rows) {
    const value = source[row];
    if (value - value !== 0) { missing++; continue; }
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > low)) return undefined;
  const origin = as === 'date' ? low : undefined;
  const values = source.map(value => (as === 'date' ? (value - low) / millisecondsPerDay : value));
  const fill = medianOf(values, rows, rows.length).median;
  const filled = Float64Array.from(rows, row => (values[row] - values[row] === 0 ? values[row] : fill));
  const mean = meanOf(filled);
  let squares = 0;
  for (const value of filled) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / (filled.length - (options.divisor === 'n-1' ? 1 : 0)));
  if (!(deviation > 0)) return undefined;
  const day = (value: number): number => (as === 'date' ? (value - origin!) / millisecondsPerDay : value);
  return { name, as, fill, missing, ...(origin !== undefined && { origin }), mean, unit: options.scaling === 'standardised' ? deviation : 1, low: day(low), high: day(high) };
}

/** Twice over, so that the mean of large numbers with small differences is exact. */
function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const first = sum / values.length;
  let rest = 0;
  for (const value of values) rest += value - first;
  return first + rest / values.length;
}

/**
 * The squared distance of two rows with different levels is 2·scale², scale² = ½ · L/(L − 1) for L levels: half of the mean squared
 * distance that a standardised number has, if all levels were equally common (Hennig & Liao 2013).
 */
function learnCategory(bound: BoundTable, name: string, rows: Int32Array): PreparedCategory | undefined {
  const { codes, levels } = bound.categories(name);
  const counts = new Float64Array(levels.length);
  let present = 0;
  for (const row of rows) if (codes[row] >= 0) { counts[codes[row]]++; present++; }
  const order = [...counts.keys()].filter(level => counts[level] > 0).sort((a, b) => counts[b] - counts[a] || a - b);
  if (order.length < 2) return undefined;
  const pooled = order.length > mostLevels;
  const kept = order.slice(0, pooled ? mostLevels - 1 : order.length).sort((a, b) => a - b);
  const names = kept.map(level => levels[level]);
  const missing = rows.length - present;
  const numbers = kept.map(level => counts[level]);
  if (pooled) numbers.push(present - numbers.reduce((sum, n) => sum + n, 0));
  const fill = numbers.indexOf(Math.max(...numbers.slice(0, kept.length)));
  numbers[fill] += missing;
  const count = numbers.length;
  return {
    name, as: 'category', levels: pooled ? [...names, otherName] : names, shares: numbers.map(n => n / rows.length), ...(pooled && { other: count - 1 }),
    scale: Math.sqrt((0.5 * count) / (count - 1)), fill, missing,
  };
}

function notesOf({ columns, scaling, missing }: Preparation, constant: readonly string[], leftOut: readonly string[]): Note[] {
  const notes: Note[] = [];
  const filled = columns.filter(column => column.missing > 0);
  if (missing === 'impute' && filled.length > 0) {
    notes.push({ kind: 'imputed', text: `Missing cells were filled with the median, or the commonest level: ${filled.map(c => `${c.missing} of "${c.name}"`).join(', ')}.` });
  }
  if (constant.length > 0) notes.push({ kind: 'column', text: `Not used, because the same in every row: ${constant.map(n => `"${n}"`).join(', ')}.` });
  if (leftOut.length > 0) notes.push({ kind: 'column', text: `Not used, because principal components are made of numbers: ${leftOut.map(n => `"${n}"`).join(', ')}.` });
  const categories = columns.filter((c): c is PreparedCategory => c.as === 'category');
  if (categories.length > 0 && scaling === 'standardised') {
    notes.push({ kind: 'information', text: 'Numbers are standardised. Each category becomes one 0/1 column a level, scaled so that two rows with different levels are half as far apart, squared, as two rows are in a number on the average (Hennig & Liao 2013).' });
  } else if (scaling === 'standardised') notes.push({ kind: 'information', text: 'Numbers are standardised: each counts in units of its standard deviation.' });
  const pooled = categories.filter(c => c.other !== undefined);
  if (pooled.length > 0) notes.push({ kind: 'column', text: `Rare levels are taken together as "${otherName}" in ${pooled.map(c => `"${c.name}"`).join(', ')}.` });
  return notes;
}
