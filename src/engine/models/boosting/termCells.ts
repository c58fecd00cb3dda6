/** In which cell of each term the rows of a table fall: block by block, so that bins stay in the processor's cache. */
import type { Column, Table } from '../../data/table';
import { findColumn } from '../../data/table';
import { binCount, columnBins } from './bins';
import type { BoostedTerm, FeatureBins } from './state';

/** Rows that are looked up together. */
const blockRows = 8192;

/** Index of the cell of each row of a block in the scores of a term ÷ outputs; valid until the next call. */
export type UseCells = (term: number, cells: Uint16Array | Int32Array, from: number, length: number) => void;

/** Terms with what is needed to look their cells up, worked out once a model. */
export interface TermPlan {
  readonly features: readonly FeatureBins[];
  readonly terms: readonly BoostedTerm[];
  /** Per term and axis: the term's bin of each bin of the feature; undefined where they are the same. */
  readonly maps: readonly (readonly (Uint16Array | undefined)[])[];
}

export function planTerms(features: readonly FeatureBins[], terms: readonly BoostedTerm[]): TermPlan {
  return { features, terms, maps: terms.map(term => term.features.map((feature, axis) => mapBins(features[feature]!, term.bins[axis]!))) };
}

/** Coarser bins whose cuts are cuts of the finer ones, or whose levels are levels of them. */
function mapBins(fine: FeatureBins, coarse: FeatureBins): Uint16Array | undefined {
  if (fine === coarse) return undefined;
  const map = new Uint16Array(binCount(fine));
  const last = binCount(coarse) - 1;
  map[map.length - 1] = last;
  if (fine.kind === 'number' && coarse.kind === 'number') {
    let bin = 1;
    for (let b = 1; b < map.length - 1; b++) {
      if (b > 1) while (bin <= coarse.cuts.length && coarse.cuts[bin - 1]! <= fine.cuts[b - 2]!) bin++;
      map[b] = bin;
    }
  } else if (fine.kind === 'level' && coarse.kind === 'level') {
    const places = new Map(coarse.levels.map((level, i) => [level, i + 1]));
    fine.levels.forEach((level, i) => { map[i + 1] = places.get(level) ?? last; });
  }
  return map.every((to, from) => to === from) && map.length === last + 1 ? undefined : map;
}

/** Finds a column of the data; undefined counts as missing cells. */
export type FindColumn = (name: string) => Column | undefined;

export const columnsOf = (table: Table): FindColumn => {
  const known = new Map<string, Column | undefined>();
  return name => {
    if (!known.has(name)) known.set(name, findColumn(table, name));
    return known.get(name);
  };
};

/** Goes over the blocks of `n` rows (`rows` of the columns, or the first n) and in each over the given terms. */
export function eachCell(plan: TermPlan, terms: readonly number[], find: FindColumn, n: number, rows: Int32Array | undefined, use: UseCells): void {
  const needed = [...new Set(terms.flatMap(t => plan.terms[t]!.features))];
  const size = Math.min(blockRows, n);
  const bins = new Map(needed.map(feature => [feature, new Uint16Array(size)]));
  const pairCells = new Int32Array(size);
  const columns = new Map(needed.map(feature => [feature, find(plan.features[feature]!.name)]));
  for (let from = 0; from < n; from += size) {
    const length = Math.min(size, n - from);
    for (const feature of needed) {
      const into = bins.get(feature)!.subarray(0, length);
      const part = rows ? rows.subarray(from, from + length) : undefined;
      const column = columns.get(feature);
      columnBins(plan.features[feature]!, column && !part ? slice(column, from, length) : column, part, length, into);
    }
    for (const t of terms) use(t, cellsOf(plan, t, bins, pairCells, length), from, length);
  }
}

function slice(column: Column, from: number, length: number): Column {
  return column.storage === 'number'
    ? { ...column, values: column.values.subarray(from, from + length) }
    : { ...column, codes: column.codes.subarray(from, from + length) };
}

function cellsOf({ terms, maps }: TermPlan, t: number, bins: ReadonlyMap<number, Uint16Array>, into: Int32Array, length: number): Uint16Array | Int32Array {
  const term = terms[t]!;
  const [map, map2] = maps[t]!;
  const first = bins.get(term.features[0]!)!;
  if (term.features.length === 1) {
    if (!map) return first;
    for (let i = 0; i < length; i++) into[i] = map[first[i]!]!;
    return into;
  }
  const second = bins.get(term.features[1]!)!;
  const width = binCount(term.bins[1]!);
  for (let i = 0; i < length; i++) {
    const a = map ? map[first[i]!]! : first[i]!;
    const b = map2 ? map2[second[i]!]! : second[i]!;
    into[i] = a * width + b;
  }
  return into;
}
