/** What the buttons of a report do: each is one of the extension's commands, called on the model in view. */
import * as vscode from 'vscode';
import { commandIds } from '../contributions';
import type { ModelEdit } from '../protocol/engine';
import type { PanelAction } from '../protocol/panel';
import { requestFrom } from '../services/recipeRequest';
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
  const compared = snapshot.report?.comparison?.models.some(model => model.family === family);
  if (!snapshot.report || !compared) return;
  const { options: _options, ...request } = requestFrom(snapshot.report.recipe, reference.source === 'file' ? reference.uri.fsPath : undefined);
  const comparedIn = reference.source === 'store' ? reference.id : reference.uri.fsPath;
  // What goes wrong is shown by the command already.
  void vscode.commands.executeCommand(commandIds.explainFile, { ...request, model: family, comparedIn }).then(undefined, () => undefined);
}

/** An edit that the panel asks for: what goes wrong is shown as of a menu. */
export function runEditModel(view: ModelView, edit: ModelEdit): void {
  void vscode.commands.executeCommand(commandIds.editModel, { ...modelArgument(view), edit });
}

/** As a tree item would pass it: errors are shown, not thrown. */
function modelArgument({ reference }: ModelView): object {
  return reference.source === 'store' ? { kind: 'model', id: reference.id } : { kind: 'model', uri: reference.uri };
}
