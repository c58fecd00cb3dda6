/** What a source of data is asked, and what it gives. */
import type { DatasetProfile, Dialect, Note } from '../../protocol/profile';
import type { BlockReading } from './blocks';
import type { Fingerprint } from './fileState';
import type { RawColumn } from './rawColumn';
import type { Table } from './table';

export interface SourceHints {
  readonly categorical?: readonly string[];
  readonly numeric?: readonly string[];
  /** Columns that are dates, whatever single cells say. */
  readonly datetime?: readonly string[];
  /** Columns to be loaded even when they are text (all requested columns are; kept for callers that list them). */
  readonly keepText?: readonly string[];
  /** Looks at no more than so many rows from the beginning of the file: a quick profile. */
  readonly maxRows?: number;
  /** Bytes above which the file is read in passes instead of being held; for tests. */
  readonly holdUpTo?: number;
  /**
   * Nothing of the file is held: it is read in passes, by `blocks`. Only these columns are read as numbers or dates; all others as their texts
   * stand there, where texts may say more.
   */
  readonly inBlocks?: readonly string[];
}

export interface LoadOptions {
  /** Names of the columns wanted; all when absent. */
  readonly columns?: readonly string[];
  readonly maxRows: number;
  readonly seed: number;
  /** Also give each column as it stands in the file. */
  readonly raw?: boolean;
}

export interface Loaded {
  readonly table: Table;
  /** The table's columns, in its order, as they stand in the file; when asked for. */
  readonly raw?: readonly RawColumn[];
  /** Data rows of the file that could be used. */
  readonly rowsInFile: number;
  readonly sampled: boolean;
  /** Row of the file (0-based data row) of each row, when sampled. */
  readonly sourceRows?: Int32Array;
  readonly notes: Note[];
  readonly dropped: { reason: string; rows: number; lines?: readonly number[] }[];
}

export interface DataSource {
  readonly file: string;
  readonly dialect: Dialect;
  readonly columnNames: readonly string[];
  /** Says which version of the file was read. */
  readonly fingerprint: Fingerprint;
  profile(): Promise<DatasetProfile>;
  load(options: LoadOptions): Promise<Loaded>;
  /** The rows in order, `rows` at a time, with the columns of the hint `inBlocks` converted as was decided once for all blocks. */
  blocks(rows: number): Promise<BlockReading>;
  close(): Promise<void>;
}
