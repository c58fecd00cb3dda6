/** One row of a file put above rows of another, column by column, so that a model sees them as one table. */
import { asCategories } from '../data/encoding/binding';
import { levelNumber } from '../data/formula/values';
import { findColumn, type CodeColumn, type Column, type NumberColumn, type Table } from '../data/table';

/** The given row of `own` first, then all rows of `others`, with the columns of `others`. Throws where `own` lacks one of them. */
export function rowAbove(own: Table, row: number, others: Table): Table {
  const columns = others.columns.map(other => {
    const column = findColumn(own, other.name);
    if (!column) throw new Error(`no column ${other.name}`);
    if (other.storage === 'code') return categories(textAt(column, row), other);
    const value = numberAt(column, row);
    // A category that was all numbers at the training may be a word here.
    const word = other.kind === 'categorical' && Number.isNaN(value) ? textAt(column, row) : undefined;
    return word === undefined ? numbers(value, other) : categories(word, { ...other, ...asCategories(other), storage: 'code' });
  });
  return { rows: others.rows + 1, columns };
}

function numbers(first: number, other: NumberColumn): Column {
  const values = new Float64Array(other.values.length + 1);
  values[0] = first;
  values.set(other.values, 1);
  return { ...other, values };
}

function categories(first: string | undefined, other: CodeColumn): Column {
  const known = first === undefined ? -1 : other.levels.indexOf(first);
  const isNew = first !== undefined && known < 0;
  const codes = new Int32Array(other.codes.length + 1);
  codes[0] = isNew ? other.levels.length : known;
  codes.set(other.codes, 1);
  return { ...other, codes, levels: isNew ? [...other.levels, first] : other.levels };
}

/** NaN where the cell is missing or no number. */
function numberAt(column: Column, row: number): number {
  if (column.storage === 'number') return column.values[row];
  const code = column.codes[row];
  if (code < 0) return NaN;
  const number = levelNumber(column.levels[code]);
  return Number.isNaN(number) && column.kind === 'datetime' ? Date.parse(column.levels[code]) : number;
}

function textAt(column: Column, row: number): string | undefined {
  const { codes, levels } = asCategories(column);
  return codes[row] < 0 ? undefined : levels[codes[row]];
}
