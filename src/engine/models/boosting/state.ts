/**
 * What an explainable boosting machine is once fitted: bins of each feature, one score a bin for each term, an intercept.
 * link(row, k) = intercept[k] + Σ_terms scores[bin(s) of the row, k], exactly.
 */
import type { Note } from '../../../protocol/profile';
import type { Task } from '../../../protocol/recipe';

/** Bin 0 holds missing cells; the last bin holds what was not seen (levels), or is empty (numbers). */
export type FeatureBins =
  | {
      readonly kind: 'number';
      readonly name: string;
      /** Ascending; bin 1 + #{cuts ≤ x} holds x: a value equal to a cut lies right of it. cuts.length + 3 bins in all. */
      readonly cuts: readonly number[];
      /** Least and largest value of the training rows, in the column's unit. */
      readonly least: number;
      readonly largest: number;
      /** Kind of the column where it is not a plain number: milliseconds since 1970. */
      readonly datetime?: true;
    }
  | {
      readonly kind: 'level';
      readonly name: string;
      /** Bin 1 + i holds levels[i]; levels.length + 2 bins in all. */
      readonly levels: readonly string[];
      readonly ordered?: true;
      /** Marks of the levels that share the last bin with those not seen (see levelMarks.ts); of a feature, not of a pair's axis. */
      readonly pooled?: string;
    };

/** One feature, or a pair of features whose bins are coarser than those of their own terms. */
export interface BoostedTerm {
  /** Indices into `features`, ascending. */
  readonly features: readonly number[];
  /** Bins of each axis. For a main effect the feature's own bins; for a pair its coarser ones. */
  readonly bins: readonly FeatureBins[];
  /** Score of each bin on the link scale: bins (× bins of the second axis, row-major) × outputs. Centred: see purify.ts. */
  readonly scores: Float64Array;
  /** Half-widths are `factor(level)` × this: standard error of each score, same layout. Absent where not estimated. */
  readonly errors?: Float64Array;
  /** Training weight (number of rows, or their weights) in each bin: bins × bins. */
  readonly weights: Float64Array;
  /** What a person did to the term, newest last. */
  readonly edits?: readonly TermEdit[];
  /** Of an edited term: scores and errors as they were fitted, so that an edit can be taken back. See edit.ts. */
  readonly fitted?: { readonly scores: Float64Array; readonly errors?: Float64Array };
}

/** `bandwidth`: in bins along numbers; where only levels are, in training rows. `at`: ISO 8601, no two edits of a model the same. */
export type TermEdit =
  | { readonly kind: 'removed'; readonly at: string }
  | { readonly kind: 'smoothed'; readonly at: string; readonly bandwidth: number }
  | { readonly kind: 'monotone'; readonly at: string; readonly direction: 'increasing' | 'decreasing' };

export type BoostingLoss = 'squared' | 'huber' | 'quantile' | 'poisson' | 'logistic' | 'softmax';

export interface BoostingState {
  /** Name of the target, for words. */
  readonly target?: string;
  readonly task: Task;
  readonly loss: BoostingLoss;
  readonly classes?: readonly string[];
  readonly features: readonly FeatureBins[];
  /** 1, or the number of classes beyond two. */
  readonly outputs: number;
  readonly intercept: readonly number[];
  /** Main effects in the order of `features`, then pairs by importance. A removed term keeps its place with zero scores. */
  readonly terms: readonly BoostedTerm[];
  /** Bands of the terms: what they are, and how many degrees of freedom and what factor on the standard error they have. */
  readonly bands?: { readonly words: string; readonly degrees: number; readonly calibration: number };
  /**
   * Standard deviation of a new observation about its prediction, in the target's unit (regression). Loss 'poisson': the same over
   * the square root of the prediction (√ of the dispersion). Loss 'quantile': absent.
   */
  readonly noise?: number;
  /** Of an edited model: intercept and noise as they were fitted. */
  readonly fitted?: { readonly intercept: readonly number[]; readonly noise?: number };
  readonly statistics: readonly { readonly name: string; readonly value: number | string }[];
  readonly notes: readonly Note[];
}
