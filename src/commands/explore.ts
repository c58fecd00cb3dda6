/** One run without a target, from request to stored model: clusters, components or decisions. */
import type { TargetlessRequest, TargetlessTask } from '../protocol/recipe';
import type { TargetlessModelFile } from '../protocol/modelFile';
import { t } from '../services/l10n';
import { modelName, plainText } from '../services/plainText';
import { engineWork } from './engineWork';
import type { Host } from './host';
import { runInPanel, type RunOptions } from './runInPanel';

const titles: Readonly<Record<TargetlessTask, string>> = { clustering: t('Clusters'), components: t('Components'), decisions: t('Decisions') };
const doing: Readonly<Record<TargetlessTask, string>> = { clustering: t('Finding clusters'), components: t('Finding components'), decisions: t('Learning decisions') };

/** Gives the id of the stored model, undefined when the run was cancelled. Throws UserError; what went wrong is shown already. */
export async function explore(host: Host, request: TargetlessRequest, options: RunOptions = {}): Promise<string | undefined> {
  const complete = host.settings.completeTargetless(request);
  return runInPanel<TargetlessModelFile>(host, {
    request, options, provisional: modelName(titles[request.task], request.file),
    work: async tools => (await engineWork(host, `${doing[request.task]}: ${plainText(tools.name, 60)}`, 'explore', complete, tools)).model,
  });
}
