/** `unveil.explainDecisions`: the best action in each state, from a log of decisions whose columns are confirmed one by one. */
import type { CommandHandlers } from '../contributions';
import type { TargetlessRequest } from '../protocol/recipe';
import { t } from '../services/l10n';
import { asExploreArguments, withoutPrompt } from './arguments';
import { askDecisions } from './askDecisions';
import { explore } from './explore';
import type { Host } from './host';
import { chooseFile } from './pickFile';
import { reported } from './reported';

export function explainDecisions(host: Host): CommandHandlers['unveil.explainDecisions'] {
  return async argument => {
    const given = asExploreArguments(argument);
    if (given && given.prompt !== true) return explore(host, { ...withoutPrompt(given), task: 'decisions' });
    host.engine.warm();
    const request = await reported(host, async (): Promise<TargetlessRequest | undefined> => {
      const file = await chooseFile(host, argument, t('Explain Decisions'));
      return file === undefined ? undefined : askDecisions(host, file);
    });
    return request && explore(host, request);
  };
}
