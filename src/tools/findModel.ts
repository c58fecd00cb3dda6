/** The model that a call names, by its id or by the path of its file. */
import { dirname, isAbsolute, join } from 'node:path';
import { UserError } from '../protocol/errors';
import { explainsTarget, type AnyModelFile, type ModelFile } from '../protocol/modelFile';
import { someOf } from './compact';
import { absolutePath, isPath } from './paths';
import type { ToolHost } from './toolHost';

/** Throws UserError with the next step where there is no such model. */
export async function findAnyModel(host: ToolHost, named: string, input = 'model'): Promise<AnyModelFile> {
  if (isPath(named)) return host.readModel(absolutePath(input, named));
  const model = await host.held(named);
  if (model) return model;
  const ids = await host.heldIds();
  const next = ids.length > 0 ? `Models are: ${someOf(ids, 10)}. Call again with one of these, or train one with unveil_train_model.` : 'Train one with unveil_train_model first, or name the absolute path of a model file.';
  throw new UserError('badOption', `There is no model "${named}". ${next}`);
}

/** Throws UserError for a model without a target too. */
export async function findModel(host: ToolHost, named: string, input = 'model'): Promise<ModelFile> {
  const model = await findAnyModel(host, named, input);
  if (explainsTarget(model)) return model;
  throw new UserError('badOption', `"${named}" explains no target (${model.report.model.title}). Call again with a model that unveil_train_model made.`);
}

/** The data file of a model; a relative one is looked for beside the model file. */
export function dataFileOf(model: ModelFile, named: string): string {
  const { file } = model.recipe;
  return isAbsolute(file) || !isAbsolute(named) ? file : join(dirname(named), file);
}
