/** `unveil.recoverFormula`: the formula behind a column of numbers; only the column is asked for. */
import type { CommandHandlers } from '../contributions';
import { t } from '../services/l10n';
import { asExplainArguments, isComplete } from './arguments';
import { askRun } from './askRun';
import { withoutPrompt } from './explainFile';
import type { Host } from './host';
import { chooseFile } from './pickFile';
import { reported } from './reported';
import { train } from './train';

export function recoverFormula(host: Host): CommandHandlers['unveil.recoverFormula'] {
  return async argument => {
    const given = asExplainArguments(argument);
    if (given && isComplete(given)) return train(host, { ...withoutPrompt(given), model: 'formula' });
    host.engine.warm();
    const request = await reported(host, async () => {
      const file = await chooseFile(host, argument, t('Recover a Formula'));
      return file === undefined ? undefined : askRun(host, file, { recovering: true });
    });
    return request && train(host, request);
  };
}
