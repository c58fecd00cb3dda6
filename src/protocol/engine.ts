/** Host ↔ engine: the methods of the engine process, spoken over JSON-RPC. Names and shapes only. */
import type { ModelFile, RecordedEdit } from './modelFile';
import type { DatasetProfile } from './profile';
import type { RunRequest, Task } from './recipe';
import type { Comparison, ComparisonSection, MetricName, Section } from './report';

export interface ProgressEvent {
  /** Words for the stage, e.g. "Reading", "Fitting fold 3 of 5". */
  readonly stage: string;
  /** 0…1 over the whole run, absent when unknown. */
  readonly fraction?: number;
  /** The loss of a network in training, epoch by epoch. */
  readonly live?: LiveCurve;
  /** What a comparison of models has found so far; with the first event after each of its models. */
  readonly comparison?: CompareResult;
}

/** Lines over the epochs so far; sent anew each time, thinned to at most 200 points. */
export interface LiveCurve {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly lines: readonly { readonly name: string; readonly x: readonly number[]; readonly y: readonly number[] }[];
  /** Stopping now would keep what is best so far. */
  readonly canFinish: boolean;
}

export interface ProfileParams {
  readonly file: string;
  readonly categorical?: readonly string[];
  readonly numeric?: readonly string[];
  /** Rows to look at at most; absent reads all (streaming). */
  readonly maxRows?: number;
}

/** A target that can be asked for, best guess first; unsuitable columns carry the reason. */
export interface TargetCandidate {
  readonly column: string;
  readonly task: Task;
  readonly positive?: string;
  readonly classes?: readonly string[];
  readonly reason: string;
}

export interface ProfileResult {
  readonly profile: DatasetProfile;
  readonly targets: readonly TargetCandidate[];
}

export interface CompareResult {
  readonly comparison: Comparison;
  /** The section that draws it. */
  readonly section: ComparisonSection;
}

export interface ExplainResult { readonly model: ModelFile }

export interface PredictParams {
  readonly model: ModelFile;
  readonly file: string;
  readonly out: string;
  /** Absent: that of the recipe. */
  readonly level?: number;
  /**
   * Absent: the conformal intervals or sets of the report, beside sets the model's own interval of the probability; the model's own where
   * the file has no conformal ones or where they would be infinite.
   */
  readonly intervals?: 'model' | 'conformal';
}
export interface PredictResult {
  readonly rows: number;
  readonly notes: readonly { readonly text: string }[];
}

/** Explains the prediction of one row of a file: sections of the panel 'row'. */
export interface ExplainRowParams {
  readonly model: ModelFile;
  readonly file: string;
  /** 1-based data row (the header is not counted). */
  readonly row: number;
}
export interface ExplainRowResult { readonly row: number; readonly sections: readonly Section[] }

export interface HtmlParams { readonly model: ModelFile; readonly out: string }

/** Languages that a model can be written in as code that needs no library. */
export const codeLanguages = ['typescript', 'python', 'sql'] as const;
export type CodeLanguage = (typeof codeLanguages)[number];
export interface ExportCodeParams {
  readonly model: ModelFile;
  readonly language: CodeLanguage;
  /** SQL: the table that holds the rows; absent: data. */
  readonly table?: string;
  readonly out: string;
}

/** An edit of a term of an explainable boosting machine; `term`: its name or its place. Bandwidth and direction are chosen where absent. */
export type ModelEdit =
  | { readonly kind: 'remove'; readonly term: string | number }
  | { readonly kind: 'smooth'; readonly term: string | number; readonly bandwidth?: number }
  | { readonly kind: 'monotone'; readonly term: string | number; readonly direction?: 'increasing' | 'decreasing' }
  | { readonly kind: 'undo' };
export interface EditParams {
  readonly model: ModelFile;
  /** Absent: nothing is edited, and what was edited is measured. */
  readonly edit?: ModelEdit;
  /** Edits of the model that this one was trained anew from, to be made again where they can; the report says which could not. */
  readonly again?: readonly RecordedEdit[];
  /** 'full': what takes long is measured too: effects, contributions, scores. */
  readonly detail?: 'full';
}
export interface EditResult {
  readonly model: ModelFile;
  /** Of the held-out metrics; absent where they cannot be had: the report says why. */
  readonly changes?: readonly EditedMetric[];
}
export interface EditedMetric {
  readonly name: MetricName;
  readonly value: number;
  readonly before?: number;
  /** Paired difference on the same held-out rows, with its interval at the recipe's level. */
  readonly change?: number;
  readonly low?: number;
  readonly high?: number;
}

/** Method name → [params, result]. */
export interface EngineMethods {
  readonly profile: [ProfileParams, ProfileResult];
  readonly explain: [RunRequest, ExplainResult];
  /** Compares model families; `progress.comparison` brings each as it is done. */
  readonly compare: [RunRequest, CompareResult];
  readonly predict: [PredictParams, PredictResult];
  readonly explainRow: [ExplainRowParams, ExplainRowResult];
  readonly editModel: [EditParams, EditResult];
  readonly exportHtml: [HtmlParams, { readonly out: string }];
  readonly exportCode: [ExportCodeParams, { readonly out: string }];
  /** Schema-checks the text of a model file. */
  readonly openModel: [{ readonly text: string; readonly file: string }, ModelFile];
  /** Asks the run whose requests carry this progressId to stop training and keep the best so far. */
  readonly finish: [{ readonly progressId: number }, { readonly asked: boolean }];
  /** Tries the native TensorFlow package in a folder, anew; `why` completes "Native TensorFlow …" where it does not work. */
  readonly probeTensorflow: [{ readonly folder: string }, { readonly works: boolean; readonly why: string }];
  readonly ping: [Record<string, never>, { readonly pid: number }];
}

/** Progress is sent as the notification `progress` with the id that the request carried as `progressId`. */
export const progressMethod = 'progress';
export interface ProgressNotification { readonly progressId: number; readonly progress: ProgressEvent }
export type WithProgress<T> = T & { readonly progressId?: number };
