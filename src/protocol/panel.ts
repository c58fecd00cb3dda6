/** Host ↔ webview: messages of the report panel and of the inspector, over JSON-RPC on postMessage. */
import type { ColumnProfile } from './profile';
import type { LiveCurve, ModelEdit } from './engine';
import type { Metric, Score } from './measures';
import type { AnyReport, Section } from './report';
import type { PanelId } from './sectionBase';
import type { WhatIfAnswer, WhatIfFailure, WhatIfQuestion } from './whatIf';

export type PanelStatus =
  | { readonly state: 'ready' }
  | { readonly state: 'working'; readonly stage: string; readonly fraction?: number; readonly live?: LiveCurve }
  | {
    readonly state: 'failed';
    readonly message: string;
    /** Training failed, and can be tried again even where there is no report. */
    readonly canRetrain?: boolean;
  };

/** A complete snapshot, never a delta: whatever was lost while the panel was hidden is in the next one. */
export interface PanelSnapshot {
  readonly name: string;
  /** Id of a stored model: a panel that is brought back after a reload finds it by that, whatever its name is then. */
  readonly id?: string;
  readonly report?: AnyReport;
  readonly panel: PanelId;
  readonly status: PanelStatus;
  /** Models are compared in the background: the report can be read meanwhile. */
  readonly comparing?: { readonly stage: string; readonly fraction?: number };
  /** The row that was asked for, with the sections that explain it (panel 'row'), or why it could not be. */
  readonly row?: { readonly row: number; readonly sections?: readonly Section[]; readonly failed?: string };
  /** Other stored models of the same file, target and task: points of the accuracy–interpretability plot. */
  readonly peers?: readonly Peer[];
  /** Where the model came from decides which actions exist. */
  readonly source: 'store' | 'file';
}

export interface Peer {
  readonly name: string;
  readonly metric: Metric;
  readonly interpretability: Score;
}

/** Sent by the webview; every one is a command of the host as well. */
export type PanelAction =
  | 'changeTarget' | 'retrain' | 'saveModel' | 'exportHtml' | 'predict' | 'cancel' | 'finish' | 'showLog' | 'openData';

/** Requests that the webview sends to the host. */
export interface HostMethods {
  /** First message of a webview; the answer is its first snapshot. */
  readonly ready: [Record<string, never>, PanelSnapshot];
  readonly action: [{ readonly action: PanelAction }, null];
  readonly panelChanged: [{ readonly panel: PanelId }, null];
  /** Explains one row of the data file; the answer comes with the next snapshot. */
  readonly explainRow: [{ readonly row: number }, null];
  /** Asks the model what if; what went wrong is an answer. */
  readonly whatIf: [{ readonly ask: WhatIfQuestion }, WhatIfAnswer | WhatIfFailure];
  /** Explains another family of the comparison, in a panel of its own. */
  readonly explainFamily: [{ readonly family: string }, null];
  /** Trains anew with the fix of a finding of the data checks. */
  readonly applyFix: [{ readonly place: number }, null];
  /** Edits a term of the model, or takes the last edit back; the edited report comes with the next snapshot. */
  readonly editModel: [{ readonly edit: ModelEdit }, null];
  readonly copyText: [{ readonly text: string }, null];
}

/** Notifications that the host sends to a webview. */
export interface PanelNotifications {
  readonly snapshot: PanelSnapshot;
  /** Keyboard and menu commands that move within the panel. */
  readonly show: { readonly panel: PanelId };
}

/** What the inspector shows: one column of a data set, or one model. */
export type InspectorSnapshot =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'column'; readonly file: string; readonly rows: number; readonly column: ColumnProfile }
  | { readonly kind: 'model'; readonly name: string; readonly report: AnyReport };

export interface InspectorMethods {
  readonly ready: [Record<string, never>, InspectorSnapshot];
}
