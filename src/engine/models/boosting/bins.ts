/** Bins of features: quantile cuts of numbers, levels as they are, and the bin that each cell of a table falls in. */
import { markLevels } from '../../data/encoding/levelMarks';
import { categoryLookup, type CategoryLookup } from '../../data/encoding/lookup';
import type { Column, Table } from '../../data/table';
import { findColumn } from '../../data/table';
import type { FeatureBins } from './state';

/** Levels with fewer rows than this share the bin of the unseen, where a column has more levels than `manyLevels`. */
const rareRows = 5;
const manyLevels = 50;

export function binCount(feature: FeatureBins): number {
  return feature.kind === 'number' ? feature.cuts.length + 3 : feature.levels.length + 2;
}

/** Bins of a column, from the given rows of it. */
export function makeBins(column: Column, rows: Int32Array, most: number): FeatureBins {
  return column.storage === 'number' ? numberBins(column.name, column.values, rows, most, column.kind === 'datetime') : levelBins(column, rows, most);
}

function numberBins(name: string, values: Float64Array, rows: Int32Array, most: number, datetime: boolean): FeatureBins {
  const sorted = new Float64Array(rows.length);
  let n = 0;
  for (const row of rows) if (Number.isFinite(values[row]!)) sorted[n++] = values[row]!;
  const present = sorted.subarray(0, n).sort();
  return {
    kind: 'number', name, cuts: quantileCuts(present, most), least: n > 0 ? present[0]! : 0, largest: n > 0 ? present[n - 1]! : 0,
    ...(datetime && { datetime }),
  };
}

/** Cuts between distinct values such that bins hold about equally many; a value that fills a bin has it for itself. */
export function quantileCuts(sorted: Float64Array, most: number): number[] {
  const { values, counts } = distinct(sorted);
  if (values.length <= most) return values.slice(1).map((value, i) => between(values[i]!, value));
  const cuts: number[] = [];
  let left = sorted.length;
  let bins = most;
  let held = 0;
  for (let i = 0; i < values.length - 1; i++) {
    held += counts[i]!;
    const wanted = left / bins;
    // The next value goes in only if it brings the bin nearer to its share.
    if (held < wanted && held + counts[i + 1]! / 2 <= wanted) continue;
    cuts.push(between(values[i]!, values[i + 1]!));
    left -= held;
    bins = Math.max(1, bins - 1);
    held = 0;
    if (bins === 1) break;
  }
  return cuts;
}

function distinct(sorted: Float64Array): { values: number[]; counts: number[] } {
  const values: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (values.length > 0 && value === values[values.length - 1]) counts[counts.length - 1]!++;
    else { values.push(value); counts.push(1); }
  }
  return { values, counts };
}

/** The shortest decimal in (low, high], nearest to their middle: cuts are read by people. */
export function between(low: number, high: number): number {
  // The difference of very large numbers is infinite; half of very small ones is 0.
  const middle = Number.isFinite(high - low) ? low + (high - low) / 2 : low / 2 + high / 2;
  for (let digits = 1; digits <= 15; digits++) {
    const short = Number(middle.toPrecision(digits));
    if (short > low && short <= high) return short;
  }
  return middle > low ? middle : high;
}

function levelBins(column: Extract<Column, { storage: 'code' }>, rows: Int32Array, most: number): FeatureBins {
  const counts = new Float64Array(column.levels.length);
  for (const row of rows) if (column.codes[row]! >= 0) counts[column.codes[row]!]!++;
  const present = column.levels.map((_, code) => code).filter(code => counts[code]! > 0);
  const kept = present.length <= manyLevels ? present : present.filter(code => counts[code]! >= rareRows);
  const largest = kept.length <= most ? kept : [...kept].sort((a, b) => counts[b]! - counts[a]! || a - b).slice(0, most).sort((a, b) => a - b);
  const held = new Set(largest);
  const pooled = markLevels(present.filter(code => !held.has(code)).map(code => column.levels[code]!));
  return { kind: 'level', name: column.name, levels: largest.map(code => column.levels[code]!), ...(pooled !== undefined && { pooled }) };
}

/** Bin of each row (all when absent), one array a feature. A column that the table lacks counts as missing. */
export function binsOf(features: readonly FeatureBins[], table: Table, rows?: Int32Array): Uint16Array[] {
  return features.map(feature => columnBins(feature, findColumn(table, feature.name), rows, table.rows));
}

export function columnBins(feature: FeatureBins, column: Column | undefined, rows: Int32Array | undefined, all: number, into?: Uint16Array): Uint16Array {
  const n = rows ? rows.length : all;
  const result = into ?? new Uint16Array(n);
  if (!column) return result.fill(0);
  if (column.storage === 'number') numberColumn(feature, column.values, rows, result);
  else codeColumn(feature, column.codes, column.levels, rows, result);
  return result;
}

function numberColumn(feature: FeatureBins, values: Float64Array, rows: Int32Array | undefined, result: Uint16Array): void {
  if (feature.kind === 'level') {
    const lookup = levelLookup(feature);
    for (let i = 0; i < result.length; i++) result[i] = 1 + lookup.ofNumber(values[rows ? rows[i]! : i]!);
    return;
  }
  const cuts = Float64Array.from(feature.cuts);
  for (let i = 0; i < result.length; i++) result[i] = numberBin(cuts, values[rows ? rows[i]! : i]!);
}

/** 0 for missing; 1 + #{cuts ≤ value}. */
export function numberBin(cuts: Float64Array, value: number): number {
  if (Number.isNaN(value)) return 0;
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cuts[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

function codeColumn(feature: FeatureBins, codes: Int32Array, levels: readonly string[], rows: Int32Array | undefined, result: Uint16Array): void {
  const bins = feature.kind === 'level' ? levelLookup(feature).ofLevels(levels).map(code => code + 1) : Uint16Array.from(levels, numberLookup(feature));
  for (let i = 0; i < result.length; i++) {
    const code = codes[rows ? rows[i]! : i]!;
    result[i] = code < 0 ? 0 : bins[code]!;
  }
}

type LevelBins = Extract<FeatureBins, { kind: 'level' }>;
const lookups = new WeakMap<LevelBins, CategoryLookup>();

/** Finds levels in other spellings too, as encodings do; codes are bins − 1: −1 for missing, the number of levels for the unseen. */
function levelLookup(feature: LevelBins): CategoryLookup {
  let lookup = lookups.get(feature);
  if (!lookup) {
    lookup = categoryLookup({ label: feature.name, levels: feature.levels, reference: feature.levels.length }, -1);
    lookups.set(feature, lookup);
  }
  return lookup;
}

/** Text where numbers were: what reads as a number counts as one, the rest as not seen. */
function numberLookup(feature: Extract<FeatureBins, { kind: 'number' }>): (text: string) => number {
  const cuts = Float64Array.from(feature.cuts);
  return text => {
    const value = text.trim() === '' ? NaN : Number(text);
    return Number.isNaN(value) ? cuts.length + 2 : numberBin(cuts, value);
  };
}

/** Fewer bins of the same feature, whose cuts are some of the finer ones; `counts`: rows in each fine bin. */
export function coarserBins(feature: FeatureBins, counts: ArrayLike<number>, most: number): { readonly bins: FeatureBins; readonly of: Uint16Array } {
  return feature.kind === 'number' ? coarserNumbers(feature, counts, most) : coarserLevels(feature, counts, most);
}

function coarserNumbers(feature: Extract<FeatureBins, { kind: 'number' }>, counts: ArrayLike<number>, most: number): { bins: FeatureBins; of: Uint16Array } {
  const fine = feature.cuts.length + 1;
  const of = new Uint16Array(fine + 2);
  let total = 0;
  for (let b = 1; b <= fine; b++) total += counts[b]!;
  const cuts: number[] = [];
  let held = 0;
  let bins = most;
  for (let b = 1; b <= fine; b++) {
    of[b] = cuts.length + 1;
    held += counts[b]!;
    if (b === fine || bins <= 1) continue;
    const enough = fine <= most || held + counts[b + 1]! / 2 > total / bins;
    if (!enough) continue;
    cuts.push(feature.cuts[b - 1]!);
    total -= held;
    bins--;
    held = 0;
  }
  of[fine + 1] = cuts.length + 2;
  return { bins: { ...feature, cuts }, of };
}

function coarserLevels(feature: LevelBins, counts: ArrayLike<number>, most: number): { bins: FeatureBins; of: Uint16Array } {
  const order = feature.levels.map((_, i) => i).sort((a, b) => counts[b + 1]! - counts[a + 1]! || a - b).slice(0, most).sort((a, b) => a - b);
  const { pooled: _pooled, ...rest } = feature;
  const bins: LevelBins = { ...rest, levels: order.map(i => feature.levels[i]!) };
  const of = new Uint16Array(feature.levels.length + 2).fill(order.length + 1);
  of[0] = 0;
  // Looked up rather than pooled: a prediction finds a level that is left out under another spelling that is kept ("01" and "1").
  levelLookup(bins).ofLevels(feature.levels).forEach((code, i) => { of[i + 1] = code + 1; });
  return { bins, of };
}
