/** A column as bins: of equally many rows for numbers and dates, one a level for categories; missing cells are a bin of their own. */
import { asCategories } from '../data/encoding/binding';
import type { Column } from '../data/table';

export interface Binned {
  readonly bin: Int32Array;
  readonly bins: number;
  /** Numbers and dates, scaled to about −1 … 1 so that sums of squares keep their digits; NaN where missing. */
  readonly x?: Float64Array;
}

const mostBins = 32;
/** Enough for a line in each, also without the rows of a held-out part. */
const fewestRows = 20;

export function binsOf(column: Column, asCategory: boolean): Binned {
  if (asCategory || column.storage === 'code') {
    const { codes, levels } = asCategories(column);
    return { bin: codes.map(code => (code < 0 ? levels.length : code)), bins: levels.length + 1 };
  }
  const present = presentOf(column.values).sort();
  const wanted = Math.max(1, Math.min(mostBins, Math.floor(present.length / fewestRows)));
  const edges = edgesOf(present, wanted);
  const centre = present.length > 0 ? present[present.length >> 1]! : 0;
  const scale = Math.max(Math.abs((present[0] ?? 0) - centre), Math.abs((present.at(-1) ?? 0) - centre)) || 1;
  const bin = new Int32Array(column.values.length);
  const x = new Float64Array(bin.length);
  for (let i = 0; i < bin.length; i++) {
    const value = column.values[i]!;
    bin[i] = value - value === 0 ? placeOf(edges, value) : edges.length + 1;
    x[i] = (value - centre) / scale;
  }
  return { bin, bins: edges.length + 2, x };
}

/** Without missing cells. Loops and not `filter`: the checks run once a process, where calls cost most. */
function presentOf(values: Float64Array): Float64Array {
  const present = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! - values[i]! === 0) present[count++] = values[i]!;
  return present.subarray(0, count);
}

/** Upper ends of all bins but the last, each another value. */
function edgesOf(sorted: Float64Array, wanted: number): Float64Array {
  const edges = new Set<number>();
  for (let b = 1; b < wanted; b++) {
    const value = sorted[Math.floor((b * sorted.length) / wanted)]!;
    if (value > sorted[0]!) edges.add(value);
  }
  return Float64Array.from(edges);
}

/** Number of edges at or below the value. */
function placeOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
