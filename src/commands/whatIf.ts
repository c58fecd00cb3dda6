/** `unveil.whatIf`: the panel in which values are changed; a program asks its question here and gets the answer. */
import type { CommandHandlers } from '../contributions';
import { WhatIfAnswers } from '../panels/whatIfAnswers';
import { referenceKey } from '../panels/modelView';
import type { WhatIfAsk } from '../protocol/whatIf';
import { t } from '../services/l10n';
import { isRecord } from './arguments';
import type { Host } from './host';
import { show } from './openModel';
import { reported } from './reported';
import { chooseModel, loadTargetModel, resultOf } from './resolveModel';

export function whatIf(host: Host): CommandHandlers['unveil.whatIf'] {
  return argument => reported(host, async () => {
    const reference = await chooseModel(host, argument);
    if (!reference) return undefined;
    const model = await loadTargetModel(host, reference, t('be asked what if'));
    const ask = askIn(argument);
    if (!ask) {
      await show(host, reference, 'whatIf');
      return resultOf(reference);
    }
    const answers = new WhatIfAnswers(host.engine, () => Promise.resolve(model), host.log);
    return answers.answer(reference, `${referenceKey(reference)}@${model.created}/${JSON.stringify(model.edits ?? [])}`, ask);
  });
}

/** The question of a program. */
function askIn(argument: unknown): WhatIfAsk | undefined {
  return isRecord(argument) && isRecord(argument['ask']) ? (argument['ask'] as unknown as WhatIfAsk) : undefined;
}
