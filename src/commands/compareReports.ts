/** `unveil.compareReports` and `unveil.showHistory`: trained models side by side, and what a model was before. */
import * as vscode from 'vscode';
import { commandIds, type CommandHandlers } from '../contributions';
import type { BesideContent } from '../panels/besidePanels';
import { referenceKey, type ModelReference } from '../panels/modelView';
import { UserError } from '../protocol/errors';
import { modelFileSuffix } from '../protocol/modelFile';
import type { HistoryResult, CompareReportsResult } from '../protocol/sideBySide';
import { sideModelOf } from '../protocol/sideBySide';
import { known, t } from '../services/l10n';
import { historyEntries } from '../services/modelHistory';
import { isDamaged } from '../services/modelIndex';
import { plainText } from '../services/plainText';
import { modelLine } from '../views/columnText';
import { isRecord, modelIn, type NamedModel } from './arguments';
import type { Host } from './host';
import { show } from './openModel';
import { reported } from './reported';
import { chooseModel, loadModel } from './resolveModel';

export function compareReports(host: Host): CommandHandlers['unveil.compareReports'] {
  return (argument, selected) => reported(host, async () => {
    const references = referencesIn(argument, selected ?? (argument === undefined ? host.modelsView.tree.selection : undefined)) ?? (await pickModels(host, modelIn(argument)));
    if (!references) return undefined;
    const { result, content } = await beside(host, references);
    host.beside.show('models', references.map(referenceKey), content);
    return result;
  });
}

export function showHistory(host: Host): CommandHandlers['unveil.showHistory'] {
  return argument => reported(host, async () => {
    const reference = await chooseModel(host, argument);
    if (!reference) return undefined;
    if (reference.source === 'file') throw new UserError('badOption', t('A history is kept of stored models; import the model file to have one of it.'));
    const { result, content } = await history(host, reference.id);
    host.beside.show('history', [reference.id], content);
    return result;
  });
}

/** Opens the report of a model that a panel shows: what goes wrong is said, for nobody else hears of it. */
export async function openBeside(host: Host, key: string): Promise<void> {
  await reported(host, () => show(host, referenceOf(key))).catch(() => undefined);
}

/** For panels that come back after a reload. */
export async function besideContent(host: Host, kind: 'models' | 'history', references: readonly string[]): Promise<BesideContent> {
  return kind === 'history' ? (await history(host, references[0] ?? '')).content : (await beside(host, references.map(referenceOf))).content;
}

async function beside(host: Host, references: readonly ModelReference[]): Promise<{ result: CompareReportsResult['result']; content: BesideContent }> {
  const models = await Promise.all(references.map(reference => loadModel(host, reference)));
  const { result, drawn } = await host.engine.request('compareReports', { models: models.map(sideModelOf) });
  return { result, content: { drawn, models: result.models.map(({ name, model }, i) => ({ reference: referenceKey(references[i]!), name, title: model.title })) } };
}

async function history(host: Host, id: string): Promise<{ result: HistoryResult['result']; content: BesideContent }> {
  const own = await host.store.get(id);
  if (!own) throw new UserError('fileNotFound', t('The model is no longer stored.'));
  if (isDamaged(own)) throw new UserError('badModelFile', own.damage, { file: own.path });
  const { result, drawn } = await host.engine.request('history', { entries: historyEntries(own, await host.store.list()) });
  const stored = result.entries.filter((entry, i, all) => entry.id !== undefined && all.findLastIndex(other => other.id === entry.id) === i);
  const [first, rest] = [stored.filter(({ place }) => place === 'this'), stored.filter(({ place }) => place !== 'this')];
  return { result, content: { drawn, models: [...first, ...rest].map(({ id: reference, model }) => ({ reference: reference!, name: model.name, title: model.model.title })) } };
}

/** Two or more models: those that a program names, or the selected ones of the tree. */
function referencesIn(argument: unknown, selected: unknown): readonly ModelReference[] | undefined {
  const named = isRecord(argument) && Array.isArray(argument['models']) ? (argument['models'] as unknown[])
    : Array.isArray(selected) && selected.length > 1 ? (selected as unknown[]) : undefined;
  const found = named?.flatMap(item => {
    const model = modelIn(item);
    return model ? [asReference(model)] : [];
  });
  if (!found) return undefined;
  const unique = [...new Map(found.map(reference => [referenceKey(reference), reference])).values()];
  // A program that names fewer is told by the engine; of a selection that holds other things than models, the models are picked.
  return unique.length > 1 || (isRecord(argument) && Array.isArray(argument['models'])) ? unique : undefined;
}

function asReference(named: NamedModel): ModelReference {
  if ('id' in named) return { source: 'store', id: named.id };
  return { source: 'file', uri: 'uri' in named ? named.uri : vscode.Uri.file(named.path) };
}

/** From what `referenceKey` made of it. */
function referenceOf(key: string): ModelReference {
  return key.endsWith(modelFileSuffix) && key.includes(':') ? { source: 'file', uri: vscode.Uri.parse(key) } : { source: 'store', id: key };
}

/** Any number of stored models and of model files that are open; the one that the command was called on is picked already. */
async function pickModels(host: Host, named: NamedModel | undefined): Promise<readonly ModelReference[] | undefined> {
  interface Item extends vscode.QuickPickItem { readonly reference: ModelReference }
  const called = named ? asReference(named) : host.views.recent?.reference;
  const stored = (await host.store.list()).flatMap((model): Item[] => (isDamaged(model) ? [] : [{
    label: plainText(model.name), description: plainText(`${modelLine(model)} · ${known(model.title)}`), reference: { source: 'store', id: model.id },
  }]));
  const files = host.views.all.flatMap(({ reference, snapshot }): Item[] => (reference.source === 'store' ? [] : [{ label: plainText(snapshot.name), description: t('model file'), reference }]));
  const items = [...stored, ...files].map(item => ({ ...item, picked: called !== undefined && referenceKey(item.reference) === referenceKey(called) }));
  if (items.length < 2) {
    host.notifications.inform(t('Two models are needed to see them side by side.'), [{ title: t('Explain a Column…'), command: commandIds.explainFile, arguments: [] }]);
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(items, { title: t('Models Side by Side'), placeHolder: t('Two models or more'), canPickMany: true, matchOnDescription: true });
  if (chosen?.length === 1) host.notifications.inform(t('Two models are needed to see them side by side.'));
  return chosen && chosen.length > 1 ? chosen.map(({ reference }) => reference) : undefined;
}
