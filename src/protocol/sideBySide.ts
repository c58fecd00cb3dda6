/** Models side by side, and a model's history: what differs in recipe and metrics, and what of it is beyond chance. */
import { factsOf, type ModelFacts } from './modelFacts';
import { explainsTarget, type AnyModelFile } from './modelFile';
import type { Estimate, MetricName, IntervalSummary } from './measures';
import type { Importance, Weight } from './effects';
import type { Section } from './report';

export const diffFormat = 'unveil-diff';
export const historyFormat = 'unveil-history';

/** A model to be shown beside others. */
export interface SideModel extends ModelFacts {
  readonly note?: string;
  readonly tags?: readonly string[];
  readonly weights?: readonly Weight[];
  readonly importance?: readonly Importance[];
  readonly intervals?: IntervalSummary;
}

/** A setting that is not the same in all of the models: a text for each, in their order. */
export interface RecipeDifference {
  /** Name of the recipe's field, "content" of the data file, or "options." with the name of an option. */
  readonly id: string;
  readonly title: string;
  readonly values: readonly string[];
}

/** A metric of the second model less that of the first. */
export interface MetricDifference {
  readonly name: MetricName;
  readonly first: number;
  readonly second: number;
  /**
   * On the same folds: mean over folds of the difference, which is not second − first where the metric is of all held-out rows together.
   * Else second − first.
   */
  readonly change: number;
  /** Interval at the level of the first model, and two-sided p-value of no difference; only on the same folds. */
  readonly low?: number;
  readonly high?: number;
  readonly pValue?: number;
  /**
   * What the interval says of the second model. 'same': equal in every fold. 'unknown': there is no interval (other rows, one fold, no
   * spread), so that nothing is said.
   */
  readonly verdict: 'better' | 'worse' | 'no clear difference' | 'same' | 'unknown';
}

export interface ModelPair {
  /** Places in the list of models. */
  readonly first: number;
  readonly second: number;
  /** Whether both were measured on the same folds of the same rows. */
  readonly sameFolds: boolean;
  /** Why not, as the end of a sentence. */
  readonly why?: string;
  /** What changed in the recipe from the first to the second, a phrase each. */
  readonly changes: readonly string[];
  readonly metrics: readonly MetricDifference[];
  /** By the loss, after Holm's adjustment for the number of pairs; absent where there is no p-value. */
  readonly beyondChance?: boolean;
}

/** A value of some of the models, by their places. */
export interface OfModels { readonly model: number; readonly value: number; readonly low?: number; readonly high?: number }

export interface SideBySide {
  readonly format: typeof diffFormat;
  readonly version: 1;
  readonly models: readonly (Omit<ModelFacts, 'recipe'> & { readonly file: string; readonly target?: string; readonly task: string })[];
  /** Level of the intervals of the differences. */
  readonly level: number;
  /** How differences are tested, in words. */
  readonly test: string;
  /** What can be said, a sentence each. */
  readonly verdict: readonly string[];
  readonly recipe: readonly RecipeDifference[];
  /** Every two models, in their order. */
  readonly pairs: readonly ModelPair[];
  readonly importance: readonly { readonly feature: string; readonly models: readonly OfModels[] }[];
  readonly weights: readonly { readonly term: string; readonly class?: string; readonly models: readonly OfModels[] }[];
}

export interface HistoryEntry {
  readonly model: ModelFacts;
  /** 'earlier': a version that this model took the place of. 'other': another stored model of the same data and target. */
  readonly place: 'this' | 'earlier' | 'other';
  /** Set for 'this' and 'other': where it can be opened. */
  readonly id?: string;
}

export interface ModelHistory {
  readonly format: typeof historyFormat;
  readonly version: 1;
  /** Oldest first; `change`: from the entry before. */
  readonly entries: readonly (HistoryEntry & { readonly change?: ModelPair })[];
  readonly verdict: readonly string[];
}

/** What a panel draws: sentences, then sections. */
export interface Drawn { readonly title: string; readonly subtitle: string; readonly sentences: readonly string[]; readonly sections: readonly Section[] }

export interface CompareReportsParams { readonly models: readonly SideModel[] }
export interface CompareReportsResult { readonly result: SideBySide; readonly drawn: Drawn }
export interface HistoryParams { readonly entries: readonly HistoryEntry[] }
export interface HistoryResult { readonly result: ModelHistory; readonly drawn: Drawn }

/** A value with its bounds where both are there. */
export function boundsOf({ low, high }: Partial<Estimate>): { readonly low?: number; readonly high?: number } {
  return low === undefined || high === undefined ? {} : { low, high };
}

/** What a comparison needs of a model file: nothing that is heavy. */
export function sideModelOf(model: AnyModelFile): SideModel {
  const { note, tags } = model;
  const { weights, importance, intervals } = explainsTarget(model) ? model.report : { weights: undefined, importance: undefined, intervals: undefined };
  return {
    ...factsOf(model), ...(note !== undefined && { note }), ...(tags && { tags }),
    ...(weights && { weights }), ...(importance && { importance }), ...(intervals && { intervals }),
  };
}
