/**
 * The one place for the ids that package.json contributes: commands with their arguments and results, views,
 * settings, context keys. A unit test compares this file with package.json in both directions.
 */
import type * as vscode from 'vscode';
import type { CheckResult, CodeLanguage, ExplainRowResult, ModelEdit } from './protocol/engine';
import { reportMime } from './protocol/notebook';
import type { DatasetProfile } from './protocol/profile';
import type { ExperimentRequest, RunRequest, TargetlessRequest } from './protocol/recipe';
import type { ModelHistory, SideBySide } from './protocol/sideBySide';
import type { WhatIfAnswer, WhatIfAsk } from './protocol/whatIf';

export const commandIds = {
  openExample: 'unveil.openExample',
  explainFile: 'unveil.explainFile',
  explainColumn: 'unveil.explainColumn',
  explainFormula: 'unveil.explainFormula',
  compareModels: 'unveil.compareModels',
  recoverFormula: 'unveil.recoverFormula',
  findClusters: 'unveil.findClusters',
  findComponents: 'unveil.findComponents',
  explainDecisions: 'unveil.explainDecisions',
  profileFile: 'unveil.profileFile',
  checkData: 'unveil.checkData',
  predictFile: 'unveil.predictFile',
  openModel: 'unveil.openModel',
  showOverview: 'unveil.showOverview',
  showWeights: 'unveil.showWeights',
  showFeatureImportance: 'unveil.showFeatureImportance',
  showEffects: 'unveil.showEffects',
  showConfidenceIntervals: 'unveil.showConfidenceIntervals',
  showInterpretability: 'unveil.showInterpretability',
  showData: 'unveil.showData',
  explainRow: 'unveil.explainRow',
  whatIf: 'unveil.whatIf',
  runExperiment: 'unveil.runExperiment',
  changeTarget: 'unveil.changeTarget',
  retrain: 'unveil.retrain',
  saveModelAs: 'unveil.saveModelAs',
  exportHtml: 'unveil.exportHtml',
  openInNotebook: 'unveil.openInNotebook',
  exportCode: 'unveil.exportCode',
  exportModelCard: 'unveil.exportModelCard',
  importModel: 'unveil.importModel',
  compareReports: 'unveil.compareReports',
  showHistory: 'unveil.showHistory',
  noteModel: 'unveil.noteModel',
  tagModel: 'unveil.tagModel',
  filterModels: 'unveil.filterModels',
  clearModelFilter: 'unveil.clearModelFilter',
  editModel: 'unveil.editModel',
  renameModel: 'unveil.renameModel',
  deleteModel: 'unveil.deleteModel',
  restoreModel: 'unveil.restoreModel',
  openData: 'unveil.openData',
  showRuns: 'unveil.showRuns',
  cancelRun: 'unveil.cancelRun',
  finishTraining: 'unveil.finishTraining',
  showLog: 'unveil.showLog',
  restartEngine: 'unveil.restartEngine',
  refreshDatasets: 'unveil.refreshDatasets',
  installTensorflow: 'unveil.installTensorflow',
} as const;
export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** A data file as menus, tree items, the palette or a program name it: a path, a Uri, or an object that holds one. */
export type FileArgument = string | vscode.Uri | { readonly uri: vscode.Uri } | { readonly file: string };

/** A run without questions. With neither target nor formula, `prompt: false` lets the engine guess the target. */
export interface ExplainArguments extends RunRequest {
  readonly prompt?: boolean;
  /** The model (its id, or the path of its file) whose comparison of models the new report takes over. */
  readonly comparedIn?: string;
}

/** The data checks without questions; `effects`: with what each fix does to the held-out score. */
export interface CheckArguments extends RunRequest {
  readonly prompt?: boolean;
  readonly effects?: boolean;
}

/** Clusters, components or decisions of a file. With `prompt: false` nothing is asked; what is not given is chosen by the engine. */
export interface ExploreArguments extends Omit<TargetlessRequest, 'task'> {
  readonly prompt?: boolean;
}

/** An experiment without questions. */
export interface ExperimentArguments extends ExperimentRequest {
  readonly prompt?: boolean;
}

/** A model: its id in the store, the path or Uri of a model file, or an object that holds one. */
export type ModelArgument = string | vscode.Uri | { readonly id: string } | { readonly uri: vscode.Uri };

export interface PredictArguments {
  /** Id in the store, or path of a model file. */
  readonly id?: string;
  readonly file?: string;
  readonly out?: string;
  readonly level?: number;
  readonly intervals?: 'model' | 'conformal';
  /** Largest contributions written of each row. */
  readonly contributions?: number;
}

export interface PredictOutcome {
  readonly out: string;
  readonly rows: number;
  readonly notes: readonly string[];
}

interface CommandShape<Arguments, Result> {
  readonly argument: Arguments;
  readonly result: Result;
}

/** Command id → its first argument (always optional) and what its promise gives; undefined after a cancelled question. */
export interface CommandTypes extends Record<CommandId, CommandShape<unknown, unknown>> {
  /** Copies the bundled example to where it can be worked on and asks about it. Gives the id of the trained model. */
  'unveil.openExample': CommandShape<{ readonly prompt?: boolean }, string | undefined>;
  /** Gives the id of the trained model. */
  'unveil.explainFile': CommandShape<FileArgument | ExplainArguments, string | undefined>;
  'unveil.explainColumn': CommandShape<{ readonly uri: vscode.Uri; readonly column: string }, string | undefined>;
  'unveil.explainFormula': CommandShape<FileArgument | ExplainArguments, string | undefined>;
  /** Gives the id of the model whose report holds the comparison. */
  'unveil.compareModels': CommandShape<FileArgument | ModelArgument | ExplainArguments, string | undefined>;
  /** Gives the id of the model; `options` may name seconds, known, from and largest. */
  'unveil.recoverFormula': CommandShape<FileArgument | ExplainArguments, string | undefined>;
  /** Gives the id of the model; `options` may name k, most, restarts and scaling. */
  'unveil.findClusters': CommandShape<FileArgument | ExploreArguments, string | undefined>;
  /** Gives the id of the model; `options` may name count, scaling and categories. */
  'unveil.findComponents': CommandShape<FileArgument | ExploreArguments, string | undefined>;
  /** Gives the id of the model; `roles` names columns, `options` may name discount, rate, exploration, bins, method, … */
  'unveil.explainDecisions': CommandShape<FileArgument | ExploreArguments, string | undefined>;
  /** About a model, or the model that a data file would get. Gives the id of the findings. */
  'unveil.runExperiment': CommandShape<FileArgument | ModelArgument | ExperimentArguments, string | undefined>;
  'unveil.profileFile': CommandShape<FileArgument, DatasetProfile | undefined>;
  /** Gives what was found; without arguments of a program the fixes that are picked go into a run. */
  'unveil.checkData': CommandShape<FileArgument | CheckArguments, CheckResult | undefined>;
  'unveil.predictFile': CommandShape<FileArgument | ModelArgument | PredictArguments, PredictOutcome | undefined>;
  /** Gives the id of the model, or the Uri of a model file as a string. */
  'unveil.openModel': CommandShape<ModelArgument, string | undefined>;
  'unveil.showOverview': CommandShape<ModelArgument, string | undefined>;
  'unveil.showWeights': CommandShape<ModelArgument, string | undefined>;
  'unveil.showFeatureImportance': CommandShape<ModelArgument, string | undefined>;
  'unveil.showEffects': CommandShape<ModelArgument, string | undefined>;
  'unveil.showConfidenceIntervals': CommandShape<ModelArgument, string | undefined>;
  'unveil.showInterpretability': CommandShape<ModelArgument, string | undefined>;
  'unveil.showData': CommandShape<ModelArgument, string | undefined>;
  /** `row` (from 1 on) given: no question. Shows the row in the model's panel and gives its sections. */
  'unveil.explainRow': CommandShape<ModelArgument | ({ readonly row: number } & ({ readonly id: string } | { readonly uri: vscode.Uri })), ExplainRowResult | undefined>;
  /** `ask` given: no panel is opened, and the answer is given; else what openModel gives. */
  'unveil.whatIf': CommandShape<ModelArgument | ({ readonly ask: WhatIfAsk } & ({ readonly id: string } | { readonly uri: vscode.Uri })), WhatIfAnswer | string | undefined>;
  /** `target`, `task`, `positive`, `model` given: no questions. Gives the id of the new model. */
  'unveil.changeTarget': CommandShape<ModelArgument | ({ readonly id: string } & Partial<RunRequest>), string | undefined>;
  /** Further fields of a RunRequest change the recipe. A stored model keeps its id. */
  'unveil.retrain': CommandShape<ModelArgument | ({ readonly id: string } & Partial<RunRequest>), string | undefined>;
  /** Give the path that was written. */
  'unveil.saveModelAs': CommandShape<ModelArgument | { readonly id: string; readonly out: string }, string | undefined>;
  'unveil.exportHtml': CommandShape<ModelArgument | { readonly id: string; readonly out: string }, string | undefined>;
  /** Gives the address of the notebook, or the path that was written where `out` is given. */
  'unveil.openInNotebook': CommandShape<ModelArgument | { readonly id: string; readonly out?: string }, string | undefined>;
  /** `language` and `out` given: no questions. `table`: with sql, the table that holds the rows. */
  'unveil.exportCode': CommandShape<ModelArgument | { readonly id: string; readonly language?: CodeLanguage; readonly out?: string; readonly table?: string }, string | undefined>;
  /** `edit` given: no questions. Gives the id of the model, or the Uri of a model file as a string. */
  'unveil.editModel': CommandShape<ModelArgument | { readonly id: string; readonly edit: ModelEdit }, string | undefined>;
  /** Gives the new name. */
  'unveil.renameModel': CommandShape<ModelArgument | { readonly id: string; readonly name: string }, string | undefined>;
  /** Gives the path that was written. */
  'unveil.exportModelCard': CommandShape<ModelArgument | { readonly id: string; readonly out: string }, string | undefined>;
  /** The path or Uri of a model file. Gives the id under which it is stored. */
  'unveil.importModel': CommandShape<string | vscode.Uri | { readonly file: string }, string | undefined>;
  /** `models`: two or more ids or paths of model files. Gives what is shown side by side. */
  'unveil.compareReports': CommandShape<ModelArgument | { readonly models: readonly ModelArgument[] }, SideBySide | undefined>;
  'unveil.showHistory': CommandShape<ModelArgument, ModelHistory | undefined>;
  /** `note` given: no question; an empty one takes it away. Gives the note. */
  'unveil.noteModel': CommandShape<ModelArgument | { readonly id: string; readonly note: string }, string | undefined>;
  /** `tags` given: no question. Gives the tags that the model has now. */
  'unveil.tagModel': CommandShape<ModelArgument | { readonly id: string; readonly tags: readonly string[] }, readonly string[] | undefined>;
  /** The view Models shows the models that have all of the tags. Gives the tags. */
  'unveil.filterModels': CommandShape<{ readonly tags: readonly string[] }, readonly string[] | undefined>;
  'unveil.clearModelFilter': CommandShape<never, void>;
  /** `force` asks nothing. Gives whether the model was deleted. */
  'unveil.deleteModel': CommandShape<ModelArgument | { readonly id: string; readonly force: boolean }, boolean>;
  /** Brings deleted models back; `open`: those whose reports are opened. Gives the ids. */
  'unveil.restoreModel': CommandShape<string | { readonly id: string } | { readonly ids: readonly string[]; readonly open?: readonly string[] }, readonly string[] | undefined>;
  'unveil.openData': CommandShape<FileArgument | ModelArgument, string | undefined>;
  /** Gives how many runs are under way. */
  'unveil.showRuns': CommandShape<never, number>;
  /** The id of a run, or nothing for the run in view, else all. Gives how many were cancelled. */
  'unveil.cancelRun': CommandShape<string | { readonly id: string }, number>;
  /** The same, for runs that are training a network: they stop and keep the best so far. Gives how many were asked. */
  'unveil.finishTraining': CommandShape<string | { readonly id: string }, number>;
  'unveil.showLog': CommandShape<never, void>;
  /** Gives the process id of the new engine. */
  'unveil.restartEngine': CommandShape<never, number | undefined>;
  /** Gives the number of data files found. */
  'unveil.refreshDatasets': CommandShape<never, number>;
  /** `force` asks nothing. Gives whether native TensorFlow was installed. */
  'unveil.installTensorflow': CommandShape<{ readonly force: boolean }, boolean>;
}

export type CommandHandlers = {
  readonly [Id in CommandId]: (
    argument?: CommandTypes[Id]['argument'],
    selected?: unknown,
  ) => Promise<CommandTypes[Id]['result']> | CommandTypes[Id]['result'];
};

export const viewContainerId = 'unveil';
export const viewIds = { datasets: 'unveil.datasets', models: 'unveil.models', inspector: 'unveil.inspector' } as const;
export const reportPanelType = 'unveil.report';
/** Draws reports in the outputs of notebooks. */
export const notebookRenderer = { id: 'unveil.report', mimeType: reportMime } as const;
export const besidePanelType = 'unveil.beside';
export const modelEditorType = 'unveil.model';
export const submenuId = 'unveil.fileActions';
export const walkthroughId = 'tour';

/** Setting → type, without the prefix `unveil.`. */
export interface SettingTypes {
  readonly maxTrainingRows: number;
  readonly folds: number;
  readonly level: number;
  readonly seed: number;
  readonly missing: 'impute' | 'drop';
  /** Seconds that models are compared for with the model Automatic; 0: not at all. */
  readonly compareSeconds: number;
  /** Seconds that the runs of an experiment may take; 0: no limit. */
  readonly experimentSeconds: number;
  /** What computes neural and attention models. */
  readonly backend: 'auto' | 'tensorflow' | 'wasm' | 'cpu' | 'simd';
  readonly 'engine.memoryMB': number;
  readonly 'datasets.exclude': string;
  readonly 'datasets.limit': number;
}
export const settingDefaults: SettingTypes = {
  maxTrainingRows: 1_000_000,
  folds: 5,
  level: 0.95,
  seed: 1,
  missing: 'impute',
  compareSeconds: 20,
  experimentSeconds: 120,
  backend: 'auto',
  'engine.memoryMB': 0,
  'datasets.exclude': '**/{node_modules,.git,.venv,venv,env,site-packages,.vscode-test}/**',
  'datasets.limit': 1000,
};
export const settingsSection = 'unveil';

/** Context keys, set with `setContext`; used in `when` clauses. */
export const contextKeys = {
  running: 'unveil.running', canFinish: 'unveil.canFinish',
  /** The report in view is of clusters, components, decisions or an experiment. */
  withoutTarget: 'unveil.withoutTarget',
  /** A report has been shown since the window was opened: a step of the walkthrough is done. */
  reported: 'unveil.reported',
  /** The view Models shows the models of some tags only. */
  modelsFiltered: 'unveil.modelsFiltered',
} as const;

/** `contextValue` of tree items; used in `when` clauses as `viewItem`. */
export const itemKinds = {
  file: 'unveil.file',
  column: 'unveil.column',
  model: 'unveil.model',
  /** What an experiment found. */
  experiment: 'unveil.experiment',
  /** A model of clusters, components or decisions. */
  targetlessModel: 'unveil.targetlessModel',
  damagedModel: 'unveil.damagedModel',
  run: 'unveil.run',
} as const;

/** What a data file is called; the same pattern stands in package.json's menus. */
export const dataFilePattern = /\.(csv|tsv|parquet)(\.gz)?$/i;
export const dataFileGlob = '**/*.{csv,tsv,parquet,csv.gz,tsv.gz,parquet.gz,CSV,TSV,PARQUET,CSV.GZ,TSV.GZ,PARQUET.GZ}';
