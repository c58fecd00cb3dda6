/** Rows of a file put above rows of another, column by column, so that a model sees them as one table. */
import { asCategories } from '../data/encoding/binding';
import { levelNumber } from '../data/formula/values';
import { findColumn, type CodeColumn, type Column, type NumberColumn, type Table } from '../data/table';

/** The given row of `own` first, then all rows of `others`, with the columns of `others`. Throws where `own` lacks one of them. */
export function rowAbove(own: Table, row: number, others: Table): Table {
  return rowsAbove(own, Int32Array.of(row), others);
}

/** The same with several rows of `own`, in their order. */
export function rowsAbove(own: Table, rows: Int32Array, others: Table): Table {
  const columns = others.columns.map(other => {
    const column = findColumn(own, other.name);
    if (!column) throw new Error(`no column ${other.name}`);
    if (other.storage === 'code') return categories(textsAt(column, rows), other);
    const values = numbersAt(column, rows);
    // A category that was all numbers at the training may be a word here.
    const words = other.kind === 'categorical' && values.some(Number.isNaN) ? textsAt(column, rows) : [];
    const strange = words.some((word, i) => word !== undefined && Number.isNaN(values[i]));
    return strange ? categories(words, { ...other, ...asCategories(other), storage: 'code' }) : numbers(values, other);
  });
  return { rows: others.rows + rows.length, columns };
}

function numbers(first: Float64Array, other: NumberColumn): Column {
  const values = new Float64Array(first.length + other.values.length);
  values.set(first);
  values.set(other.values, first.length);
  return { ...other, values };
}

function categories(first: readonly (string | undefined)[], other: CodeColumn): Column {
  const levels = [...other.levels];
  const places = new Map(levels.map((level, code) => [level, code]));
  const codes = new Int32Array(first.length + other.codes.length);
  first.forEach((text, i) => {
    if (text !== undefined && !places.has(text)) places.set(text, levels.push(text) - 1);
    codes[i] = text === undefined ? -1 : places.get(text)!;
  });
  codes.set(other.codes, first.length);
  return { ...other, codes, levels };
}

/** NaN where a cell is missing or no number. */
function numbersAt(column: Column, rows: Int32Array): Float64Array {
  if (column.storage === 'number') return Float64Array.from(rows, row => column.values[row]);
  const known = column.levels.map(level => {
    const number = levelNumber(level);
    return Number.isNaN(number) && column.kind === 'datetime' ? Date.parse(level) : number;
  });
  return Float64Array.from(rows, row => (column.codes[row] < 0 ? NaN : known[column.codes[row]]));
}

function textsAt(column: Column, rows: Int32Array): (string | undefined)[] {
  const { codes, levels } = asCategories(column);
  return Array.from(rows, row => (codes[row] < 0 ? undefined : levels[codes[row]]));
}
