/** `unveil.openModel` and the commands that open a model's report at one of its tabs. */
import * as vscode from 'vscode';
import { modelEditorType, type CommandHandlers } from '../contributions';
import type { ModelReference } from '../panels/modelView';
import type { PanelId } from '../protocol/sectionBase';
import { t } from '../services/l10n';
import { modelIn } from './arguments';
import type { Host } from './host';
import { reported } from './reported';
import { chooseModel, pickModel, resultOf } from './resolveModel';

export function openModel(host: Host): CommandHandlers['unveil.openModel'] {
  return argument => reported(host, async () => {
    const reference = modelIn(argument) ? await chooseModel(host, argument) : await pickModel(host, t('Open Model'));
    return reference && show(host, reference);
  });
}

export function showPanel(host: Host, panel: PanelId): CommandHandlers['unveil.showOverview'] {
  return argument => reported(host, async () => {
    const reference = await chooseModel(host, argument);
    return reference && show(host, reference, panel);
  });
}

/** Opens the model's panel or editor, at a tab when one is given. Throws UserError when the model is gone or damaged. */
export async function show(host: Host, reference: ModelReference, panel?: PanelId): Promise<string> {
  if (reference.source === 'store') {
    await host.panels.openStored(reference.id, panel);
    return resultOf(reference);
  }
  await vscode.commands.executeCommand('vscode.openWith', reference.uri, modelEditorType);
  if (panel) host.views.find(reference)?.show(panel);
  return resultOf(reference);
}
