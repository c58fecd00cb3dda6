/** Which model a command is about, and its content wherever it is stored. */
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { commandIds } from '../contributions';
import type { ModelReference } from '../panels/modelView';
import { UserError } from '../protocol/errors';
import { explainsTarget, type AnyModelFile, type ModelFile } from '../protocol/modelFile';
import { isTargetless, type AnyRequest, type RunRequest } from '../protocol/recipe';
import { diskPath } from '../services/datasets';
import { known, t } from '../services/l10n';
import { isDamaged } from '../services/modelIndex';
import { baseName, plainText } from '../services/plainText';
import { anyRequestFrom } from '../services/recipeRequest';
import { modelLine } from '../views/columnText';
import { modelIn } from './arguments';
import type { Host } from './host';

/** The model named by the argument; else the one in view, selected or newest. undefined (and said so) when there is none. */
export async function chooseModel(host: Host, argument: unknown): Promise<ModelReference | undefined> {
  const named = modelIn(argument);
  if (named && 'id' in named) return { source: 'store', id: named.id };
  if (named && 'uri' in named) return { source: 'file', uri: named.uri };
  if (named) return { source: 'file', uri: vscode.Uri.file(named.path) };
  const reference = host.views.active?.reference ?? selectedModel(host) ?? host.views.recent?.reference;
  if (reference) return reference;
  const newest = (await host.store.list()).find(model => !isDamaged(model));
  if (newest) return { source: 'store', id: newest.id };
  host.notifications.inform(t('There is no trained model yet.'), [{ title: t('Explain a Column…'), command: commandIds.explainFile, arguments: [] }]);
  return undefined;
}

function selectedModel(host: Host): ModelReference | undefined {
  let node = host.modelsView.tree.visible ? host.modelsView.tree.selection[0] : undefined;
  while (node && 'parent' in node) node = node.parent;
  return node?.kind === 'model' && !isDamaged(node.model) ? { source: 'store', id: node.id } : undefined;
}

/** A stored model or a model file that is picked from a list. */
export async function pickModel(host: Host, title: string): Promise<ModelReference | undefined> {
  interface Item extends vscode.QuickPickItem { readonly id?: string }
  const models = (await host.store.list()).flatMap((model): Item[] => isDamaged(model) ? [] : [{
    label: plainText(model.name), description: plainText(`${modelLine(model)} · ${known(model.title)}`), id: model.id,
  }]);
  const chosen = await vscode.window.showQuickPick<Item>(
    [...models, { label: `$(folder-opened) ${t('Open Model File…')}`, alwaysShow: true }], { title, placeHolder: t('Model'), matchOnDescription: true });
  if (!chosen) return undefined;
  if (chosen.id !== undefined) return { source: 'store', id: chosen.id };
  const files = await vscode.window.showOpenDialog({ title, filters: { 'Unveil models': ['json'] } });
  return files?.[0] && { source: 'file', uri: files[0] };
}

/** Throws UserError when the model is gone or damaged. */
export async function loadModel(host: Host, reference: ModelReference): Promise<AnyModelFile> {
  if (reference.source === 'store') return host.store.load(reference.id);
  const file = diskPath(reference.uri);
  const text = await readFile(file, 'utf8').catch(error => {
    throw new UserError('fileNotFound', t('The model file “{0}” cannot be read.', baseName(file)), { file, detail: String(error) });
  });
  return host.engine.request('openModel', { text, file });
}

/** A model of a target. `what`: as in "can be exported as code". Throws UserError for one without, and as loadModel does. */
export async function loadTargetModel(host: Host, reference: ModelReference, what: string): Promise<ModelFile> {
  const model = await loadModel(host, reference);
  if (!explainsTarget(model)) throw withoutTarget(what);
  return model;
}

export function withoutTarget(what: string): UserError {
  return new UserError('badOption', t('Only models of a target can {0}; this model has none.', what));
}

/** The request that repeats the model's run; that of a failed run when there is no model. */
export async function requestOf(host: Host, reference: ModelReference): Promise<AnyRequest> {
  const failed = reference.source === 'store' && !(await host.store.get(reference.id)) ? host.requests.get(reference.id) : undefined;
  if (failed) return failed;
  const { recipe } = await loadModel(host, reference);
  return anyRequestFrom(recipe, reference.source === 'file' ? reference.uri.fsPath : undefined);
}

/** The same of a model of a target. Throws UserError for one without. */
export async function targetRequestOf(host: Host, reference: ModelReference, what: string): Promise<RunRequest> {
  const request = await requestOf(host, reference);
  if (isTargetless(request)) throw withoutTarget(what);
  return request;
}

/** Result of commands: the id in the store, or the Uri of a model file. */
export function resultOf(reference: ModelReference): string {
  return reference.source === 'store' ? reference.id : String(reference.uri);
}
