/** `unveil.changeTarget`: the same file and settings for another column, in the same panel. */
import type { CommandHandlers } from '../contributions';
import { t } from '../services/l10n';
import { requestForTarget } from '../services/recipeRequest';
import { requestFieldsIn } from './arguments';
import { askRun } from './askRun';
import type { Host } from './host';
import { reported } from './reported';
import { chooseModel, targetRequestOf } from './resolveModel';
import { train } from './train';

export function changeTarget(host: Host): CommandHandlers['unveil.changeTarget'] {
  return async argument => {
    const reference = await chooseModel(host, argument);
    if (!reference) return undefined;
    const request = await reported(host, async () => {
      const previous = await targetRequestOf(host, reference, t('be given another'));
      const given = requestFieldsIn(argument);
      const choice = given.target !== undefined ? given : await askRun(host, previous.file, { suggestedTarget: previous.target });
      return choice && requestForTarget(previous, choice);
    });
    // A model file of the person's own keeps its editor; the new model gets a panel.
    const view = reference.source === 'store' ? host.views.find(reference) : undefined;
    return request && train(host, request, { view });
  };
}
