/** The data that a report rests on: rows and columns, and what became of them. */
import type { ColumnKind, ColumnReading } from './profile';

export interface ReportData {
  /** Data rows in the file. */
  readonly rows: number;
  /** Rows that were used, to fit or to score. */
  readonly rowsUsed: number;
  /** Rows that the model was fitted on, where some of those used were left out of the fit (option `classRatio`). */
  readonly rowsFitted?: number;
  readonly dropped: readonly { readonly reason: string; readonly rows: number }[];
  readonly columns: readonly ReportColumn[];
}

export interface ReportColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly role: 'target' | 'feature' | 'dropped' | 'fold' | 'group' | 'action' | 'reward' | 'nextState' | 'end' | 'episode' | 'order';
  readonly missing: number;
  readonly distinct: number;
  readonly note?: string;
  /** What exported code needs to read the column as the training did. */
  readonly reading?: ColumnReading;
}
