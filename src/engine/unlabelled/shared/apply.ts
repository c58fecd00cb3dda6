/** Applies a preparation to a table, and leads its numbers back to the units and levels of the columns. */
import { UserError } from '../../../protocol/errors';
import { BoundTable, millisecondsPerDay } from '../../data/encoding/binding';
import type { Table } from '../../data/table';
import type { Matrix } from './matrix';
import type { Preparation, PreparedCategory, PreparedColumn, PreparedNumber } from './preparation';

export interface Applied {
  readonly matrix: Matrix;
  /** Rows of the table with a missing cell in a used column; filled, whatever the preparation does with them when it learns. */
  readonly incomplete: Uint8Array;
  /** Rows with a number beyond the range, or a level unknown to the rows that the preparation was learned on. */
  readonly outside: Uint8Array;
}

/** Numbers that a column becomes. */
export function widthOf(column: PreparedColumn): number {
  return column.as === 'category' ? column.levels.length : 1;
}

export function totalWidth(preparation: Preparation): number {
  return preparation.columns.reduce((sum, column) => sum + widthOf(column), 0);
}

/** A name for each number: the column's, or "column = level". */
export function numberNames(preparation: Preparation): string[] {
  return preparation.columns.flatMap(column => (column.as === 'category' ? column.levels.map(level => `${column.name} = ${level}`) : [column.name]));
}

/** `rows`: those wanted; absent: all. Throws UserError 'unknownColumn', 'badFeatures' where a column holds no number at all. */
export function applyPreparation(preparation: Preparation, table: Table, rows?: Int32Array): Applied {
  const bound = new BoundTable(table);
  const count = rows?.length ?? table.rows;
  const columns = totalWidth(preparation);
  const data = new Float64Array(count * columns);
  const incomplete = new Uint8Array(count);
  const outside = new Uint8Array(count);
  let at = 0;
  for (const column of preparation.columns) {
    if (column.as === 'category') putCategory(bound, column, rows, { data, columns, at, incomplete, outside });
    else putNumber(bound, column, rows, { data, columns, at, incomplete, outside });
    at += widthOf(column);
  }
  return { matrix: { data, rows: count, columns }, incomplete, outside };
}

interface Place { data: Float64Array; columns: number; at: number; incomplete: Uint8Array; outside: Uint8Array }

function putNumber(bound: BoundTable, column: PreparedNumber, rows: Int32Array | undefined, { data, columns, at, incomplete, outside }: Place): void {
  const source = bound.numeric(column.name);
  let present = 0;
  for (let i = 0; i < incomplete.length; i++) {
    let value = numberOf(source[rows ? rows[i] : i], column);
    if (value - value !== 0) {
      incomplete[i] = 1;
      value = column.fill;
    } else {
      present++;
      if (value < column.low || value > column.high) outside[i] = 1;
    }
    data[i * columns + at] = (value - column.mean) / column.unit;
  }
  const cells = bound.find(column.name);
  if (present === 0 && incomplete.length > 0 && cells.storage === 'code' && cells.codes.some(code => code >= 0)) {
    throw new UserError('badFeatures', `The column "${column.name}" holds no numbers, which it did in the data that this was learned from.`, { column: column.name });
  }
}

function numberOf(value: number, column: PreparedNumber): number {
  return column.as === 'date' ? (value - column.origin!) / millisecondsPerDay : value;
}

/** Place of each of the table's levels among the prepared ones; −1: unknown. */
export function levelPlaces(levels: readonly string[], column: PreparedCategory): Int32Array {
  const places = new Map(column.levels.map((level, place) => [level, place]));
  return Int32Array.from(levels, level => places.get(level) ?? column.other ?? -1);
}

function putCategory(bound: BoundTable, column: PreparedCategory, rows: Int32Array | undefined, { data, columns, at, incomplete, outside }: Place): void {
  const { codes, levels } = bound.categories(column.name);
  const places = levelPlaces(levels, column);
  for (let i = 0; i < incomplete.length; i++) {
    const code = codes[rows ? rows[i] : i];
    if (code < 0) incomplete[i] = 1;
    const place = code < 0 ? column.fill : places[code];
    if (place < 0) outside[i] = 1;
    const start = i * columns + at;
    for (let l = 0; l < column.levels.length; l++) data[start + l] = column.scale * (Number(l === place) - column.shares[l]);
  }
}

/** A point of the prepared space in the columns' own terms: a number in its unit (dates in milliseconds since 1970), or shares by level. */
export type Described =
  | { readonly name: string; readonly as: 'number' | 'date'; readonly value: number }
  | { readonly name: string; readonly as: 'category'; readonly levels: readonly { readonly level: string; readonly share: number }[] };

/** What a centre (one number a prepared number) says of each column. */
export function describePoint(preparation: Preparation, point: ArrayLike<number>): Described[] {
  let at = 0;
  return preparation.columns.map(column => {
    const start = at;
    at += widthOf(column);
    const { name } = column;
    if (column.as === 'category') {
      return { name, as: 'category', levels: column.levels.map((level, l) => ({ level, share: point[start + l] / column.scale + column.shares[l] })) };
    }
    const value = column.mean + column.unit * point[start];
    return { name, as: column.as, value: column.as === 'date' ? column.origin! + value * millisecondsPerDay : value };
  });
}
