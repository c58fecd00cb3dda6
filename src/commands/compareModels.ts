/** `unveil.compareModels`: which model to take for a column of a file, or for the target of a model. */
import type { CommandHandlers } from '../contributions';
import type { RunRequest } from '../protocol/recipe';
import { t } from '../services/l10n';
import { asExplainArguments, isComplete, modelIn } from './arguments';
import { askRun } from './askRun';
import { compareInPanel } from './compareInPanel';
import { withoutPrompt } from './explainFile';
import type { Host } from './host';
import { chooseFile } from './pickFile';
import { reported } from './reported';
import { chooseModel, resultOf, targetRequestOf } from './resolveModel';
import { train } from './train';

export function compareModels(host: Host): CommandHandlers['unveil.compareModels'] {
  return async argument => {
    const given = asExplainArguments(argument);
    if (given && isComplete(given)) return train(host, comparing(host, withoutPrompt(given)));
    if (modelIn(argument)) return compareStored(host, argument);
    host.engine.warm();
    const request = await reported(host, async () => {
      const file = await chooseFile(host, argument, t('Compare Models'));
      return file === undefined ? undefined : askRun(host, file, { comparing: true });
    });
    return request && train(host, comparing(host, request));
  };
}

/** The simplest model at once, then the others as they are done. */
function comparing(host: Host, { model: _model, ...request }: RunRequest): RunRequest {
  return { ...request, compare: { seconds: host.settings.compareSeconds, ...request.compare } };
}

/** In the panel of a stored model; for a model file of the person's own a new one is made. */
async function compareStored(host: Host, argument: unknown): Promise<string | undefined> {
  const reference = await chooseModel(host, argument);
  if (!reference) return undefined;
  const request = await reported(host, () => targetRequestOf(host, reference, t('be compared')));
  if (!request) return undefined;
  if (reference.source === 'file') return train(host, comparing(host, { ...request, options: undefined }));
  const view = await reported(host, () => host.panels.openStored(reference.id, 'overview'));
  if (!view) return undefined;
  await compareInPanel(host, { id: reference.id, name: view.snapshot.name, request: comparing(host, request), view });
  return resultOf(reference);
}
