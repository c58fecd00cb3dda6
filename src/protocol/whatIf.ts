/** What-if: a row of values that a person changes, what the model says of it, what would change that, and the rows like it. */
import type { ContributionsSection } from './modelSections';

/** A number (a date in milliseconds since 1970 UTC), a level, or null for a missing cell. */
export type CellValue = number | string | null;
/** By feature. */
export type RowValues = Readonly<Record<string, CellValue>>;

/** What of a feature a slider or a drop-down needs. */
export interface WhatIfFeature {
  readonly name: string;
  readonly kind: 'number' | 'date' | 'choice';
  /** Smallest and largest value of the training data; numbers and dates. */
  readonly low?: number;
  readonly high?: number;
  /** Numbers and dates: values are multiples of it, as they are in the data. */
  readonly unit?: number;
  /** Numbers and dates: what one press of an arrow key moves; a multiple of `unit`. */
  readonly step?: number;
  /** Choices: the levels seen, in sort order. */
  readonly levels?: readonly string[];
  /** Median, or commonest level. */
  readonly typical: CellValue;
}

export interface WhatIfModel {
  readonly kind: 'model';
  readonly name: string;
  readonly target: string;
  readonly task: 'regression' | 'classification';
  readonly classes?: readonly string[];
  /** Of the intervals. */
  readonly level: number;
  readonly features: readonly WhatIfFeature[];
  /** Data rows that the file had at the training. */
  readonly rows: number;
  /** A missing cell is something that the model can predict with. */
  readonly takesMissing: boolean;
}

export interface WhatIfRow {
  readonly kind: 'row';
  readonly row: number;
  readonly values: RowValues;
  readonly actual?: CellValue;
  /** That the file is not the one of the training any more. */
  readonly note?: string;
}

/** An interval of a number, or a set of classes. */
export interface WhatIfInterval {
  /** "95% conformal interval". */
  readonly label: string;
  /** null: without end. */
  readonly low?: number | null;
  readonly high?: number | null;
  readonly set?: readonly string[];
  readonly hint?: string;
}

export interface WhatIfPrediction {
  readonly kind: 'prediction';
  readonly detail: Detail;
  /** Regression. */
  readonly value?: number;
  /** Classification, in the order of the model's classes. */
  readonly probabilities?: readonly { readonly class: string; readonly probability: number }[];
  readonly likeliest?: string;
  /** The one that `predict` writes first. */
  readonly intervals: readonly WhatIfInterval[];
  /** Values outside of what the training data had. */
  readonly notes: readonly string[];
  readonly contributions?: ContributionsSection;
  /** Why there is no prediction. */
  readonly unpredictable?: string;
}

/** 'quick': fewer background rows where contributions are sampled, for answers while a slider moves. */
export type Detail = 'quick' | 'full';

/** What the prediction shall become. A class left out: any other one than now. Bounds are included. */
export type Goal =
  | { readonly kind: 'class'; readonly class?: string }
  | { readonly kind: 'range'; readonly from?: number; readonly to?: number };

export interface ChangesRequest {
  readonly values: RowValues;
  readonly goal: Goal;
  /** Features that must stay as they are. */
  readonly immutable?: readonly string[];
  /** Features of numbers that may move one way only. */
  readonly directions?: Readonly<Record<string, 'up' | 'down'>>;
  /** Suggestions at most; absent: 4. */
  readonly count?: number;
}

export interface Suggestion {
  readonly changes: readonly { readonly feature: string; readonly from: CellValue; readonly to: CellValue }[];
  /** The whole row after the changes. */
  readonly values: RowValues;
  /** Regression: the prediction after the changes. */
  readonly value?: number;
  /** Classification: the class after the changes and its probability. */
  readonly class?: string;
  readonly probability?: number;
  /** Sum over the changes: of numbers in median absolute deviations, 1 for a level. */
  readonly distance: number;
  /** Mean Gower distance to the nearest training rows, and what is usual between training rows (95 % have no more). */
  readonly toTraining: number;
  readonly usual: number;
  /** What is not plausible about the row after the changes; absent: nothing. `pairs`: features whose values the data do not have together. */
  readonly unusual?: { readonly farther: boolean; readonly pairs: readonly (readonly [string, string])[] };
}

export interface WhatIfChanges {
  readonly kind: 'changes';
  /** Fewest changes first. */
  readonly items: readonly Suggestion[];
  /** Why there are none. */
  readonly why?: string;
  readonly method: string;
  /** What became of the file of the training data, where it is not as it was. */
  readonly note?: string;
}

export interface NearestRequest {
  readonly values: RowValues;
  /** Rows wanted; absent: 5. */
  readonly count?: number;
}

export interface NearestRow {
  /** 1-based data row of the file. */
  readonly row: number;
  readonly distance: number;
  readonly target: CellValue;
  readonly values: RowValues;
}

export interface WhatIfNearest {
  readonly kind: 'nearest';
  readonly rows: readonly NearestRow[];
  readonly method: string;
  readonly note?: string;
}

export type WhatIfAsk =
  | { readonly kind: 'model' }
  | { readonly kind: 'row'; readonly row: number }
  | { readonly kind: 'prediction'; readonly values: RowValues; readonly detail: Detail }
  | ({ readonly kind: 'changes' } & ChangesRequest)
  | ({ readonly kind: 'nearest' } & NearestRequest);

/** What a panel says: a question, or that the search for changes that is under way is not wanted any more. */
export type WhatIfQuestion = WhatIfAsk | { readonly kind: 'stop' };

export type WhatIfAnswer = WhatIfModel | WhatIfRow | WhatIfPrediction | WhatIfChanges | WhatIfNearest;

/** In the panel, what went wrong is an answer too. */
export interface WhatIfFailure {
  readonly kind: 'failed';
  readonly message: string;
  /** A newer question took its place, or the person ended it: nothing went wrong. */
  readonly superseded?: boolean;
}
