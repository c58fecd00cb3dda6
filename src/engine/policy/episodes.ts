/** Which transitions make up an episode: by a column, or told apart by ends and by states that do not follow each other. */
import type { Note } from '../../protocol/profile';
import type { Table } from '../data/table';
import type { Episodes } from './experience';
import { orderedRows, type OrderedRows } from './orderedRows';
import type { ExperienceColumns } from '../../protocol/recipe';
import type { SameState } from './stateLinks';

export interface EpisodeInput {
  readonly roles: ExperienceColumns;
  readonly table: Table;
  /** Rows of the table that the transitions are. */
  readonly kept: Int32Array;
  readonly state: Int32Array;
  readonly next: Int32Array;
  readonly done: Uint8Array;
  /** Next row of each row of the table, where next states were taken from there. */
  readonly following?: Int32Array | undefined;
  /** Compares rows of the table by their numbers, where columns of the state were cut into bins. */
  readonly sameState?: SameState | undefined;
}

/** At least this share of the transitions has to go on in the next row for rows to be taken as episodes. */
const leastLinked = 0.9;

interface Chain {
  readonly order: number[];
  readonly start: number[];
  /** Open transitions with a next row in the same episode, and those of them that lead to its state. */
  readonly chances: number;
  readonly linked: number;
  readonly cutOff: number;
  readonly divided: number;
}

/** Undefined where episodes cannot be told apart. An episode in which a row is missing is divided there. Said in notes. */
export function episodesOf(input: EpisodeInput, notes: Note[]): Episodes | undefined {
  const { roles, done, following, sameState, kept } = input;
  const rows = orderedRows(input.table, roles);
  const byColumn = rows.named !== undefined;
  // Where the log has the next states, the order of rows only tells episodes apart.
  if (rows.moved && (following || roles.done !== undefined || sameState)) notes.push(rows.moved);
  // Without ends, states that do not follow each other show boundaries only where states are numbers: few others differ by chance alone.
  if (!byColumn && roles.done === undefined && !sameState) return undefined;
  const byState = (a: number, b: number): boolean => input.next[a] === input.state[b];
  const exact = following ? (a: number, b: number): boolean => following[kept[a]!] === kept[b] : sameState ? (a: number, b: number): boolean => sameState(kept[a]!, kept[b]!) : byState;
  let chain = chained(input, rows, exact);
  if (sameState && chain.linked < leastLinked * chain.chances) {
    const coarse = chained(input, rows, byState);
    if ((byColumn || roles.done !== undefined) && coarse.linked >= leastLinked * coarse.chances) {
      chain = coarse;
      notes.push({ kind: 'warning', text: 'The numbers of the state after an action differ a little from those of the next row, so whether rows follow each other was seen by their bins; where an episode was cut off, it may have been joined with the next one.' });
    }
  }
  const { chances, linked } = chain;
  const count = chain.start.length;
  if (count === 0 || (!byColumn && (linked < leastLinked * chances || (chances === 0 && !done.includes(1)) || (roles.done === undefined && count < 2)))) return undefined;
  if (linked < 0.5 * chances) {
    notes.push({ kind: 'warning', text: `The rows of each ${rows.named!.each} do not follow each other (the state after an action is that of the next row in ${linked} of ${chances} rows), so episodes are not looked at${roles.order === undefined ? '; name the column that orders them, if there is one' : ''}.` });
    return undefined;
  }
  sayHow(rows, roles, count, chain.divided, notes);
  return { count, start: Int32Array.from([...chain.start, chain.order.length]), order: Int32Array.from(chain.order), from: byColumn ? 'column' : 'done', cutOff: chain.cutOff };
}

/** `follows`: of two transitions, whether the second goes on from the first. */
function chained({ table, kept, done }: EpisodeInput, { order: rows, episode }: OrderedRows, follows: (a: number, b: number) => boolean): Chain {
  const place = new Int32Array(table.rows).fill(-1);
  kept.forEach((row, i) => (place[row] = i));
  const [order, start]: [number[], number[]] = [[], []];
  let [chances, linked, cutOff, divided, last] = [0, 0, 0, 0, -1];
  for (const row of rows) {
    const i = place[row]!;
    if (i < 0 || episode[row]! < 0) continue;
    const same = last >= 0 && episode[kept[last]!] === episode[row];
    const open = last >= 0 && done[last] === 0;
    const goesOn = same && open && follows(last, i);
    if (same && open) chances++;
    if (goesOn) linked++;
    else {
      if (open) cutOff++;
      if (same) divided++;
      start.push(order.length);
    }
    order.push(i);
    last = i;
  }
  if (last >= 0 && done[last] === 0) cutOff++;
  return { order, start, chances, linked, cutOff, divided };
}

function sayHow({ named }: OrderedRows, { done, episode, order }: ExperienceColumns, count: number, divided: number, notes: Note[]): void {
  const by = done === undefined ? 'states that do not follow each other' : `"${done}" and by states that do not follow each other`;
  if (!named) notes.push({ kind: 'guess', text: `No column names episodes; ${count} ${count === 1 ? 'was' : 'were'} told apart by ${by}.` });
  else if (divided > 0) notes.push({ kind: 'warning', text: `In ${divided} ${divided === 1 ? 'place' : 'places'} an episode of "${episode ?? order!}" goes on after its end or in another state than the one before it led to; it was divided there.` });
}
