/** What DuckDB is to read, and how: the same for text files and Parquet. */
import type { Dialect, Note } from '../../protocol/profile';
import type { Dropped } from './normalise';
import type { ColumnName, TextFile } from './textFile';

/** What DuckDB reads from: an SQL relation with columns c0 …, and how its rows are found again in the file. */
export interface Relation {
  readonly dialect: Dialect;
  readonly names: readonly ColumnName[];
  /** Kind of storage in which each column comes. */
  types: ('number' | 'text')[];
  /** Columns that hold milliseconds. */
  readonly dates: readonly boolean[];
  /** Notes about single columns, by place. */
  readonly columnNotes: ReadonlyMap<number, string>;
  readonly decimal: '.' | ',';
  /** Whether the column's numbers may have digits that a double does not hold; as text they stand there in full. */
  exact(column: number): boolean;
  /** Bytes that the data is likely to take in memory. */
  readonly weight: number;
  sql(): string;
  /** Called after reading with the rows found; true when a cleaner relation was made that has to be read instead. */
  settle(rows?: number): Promise<boolean>;
  /** Called when DuckDB could not read it; true when a cleaner relation was made to try again. */
  repair(error: unknown): Promise<boolean>;
  lines(rows: readonly number[]): Promise<number[] | undefined>;
  notes(): Note[];
  dropped(): readonly Dropped[];
}

/** Files up to this size are read as text throughout, which decides every column exactly. */
const exactUpTo = 2 << 20;

/** A text file as a relation: plain numbers are parsed by DuckDB, everything else comes as text. */
export function textRelation(text: TextFile): Relation {
  const { sniffed } = text;
  const trusting = text.bytes > exactUpTo;
  const relation: Relation = {
    dialect: text.dialect, names: text.names(), dates: [], columnNotes: new Map(), decimal: sniffed.decimal, weight: text.bytes,
    types: sniffed.numeric.map(numeric => (trusting && numeric ? 'number' : 'text')),
    exact: () => true,
    sql: () => text.readSql(relation.types),
    async repair(error) {
      const message = error instanceof Error ? error.message : String(error);
      const column = /Error when converting column "c(\d+)"/.exec(message);
      if (!/CSV|quote|line|utf|unicode|Invalid Input|Conversion/i.test(message)) return false;
      if (await text.repair(message, column !== null)) return true;
      if (!column || relation.types[Number(column[1])] !== 'number') return false;
      relation.types[Number(column[1])] = 'text';
      return true;
    },
    settle: rows => text.settle(rows),
    lines: rows => text.lines(rows),
    notes: () => text.notes(),
    dropped: () => text.dropped,
  };
  return relation;
}
