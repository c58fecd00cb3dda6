/** Model families on the same folds, as a report has them and as a section draws them. */
import type { Estimate, Metric, Score } from './measures';
import type { SectionBase } from './sectionBase';

/** Model families on the same folds: how good, how different, how long, how simple. */
export interface Comparison {
  /** The loss that models are compared by; lower is better. */
  readonly metric: 'rmse' | 'logLoss';
  /** Words, e.g. "5-fold cross-validation, stratified by class"; the same folds for all models. */
  readonly scheme: string;
  /** Held-out rows. */
  readonly rows: number;
  readonly level: number;
  /** How differences are tested, in words. */
  readonly test: string;
  /** Seconds that the comparison was given; absent: no limit. */
  readonly seconds?: number;
  /** In the order of complexity, the simplest first. */
  readonly models: readonly ComparedModel[];
  readonly notRun: readonly NotCompared[];
  /** While the comparison goes on: the families to come. */
  readonly waiting?: readonly { readonly family: string; readonly title: string }[];
  /** Family with the lowest loss. Absent where no model has one. */
  readonly best?: string;
  /** Family: the simplest whose loss is within one standard error of the best. */
  readonly recommended?: string;
  /** The recommendation and its reason in words. */
  readonly recommendation: string;
  /** When it was done (ISO 8601); absent while it goes on, and where the report was made with it. */
  readonly date?: string;
  /** Set where the report took the comparison over from another model's or from the model that this one replaced. */
  readonly takenOver?: { readonly date: string; readonly file: string };
}

export interface ComparedModel {
  /** Id, as in ReportModel. */
  readonly family: string;
  readonly title: string;
  readonly metrics: readonly Metric[];
  /** Loss less that of the best model on the same held-out rows; absent for the best. */
  readonly difference?: LossDifference;
  /** Seconds of the fit on all rows, and of everything: fit, folds and scores. */
  readonly fitSeconds: number;
  readonly seconds: number;
  /** Those of complexity, without intervals: the model's own report measures them on refits too. */
  readonly scores: readonly ComparedScore[];
}

/** What a comparison shows of a Score. */
export type ComparedScore = Pick<Score, 'name' | 'title' | 'value' | 'better' | 'method'>;

/** A paired difference of losses, above 0 where the model is worse than the best. */
export interface LossDifference extends Estimate {
  readonly standardError?: number;
  /** Two-sided, of the hypothesis that the losses are equal; not adjusted for the number of models. */
  readonly pValue?: number;
  /** Whether the difference is at most its standard error. */
  readonly withinOneStandardError: boolean;
}

export interface NotCompared {
  readonly family: string;
  readonly title: string;
  /** 'time': would not have been done in time. 'stopped': was not done in time. 'failed': could not be fitted. */
  readonly reason: 'time' | 'stopped' | 'failed';
  /** A sentence that says so. */
  readonly text: string;
  readonly estimatedSeconds?: number;
}

/** Draws report.comparison. */
export interface ComparisonSection extends SectionBase { readonly kind: 'comparison' }
