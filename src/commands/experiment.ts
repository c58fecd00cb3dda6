/** One experiment, from request to stored findings. */
import type { StudyKind } from '../protocol/experiments';
import type { ExperimentFile } from '../protocol/modelFile';
import type { ExperimentRequest } from '../protocol/recipe';
import { t } from '../services/l10n';
import { modelName, plainText } from '../services/plainText';
import { engineWork } from './engineWork';
import type { Host } from './host';
import { runInPanel, type RunOptions } from './runInPanel';

export const studyTitles: Readonly<Record<StudyKind, string>> = {
  sensitivity: t('Sensitivity'), optimisers: t('Optimisers'), dynamics: t('Training Dynamics'), generalisation: t('Generalisation'), robustness: t('Robustness'),
};

/** Gives the id of the stored findings, undefined when the run was cancelled. Throws UserError; what went wrong is shown already. */
export async function experiment(host: Host, request: ExperimentRequest, options: RunOptions = {}): Promise<string | undefined> {
  const complete = host.settings.completeExperiment(request);
  return runInPanel<ExperimentFile>(host, {
    request, options, provisional: modelName(studyTitles[request.study.kind], request.file),
    work: async tools => (await engineWork(host, t('Experiment: {0}', plainText(tools.name, 60)), 'experiment', complete, tools)).model,
  });
}
