/** What the buttons of a report do: each is one of the extension's commands, called on the model in view. */
import * as vscode from 'vscode';
import { commandIds } from '../contributions';
import { changedFields } from '../protocol/checks';
import type { ModelEdit } from '../protocol/engine';
import type { PanelAction } from '../protocol/panel';
import { reportsTarget } from '../protocol/report';
import { t } from '../services/l10n';
import { requestFrom } from '../services/recipeRequest';
import { fixEffect } from './fixEffect';
import type { ModelView } from './modelView';

const commandOf: Readonly<Record<PanelAction, string>> = {
  changeTarget: commandIds.changeTarget,
  retrain: commandIds.retrain,
  saveModel: commandIds.saveModelAs,
  exportHtml: commandIds.exportHtml,
  predict: commandIds.predictFile,
  cancel: commandIds.cancelRun,
  finish: commandIds.finishTraining,
  showLog: commandIds.showLog,
  openData: commandIds.openData,
};

/** Messages of a webview are not trusted to be what the protocol says. */
export function runPanelAction(view: ModelView, action: PanelAction): void {
  if (!Object.hasOwn(commandOf, action)) return;
  void vscode.commands.executeCommand(commandOf[action], modelArgument(view));
}

/** A row asked for in the panel: its answer, or why there is none, is shown there. */
export function runExplainRow(view: ModelView, row: number): void {
  if (!Number.isSafeInteger(row) || row < 1) return;
  void vscode.commands.executeCommand(commandIds.explainRow, { ...modelArgument(view), row, inPanel: true });
}

/** Another family on the same data, in a panel of its own: the reader keeps this one. */
export function runExplainFamily({ snapshot, reference }: ModelView, family: string): void {
  const { report } = snapshot;
  if (!report || !reportsTarget(report) || !report.comparison?.models.some(model => model.family === family)) return;
  const { options: _options, ...request } = requestFrom(report.recipe, reference.source === 'file' ? reference.uri.fsPath : undefined);
  const comparedIn = reference.source === 'store' ? reference.id : reference.uri.fsPath;
  // What goes wrong is shown by the command already.
  void vscode.commands.executeCommand(commandIds.explainFile, { ...request, model: family, comparedIn }).then(undefined, () => undefined);
}

/** Trains anew with the fix of a finding: the model keeps its id where it is stored. */
export async function runApplyFix(view: ModelView, place: number): Promise<void> {
  const { snapshot: { report }, reference } = view;
  if (!report || !reportsTarget(report)) return;
  const fix = report.checks?.findings[place]?.fix;
  if (!fix) return;
  const model = reference.source === 'store' ? { id: reference.id } : { uri: reference.uri };
  // What goes wrong is shown by the command already.
  await vscode.commands.executeCommand(commandIds.retrain, { ...model, ...changedFields(report.recipe, fix.change) }).then(undefined, () => undefined);
  const { report: after } = view.snapshot;
  const words = after && reportsTarget(after) ? fixEffect(fix, report, after) : undefined;
  if (words === undefined) return;
  const history = t('Show History');
  // Not waited for: a message stays until it is read.
  void vscode.window.showInformationMessage(words, history).then(answer => (answer === history ? vscode.commands.executeCommand(commandIds.showHistory, modelArgument(view)) : undefined));
}

/** An edit that the panel asks for: what goes wrong is shown as of a menu. */
export function runEditModel(view: ModelView, edit: ModelEdit): void {
  void vscode.commands.executeCommand(commandIds.editModel, { ...modelArgument(view), edit });
}

/** As a tree item would pass it: errors are shown, not thrown. */
function modelArgument({ reference }: ModelView): object {
  return reference.source === 'store' ? { kind: 'model', id: reference.id } : { kind: 'model', uri: reference.uri };
}
