/** A policy drawn as a grid with arrows, where states are two whole numbers. */
import type { SectionBase } from './sectionBase';

export type Arrow = 'left' | 'right' | 'up' | 'down' | 'upLeft' | 'upRight' | 'downLeft' | 'downRight' | 'stay';

export interface PolicyGridSection extends SectionBase {
  readonly kind: 'policyGrid';
  /** Columns of the state, and their values: across from left to right, down from top to bottom. */
  readonly across: string;
  readonly down: string;
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  /** An action without an arrow moves in no direction: its name is written. */
  readonly actions: readonly { readonly name: string; readonly arrow?: Arrow }[];
  /** Below this probability an action is uncertain; below so many visits it is unsupported. */
  readonly certainFrom: number;
  readonly fewestVisits: number;
  /** Those that the log shows. */
  readonly cells: readonly PolicyGridCell[];
}

export interface PolicyGridCell {
  /** Places among `rows` and `columns`. */
  readonly row: number;
  readonly column: number;
  readonly value: number;
  /** Places among `actions`: those that are best, the chosen one first; empty where the log never leaves the state. */
  readonly best: readonly number[];
  readonly visits: number;
  /** Of the chosen action. */
  readonly actionVisits: number;
  readonly certainty: number;
  readonly uncertain: boolean;
  readonly unsupported: boolean;
  /** Episodes begin here. */
  readonly start: boolean;
}
