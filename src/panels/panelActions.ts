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
  showLog: commandIds.showLog,
  openData: commandIds.openData,
};

/** Messages of a webview are not trusted to be what the protocol says. */
export function runPanelAction(view: ModelView, action: PanelAction): void {
  const { reference } = view;
  if (!Object.hasOwn(commandOf, action)) return;
  const argument = reference.source === 'store' ? { kind: 'model', id: reference.id } : { kind: 'model', uri: reference.uri };
  void vscode.commands.executeCommand(commandOf[action], argument);
}
