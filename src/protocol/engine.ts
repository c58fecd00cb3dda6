/** Host ↔ engine: the methods of the engine process, spoken over JSON-RPC. Names and shapes only. */
import type { ModelFile } from './modelFile';
import type { DatasetProfile } from './profile';
import type { RunRequest, Task } from './recipe';

export interface ProgressEvent {
  /** Words for the stage, e.g. "Reading", "Fitting fold 3 of 5". */
  readonly stage: string;
  /** 0…1 over the whole run, absent when unknown. */
  readonly fraction?: number;
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

export interface ExplainResult { readonly model: ModelFile }

export interface PredictParams {
  readonly model: ModelFile;
  readonly file: string;
  readonly out: string;
  readonly level?: number;
}
export interface PredictResult {
  readonly rows: number;
  readonly notes: readonly { readonly text: string }[];
}

export interface HtmlParams { readonly model: ModelFile; readonly out: string }

/** Method name → [params, result]. */
export interface EngineMethods {
  readonly profile: [ProfileParams, ProfileResult];
  readonly explain: [RunRequest, ExplainResult];
  readonly predict: [PredictParams, PredictResult];
  readonly exportHtml: [HtmlParams, { readonly out: string }];
  /** Schema-checks the text of a model file. */
  readonly openModel: [{ readonly text: string; readonly file: string }, ModelFile];
  readonly ping: [Record<string, never>, { readonly pid: number }];
}

/** Progress is sent as the notification `progress` with the id that the request carried as `progressId`. */
export const progressMethod = 'progress';
export interface ProgressNotification { readonly progressId: number; readonly progress: ProgressEvent }
export type WithProgress<T> = T & { readonly progressId?: number };
