/** The rows of a log, episode after episode, each in its order. */
import type { Note } from '../../protocol/profile';
import { findColumn, type Column, type Table } from '../data/table';
import { codeTogether } from './cells';
import type { ExperienceColumns } from '../../protocol/recipe';

export interface OrderedRows {
  readonly order: Int32Array;
  /** Episode of each row of the table; -1 where it is missing. Without a column that tells episodes apart: 0. */
  readonly episode: Int32Array;
  /** What tells episodes apart, in words; absent where no column does. */
  readonly named?: { readonly each: string; readonly within: string };
  /** Said where the rows of the file were moved though nothing but the order column tells how. */
  readonly moved?: Note;
}

/**
 * By the order column where there is one, else as rows stand in the file. Without a column of episodes an order column that counts from one start again and again counts the
 * steps of episodes. A row whose cell of the order is missing stays behind the row of its episode that it follows in the file.
 */
export function orderedRows(table: Table, roles: ExperienceColumns): OrderedRows {
  const episode = roles.episode === undefined ? new Int32Array(table.rows) : codeTogether([findColumn(table, roles.episode)!]).codes[0]!;
  const numbers = roles.order === undefined ? undefined : numbersIn(findColumn(table, roles.order)!);
  const by = numbers && sortKeys(numbers, episode);
  const restarts = roles.episode === undefined && numbers ? countedEpisodes(numbers) : undefined;
  if (restarts) {
    return { order: restarts.map((_, row) => row), episode: restarts, named: { each: `run of rising "${roles.order}"`, within: `of the same run of rising "${roles.order}"` } };
  }
  const order = Int32Array.from(episode, (_, row) => row);
  let rising = true;
  for (let row = 1; row < table.rows && rising; row++) rising = episode[row]! > episode[row - 1]! || (episode[row] === episode[row - 1] && (!by || by[row]! >= by[row - 1]!));
  if (!rising) order.sort((a, b) => episode[a]! - episode[b]! || (by ? by[a]! - by[b]! : 0) || a - b);
  if (roles.episode === undefined) return { order, episode, ...(!rising && { moved: movedNote(roles.order!, by!) }) };
  return { order, episode, named: { each: `"${roles.episode}"`, within: `with the same "${roles.episode}"${roles.order === undefined ? '' : `, by "${roles.order}"`}` } };
}

function movedNote(order: string, by: Float64Array): Note {
  const falls = by.reduce((sum, value, row) => sum + (row > 0 && value < by[row - 1]! ? 1 : 0), 0);
  const text = `"${order}" falls in ${falls} ${falls === 1 ? 'place' : 'places'}, but not back to one start as steps of episodes would, so the rows were sorted by it; those with the same value stay as they stand in the file. If the file holds several episodes, name the column that tells them apart.`;
  return { kind: 'warning', text };
}

/** NaN where the cell is missing. */
function numbersIn(column: Column): Float64Array {
  return column.storage === 'number' ? column.values : Float64Array.from(column.codes, code => (code < 0 ? NaN : code));
}

/** A missing cell takes the number of the row before it in its episode, and comes before all others where there is none. */
function sortKeys(numbers: Float64Array, episode: Int32Array): Float64Array {
  const last = new Map<number, number>();
  return numbers.map((number, row) => {
    if (Number.isNaN(number)) return last.get(episode[row]!) ?? -Infinity;
    last.set(episode[row]!, number);
    return number;
  });
}

/** At least this share of the places where numbers do not rise have to go back to the same start. */
const sameStart = 0.9;

/**
 * An episode begins wherever the numbers do not rise. Undefined unless they fall several times, and nearly always back to the same number, or once, back to the very first one:
 * a late row, or one time for several rows, is no start of an episode.
 */
function countedEpisodes(numbers: Float64Array): Int32Array | undefined {
  const episode = new Int32Array(numbers.length);
  const starts = new Map<number, number>();
  let [falls, before, first, start, alone] = [0, NaN, NaN, NaN, true];
  numbers.forEach((number, row) => {
    if (row > 0) episode[row] = episode[row - 1]!;
    if (Number.isNaN(number)) return;
    alone = number <= before;
    if (alone) {
      episode[row]!++;
      starts.set(number, (starts.get(number) ?? 0) + 1);
      if (number < before) falls++;
    }
    if (Number.isNaN(first)) first = number;
    before = number;
  });
  const restarts = [...starts.values()].reduce((sum, times) => sum + times, 0);
  const most = Math.max(0, ...starts.values());
  for (const [number, times] of starts) if (times === most) start = number;
  if (falls === 0 || most < sameStart * restarts) return undefined;
  // A last row alone that goes back to the start may just as well be a late one.
  return falls > 1 || (start === first && !alone) ? episode : undefined;
}
