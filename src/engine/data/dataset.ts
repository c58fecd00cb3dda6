/** What a family is fitted on: a table, the target taken out of it, and the recipe that says how. */
import type { Recipe } from '../../protocol/recipe';
import type { Formula } from './formula/formula';
import type { Table } from './table';

export type Target =
  | { readonly task: 'regression'; readonly name: string; readonly values: Float64Array }
  | {
      readonly task: 'classification';
      readonly name: string;
      /** Index into `classes` of each row. */
      readonly codes: Int32Array;
      /** In sort order; for two classes the positive one is last. */
      readonly classes: readonly string[];
    };

/** Rows with a missing target (and, with missing: 'drop', incomplete rows) are already gone. No NaN in the target. */
export interface Dataset {
  readonly table: Table;
  readonly target: Target;
  readonly recipe: Recipe;
  /** Columns that the model may use. */
  readonly features: readonly string[];
  /** Row of the file (0-based data row) that each row came from. */
  readonly sourceRows?: Int32Array;
  /** The recipe's formula, read against all columns of the file: it may name some that the table does not hold. */
  readonly formula?: Formula;
  /** The formula's columns with the rows that were left out too: a fit on all rows learns poly() and scale() on them. */
  readonly everyRow?: Table;
}
