/** A log of decisions as whole numbers: what every method of this folder works on. */
import type { Note } from '../../protocol/profile';
import type { ExperienceColumns } from '../../protocol/recipe';

/** One column of the state: its values, or the bins that its numbers were cut into. */
export interface StateField {
  readonly name: string;
  /** The text of each code. */
  readonly labels: readonly string[];
  /** The number of each code, where the column holds numbers that were not cut into bins. */
  readonly values?: readonly number[];
  /** Cuts between bins, rising: code c holds edges[c − 1] ≤ x < edges[c]. Only where numbers were cut. */
  readonly edges?: readonly number[];
  /** Smallest and largest number of the log. Only where numbers were cut. */
  readonly range?: readonly [number, number];
}

/** All states of the log: those that decisions were taken in, and those only reached. Sorted by the codes of their fields. */
export interface StateSpace {
  readonly fields: readonly StateField[];
  readonly count: number;
  /** count × fields.length, row-major. */
  readonly codes: Int32Array;
}

export interface Experience {
  readonly roles: ExperienceColumns;
  /** Number of transitions; all arrays below have this length. */
  readonly size: number;
  readonly state: Int32Array;
  readonly action: Int32Array;
  readonly reward: Float64Array;
  /** The state after the action; -1 where the episode ended and the log names none. */
  readonly next: Int32Array;
  /** 1 where the episode ended with this transition. */
  readonly done: Uint8Array;
  /** 0-based data row of the file. */
  readonly sourceRow: Int32Array;
  readonly states: StateSpace;
  readonly actions: readonly string[];
  /** Absent where episodes cannot be told apart. */
  readonly episodes?: Episodes;
  readonly notes: readonly Note[];
  /** What reading took for granted about next states and ends, in sentences; empty where the log has columns of next states. */
  readonly assumed: readonly string[];
  readonly dropped: readonly { readonly reason: string; readonly rows: number }[];
  /** Rows of the table, those left out included. */
  readonly rows: number;
}

/** Transitions of episode e are order[start[e]] … order[start[e + 1] − 1], in the order in which they happened. */
export interface Episodes {
  readonly count: number;
  readonly start: Int32Array;
  readonly order: Int32Array;
  /** 'column': named by a column. 'done': told apart by ends and by states that do not follow each other. */
  readonly from: 'column' | 'done';
  /** Episodes whose last transition is no end: the log stops before they are over. */
  readonly cutOff: number;
}

/** "row=2, column=3"; of a single column the value alone. */
export function stateLabel(space: StateSpace, state: number): string {
  const { fields, codes } = space;
  const text = (field: number): string => fields[field]!.labels[codes[state * fields.length + field]!]!;
  return fields.length === 1 ? text(0) : fields.map((field, f) => `${field.name}=${text(f)}`).join(', ');
}

/** The text of each field of a state, in the order of the fields. */
export function stateValues(space: StateSpace, state: number): string[] {
  return space.fields.map((field, f) => field.labels[space.codes[state * space.fields.length + f]!]!);
}
