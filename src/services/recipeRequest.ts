/** From a recipe back to the request that repeats it. */
import { isAbsolute, join, dirname } from 'node:path';
import type { Recipe, RunRequest } from '../protocol/recipe';

/** A relative data file is looked for beside the model file. */
export function requestFrom(recipe: Recipe, modelPath?: string): RunRequest {
  const { target, task, positive, features, dropped: _dropped, formula, file, ...same } = recipe;
  const where = isAbsolute(file) || modelPath === undefined ? file : join(dirname(modelPath), file);
  if (formula !== undefined) return { ...same, file: where, formula, task, positive };
  return { ...same, file: where, target, task, positive, features };
}

/** The same settings for another target: what depended on the old target is left to be guessed. */
export function requestForTarget(request: RunRequest, choice: Partial<RunRequest>): RunRequest {
  const { file, missing, split, level, seed, maxRows, categorical, numeric, conformal, detail, rows } = request;
  return { missing, split, level, seed, maxRows, categorical, numeric, conformal, detail, rows, ...choice, file };
}
