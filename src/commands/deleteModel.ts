/** `unveil.deleteModel` and `unveil.restoreModel`: take stored models away, and bring them back as they were. */
import * as vscode from 'vscode';
import { commandIds, type CommandHandlers } from '../contributions';
import { UserError } from '../protocol/errors';
import { t } from '../services/l10n';
import { errorDetail } from '../services/log';
import { isDamaged, type StoredModel } from '../services/modelIndex';
import { asUserError } from '../services/notifications';
import { plainText } from '../services/plainText';
import { field, isRecord, listField, modelIn } from './arguments';
import type { Host } from './host';
import { reported } from './reported';
import { pickModel } from './resolveModel';

export function deleteModel(host: Host): CommandHandlers['unveil.deleteModel'] {
  return async (argument, selected) => (await reported(host, async () => {
    const models = await modelsToDelete(host, argument, selected);
    if (!models) return false;
    const what = models.length === 1 ? t('the model “{0}”', nameOf(models[0]!)) : t('{0} models', models.length);
    const force = field(argument, 'force', 'boolean') === true;
    if (!force && !(await host.notifications.confirm(t('Delete {0}?', what), t('You can undo this right after, and for 30 days with “Restore Deleted Model”.'), t('Delete')))) return false;
    const open: string[] = [];
    const { done, failures } = await forAll(models, async ({ id }) => {
      await host.store.remove(id);
      // A run that is to take the model's place has none to take any more.
      host.runs.cancel(id);
      const view = host.views.find({ source: 'store', id });
      if (view) open.push(id);
      view?.panel.dispose();
    });
    if (done.length > 0) {
      const undo = { title: t('Undo'), command: commandIds.restoreModel, arguments: [{ ids: done.map(({ id }) => id), open }] };
      host.notifications.inform(done.length === 1 ? t('The model “{0}” is deleted.', plainText(nameOf(done[0]!))) : t('{0} models are deleted.', done.length), [undo]);
    }
    if (failures.length > 0) throw failureOf(failures, models.length, why => t('{0} of {1} models could not be deleted: {2}', failures.length, models.length, why));
    return true;
  })) ?? false;
}

/** Every deleted model that is named, or the one that is picked. */
export function restoreModel(host: Host): CommandHandlers['unveil.restoreModel'] {
  return argument => reported(host, async () => {
    const ids = idsIn(argument) ?? (await pickDeleted(host));
    if (!ids) return undefined;
    const { done, failures } = await forAll(ids, id => host.store.restore(id));
    const open = listField(argument, 'open') ?? [];
    const opened = await forAll(done.filter(id => open.includes(id)), id => host.panels.openStored(id));
    if (failures.length > 0) throw failureOf(failures, ids.length, why => t('{0} of {1} models could not be brought back: {2}', failures.length, ids.length, why));
    if (opened.failures.length > 0) throw opened.failures[0];
    return ids;
  });
}

/** Does `work` for each item in turn, whether or not it failed for one before. */
async function forAll<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<{ readonly done: readonly T[]; readonly failures: readonly unknown[] }> {
  const done: T[] = [];
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
      done.push(item);
    } catch (error) {
      failures.push(error);
    }
  }
  return { done, failures };
}

/** The failure itself where there was one item only, else one sentence for all. */
function failureOf([first, ...rest]: readonly unknown[], items: number, sentence: (why: string) => string): UserError {
  const known = asUserError(first);
  if (items === 1) return known;
  return new UserError(known.reason, sentence(known.message), { ...known.place, detail: [first, ...rest].map(errorDetail).join('\n') });
}

const nameOf = (model: StoredModel): string => (isDamaged(model) ? model.id : model.name);

async function modelsToDelete(host: Host, argument: unknown, selected: unknown): Promise<readonly StoredModel[] | undefined> {
  const named = modelIn(argument);
  const several = Array.isArray(selected) && selected.length > 1 ? (selected as unknown[]).flatMap(item => {
    const model = modelIn(item);
    return model && 'id' in model && isRecord(item) && item['kind'] === 'model' ? [model.id] : [];
  }) : [];
  const reference = named && 'id' in named ? { source: 'store' as const, id: named.id } : await pickModel(host, t('Delete Model'));
  if (!reference) return undefined;
  if (reference.source === 'file') throw new UserError('badOption', t('A model file is deleted in the Explorer.'));
  const ids = several.includes(reference.id) ? several : [reference.id];
  const models = await Promise.all(ids.map(id => host.store.get(id)));
  const found = models.filter(model => model !== undefined);
  if (found.length === 0) throw new UserError('fileNotFound', t('The model is no longer stored.'));
  return found;
}

function idsIn(argument: unknown): readonly string[] | undefined {
  const named = modelIn(argument);
  return listField(argument, 'ids') ?? (named && 'id' in named ? [named.id] : undefined);
}

async function pickDeleted(host: Host): Promise<readonly string[] | undefined> {
  const deleted = await host.store.deleted();
  if (deleted.length === 0) {
    host.notifications.inform(t('No model was deleted in the last 30 days.'));
    return undefined;
  }
  const itemsOf = async (): Promise<(vscode.QuickPickItem & { readonly id: string })[]> => {
    const items = [];
    for (const model of deleted) {
      items.push({ label: plainText(await host.store.nameOfDeleted(model)), description: t('deleted {0}', new Date(model.at).toLocaleString()), id: model.id });
    }
    return items;
  };
  const chosen = await vscode.window.showQuickPick(itemsOf(), { title: t('Restore Deleted Model'), placeHolder: t('Model') });
  return chosen && [chosen.id];
}
