/** What is typical of each column that a model reads, for the effect of one feature with the others held there. */
import { asCategories, BoundTable, millisecondsPerDay } from '../../data/encoding/binding';
import { select } from '../../data/encoding/median';
import type { Encoding } from '../../data/encoding/encoding';
import type { Column, Table } from '../../data/table';

/** Grid values are on the scale of the table (milliseconds for dates). */
export type TypicalColumn =
  | { readonly name: string; readonly as: 'number' | 'date'; readonly typical: number; readonly grid: readonly number[] }
  | { readonly name: string; readonly as: 'category'; readonly typical: string; readonly grid: readonly string[] };

const gridPoints = 50;
const sampledRows = 100000;

/**
 * Learned on the given rows (all when absent); quantiles of at most 100,000 evenly spaced rows of them. Only the `shown`
 * columns (all when absent) have a grid.
 */
export function typicalColumns(encoding: Encoding, table: Table, rows?: Int32Array, shown?: ReadonlySet<string>): TypicalColumn[] {
  const bound = new BoundTable(table);
  const n = rows ? rows.length : table.rows;
  const step = Math.max(1, Math.ceil(n / sampledRows));
  return encoding.columns.map(column => {
    const wanted = shown?.has(column.name) ?? true;
    if (column.as === 'category') {
      const typical = typicalCategory(column.name, bound.find(column.name), rows, n);
      return wanted ? typical : { ...typical, grid: [] };
    }
    const values = bound.numeric(column.name);
    const sample = new Float64Array(wanted ? Math.ceil(n / step) : 0);
    let size = 0;
    for (let i = 0; wanted && i < n; i += step) {
      const value = values[rows ? rows[i] : i];
      if (value - value === 0) sample[size++] = value;
    }
    const typical = column.as === 'date' ? (column.origin ?? 0) + column.fill * millisecondsPerDay : column.fill;
    return { name: column.name, as: column.as, typical, grid: wanted ? numberGrid(sample.subarray(0, size)) : [] };
  });
}

function typicalCategory(name: string, column: Column, rows: Int32Array | undefined, n: number): TypicalColumn {
  const { codes, levels } = asCategories(column);
  const counts = new Int32Array(levels.length);
  for (let i = 0; i < n; i++) {
    const code = codes[rows ? rows[i] : i];
    if (code >= 0) counts[code]++;
  }
  const order = Array.from(levels.keys()).filter(i => counts[i] > 0).sort((a, b) => counts[b] - counts[a] || a - b);
  const grid = order.slice(0, gridPoints).sort((a, b) => a - b).map(i => levels[i]);
  return { name, as: 'category', typical: order.length > 0 ? levels[order[0]] : '', grid };
}

/** The distinct values where there are few, else 50 evenly spaced points between the 1 % and the 99 % quantile. */
function numberGrid(values: Float64Array): number[] {
  if (values.length === 0) return [];
  const distinct = new Set<number>();
  for (const v of values) {
    distinct.add(v + 0);
    if (distinct.size > 20) break;
  }
  if (distinct.size <= 20) return [...distinct].sort((a, b) => a - b);
  const low = select(values, Math.floor(0.01 * (values.length - 1)));
  const high = select(values, Math.ceil(0.99 * (values.length - 1)));
  if (!(high > low)) return [...new Set([low, values.reduce((a, b) => Math.max(a, b))])];
  return Array.from({ length: gridPoints }, (_, i) => low + ((high - low) * i) / (gridPoints - 1));
}

/** A table with a row for each grid point of one column, all other columns typical. */
export function gridTable(columns: readonly TypicalColumn[], feature: TypicalColumn): Table {
  const rows = feature.grid.length;
  return {
    rows,
    columns: columns.map((column): Column => {
      const own = column === feature;
      if (column.as === 'category') {
        const levels = own ? column.grid : [column.typical];
        return { name: column.name, kind: 'categorical', storage: 'code', levels, codes: Int32Array.from({ length: rows }, (_, i) => (own ? i : 0)) };
      }
      const values = own ? Float64Array.from(column.grid) : new Float64Array(rows).fill(column.typical);
      return { name: column.name, kind: column.as === 'date' ? 'datetime' : 'numeric', storage: 'number', values };
    }),
  };
}

/** The grid as a report shows it: numbers, level names, or dates. */
export function shownGrid(feature: TypicalColumn): (number | string)[] {
  if (feature.as === 'date') return feature.grid.map(v => new Date(v).toISOString().slice(0, 10));
  return [...feature.grid];
}
