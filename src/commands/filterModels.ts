/** `unveil.filterModels` and `unveil.clearModelFilter`: the view Models shows the models of some tags only. */
import * as vscode from 'vscode';
import { commandIds, viewIds, type CommandHandlers } from '../contributions';
import { t } from '../services/l10n';
import { withTags } from '../services/modelFilter';
import { tagsIn, tagsInUse } from '../services/modelHistory';
import { plainText } from '../services/plainText';
import { listField } from './arguments';
import type { Host } from './host';
import { reported } from './reported';

export function filterModels(host: Host): CommandHandlers['unveil.filterModels'] {
  return argument => reported(host, async () => {
    const given = listField(argument, 'tags');
    const tags = given === undefined ? await askTags(host) : tagsIn(given.join(','));
    if (tags === undefined) return undefined;
    host.modelsView.filter.set(tags);
    // From the palette the view may be out of sight.
    if (given === undefined) await vscode.commands.executeCommand(`${viewIds.models}.focus`);
    return tags;
  });
}

export function clearModelFilter({ modelsView }: Host): CommandHandlers['unveil.clearModelFilter'] {
  return () => modelsView.filter.set([]);
}

/** Undefined when the person left, or when there are no tags to pick from. */
async function askTags({ store, modelsView, notifications }: Host): Promise<readonly string[] | undefined> {
  const models = await store.list();
  const { tags: now } = modelsView.filter;
  const used = [...new Set([...tagsInUse(models), ...now])];
  if (used.length === 0) {
    notifications.inform(t('No model has a tag yet.'), [{ title: t('Tag Model…'), command: commandIds.tagModel, arguments: [] }]);
    return undefined;
  }
  const items = used.map(tag => ({
    tag, label: plainText(`#${tag}`), description: t('models: {0}', withTags(models, [tag]).shown.length), picked: now.includes(tag),
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: t('Filter Models by Tag'), placeHolder: t('Models with all of the picked tags are shown; none picked: all models'), canPickMany: true });
  return chosen?.map(({ tag }) => tag);
}
