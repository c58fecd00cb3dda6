/** A model over some rows with any set of features taken away: replaced by values of other rows, or by typical ones. */
import { asCategories, columnsByName } from '../../data/encoding/binding';
import { gatherIntegers, gatherNumbers } from '../../data/rows';
import type { Column, Table } from '../../data/table';
import type { Rng } from '../../math/random';
import type { ModelFunction } from '../modelFunction';

export interface MaskedFunction {
  /** Names of the features that can be taken away; sets are indices into them. */
  readonly features: readonly string[];
  /** Draws of replacing values. */
  readonly draws: number;
  /** The predictions of the rows as they are, one stretch of `rows` values an output. */
  readonly full: Float64Array;
  readonly rows: number;
  /** The same with the features of the set replaced: by the values of draw `draw`, or (−1) by the mean or commonest level. */
  without(set: readonly number[], draw: number): Float64Array;
}

/** Rows of the donor table whose values replace those of each row: draws × rows. */
export function drawDonors(rows: number, draws: number, donors: number, rng: Rng): Int32Array[] {
  return Array.from({ length: draws }, () => Int32Array.from({ length: rows }, () => rng.integer(donors)));
}

/**
 * All `functions` (the outputs of one model over the same rows) as one. `donors` is a table with the same columns, `donorRows`
 * its row for each draw and row: all features of a set come from one donor row, so that they go together as in the data.
 */
export function maskedFunction(functions: readonly ModelFunction[], features: readonly string[], donors: Table, donorRows: readonly Int32Array[]): MaskedFunction {
  const [first] = functions;
  const byName = columnsByName(donors);
  const columns = features.map(name => byName.get(name));
  const cache = new Map<string, Column>();
  const replacement = (feature: number, draw: number): Column[] => {
    const column = columns[feature];
    if (!column) return [];
    const key = `${feature} ${draw}`;
    let found = cache.get(key);
    if (!found) cache.set(key, found = draw < 0 ? typicalColumn(column, first.rows) : pickedRows(column, donorRows[draw]));
    return [found];
  };
  const all = (set: readonly Column[]): Float64Array => joined(functions, set);
  return {
    features, draws: donorRows.length, rows: first.rows, full: all([]),
    without: (set, draw) => all(set.flatMap(feature => replacement(feature, draw))),
  };
}

/** The outputs one after the other, from one prediction. */
export function joined(functions: readonly ModelFunction[], replaced: readonly Column[]): Float64Array {
  const [first] = functions;
  if (functions.length === 1) return first.values(replaced);
  const prediction = first.predict(replaced);
  const out = new Float64Array(functions.length * first.rows);
  functions.forEach((f, k) => out.set(f.read(prediction), k * first.rows));
  return out;
}

/** The cells of the listed rows. */
export function pickedRows(column: Column, rows: Int32Array): Column {
  return column.storage === 'code' ? { ...column, codes: gatherIntegers(column.codes, rows) } : { ...column, values: gatherNumbers(column.values, rows) };
}

/** The mean, or the commonest level, in every row. */
function typicalColumn(column: Column, rows: number): Column {
  if (column.storage === 'number' && column.kind !== 'categorical') {
    const known = column.values.filter(v => Number.isFinite(v));
    const mean = known.length > 0 ? known.reduce((a, b) => a + b / known.length, 0) : NaN;
    return { ...column, values: new Float64Array(rows).fill(mean) };
  }
  const { codes, levels } = asCategories(column);
  const counts = new Int32Array(levels.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  const commonest = counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0));
  return pickedRows(column, new Int32Array(rows).fill(Math.max(0, codes.indexOf(commonest))));
}
