/** `unveil.retrain`: the recipe once more on the file as it is now; the result takes the model's place. */
import * as vscode from 'vscode';
import { access } from 'node:fs/promises';
import type { CommandHandlers } from '../contributions';
import type { ModelReference } from '../panels/modelView';
import type { ModelFile } from '../protocol/modelFile';
import type { RunRequest } from '../protocol/recipe';
import { baseName, plainText } from '../services/plainText';
import { requestFieldsIn } from './arguments';
import type { Host } from './host';
import { browseForFile } from './pickFile';
import { reported } from './reported';
import { chooseModel, loadModel, requestOf } from './resolveModel';
import { train } from './train';

export function retrain(host: Host): CommandHandlers['unveil.retrain'] {
  return async argument => {
    const reference = await chooseModel(host, argument);
    if (!reference) return undefined;
    const request = await reported(host, async () => withExistingFile({ ...(await requestOf(host, reference)), ...requestFieldsIn(argument) }));
    if (!request) return undefined;
    const edits = await editsOf(host, reference, request);
    if (reference.source === 'file') return train(host, request, { ...(edits && { edits }) });
    return train(host, request, { replaces: reference.id, view: host.views.find(reference), ...(edits && { edits }) });
  };
}

/** Edits by hand are for the target that they were made for. */
async function editsOf(host: Host, reference: ModelReference, { target }: RunRequest): Promise<ModelFile['edits']> {
  const model = await loadModel(host, reference).catch(() => undefined);
  return target === undefined || model?.recipe.target === target ? model?.edits : undefined;
}

/** Asks for the data file when it is no longer where the recipe says. */
async function withExistingFile(request: RunRequest): Promise<RunRequest | undefined> {
  if (await access(request.file).then(() => true, () => false)) return request;
  const choose = 'Choose File…';
  const answer = await vscode.window.showWarningMessage(`The data file “${plainText(baseName(request.file))}” is not where it was.`, choose);
  const chosen = answer === choose ? await browseForFile('Data File of the Model') : undefined;
  return chosen && { ...request, file: chosen.fsPath };
}
