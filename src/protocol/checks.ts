/** Checks of the data before a model is believed: what was found, the change of the request that mends it, and what that does to the score. */
import type { MetricName } from './measures';
import type { AnyRecipe, RunRequest } from './recipe';
import type { SectionBase } from './sectionBase';

/** In the order in which findings of the same severity are told. */
export const checkIds = ['leakage', 'duplicates', 'drift', 'imbalance', 'rareLevels', 'collinear', 'nearConstant'] as const;
export type CheckId = (typeof checkIds)[number];

/** 'severe': scores are likely to mislead; 'warning': look at it; 'information': good to know. */
export type CheckSeverity = 'severe' | 'warning' | 'information';

/** What a fix changes of a request; `drop` is added to what is dropped already, `options` to those that are set. */
export type RequestChange = Pick<RunRequest, 'drop' | 'split' | 'options'>;

export interface CheckFix {
  /** What it does, as words of a button: "Leave out "x"". */
  readonly title: string;
  readonly change: RequestChange;
  /** The same as options of the command line. */
  readonly flags: string;
}

/** What a fix does to the held-out score, measured by fitting with and without it. */
export interface CheckEffect {
  /** Title of the family that was fitted. */
  readonly model: string;
  readonly metric: MetricName;
  readonly before: number;
  readonly after: number;
  /** after − before, with its interval at `level`. */
  readonly change: number;
  readonly low?: number;
  readonly high?: number;
  readonly level: number;
  /** Held-out rows that both are measured on. */
  readonly rows: number;
  /** The same folds; or the same held-out rows, but by models of other training rows. */
  readonly compared: 'same folds' | 'same rows, other training rows';
  readonly sentence: string;
  /** Of a fix of small classes: what it is for. */
  readonly balanced?: BalancedChange;
  /** Other metrics, after − before, where the folds are the same. */
  readonly others?: readonly { readonly name: MetricName; readonly change: number; readonly low?: number; readonly high?: number }[];
}

/** Balanced accuracy on the same held-out rows: the share that is right of each class, its mean over the classes. */
export interface BalancedChange {
  readonly before: number;
  readonly after: number;
  /** after − before, with its interval at the effect's level. */
  readonly change: number;
  readonly low?: number;
  readonly high?: number;
  /** Of the model without the fix that names the class whose probability is the most times its share of the training rows. */
  readonly byThreshold: number;
}

export interface CheckFinding {
  readonly id: CheckId;
  /** The columns that it is about; empty where it is about rows. */
  readonly columns: readonly string[];
  readonly severity: CheckSeverity;
  /** One sentence with numbers. */
  readonly sentence: string;
  /** The numbers that it rests on, by name. */
  readonly evidence: Readonly<Record<string, number | string>>;
  readonly fix?: CheckFix;
  readonly effect?: CheckEffect;
  /** Why the effect of the fix could not be measured. */
  readonly effectFailed?: string;
}

export interface ReportChecks {
  /** Rows that the checks looked at, of those that a model is fitted on. */
  readonly rows: number;
  readonly of: number;
  /** Most serious first. */
  readonly findings: readonly CheckFinding[];
  /** Checks that found nothing. */
  readonly passed: readonly CheckId[];
  /** Checks that were not made, each with the reason. */
  readonly notRun: readonly { readonly id: CheckId; readonly reason: string }[];
}

/** Draws `checks` of the report. */
export interface ChecksSection extends SectionBase { readonly kind: 'checks' }

export const checkTitles: Readonly<Record<CheckId, string>> = {
  leakage: 'Leakage', duplicates: 'Duplicates', drift: 'Drift of the target', imbalance: 'Class imbalance',
  rareLevels: 'Rare levels', collinear: 'Collinear columns', nearConstant: 'Nearly constant',
};

/** The fields of a request that change, on top of what the recipe or request says already. */
export function changedFields(before: Pick<AnyRecipe, 'options'> | Pick<RunRequest, 'options' | 'drop'>, { drop, options, split }: RequestChange): RequestChange {
  const dropped = 'drop' in before && before.drop ? before.drop : [];
  return {
    ...(drop && { drop: [...new Set([...dropped, ...drop])] }),
    ...(options && { options: { ...before.options, ...options } }),
    ...(split && { split }),
  };
}

/** The request with the fix in it. */
export function withFix(request: RunRequest, change: RequestChange): RunRequest {
  return { ...request, ...changedFields(request, change) };
}
