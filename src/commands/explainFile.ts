/** `unveil.explainFile` and `unveil.explainColumn`: the main job, from wherever it is asked for. */
import type { CommandHandlers, ExplainArguments } from '../contributions';
import type { RunRequest } from '../protocol/recipe';
import { t } from '../services/l10n';
import { asExplainArguments, field, isComplete, modelIn } from './arguments';
import { askRun } from './askRun';
import type { Host } from './host';
import { chooseFile } from './pickFile';
import { reported } from './reported';
import { chooseModel, loadTargetModel } from './resolveModel';
import { train, type TrainOptions } from './train';

export function explainFile(host: Host): CommandHandlers['unveil.explainFile'] {
  return async argument => {
    const request = asExplainArguments(argument);
    if (request && isComplete(request)) return train(host, withoutPrompt(request), await comparedIn(host, request.comparedIn));
    return explain(host, argument, undefined);
  };
}

export function explainColumn(host: Host): CommandHandlers['unveil.explainColumn'] {
  return argument => explain(host, argument, field(argument, 'column', 'string'));
}

async function explain(host: Host, argument: unknown, target: string | undefined): Promise<string | undefined> {
  host.engine.warm();
  const request = await reported(host, async () => {
    const file = await chooseFile(host, argument, t('Explain a Column'));
    return file === undefined ? undefined : askRun(host, file, { target });
  });
  return request && train(host, request);
}

/** A model that is gone takes its comparison along; the run goes on without. */
async function comparedIn(host: Host, model: string | undefined): Promise<TrainOptions> {
  const named = model === undefined ? undefined : modelIn(model);
  const reference = named && await chooseModel(host, model);
  const loaded = reference && await loadTargetModel(host, reference, t('be compared')).catch(() => undefined);
  return loaded ? { comparedIn: loaded } : {};
}

export function withoutPrompt({ prompt: _prompt, comparedIn: _comparedIn, ...request }: ExplainArguments): RunRequest {
  return request;
}
