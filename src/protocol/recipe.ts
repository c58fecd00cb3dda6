/** Everything needed to repeat a run, as plain JSON. The same recipe on the same file gives the same numbers. */

export type Task = 'regression' | 'classification';

export type Split =
  | { readonly scheme: 'kFold'; readonly folds: number; readonly groupColumn?: string }
  | { readonly scheme: 'foldColumn'; readonly column: string }
  | { readonly scheme: 'holdout'; readonly share: number }
  | { readonly scheme: 'none' };

/**
 * Conformal intervals (regression) or sets (classification) on top of the model: 'split' calibrates on one fold, 'cv+' on all,
 * 'cqr' (regression) lets the width vary with the features; 'auto' is 'cv+'.
 */
export type ConformalChoice = 'auto' | 'split' | 'cv+' | 'cqr' | 'none';

export type OptionValue = string | number | boolean;

export interface Recipe {
  readonly file: string;
  /** Column to explain. With `formula`, the variable on its left-hand side as written. */
  readonly target: string;
  readonly task: Task;
  /** The class whose probability is modelled (binary classification). */
  readonly positive?: string;
  /** Columns used, in file order. */
  readonly features: readonly string[];
  readonly dropped: readonly { readonly column: string; readonly reason: string }[];
  /** Wilkinson formula; replaces target and features when present. */
  readonly formula?: string;
  readonly categorical?: readonly string[];
  readonly numeric?: readonly string[];
  readonly missing: 'impute' | 'drop';
  /** Family id: linear, logistic, … ('auto' is resolved before a recipe is written). */
  readonly model: string;
  /** Hyperparameters of the family and of preparation, by name (`--set name=value`). */
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly split: Split;
  readonly level: number;
  readonly seed: number;
  readonly maxRows: number;
  /** Absent: 'auto'. */
  readonly conformal?: ConformalChoice;
  /** 'brief' leaves out effects, contributions, scores, and conformal intervals unless `conformal` names a method; absent: everything. */
  readonly detail?: 'brief';
  /** 1-based data rows of the file to explain one by one. */
  readonly rows?: readonly number[];
}

/** What a person or a script asked for: every field optional but the file. Guesses fill in the rest. */
export interface RunRequest {
  readonly file: string;
  readonly target?: string;
  readonly task?: Task;
  readonly positive?: string;
  readonly features?: readonly string[];
  readonly drop?: readonly string[];
  readonly formula?: string;
  readonly categorical?: readonly string[];
  readonly numeric?: readonly string[];
  readonly missing?: 'impute' | 'drop';
  /** 'auto' or a family id. */
  readonly model?: string;
  /** With the model 'auto': the families are compared and the recommended one is explained. Absent: the simplest family. */
  readonly compare?: CompareRequest;
  readonly options?: Readonly<Record<string, OptionValue>>;
  readonly split?: Split;
  /** Level of all intervals, 0 < level < 1; default 0.95. */
  readonly level?: number;
  readonly seed?: number;
  /** Most rows to train on; more are sampled. Default 1,000,000. */
  readonly maxRows?: number;
  readonly conformal?: ConformalChoice;
  readonly detail?: 'brief';
  readonly rows?: readonly number[];
}

export interface CompareRequest {
  /** Family ids; absent: all that do the task. */
  readonly models?: readonly string[];
  /** Seconds that the comparison may take; absent: no limit. */
  readonly seconds?: number;
}
