/** Everything needed to repeat a run, as plain JSON. The same recipe on the same file gives the same numbers. */
import type { KeptRuns, StudyPlan, StudyRequest } from './experiments';

export type Task = 'regression' | 'classification';

export type Split =
  /** `duplicates`: rows that are alike in every feature and the target stay in the same fold. */
  | { readonly scheme: 'kFold'; readonly folds: number; readonly groupColumn?: string; readonly duplicates?: 'together' }
  | { readonly scheme: 'foldColumn'; readonly column: string }
  /** `last`: the last rows of the file; else drawn at random. */
  | { readonly scheme: 'holdout'; readonly share: number; readonly last?: true }
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

/** What can be explained in a file without a target: its groups of rows, its directions of variation, the decisions that it records. */
export type TargetlessTask = 'clustering' | 'components' | 'decisions';

/** Columns of a table of experience: a row a decision. */
export interface ExperienceColumns {
  readonly states: readonly string[];
  readonly action: string;
  readonly reward: string;
  /** In the order of `states`; empty where the next row of the episode holds the next state. */
  readonly nextStates: readonly string[];
  readonly done?: string;
  readonly episode?: string;
  /** Orders the rows of an episode; absent: as they stand in the file. */
  readonly order?: string;
}

/** The recipe of what has no target. */
export interface TargetlessRecipe {
  readonly file: string;
  readonly task: TargetlessTask;
  /** Columns used, in file order. */
  readonly features: readonly string[];
  readonly dropped: readonly { readonly column: string; readonly reason: string }[];
  /** With the task 'decisions'. */
  readonly roles?: ExperienceColumns;
  readonly categorical?: readonly string[];
  readonly numeric?: readonly string[];
  readonly missing: 'impute' | 'drop';
  readonly model: 'kmeans' | 'pca' | 'policy';
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly level: number;
  readonly seed: number;
  readonly maxRows: number;
}

/** The recipe of an experiment: that of the model of a target that it is about, and what is studied. */
export interface ExperimentRecipe extends Omit<Recipe, 'task'> {
  readonly task: 'experiment';
  /** Of the model. */
  readonly problem: Task;
  readonly study: StudyPlan;
}

export type AnyRecipe = Recipe | TargetlessRecipe | ExperimentRecipe;

export const hasTarget = (recipe: AnyRecipe): recipe is Recipe => recipe.task === 'regression' || recipe.task === 'classification';

/** The columns of a recipe as a request names them: an empty name says that there is no such column, while an absent one would be guessed. */
export function decidedRoles(roles: ExperienceColumns): ExperienceColumns {
  return { done: '', episode: '', order: '', ...roles };
}

/** What a person or a script asked for without a target. */
export interface TargetlessRequest {
  readonly file: string;
  readonly task: TargetlessTask;
  readonly features?: readonly string[];
  readonly drop?: readonly string[];
  /** Of 'decisions': those named; the others are guessed. */
  readonly roles?: Partial<ExperienceColumns>;
  readonly categorical?: readonly string[];
  readonly numeric?: readonly string[];
  readonly missing?: 'impute' | 'drop';
  readonly options?: Readonly<Record<string, OptionValue>>;
  readonly level?: number;
  readonly seed?: number;
  readonly maxRows?: number;
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

/** An experiment around the model that a run would explain. */
export interface ExperimentRequest extends Omit<RunRequest, 'compare' | 'conformal' | 'detail' | 'rows'> {
  readonly study: StudyRequest;
  /** Runs of an earlier part of the same study, which are not made again where the data are the same. */
  readonly kept?: KeptRuns;
}

export type AnyRequest = RunRequest | TargetlessRequest | ExperimentRequest;

/** The request that repeats an experiment on the file of its recipe. */
export function experimentRequest({ problem, study, target, features, formula, positive, dropped: _dropped, conformal: _conformal, detail: _detail, rows: _rows, ...same }: ExperimentRecipe): ExperimentRequest {
  const { vary, ...rest } = study;
  return {
    ...same, task: problem, ...(positive !== undefined && { positive }), ...(formula === undefined ? { target, features } : { formula }),
    study: { ...rest, ...(vary && { vary: vary.map(({ name, values }) => `${name}=${values.join(':')}`) }) },
  };
}

export const isExperiment = (request: AnyRequest): request is ExperimentRequest => 'study' in request;

export const isTargetless = (request: AnyRequest): request is TargetlessRequest =>
  request.task === 'clustering' || request.task === 'components' || request.task === 'decisions';
