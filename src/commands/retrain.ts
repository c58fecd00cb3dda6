/** `unveil.retrain`: the recipe once more on the file as it is now; the result takes the model's place. */
import * as vscode from 'vscode';
import { access } from 'node:fs/promises';
import type { CommandHandlers } from '../contributions';
import type { ModelReference } from '../panels/modelView';
import type { ModelFile } from '../protocol/modelFile';
import type { KeptRuns } from '../protocol/experiments';
import { explainsTarget, isExperimentFile } from '../protocol/modelFile';
import { isExperiment, isTargetless, type AnyRequest, type ExperimentRequest, type RunRequest } from '../protocol/recipe';
import { t } from '../services/l10n';
import { baseName, plainText } from '../services/plainText';
import { requestFieldsIn, targetlessFieldsIn } from './arguments';
import { experiment } from './experiment';
import { explore } from './explore';
import type { Host } from './host';
import { browseForFile } from './pickFile';
import { reported } from './reported';
import { chooseModel, loadModel, requestOf } from './resolveModel';
import { train } from './train';

export function retrain(host: Host): CommandHandlers['unveil.retrain'] {
  return async argument => {
    const reference = await chooseModel(host, argument);
    if (!reference) return undefined;
    const request = await reported(host, async () => withExistingFile(changed(await requestOf(host, reference), argument)));
    if (!request) return undefined;
    if (isTargetless(request)) return explore(host, request, reference.source === 'file' ? {} : { replaces: reference.id, view: host.views.find(reference) });
    if (isExperiment(request)) return experiment(host, await goingOn(host, reference, request), reference.source === 'file' ? {} : { replaces: reference.id, view: host.views.find(reference) });
    const edits = await editsOf(host, reference, request);
    if (reference.source === 'file') return train(host, request, { ...(edits && { edits }) });
    return train(host, request, { replaces: reference.id, view: host.views.find(reference), ...(edits && { edits }) });
  };
}

/** Runs that were made are not made again; where all were, the experiment is repeated from the beginning. */
async function goingOn(host: Host, reference: ModelReference, request: ExperimentRequest): Promise<ExperimentRequest> {
  const before = await loadModel(host, reference).catch(() => undefined);
  if (!before || !isExperimentFile(before)) return request;
  const { madeOn, runs } = before.parameters as Partial<KeptRuns>;
  const { planned = 0, done = 0 } = before.report.experiment?.runs ?? {};
  return madeOn !== undefined && runs && done < planned ? { ...request, kept: { madeOn, runs } } : request;
}

/** Edits by hand are for the target that they were made for. */
async function editsOf(host: Host, reference: ModelReference, { target }: RunRequest): Promise<ModelFile['edits']> {
  const model = await loadModel(host, reference).catch(() => undefined);
  return model && explainsTarget(model) && (target === undefined || model.recipe.target === target) ? model.edits : undefined;
}

/** With what the argument says otherwise; the kind of model stays. */
function changed(request: AnyRequest, argument: unknown): AnyRequest {
  if (isTargetless(request)) return { ...request, ...targetlessFieldsIn(argument) };
  if (!isExperiment(request)) return { ...request, ...requestFieldsIn(argument) };
  const { conformal: _conformal, detail: _detail, rows: _rows, compare: _compare, ...fields } = requestFieldsIn(argument);
  return { ...request, ...fields };
}

/** Asks for the data file when it is no longer where the recipe says. */
async function withExistingFile(request: AnyRequest): Promise<AnyRequest | undefined> {
  if (await access(request.file).then(() => true, () => false)) return request;
  const choose = t('Choose File…');
  const answer = await vscode.window.showWarningMessage(t('The data file “{0}” is not where it was.', plainText(baseName(request.file))), choose);
  const chosen = answer === choose ? await browseForFile(t('Data File of the Model')) : undefined;
  return chosen && { ...request, file: chosen.fsPath };
}
