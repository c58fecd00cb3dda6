/** How threads that hold parts of the rows work on one clustering: shared memory for their sums, and a barrier. One thread is a team of one. */
import { CancelledError } from '../../../protocol/errors';
import { blockRows } from './kernel';

/** Rows are added up in at most so many chunks, whoever holds them, so that the sums come out the same for any number of threads. */
const chunks = 64;

/** Blocks of a chunk, by all rows. */
export function chunkBlocks(rows: number): number {
  return Math.max(1, Math.ceil(Math.ceil(rows / blockRows) / chunks));
}

export interface TeamMemory {
  readonly members: number;
  readonly columns: number;
  readonly mostClusters: number;
  /** [arrived, phase, stopped] of the barrier. */
  readonly state: Int32Array;
  /** Twice (they are used in turn): by chunk the sums and counts. */
  readonly sums: Float64Array;
  /** Twice: labels changed, by member. */
  readonly changed: Int32Array;
  /** Twice: by member [squared distance, row, its values …] of the farthest row; also a chunk's inertia. */
  readonly farthest: Float64Array;
  readonly inertia: Float64Array;
}

export function teamMemory(members: number, columns: number, mostClusters: number): TeamMemory {
  const numbers = (count: number): Float64Array => new Float64Array(members > 1 ? new SharedArrayBuffer(8 * count) : new ArrayBuffer(8 * count));
  const integers = (count: number): Int32Array => new Int32Array(members > 1 ? new SharedArrayBuffer(4 * count) : new ArrayBuffer(4 * count));
  return {
    members, columns, mostClusters, state: integers(3), sums: numbers(2 * chunks * mostClusters * (columns + 1)), changed: integers(2 * members),
    farthest: numbers(2 * members * (2 + columns)), inertia: numbers(2 * chunks),
  };
}

/** Rows that a member holds: whole chunks. */
export function shareOf(rows: number, members: number, member: number): { from: number; to: number; firstChunk: number } {
  const size = chunkBlocks(rows) * blockRows;
  const all = Math.ceil(rows / size);
  const first = Math.floor((all * member) / members);
  const end = Math.floor((all * (member + 1)) / members);
  return { from: Math.min(rows, first * size), to: Math.min(rows, end * size), firstChunk: first };
}

export class Team {
  private turn = 0;

  constructor(readonly memory: TeamMemory, readonly member: number) {}

  /** 0 or 1, the other one after each `meet`: which half of the memory this round writes. */
  get half(): number {
    return this.turn & 1;
  }

  /** Waits until all have written. What was written in this half may be read until the next but one `meet`. */
  meet(): number {
    const read = this.half;
    this.turn++;
    const { members, state } = this.memory;
    if (members === 1) return read;
    const phase = Atomics.load(state, 1);
    if (Atomics.add(state, 0, 1) === members - 1) {
      Atomics.store(state, 0, 0);
      Atomics.add(state, 1, 1);
      Atomics.notify(state, 1);
      return read;
    }
    // Waking takes longer than most waits.
    for (let spin = 0; spin < 20000; spin++) if (Atomics.load(state, 1) !== phase) return read;
    while (Atomics.load(state, 1) === phase) {
      Atomics.wait(state, 1, phase, 100);
      if (Atomics.load(state, 2) !== 0) throw new CancelledError();
    }
    return read;
  }
}
