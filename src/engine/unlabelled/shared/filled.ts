/** Which cells were filled in, and with what: rows without clusters are given the same gaps, filled in the same way. */
import { BoundTable } from '../../data/encoding/binding';
import type { Table } from '../../data/table';
import { widthOf } from './apply';
import type { Preparation, PreparedColumn } from './preparation';

export interface FilledCells {
  /** Columns with a missing cell: their first prepared number, and what stands in for a missing cell. */
  readonly columns: readonly { readonly name: string; readonly start: number; readonly values: Float64Array }[];
  /** rows × columns of this list; 1: filled in. */
  readonly mask: Uint8Array;
}

/** `rows`: rows of the table, in the order of the matrix. Undefined where no cell was filled in. */
export function filledCells(preparation: Preparation, table: Table, rows: Int32Array): FilledCells | undefined {
  const bound = new BoundTable(table);
  const found: { column: PreparedColumn; start: number }[] = [];
  let at = 0;
  for (const column of preparation.columns) {
    if (column.missing > 0 && preparation.missing === 'impute') found.push({ column, start: at });
    at += widthOf(column);
  }
  if (found.length === 0) return undefined;
  const mask = new Uint8Array(rows.length * found.length);
  found.forEach(({ column }, c) => {
    const empty = emptyIn(bound, column);
    for (let i = 0; i < rows.length; i++) if (empty(rows[i])) mask[i * found.length + c] = 1;
  });
  return { columns: found.map(({ column, start }) => ({ name: column.name, start, values: standIn(column) })), mask };
}

function emptyIn(bound: BoundTable, { name, as }: PreparedColumn): (row: number) => boolean {
  if (as === 'category') {
    const { codes } = bound.categories(name);
    return row => codes[row] < 0;
  }
  const values = bound.numeric(name);
  return row => !Number.isFinite(values[row]);
}

function standIn(column: PreparedColumn): Float64Array {
  if (column.as === 'category') return Float64Array.from(column.shares, (share, l) => column.scale * (Number(l === column.fill) - share));
  return Float64Array.of((column.fill - column.mean) / column.unit);
}

/** A copy of the listed rows. */
export function takeFilledRows({ columns, mask }: FilledCells, rows: ArrayLike<number>): FilledCells {
  const width = columns.length;
  const out = new Uint8Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) for (let c = 0; c < width; c++) out[i * width + c] = mask[rows[i] * width + c];
  return { columns, mask: out };
}

/** Share of the rows with a cell that was filled in. */
export function filledShare({ columns, mask }: FilledCells): number {
  const width = columns.length;
  let [filled, rows] = [0, 0];
  for (let at = 0; at < mask.length; at += width, rows++) if (mask.subarray(at, at + width).includes(1)) filled++;
  return rows === 0 ? 0 : filled / rows;
}
