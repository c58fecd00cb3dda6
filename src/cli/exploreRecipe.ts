/** `--recipe` of the commands without a target: the settings of a recipe file under those that were typed. */
import { leftOut } from '../engine/data/defaultFeatures';
import { parseTargetlessRecipe } from '../engine/modelFile';
import { decidedRoles, type TargetlessRequest } from '../protocol/recipe';
import { recipeValue } from './arguments';

/** Throws UserError 'badOption' where the file cannot be read or is of another task. */
export async function onRecipe(typed: TargetlessRequest, path: string): Promise<TargetlessRequest> {
  const { file: _file, model: _model, dropped, ...before } = await parseTargetlessRecipe(await recipeValue(path), path, typed.task);
  const drop = dropped.filter(({ reason }) => reason === leftOut).map(({ column }) => column);
  return {
    ...before, ...(drop.length > 0 && { drop }), ...typed, options: { ...before.options, ...typed.options },
    ...(before.roles && { roles: { ...decidedRoles(before.roles), ...typed.roles } }),
  };
}
