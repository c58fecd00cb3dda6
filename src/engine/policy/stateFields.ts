/** Codes of one column of the state, before and after the action: its values, or bins of its numbers. */
import type { Note } from '../../protocol/profile';
import type { Column } from '../data/table';
import { codeTogether } from './cells';
import type { StateField } from './experience';
import type { ReadOptions } from './roles';

export interface CodedField {
  readonly field: StateField;
  readonly before: Int32Array;
  /** Absent without a column of the state after the action. */
  readonly after?: Int32Array;
}

/** So many different numbers are always values of their own. */
const fewValues = 50;
/** Whole numbers are values of their own as long as each stands in so many rows on average, up to so many values. */
const rowsAValue = 10;
const mostValues = 100_000;

/** Fields of all columns. `bins` counts for those columns alone whose numbers are too many to be values of their own. Said in notes. */
export function codeFields(before: readonly Column[], after: readonly Column[], options: ReadOptions, notes: Note[]): CodedField[] {
  const columns = before.map((column, f) => (after[f] ? [column, after[f]] : [column]));
  const cut = columns.map(pair => options.bins !== 'none' && pair.every(column => column.storage === 'number') && tooMany(pair.map(column => (column as { values: Float64Array }).values)));
  const bins = typeof options.bins === 'number' ? Math.max(2, Math.round(options.bins)) : defaultBins(before[0]!, cut.filter(Boolean).length);
  return columns.map((pair, f) => {
    const name = pair[0]!.name;
    if (cut[f]) return binned(name, pair.map(column => (column as { values: Float64Array }).values), bins, options.binning ?? 'quantile', notes);
    const { codes, labels, values } = codeTogether(pair);
    return { field: { name, labels, ...(values && { values }) }, before: codes[0]!, ...(codes[1] && { after: codes[1] }) };
  });
}

/** Whether the numbers are too many to be values of their own. */
function tooMany(columns: readonly Float64Array[]): boolean {
  const seen = new Set<number>();
  let whole = true;
  let cells = 0;
  for (const column of columns) for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    if (value !== value) continue;
    cells++;
    whole &&= Number.isInteger(value);
    seen.add(value);
    if (seen.size > fewValues && (!whole || seen.size > mostValues)) return true;
  }
  return seen.size > fewValues && seen.size * rowsAValue > cells;
}

/** As many as leave 20 rows to a state on average, if all combinations occurred equally often: from 3 to 10. */
function defaultBins(column: Column, fields: number): number {
  const rows = column.storage === 'number' ? column.values.length : column.codes.length;
  return Math.min(10, Math.max(3, Math.floor((rows / 20) ** (1 / Math.max(1, fields)))));
}

function binned(name: string, columns: readonly Float64Array[], bins: number, binning: 'quantile' | 'width', notes: Note[]): CodedField {
  const values = columns[0]!.filter(value => value === value).sort();
  const edges = binning === 'quantile' ? quantileEdges(values, bins) : widthEdges(values, bins);
  const ends = shortNumbers(edges);
  const labels = edges.length === 0 ? ['any'] : [`< ${ends[0]}`, ...ends.slice(1).map((end, i) => `${ends[i]} to ${end}`), `≥ ${ends.at(-1)!}`];
  notes.push({ kind: 'guess', text: `The numbers of the state column "${name}" were cut into ${labels.length} ${binning === 'quantile' ? 'bins of about equally many rows' : 'bins of equal width'}${edges.length > 0 ? `, at ${ends.join(', ')}` : ''}; the state after the action is cut at the same numbers.` });
  const [before, after] = columns.map(column => Int32Array.from(column, value => (value === value ? binOf(edges, value) : -1)));
  return { field: { name, labels, edges, ...rangeOf(columns) }, before: before!, ...(after && { after }) };
}

function rangeOf(columns: readonly Float64Array[]): Pick<StateField, 'range'> {
  let [low, high] = [Infinity, -Infinity];
  for (const column of columns) for (const value of column) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { range: [low, high] } : {};
}

function quantileEdges(sorted: Float64Array, bins: number): number[] {
  const edges: number[] = [];
  for (let b = 1; b < bins; b++) {
    const edge = sorted[Math.floor((b * sorted.length) / bins)]!;
    if (edge > (edges.at(-1) ?? sorted[0]!)) edges.push(edge);
  }
  return edges;
}

function widthEdges(sorted: Float64Array, bins: number): number[] {
  const [low, high] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  return low === high ? [] : Array.from({ length: bins - 1 }, (_, b) => low + ((b + 1) * (high - low)) / bins);
}

/** How many edges are at or below the value. */
export function binOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Four digits, or as many more as tell the edges apart. */
function shortNumbers(edges: readonly number[]): string[] {
  for (let digits = 4; digits < 17; digits++) {
    const texts = edges.map(edge => String(Number(edge.toPrecision(digits))));
    if (new Set(texts).size === texts.length) return texts;
  }
  return edges.map(String);
}
