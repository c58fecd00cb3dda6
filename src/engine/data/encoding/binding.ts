/** Reads the columns of a table the way an encoding expects them, whatever form they arrived in. */
import { UserError } from '../../../protocol/errors';
import { nearest } from '../nearest';
import { levelNumber, type Value } from '../formula/values';
import type { CodeColumn, Column, NumberColumn, Table } from '../table';
import type { EncodedColumn } from './encoding';

export const millisecondsPerDay = 86400000;

/** The rows of a block: consecutive from `from`, or those listed in `rows`. */
export interface Block {
  readonly rows: Int32Array | undefined;
  readonly from: number;
  readonly length: number;
}

const indexes = new WeakMap<Table, ReadonlyMap<string, Column>>();

/** The columns of a table by name, worked out once a table. */
export function columnsByName(table: Table): ReadonlyMap<string, Column> {
  let index = indexes.get(table);
  if (!index) {
    index = new Map(table.columns.map(column => [column.name, column]));
    indexes.set(table, index);
  }
  return index;
}

/**
 * A table's columns by name, read in the form that is asked for when it is first asked for; throws UserError
 * 'unknownColumn' for one that is not there.
 */
export class BoundTable {
  private readonly columns: ReadonlyMap<string, Column>;
  private readonly replaced = new Map<string, Column>();
  private readonly numbers = new Map<string, Float64Array>();
  private readonly categoryColumns = new Map<string, Pick<CodeColumn, 'codes' | 'levels'>>();

  constructor(readonly table: Table) {
    this.columns = columnsByName(table);
  }

  find(name: string): Column {
    const column = (this.replaced.size > 0 ? this.replaced.get(name) : undefined) ?? this.columns.get(name);
    if (column) return column;
    const shown = nearest(name, [...this.columns.keys()], 5).map(n => `"${n}"`).join(', ');
    throw new UserError('unknownColumn', `The data has no column "${name}", which the model needs; it has ${shown}${this.columns.size > 5 ? ' …' : ''}.`, { column: name });
  }

  /** Reads these columns instead of the table's of the same names, until the next call. */
  replace(columns: readonly Column[]): void {
    this.forget(this.replaced.keys());
    this.replaced.clear();
    for (const column of columns) this.replaced.set(column.name, column);
    this.forget(this.replaced.keys());
  }

  private forget(names: Iterable<string>): void {
    for (const name of names) {
      this.numbers.delete(name);
      this.categoryColumns.delete(name);
    }
  }

  /** All rows of the column as numbers: texts that are no number count as missing. */
  numeric(name: string): Float64Array {
    const known = this.numbers.get(name);
    if (known) return known;
    const column = this.find(name);
    const values = column.storage === 'number' ? column.values : numbersOfCodes(column);
    this.numbers.set(name, values);
    return values;
  }

  /** All rows of the column as categories. */
  categories(name: string): Pick<CodeColumn, 'codes' | 'levels'> {
    const known = this.categoryColumns.get(name);
    if (known) return known;
    const column = asCategories(this.find(name));
    this.categoryColumns.set(name, column);
    return column;
  }
}

function numbersOfCodes(column: CodeColumn): Float64Array {
  const levels = Float64Array.from(column.levels, level => {
    const number = levelNumber(level);
    return Number.isNaN(number) && column.kind === 'datetime' ? Date.parse(level) : number;
  });
  const { codes } = column;
  const values = new Float64Array(codes.length);
  for (let i = 0; i < values.length; i++) values[i] = codes[i] < 0 ? NaN : levels[codes[i]];
  return values;
}

/** Text of a number as a level: at most 15 significant digits, as R's as.character. */
export function numberLevel(value: number): string {
  return String(Number(value.toPrecision(15)));
}

/** The column as categories: a column of numbers gets a level for each distinct number, by value. */
export function asCategories(column: Column): Pick<CodeColumn, 'codes' | 'levels'> {
  return column.storage === 'code' ? column : categoriesOfNumbers(column);
}

function categoriesOfNumbers({ values, kind }: NumberColumn): Pick<CodeColumn, 'codes' | 'levels'> {
  const date = kind === 'datetime';
  const places = new Map<number, number>();
  // Numbers follow each other in runs or are few: the last one is remembered, a map knows the others. −0 is 0.
  let last = NaN;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] + 0;
    if (value === last || value - value !== 0) continue;
    last = value;
    if (!places.has(value)) places.set(value, 0);
  }
  const distinct = Float64Array.from(places.keys()).sort();
  distinct.forEach((value, code) => places.set(value, code));
  const codes = new Int32Array(values.length);
  last = NaN;
  let code = -1;
  for (let i = 0; i < codes.length; i++) {
    const value = values[i] + 0;
    if (value !== last) {
      last = value;
      code = places.get(value) ?? -1;
    }
    codes[i] = code;
  }
  const text = date ? (v: number) => new Date(v).toISOString() : numberLevel;
  return { codes, levels: Array.from(distinct, text) };
}

/** Values of a numeric column over a block, as the encoding wants them: missing and infinite values filled or NaN. */
export function readNumbers(source: Float64Array, block: Block, column: EncodedColumn, fill: boolean): Float64Array {
  const { rows, from, length } = block;
  const out = new Float64Array(length);
  if (column.as === 'category') return out.fill(NaN);
  const replacement = fill ? column.fill : NaN;
  if (column.as === 'number' && column.deviation === undefined) {
    for (let i = 0; i < length; i++) {
      const value = source[rows ? rows[from + i] : from + i];
      out[i] = value - value === 0 ? value : replacement;
    }
    return out;
  }
  const shift = column.as === 'date' ? (column.origin ?? 0) : 0;
  const unit = column.as === 'date' ? millisecondsPerDay : 1;
  const mean = column.mean ?? 0;
  const deviation = column.deviation ?? 1;
  for (let i = 0; i < length; i++) {
    const value = (source[rows ? rows[from + i] : from + i] - shift) / unit;
    out[i] = ((value - value === 0 ? value : replacement) - mean) / deviation;
  }
  return out;
}

export function readCodes(source: Int32Array, block: Block): Int32Array {
  const { rows, from, length } = block;
  if (!rows) return source.subarray(from, from + length);
  const out = new Int32Array(length);
  for (let i = 0; i < length; i++) out[i] = source[rows[from + i]];
  return out;
}

/** True where each row of the block is missing (not a finite number, or no category). */
export function isMissing(column: Column, row: number): boolean {
  if (column.storage === 'code') return column.codes[row] < 0;
  const value = column.values[row];
  return value - value !== 0;
}

/** Categories as an expression's value. */
export function categoryValue(column: Pick<CodeColumn, 'codes' | 'levels'>, block: Block): Value {
  return { type: 'category', codes: readCodes(column.codes, block), levels: column.levels };
}
