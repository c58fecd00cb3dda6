/** Where a log has no columns of the next state: which row follows which, and where episodes end. */
import type { Note } from '../../protocol/profile';
import type { Table } from '../data/table';
import { cutOffs } from './cutOff';
import { orderedRows, type OrderedRows } from './orderedRows';
import type { ExperienceColumns } from '../../protocol/recipe';

export interface Following {
  /** The row of the same episode that comes next; -1 for the last one and after an end. */
  readonly following: Int32Array;
  readonly done: Int8Array | undefined;
  /** 1 in last rows of episodes that have not ended. */
  readonly cut: Uint8Array;
  /** What was taken for granted, in sentences: the values stand or fall with it. */
  readonly assumed: readonly string[];
}

/**
 * `done`: as the log has it. Without it, and with episodes, the last row of each episode is taken for its end, unless episodes look cut off (see cutOffs).
 * `pair`: a number for the state and action of each row; -1 where a cell is missing.
 */
export function followingRows(table: Table, roles: ExperienceColumns, done: Int8Array | undefined, pair: Int32Array, notes: Note[]): Following {
  const rows = orderedRows(table, roles);
  const { order, episode, named } = rows;
  const last = lastRows(rows);
  const look = done || named === undefined ? undefined : cutOffs(rows, last, pair);
  const ends = done ?? (named === undefined ? undefined : new Int8Array(table.rows));
  const following = new Int32Array(table.rows).fill(-1);
  const cut = new Uint8Array(table.rows);
  order.forEach((row, k) => {
    if (ends && done && done[row] === 1) return;
    if (last[row] === 0) following[row] = order[k + 1]!;
    else if (!done && ends && episode[row]! >= 0 && look?.cut[row] !== 1) ends[row] = 1;
    else cut[row] = 1;
  });
  const where = named === undefined ? `of the following row ${roles.order === undefined ? 'of the file' : `by "${roles.order}"`}` : `of the next row ${named.within}`;
  const assumed = [`No column names the state after an action; it was taken from the state ${where}.`];
  if (!done) assumed.push(endsSentence(named?.each, look));
  notes.push({ kind: 'guess', text: assumed[0]! }, ...assumed.slice(1).map(text => ({ kind: 'warning' as const, text })));
  return { following, done: ends, cut, assumed };
}

function endsSentence(each: string | undefined, look: ReturnType<typeof cutOffs>): string {
  if (each === undefined) {
    return 'No column names episodes or says where they end: the file was read as one sequence without an end, and its last row, whose next state is not known, was left out. '
      + 'If it holds several episodes, the first state of each counts wrongly as what the last action of the one before led to; name the column of episodes, or of their ends.';
  }
  if (look) {
    return `No column says where episodes end, and ${look.episodes} of ${look.all} episodes stop after exactly ${look.length} rows, though others went on from there: they look cut off by a limit on their length. `
      + `So no end was assumed there, and their last rows, whose next state is not known, were left out${look.episodes < look.all ? `; the last row of each shorter episode was taken for its end (what follows is worth 0)` : ''}. If the task itself is over after ${look.length} steps, name a column that says so.`;
  }
  return `No column says where episodes end: the last row of each ${each} was taken for its end, and what follows it is worth 0. If episodes were cut off although they could have gone on, values are too low near their last rows; name a column of ends where there is one.`;
}

/** 1 in the last row of each episode. */
function lastRows({ order, episode }: OrderedRows): Uint8Array {
  const last = new Uint8Array(order.length);
  order.forEach((row, k) => {
    const next = order[k + 1];
    if (next === undefined || episode[row]! < 0 || episode[next] !== episode[row]) last[row] = 1;
  });
  return last;
}
