/** `unveil.noteModel` and `unveil.tagModel`: a person's own words about a stored model, kept in its file. */
import * as vscode from 'vscode';
import type { CommandHandlers } from '../contributions';
import { UserError } from '../protocol/errors';
import { t } from '../services/l10n';
import { tagsIn, tagsInUse } from '../services/modelHistory';
import { isDamaged, type HealthyModel } from '../services/modelIndex';
import { field, listField } from './arguments';
import type { Host } from './host';
import { reported } from './reported';
import { chooseModel } from './resolveModel';

export function noteModel(host: Host): CommandHandlers['unveil.noteModel'] {
  return argument => reported(host, async () => {
    const model = await storedModel(host, argument);
    if (!model) return undefined;
    const note = field(argument, 'note', 'string') ?? (await vscode.window.showInputBox({
      title: t('Note on {0}', model.name), value: model.note ?? '', prompt: t('What it is for, what to watch. Empty: no note. It goes into the model file and the model card.') }));
    if (note === undefined) return undefined;
    await host.store.annotate(model.id, { note });
    return note;
  });
}

export function tagModel(host: Host): CommandHandlers['unveil.tagModel'] {
  return argument => reported(host, async () => {
    const model = await storedModel(host, argument);
    if (!model) return undefined;
    const given = listField(argument, 'tags');
    const tags = given === undefined ? await askTags(host, model) : tagsIn(given.join(','));
    if (tags === undefined) return undefined;
    await host.store.annotate(model.id, { tags });
    return tags;
  });
}

async function askTags(host: Host, model: HealthyModel): Promise<readonly string[] | undefined> {
  const used = tagsInUse(await host.store.list());
  const text = await vscode.window.showInputBox({
    title: t('Tags of {0}', model.name), value: model.tags.join(', '), placeHolder: t('draft, for the review'),
    prompt: used.length === 0 ? t('Words with commas between them. Empty: no tags.')
        : t('Words with commas between them. Empty: no tags. In use: {0}.', used.slice(0, 10).join(', ')) });
  return text === undefined ? undefined : tagsIn(text);
}

/** Undefined when the person left. Throws UserError for a model file and for a model that is gone or damaged. */
async function storedModel(host: Host, argument: unknown): Promise<HealthyModel | undefined> {
  const reference = await chooseModel(host, argument);
  if (!reference) return undefined;
  if (reference.source === 'file') throw new UserError('badOption', t('Notes and tags are kept of stored models; import the model file first.'));
  const model = await host.store.get(reference.id);
  if (!model) throw new UserError('fileNotFound', t('The model is no longer stored.'));
  if (isDamaged(model)) throw new UserError('badModelFile', model.damage, { file: model.path });
  return model;
}
