/** From a recipe back to the request that repeats it. */
import { isAbsolute, join, dirname } from 'node:path';
import { decidedRoles, hasTarget, type AnyRecipe, type AnyRequest, experimentRequest, type Recipe, type RunRequest, type TargetlessRequest } from '../protocol/recipe';

/** A relative data file is looked for beside the model file. */
export function requestFrom(recipe: Recipe, modelPath?: string): RunRequest {
  const { target, task, positive, features, dropped: _dropped, formula, file: _file, ...same } = recipe;
  const where = dataFileOf(recipe, modelPath);
  if (formula !== undefined) return { ...same, file: where, formula, task, positive };
  return { ...same, file: where, target, task, positive, features };
}

export function dataFileOf({ file }: Pick<AnyRecipe, 'file'>, modelPath?: string): string {
  return isAbsolute(file) || modelPath === undefined ? file : join(dirname(modelPath), file);
}

/** The same of a model with or without a target. */
export function anyRequestFrom(recipe: AnyRecipe, modelPath?: string): AnyRequest {
  if (hasTarget(recipe)) return requestFrom(recipe, modelPath);
  if (recipe.task === 'experiment') return { ...experimentRequest(recipe), file: dataFileOf(recipe, modelPath) };
  const { dropped: _dropped, model: _model, ...same } = recipe;
  return { ...same, ...(same.roles && { roles: decidedRoles(same.roles) }), file: dataFileOf(recipe, modelPath) } satisfies TargetlessRequest;
}

/** The same settings for another target: what depended on the old target is left to be guessed. */
export function requestForTarget(request: RunRequest, choice: Partial<RunRequest>): RunRequest {
  const { file, missing, split, level, seed, maxRows, categorical, numeric, conformal, detail, rows } = request;
  return { missing, split, level, seed, maxRows, categorical, numeric, conformal, detail, rows, ...choice, file };
}
