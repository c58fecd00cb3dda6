/** Episodes without a column of ends: whether they look ended, or cut off by a limit on their length. */
import type { OrderedRows } from './orderedRows';

export interface CutOffs {
  /** 1 in the last rows of episodes that look cut off. */
  readonly cut: Uint8Array;
  /** Rows of each of them, how many there are, and how many episodes there are in all. */
  readonly length: number;
  readonly episodes: number;
  readonly all: number;
}

/** So many episodes of the largest length, and so many times as many as of any other length, are a limit even where most are shorter. */
const fewestAtLimit = 5;
const timesAsMany = 3;

/**
 * The rule is ours. The longest episodes look cut off where (1) most episodes have that very length, or at least 5 of them and three times as many as have any other length,
 * and (2) at least half of the last pairs of state and action occur elsewhere in rows after which an episode goes on. Without (2) a task that is
 * over after a fixed number of stages would lose its ends: there the last states are states of their own. Undefined where nothing looks cut off.
 * `last`: 1 in last rows; `pair`: number of each row's state and action, -1 where a cell is missing.
 */
export function cutOffs({ order, episode }: OrderedRows, last: Uint8Array, pair: Int32Array): CutOffs | undefined {
  const goesOn = new Set<number>();
  const counts = new Map<number, number>();
  const ends: { row: number; length: number }[] = [];
  let length = 0;
  for (const row of order) {
    if (episode[row]! < 0) continue;
    length++;
    if (last[row] === 0) { goesOn.add(pair[row]!); continue; }
    ends.push({ row, length });
    counts.set(length, (counts.get(length) ?? 0) + 1);
    length = 0;
  }
  const most = ends.reduce((largest, end) => Math.max(largest, end.length), 0);
  const longest = ends.filter(end => end.length === most);
  const others = [...counts].reduce((largest, [rows, count]) => (rows === most ? largest : Math.max(largest, count)), 0);
  const piled = longest.length > 1 && (longest.length > ends.length / 2 || (longest.length >= fewestAtLimit && longest.length >= timesAsMany * others));
  if (!piled || longest.filter(({ row }) => pair[row]! >= 0 && goesOn.has(pair[row]!)).length < longest.length / 2) return undefined;
  const cut = new Uint8Array(last.length);
  for (const { row } of longest) cut[row] = 1;
  return { cut, length: most, episodes: longest.length, all: ends.length };
}
