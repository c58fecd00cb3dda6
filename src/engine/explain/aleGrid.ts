/** Where accumulated local effects are taken: the bins of a numeric feature, or the ordered levels of a category. */
import { asCategories } from '../data/encoding/binding';
import type { CodeColumn, Column, NumberColumn, Table } from '../data/table';
import { similarityOrder } from './levelOrder';

/** K bins between rising edges z_0 … z_K, right-closed; the first holds z_0 too. */
export interface NumberGrid {
  readonly kind: 'number';
  readonly column: NumberColumn;
  readonly edges: Float64Array;
  /** Bin of each row, 0 … K − 1; −1 where the cell is missing. 0 in all rows when the feature is constant. */
  readonly binOf: Int32Array;
}

/** L levels in the order that the effects step through; edges are the places 0 … L − 1. */
export interface LevelGrid {
  readonly kind: 'level';
  readonly column: Column;
  readonly edges: Float64Array;
  readonly levels: readonly string[];
  /** Place of each row's level; −1 where the cell is missing. */
  readonly binOf: Int32Array;
}

export type AleGrid = NumberGrid | LevelGrid;

/** True when the column is a set of levels rather than numbers or dates. */
export function isCategory(column: Column): boolean {
  return column.storage === 'code' || column.kind === 'categorical';
}

/**
 * The grid of a feature over the rows of a table. Numbers and dates (as milliseconds): edges at the quantiles
 * k/bins (the inverse of the empirical distribution, as Apley & Zhu's own code takes them), each value once, so ties make
 * fewer bins and no bin is empty. Categories: the levels that occur, in the order of similarity.
 */
export function aleGrid(table: Table, column: Column, bins: number): AleGrid {
  if (column.storage === 'number' && !isCategory(column)) return numberGrid(column, bins);
  const { codes, levels } = asCategories(column);
  const used = new Uint8Array(levels.length);
  for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) used[codes[i]] = 1;
  const present = Int32Array.from(levels.keys()).filter(k => used[k] === 1);
  const dense = new Int32Array(levels.length).fill(-1);
  present.forEach((level, k) => (dense[level] = k));
  const own = codes.map(code => (code < 0 ? -1 : dense[code]));
  const order = similarityOrder(table, column.name, own, present.length);
  const placeOf = new Int32Array(present.length);
  order.forEach((k, place) => (placeOf[k] = place));
  return {
    kind: 'level', column, edges: Float64Array.from(order.keys()), levels: Array.from(order, k => levels[present[k]]),
    binOf: own.map(k => (k < 0 ? -1 : placeOf[k])),
  };
}

function numberGrid(column: NumberColumn, bins: number): NumberGrid {
  const edges = quantileEdges(column.values, bins);
  return { kind: 'number', column, edges, binOf: binsOf(column.values, edges) };
}

/** Rising distinct quantiles 0, 1/bins … 1 of the finite values (type 1 of Hyndman & Fan 1996); none when all are missing. */
export function quantileEdges(values: Float64Array, bins: number): Float64Array {
  const sorted = values.filter(v => v - v === 0).sort();
  const n = sorted.length;
  const edges: number[] = [];
  for (let k = 0; k <= bins && n > 0; k++) {
    const value = sorted[Math.max(0, Math.ceil((n * k) / bins - 1e-9) - 1)];
    if (edges.length === 0 || value > edges[edges.length - 1]) edges.push(value);
  }
  return Float64Array.from(edges);
}

/** Right-closed bin of each value, values outside of the edges in the outermost bins; −1 for missing values. */
export function binsOf(values: Float64Array, edges: Float64Array): Int32Array {
  const last = Math.max(0, edges.length - 2);
  return Int32Array.from(values, value => {
    if (value - value !== 0) return -1;
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= edges[middle + 1]) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

/** The feature with every row moved `step` edges from the lower edge of its bin (numbers) or from its level, within the grid. */
export function movedColumn(grid: AleGrid, step: number): Column {
  const last = grid.edges.length - 1;
  return columnAt(grid, Int32Array.from(grid.binOf, bin => (bin < 0 ? -1 : Math.max(0, Math.min(last, bin + step)))));
}

/** The feature at the same edge in all rows. */
export function constantColumn(grid: AleGrid, edge: number): Column {
  return columnAt(grid, new Int32Array(grid.binOf.length).fill(edge));
}

/** The feature at the given edge of each row; its own cell where that is −1. */
function columnAt(grid: AleGrid, edgeOf: Int32Array): Column {
  if (grid.kind === 'number') {
    const { values } = grid.column;
    return { ...grid.column, values: values.map((value, i) => (edgeOf[i] < 0 ? value : grid.edges[edgeOf[i]])) };
  }
  return { name: grid.column.name, kind: grid.column.kind, storage: 'code', levels: grid.levels, codes: edgeOf } satisfies CodeColumn;
}
