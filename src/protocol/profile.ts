/** What is known of a data file before any model: its dialect, its columns and what was done to read it. */

export type ColumnKind =
  | 'numeric' | 'categorical' | 'boolean' | 'datetime' | 'text' | 'identifier' | 'constant' | 'empty';

/** How the bytes of the file were understood. Absent fields do not apply (a Parquet file has no delimiter). */
export interface Dialect {
  readonly format: 'csv' | 'parquet';
  readonly compression?: 'gzip';
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly header?: boolean;
  readonly decimal?: '.' | ',';
  readonly thousands?: string;
}

export interface HistogramBin { readonly low: number; readonly high: number; readonly count: number }
export interface LevelCount { readonly level: string; readonly count: number }

/** How the texts of a column were read, where plain numbers do not read as they stand, and of dates always. */
export type ColumnReading =
  /** `signs`: currency and per cent signs are left out, brackets are negative. */
  | { readonly kind: 'number'; readonly decimal: '.' | ','; readonly group?: string; readonly signs: boolean }
  /** 'name': with the name of the month. */
  | { readonly kind: 'date'; readonly order: 'year' | 'name' | 'monthFirst' | 'dayFirst' };

export interface ColumnProfile {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Why this kind was chosen, or what is odd about the column; plain sentence, absent when nothing to say. */
  readonly note?: string;
  readonly reading?: ColumnReading;
  readonly missing: number;
  /** Number of distinct non-missing values (approximate when `distinctIsApproximate`). */
  readonly distinct: number;
  readonly distinctIsApproximate?: boolean;
  /** Numeric and datetime (milliseconds since 1970, UTC) columns only. */
  readonly mean?: number;
  readonly standardDeviation?: number;
  /** Minimum, 5 %, quartiles, 95 %, maximum. */
  readonly quantiles?: readonly { readonly probability: number; readonly value: number }[];
  readonly histogram?: readonly HistogramBin[];
  /** Most frequent levels first, at most 20; categorical, boolean, text and identifier columns. */
  readonly levels?: readonly LevelCount[];
  /** Numeric columns of at most 20 distinct values: how often each occurs, rising by value. */
  readonly distinctValues?: readonly LevelCount[];
}

export interface DatasetProfile {
  readonly file: string;
  readonly bytes: number;
  readonly dialect: Dialect;
  /** Data rows read (header not counted). */
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  /** Rows of the file that could not be used, with line numbers (1-based, at most 20 shown). */
  readonly dropped: readonly { readonly reason: string; readonly rows: number; readonly lines?: readonly number[] }[];
  readonly notes: readonly Note[];
}

/** A thing the reader must know before believing a number; shown at the top of every report. */
export interface Note {
  readonly kind:
    | 'edited' | 'guess' | 'sampling' | 'dropped' | 'imputed' | 'reading' | 'column' | 'aliased' | 'separation'
    | 'penalty' | 'evaluation' | 'warning' | 'information';
  readonly text: string;
}
