/** `unveil.renameModel`: another name for a stored model. */
import * as vscode from 'vscode';
import type { CommandHandlers } from '../contributions';
import { UserError } from '../protocol/errors';
import { t } from '../services/l10n';
import { field } from './arguments';
import type { Host } from './host';
import { reported } from './reported';
import { chooseModel, loadModel } from './resolveModel';

export function renameModel(host: Host): CommandHandlers['unveil.renameModel'] {
  return argument => reported(host, async () => {
    const reference = await chooseModel(host, argument);
    if (!reference) return undefined;
    if (reference.source === 'file') throw new UserError('badOption', t('A model file is renamed in the Explorer.'));
    const { name } = await loadModel(host, reference);
    const wanted = field(argument, 'name', 'string') ?? (await vscode.window.showInputBox({
      title: t('Rename Model'), value: name, validateInput: text => (text.trim() === '' ? t('Write a name.') : undefined) }));
    if (wanted === undefined || wanted.trim() === '') return undefined;
    const free = wanted.trim() === name ? name : await host.store.freeName(wanted.trim());
    await host.store.rename(reference.id, free);
    host.views.find(reference)?.update({ name: free });
    return free;
  });
}
