/** What an attacker may change of some rows: the columns, how far, and tables with the changed cells. */
import type { Dataset } from '../../data/dataset';
import { columnUse } from '../../data/encoding/plan';
import { gatherIntegers, gatherNumbers, takeRows } from '../../data/rows';
import type { Column, Table } from '../../data/table';

export interface NumberCell {
  readonly kind: 'number';
  readonly name: string;
  /** Standard deviation (divided by n) over the training rows, and their range. */
  readonly deviation: number;
  readonly low: number;
  readonly high: number;
}

export interface CategoryCell {
  readonly kind: 'category';
  readonly name: string;
  /** Codes, or numbers of a column of numbers that is taken for categories: those of the training rows. */
  readonly choices: readonly number[];
  /** Cells are codes: below 0 is missing. */
  readonly coded: boolean;
  /** The training rows have more levels than `choices`. */
  readonly more: boolean;
}

export type AttackColumn = NumberCell | CategoryCell;

/** Rows under attack. Cells are rows × columns, row-major: numbers, or codes (missing: NaN, or −1). */
export interface Ground {
  /** The rows with the columns that the model reads. */
  readonly table: Table;
  readonly rows: number;
  readonly columns: readonly AttackColumn[];
  readonly start: Float64Array;
  /** false: numbers may leave the range of the training rows. */
  readonly bounded: boolean;
}

export interface GroundInput {
  readonly features: readonly string[];
  readonly train: Int32Array;
  readonly rows: Int32Array;
  readonly immutable: readonly string[];
  /** Absent: true. */
  readonly bounded?: boolean;
}

/** Levels of a category that are tried at most: the commonest. */
export const mostChoices = 50;

/** Columns that are constant in the training rows, or have one level, are left as they are. */
export function groundOf(dataset: Dataset, { features, train, rows, immutable, bounded = true }: GroundInput): Ground {
  const { table, recipe, formula } = dataset;
  const read = new Set(features);
  const fixed = new Set(immutable);
  const categorical = new Set(recipe.categorical ?? []);
  const used = table.columns.filter(column => read.has(column.name));
  const own = takeRows({ rows: table.rows, columns: used }, rows);
  const columns = used.flatMap((column): AttackColumn[] => {
    if (fixed.has(column.name)) return [];
    const asNumber = column.storage === 'number' && columnUse(column, formula !== undefined, categorical) !== 'category';
    const found = asNumber ? numberCell(column.name, column.values, train) : categoryCell(column, train);
    return found ? [found] : [];
  });
  const p = columns.length;
  const start = new Float64Array(rows.length * p);
  columns.forEach(({ name }, j) => {
    const column = own.columns.find(item => item.name === name)!;
    const cells = column.storage === 'number' ? column.values : column.codes;
    for (let i = 0; i < rows.length; i++) start[i * p + j] = cells[i];
  });
  return { table: own, rows: rows.length, columns, start, bounded };
}

function numberCell(name: string, values: Float64Array, train: Int32Array): NumberCell | undefined {
  const present = gatherNumbers(values, train).filter(Number.isFinite);
  if (present.length < 2) return undefined;
  let mean = 0;
  present.forEach((value, i) => { mean += (value - mean) / (i + 1); });
  let square = 0;
  let low = Infinity;
  let high = -Infinity;
  for (const value of present) {
    square += (value - mean) ** 2;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const deviation = Math.sqrt(square / present.length);
  return low < high && deviation > 0 && Number.isFinite(deviation) ? { kind: 'number', name, deviation, low, high } : undefined;
}

function categoryCell(column: Column, train: Int32Array): CategoryCell | undefined {
  const counts = new Map<number, number>();
  const cells = column.storage === 'number' ? column.values : column.codes;
  for (const row of train) if (isPresent(column, cells[row])) counts.set(cells[row], (counts.get(cells[row]) ?? 0) + 1);
  const choices = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, mostChoices).map(([value]) => value);
  return choices.length > 1 ? { kind: 'category', name: column.name, choices, coded: column.storage === 'code', more: counts.size > choices.length } : undefined;
}

const isPresent = (column: Column, cell: number): boolean => (column.storage === 'code' ? cell >= 0 : Number.isFinite(cell));

/** The listed rows (of the ground; repeats allowed) with these cells, of as many rows. */
export function tableAt({ table, columns }: Ground, cells: Float64Array, which: Int32Array): Table {
  const place = new Map(columns.map(({ name }, j) => [name, j]));
  const p = columns.length;
  return {
    rows: which.length,
    columns: table.columns.map((column): Column => {
      const j = place.get(column.name);
      if (j === undefined) return column.storage === 'number' ? { ...column, values: gatherNumbers(column.values, which) } : { ...column, codes: gatherIntegers(column.codes, which) };
      if (column.storage === 'number') return { ...column, values: Float64Array.from(which, (_, i) => cells[i * p + j]) };
      return { ...column, codes: Int32Array.from(which, (_, i) => cells[i * p + j]) };
    }),
  };
}

/** Ends of the box of one number: ε deviations about where it started, in the training rows' range (widened to hold the start itself). */
export function boxOf({ columns, start, bounded }: Ground, row: number, j: number, epsilon: number): readonly [number, number] {
  const column = columns[j];
  const x = start[row * columns.length + j];
  if (column.kind !== 'number' || Number.isNaN(x)) return [x, x];
  const reach = epsilon * column.deviation;
  if (!bounded || !Number.isFinite(x)) return [x - reach, x + reach];
  return [Math.max(x - reach, Math.min(column.low, x)), Math.min(x + reach, Math.max(column.high, x))];
}

/** The cells of some rows, of as many rows as listed. */
export function cellsOf({ columns }: Ground, cells: Float64Array, which: Int32Array): Float64Array {
  const p = columns.length;
  const taken = new Float64Array(which.length * p);
  which.forEach((row, i) => taken.set(cells.subarray(row * p, (row + 1) * p), i * p));
  return taken;
}

export const everyRow = ({ rows }: Ground): Int32Array => Int32Array.from({ length: rows }, (_, i) => i);

/** Places of the columns of a kind. */
export function placesOf({ columns }: Ground, kind: AttackColumn['kind']): number[] {
  return columns.flatMap((column, j) => (column.kind === kind ? [j] : []));
}
