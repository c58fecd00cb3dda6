/** What the buttons of a report do: each is one of the extension's commands, called on the model in view. */
import * as vscode from 'vscode';
import { commandIds } from '../contributions';
import type { PanelAction } from '../protocol/panel';
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

/** As a tree item would pass it: errors are shown, not thrown. */
function modelArgument({ reference }: ModelView): object {
  return reference.source === 'store' ? { kind: 'model', id: reference.id } : { kind: 'model', uri: reference.uri };
}
