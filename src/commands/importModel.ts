/** `unveil.importModel`: a model file of the person's own, or of somebody else's, becomes a stored model. */
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { CommandHandlers } from '../contributions';
import { UserError } from '../protocol/errors';
import type { AnyModelFile } from '../protocol/modelFile';
import { diskPath } from '../services/datasets';
import { t } from '../services/l10n';
import { baseName, plainText } from '../services/plainText';
import { dataFileOf } from '../services/recipeRequest';
import { field, modelIn } from './arguments';
import type { Host } from './host';
import { show } from './openModel';
import { reported } from './reported';

export function importModel(host: Host): CommandHandlers['unveil.importModel'] {
  return argument => reported(host, async () => {
    const path = pathIn(argument) ?? (await askFile(host));
    if (path === undefined) return undefined;
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      throw new UserError('fileNotFound', t('The model file “{0}” cannot be read.', baseName(path)), { file: path, detail: String(error) });
    });
    const model = withDataFile(await host.engine.request('openModel', { text, file: path }), path);
    const name = await host.store.freeName(model.name);
    const id = host.store.newId(name);
    await host.store.put(id, { ...model, name });
    await show(host, { source: 'store', id });
    host.notifications.inform(t('“{0}” is imported.', plainText(name)));
    return id;
  });
}

/** A data file that is named from where the model file is would be looked for beside the stored one. */
function withDataFile<M extends AnyModelFile>(model: M, path: string): M {
  const file = dataFileOf(model.recipe, path);
  if (file === model.recipe.file) return model;
  return { ...model, recipe: { ...model.recipe, file }, report: { ...model.report, recipe: { ...model.report.recipe, file } } };
}

/** Not the id of a stored model, which menus of a panel pass. */
function pathIn(argument: unknown): string | undefined {
  const named = modelIn(argument);
  if (named && 'uri' in named) return diskPath(named.uri);
  return named && 'path' in named ? named.path : field(argument, 'file', 'string');
}

async function askFile(host: Host): Promise<string | undefined> {
  const shown = host.views.active?.reference;
  const files = await vscode.window.showOpenDialog({
    title: t('Import Model'), canSelectMany: false, filters: { 'Unveil models': ['json'] }, ...(shown?.source === 'file' && { defaultUri: shown.uri }) });
  return files?.[0] && diskPath(files[0]);
}
