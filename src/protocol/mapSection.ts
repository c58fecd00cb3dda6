/** The map of two directions: counts of rows in cells, by group where there are groups, with the columns as arrows. Never single rows. */
import type { SectionBase } from './sectionBase';

export interface MapSection extends SectionBase {
  readonly kind: 'map';
  readonly xTitle: string;
  readonly yTitle: string;
  /** Cells a side; cell (column, row) counts from the lowest x and y. */
  readonly bins: number;
  readonly x: { readonly low: number; readonly high: number };
  readonly y: { readonly low: number; readonly high: number };
  /** One group: plain counts. The name of each is what tells it apart, beside its colour and mark. */
  readonly groups: readonly {
    readonly name: string;
    /** Rows that are counted. */
    readonly rows: number;
    readonly centre?: { readonly x: number; readonly y: number };
    /** Cells with a count above zero. */
    readonly cells: readonly { readonly x: number; readonly y: number; readonly count: number }[];
  }[];
  /** Directions of columns, strongest first; lengths among themselves count, not against the axes. */
  readonly arrows: readonly { readonly name: string; readonly x: number; readonly y: number }[];
  /** What the numbers of an arrow are, such as "weight" or "loading". */
  readonly arrowTitle: string;
}
