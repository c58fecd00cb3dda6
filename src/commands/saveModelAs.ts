/** `unveil.saveModelAs`: a copy of a model as a file of the person's own. */
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { jsonText } from '../protocol/jsonText';
import { commandIds, type CommandHandlers } from '../contributions';
import type { AnyModelFile } from '../protocol/modelFile';
import { modelFileSuffix } from '../protocol/modelFile';
import { writeAtomically } from '../services/atomicWrite';
import { t } from '../services/l10n';
import { baseName } from '../services/plainText';
import { field } from './arguments';
import type { Host } from './host';
import { reported } from './reported';
import { chooseModel, loadModel } from './resolveModel';

export function saveModelAs(host: Host): CommandHandlers['unveil.saveModelAs'] {
  return argument => reported(host, async () => {
    const reference = await chooseModel(host, argument);
    if (!reference) return undefined;
    const model = await loadModel(host, reference);
    const out = field(argument, 'out', 'string') ?? (await askOut(model));
    if (out === undefined) return undefined;
    await writeAtomically(out, jsonText(model));
    host.notifications.inform(t('The model is saved as {0}.', baseName(out)), [
      { title: t('Open'), command: commandIds.openModel, arguments: [vscode.Uri.file(out)] }]);
    return out;
  });
}

async function askOut(model: AnyModelFile): Promise<string | undefined> {
  const suggested = join(dirname(model.recipe.file), fileNameOf(model.name) + modelFileSuffix);
  const uri = await vscode.window.showSaveDialog({
    title: t('Save Model'), defaultUri: vscode.Uri.file(suggested), filters: { 'Unveil model': ['unveil.json'] } });
  if (!uri) return undefined;
  return uri.fsPath.endsWith(modelFileSuffix) ? uri.fsPath : uri.fsPath.replace(/(\.json)?$/i, modelFileSuffix);
}

/** A name without the characters that some file system forbids. */
export function fileNameOf(name: string): string {
  return name.replace(/[\u0000-\u001f<>:"/\\|?*]+/g, '-').replace(/ · /g, ' of ').replace(/[. ]+$/, '').slice(0, 100) || 'model';
}
