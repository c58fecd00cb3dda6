/** `unveil.deleteModel`: takes a stored model away, with a way back. */
import type { CommandHandlers } from '../contributions';
import { UserError } from '../protocol/errors';
import { isDamaged } from '../services/modelStore';
import { plainText } from '../services/plainText';
import { field, modelIn } from './arguments';
import type { Host } from './host';
import { reported } from './reported';
import { pickModel } from './resolveModel';

export function deleteModel(host: Host): CommandHandlers['unveil.deleteModel'] {
  return async argument => (await reported(host, async () => {
    const named = modelIn(argument);
    const reference = named && 'id' in named ? { source: 'store' as const, id: named.id } : await pickModel(host, 'Delete Model');
    if (!reference) return false;
    if (reference.source === 'file') throw new UserError('badOption', 'A model file is deleted in the Explorer.');
    const model = await host.store.get(reference.id);
    if (!model) throw new UserError('fileNotFound', 'The model is no longer stored.');
    const name = isDamaged(model) ? model.id : model.name;
    const force = field(argument, 'force', 'boolean') === true;
    if (!force && !(await host.notifications.confirm(`Delete the model “${name}”?`, 'You can undo this right after.', 'Delete'))) return false;
    const undo = await host.store.remove(reference.id);
    // A run that is to take the model's place has none to take any more.
    host.runs.cancel(reference.id);
    host.views.find(reference)?.panel.dispose();
    host.notifications.inform(`The model “${plainText(name)}” is deleted.`, [{ title: 'Undo', run: undo }]);
    return true;
  })) ?? false;
}
