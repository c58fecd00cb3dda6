/** What a study of generalisation gives back: plain data, from which its sections are made. */
import type { Measured } from '../../../protocol/experiments';
import type { Note } from '../../../protocol/profile';

/** How one feature of the target rows differs from the source rows. */
export interface FeatureDrift {
  readonly name: string;
  readonly kind: 'number' | 'category';
  /** Population stability index: on ten bins of the source's quantiles, or on levels; missing cells are one of them. */
  readonly psi: number;
  /** Numbers: 1-Wasserstein distance in standard deviations of the source. Categories: total variation. Absent where one side has no value or the source no spread. */
  readonly distance?: number;
  readonly missingSource: number;
  readonly missingTarget: number;
  /** Share of the target's present cells beyond the range of the source, or of levels that it does not have. */
  readonly unseen: number;
}

/** How many of the source's rows the weighted ones amount to. */
export interface Overlap {
  readonly rows: number;
  /** (Σw)² / Σw². */
  readonly effectiveRows: number;
  readonly clippedRows: number;
  readonly clippedAt: number;
}

/** How well rows of the two sides are told apart by their features. */
export interface Shift {
  /** Absent: no fold had rows of both sides to tell apart. */
  readonly auc?: Measured;
  /** "logistic regression with squares" … */
  readonly classifier: string;
  readonly sourceRows: number;
  readonly targetRows: number;
  /** The largest PSI first. */
  readonly features: readonly FeatureDrift[];
  readonly overlap: Overlap;
}

/** The error on the target, estimated from held-out rows of the source alone. */
export interface WeightedEstimate extends Overlap {
  readonly estimate: Measured;
  /** The same rows unweighted. */
  readonly unweighted: Measured;
}

/** A model on rows that are unlike those it was fitted on: a group that was left out, or another file. */
export interface Measures {
  readonly name: string;
  readonly rows: number;
  /** Of the model that has not seen the group, or the file. */
  readonly loss?: Measured;
  /** By cross-validation: on the same rows for a group, of which the models have seen others; on the first file's rows for a file. */
  readonly within?: Measured;
  /** loss − within; above 0: worse where the group, or the file, was not seen. */
  readonly drop?: Measured;
  /** Of predicting the mean, or the classes' shares, of the rows that the model was fitted on. */
  readonly baseline?: number;
  /** loss − baseline on the same rows; below 0: better than the baseline. */
  readonly gain?: Measured;
  /** Rows for which the model gave no number; they are left out. */
  readonly unpredicted: number;
  readonly shift?: Shift;
  readonly weighted?: WeightedEstimate;
  /** Fitted anew with the weights: its error on the same rows, and less that of the model without. */
  readonly refit?: { readonly loss: Measured; readonly change: Measured };
  /** Why there is no score. */
  readonly why?: string;
}

export interface DomainMeasured extends Measures {
  /** Groups with few rows that were put together. */
  readonly pooled?: number;
  /** Rows that the model without the group was fitted on. */
  readonly fittedRows: number;
}

export interface ColumnDifference {
  readonly column: string;
  readonly difference: 'only in the first' | 'only in the second' | 'kind' | 'levels' | 'range' | 'missing cells';
  readonly words: string;
}

/** What of the second file cannot be used as it is. */
export interface Mismatch {
  /** Features of the first file that the second has not. */
  readonly lacking: readonly string[];
  /** Features of the first file, with the lacking ones. */
  readonly of: number;
  /** Classes of the second file that the first has not, with their rows. */
  readonly unknown: readonly { readonly name: string; readonly rows: number }[];
  /** Classes of the first file that the second has not. */
  readonly gone: readonly string[];
  /** Rows of the second file without a target. */
  readonly untold: number;
  /** The column of the model's weights, where the second file has none. */
  readonly weights?: string;
}

export interface TransferMeasured extends Measures {
  readonly features: readonly string[];
  readonly differences: readonly ColumnDifference[];
  readonly mismatch: Mismatch;
}

export interface GeneralisationStudy {
  readonly loss: 'RMSE' | 'log loss';
  readonly groupColumn?: string;
  readonly domains: readonly DomainMeasured[];
  /** Mean drop over the domains, with an interval for it over domains. */
  readonly meanDrop?: Measured;
  readonly transfer?: TransferMeasured;
  readonly rows: number;
  /** "5-fold cross-validation". */
  readonly scheme: string;
  readonly planned: number;
  readonly done: number;
  /** Of those done, found in an earlier file. */
  readonly takenOver: number;
  readonly level: number;
  /** The person asked to keep what there was. */
  readonly stopped: boolean;
  readonly findings: readonly string[];
  readonly notes: readonly Note[];
}
