/** Counts, a table after another, what in the rows to predict differs from the training data. */
import type { Note } from '../../../protocol/profile';
import type { Table } from '../../data/table';

/** What was counted is the same however the rows are cut into tables. */
export interface InputTally {
  /** Counts the given rows of a table, all when absent. */
  add(table: Table, rows?: Int32Array): void;
  notes(): readonly Note[];
}

/** The notes on a single table. */
export function talliedNotes(tally: InputTally | undefined, table: Table, rows?: Int32Array): readonly Note[] {
  tally?.add(table, rows);
  return tally?.notes() ?? [];
}
