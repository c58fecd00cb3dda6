/** Host ↔ engine: the methods of the engine process, spoken over JSON-RPC. Names and shapes only. */
import type { LogColumnGuess } from './decisions';
import type { AnyModelFile, ExperimentFile, ModelFile, RecordedEdit, TargetlessModelFile } from './modelFile';
import type { DatasetProfile } from './profile';
import type { ProseTable } from './proseTemplates';
import type { ExperimentRequest, Recipe, RunRequest, TargetlessRequest, Task } from './recipe';
import type { ReportChecks } from './checks';
import type { Comparison, ComparisonSection } from './comparison';
import type { MetricName } from './measures';
import type { Notebook } from './notebook';
import type { Section } from './report';
import type { WhatIfAnswer, WhatIfAsk } from './whatIf';
import type { CompareReportsParams, CompareReportsResult, HistoryParams, HistoryResult } from './sideBySide';

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
  /** The parts that columns would have if the file were a log of decisions, in the order in which a person would confirm them. */
  readonly log?: readonly LogColumnGuess[];
}

export interface CompareResult {
  readonly comparison: Comparison;
  /** The section that draws it. */
  readonly section: ComparisonSection;
}

/** Looks at the data that a run would train on, without training; `effects`: fits the simple model with and without each fix. */
export type CheckParams = RunRequest & { readonly effects?: boolean };
export interface CheckResult {
  /** What the request stands for, its guesses filled in. */
  readonly recipe: Recipe;
  readonly checks: ReportChecks;
  readonly notes: readonly { readonly text: string }[];
}

export interface ExplainResult { readonly model: ModelFile }

export interface ExperimentResult { readonly model: ExperimentFile }

export interface ExploreResult { readonly model: TargetlessModelFile }

export interface PredictParams {
  /** A model without a target adds what it says of each row: cluster, distance, scores. */
  readonly model: AnyModelFile;
  readonly file: string;
  readonly out: string;
  /** Absent: that of the recipe. */
  readonly level?: number;
  /**
   * Absent: the conformal intervals or sets of the report, beside sets the model's own interval of the probability; the model's own where
   * the file has no conformal ones or where they would be infinite.
   */
  readonly intervals?: 'model' | 'conformal';
  /** Largest contributions written of each row. Absent: three where they are exact and cheap, as of a model that is a sum of parts; 0: none. */
  readonly contributions?: number;
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

/** The model is read once and kept under the key; it comes along where the answer was that it is wanted. */
export interface WhatIfParams {
  readonly key: string;
  readonly ask: WhatIfAsk;
  readonly model?: ModelFile;
  /** Where the file of the training is now; absent: where the recipe has it. */
  readonly file?: string;
}
export type WhatIfResult = { readonly answer: WhatIfAnswer } | { readonly wanted: 'model' };
/** Models that nobody will ask any more. */
export interface ForgetWhatIfParams { readonly keys: readonly string[] }

export interface HtmlParams { readonly model: AnyModelFile; readonly out: string; readonly language?: PageLanguage }

/** Absent in English. */
export interface PageLanguage {
  /** BCP 47. */
  readonly tag: string;
  /** Translations of all that the page itself says, and of the report's sentences. */
  readonly page: ProseTable;
  readonly prose: ProseTable;
}

/** `file`, `program`, `node`: paths of the data file, of dist/cli.js, and of what runs it where there is no `node` on the path. */
export interface NotebookParams { readonly model: AnyModelFile; readonly file: string; readonly program: string; readonly node: string }

/** `version`: of the program that writes the card. */
export interface CardParams { readonly model: AnyModelFile; readonly out: string; readonly version: string }

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
  readonly check: [CheckParams, CheckResult];
  /** Explains what has no target: clusters, components, decisions. */
  readonly explore: [TargetlessRequest, ExploreResult];
  readonly experiment: [ExperimentRequest, ExperimentResult];
  /** Compares model families; `progress.comparison` brings each as it is done. */
  readonly compare: [RunRequest, CompareResult];
  /** Fails where the file lacks columns that the model reads. */
  readonly requirePredictable: [Pick<PredictParams, 'model' | 'file'>, null];
  readonly predict: [PredictParams, PredictResult];
  readonly explainRow: [ExplainRowParams, ExplainRowResult];
  readonly whatIf: [WhatIfParams, WhatIfResult];
  /** How many of them were kept. */
  readonly forgetWhatIf: [ForgetWhatIfParams, { readonly forgotten: number }];
  readonly editModel: [EditParams, EditResult];
  readonly exportHtml: [HtmlParams, { readonly out: string }];
  readonly exportCode: [ExportCodeParams, { readonly out: string }];
  /** Writes the model card as Markdown. */
  readonly exportCard: [CardParams, { readonly out: string }];
  /** A notebook that shows the report and repeats its run. */
  readonly notebook: [NotebookParams, Notebook];
  /** Lays models side by side; says which differences are beyond chance. */
  readonly compareReports: [CompareReportsParams, CompareReportsResult];
  /** What changed from version to version of a model. */
  readonly history: [HistoryParams, HistoryResult];
  /** Schema-checks the text of a model file. */
  readonly openModel: [{ readonly text: string; readonly file: string }, AnyModelFile];
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
