/** `unveil.exportModelCard`: what a model is, how good, and what to watch, as a Markdown file. */
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { CommandHandlers } from '../contributions';
import { t } from '../services/l10n';
import { baseName } from '../services/plainText';
import { field } from './arguments';
import type { Host } from './host';
import { reported } from './reported';
import { chooseModel, loadModel } from './resolveModel';
import { fileNameOf } from './saveModelAs';

export function exportModelCard(host: Host): CommandHandlers['unveil.exportModelCard'] {
  return argument => reported(host, async () => {
    const reference = await chooseModel(host, argument);
    if (!reference) return undefined;
    const model = await loadModel(host, reference);
    const out = field(argument, 'out', 'string') ?? (await askOut(join(dirname(model.recipe.file), `${fileNameOf(model.name)}.md`)));
    if (out === undefined) return undefined;
    // The card says nothing of parameters, and they are the bulk of a model.
    const { conformal: _conformal, fitted: _fitted, ...light } = model;
    await host.engine.request('exportCard', { model: { ...light, parameters: {} } as typeof model, out, version: host.version });
    host.notifications.inform(t('The model card is in {0}.', baseName(out)), [{ title: t('Open'), command: 'markdown.showPreview', arguments: [vscode.Uri.file(out)] }]);
    return out;
  });
}

async function askOut(suggested: string): Promise<string | undefined> {
  const uri = await vscode.window.showSaveDialog({ title: t('Export Model Card'), defaultUri: vscode.Uri.file(suggested), filters: { Markdown: ['md'] } });
  return uri?.fsPath;
}
