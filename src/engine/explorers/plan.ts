/** Turns a request without a target into a complete recipe: which columns, and the defaults. */
import { UserError } from '../../protocol/errors';
import type { DatasetProfile } from '../../protocol/profile';
import type { TargetlessRecipe, TargetlessRequest } from '../../protocol/recipe';
import { defaultFeatures, leftOut } from '../data/defaultFeatures';
import { checkOptions, checkRequest, defaults, requireColumn } from '../resolve';
import type { Explorer } from './explorer';

/** Checks the parts of a request that do not depend on the file. Throws UserError 'badOption'. */
export function checkTargetless(request: TargetlessRequest, explorer: Pick<Explorer, 'id' | 'options'>): void {
  const { file, level, seed, maxRows, options } = request;
  checkRequest({ file, level, seed, maxRows });
  if (request.missing !== undefined && !['impute', 'drop'].includes(request.missing)) throw new UserError('badOption', `Missing cells are filled (impute) or their rows left out (drop), not "${String(request.missing)}".`);
  checkOptions(explorer, options);
}

/** The columns named, in file order, without those to leave out; else all that say something. */
export function planFeatures(request: TargetlessRequest, profile: DatasetProfile): Pick<TargetlessRecipe, 'features' | 'dropped'> {
  const drop = (request.drop ?? []).map(name => requireColumn(profile, name, 'to leave out').name);
  if (!request.features) return defaultFeatures(profile, [], drop);
  const wanted = new Set(request.features.map(name => requireColumn(profile, name, 'a feature').name).filter(name => !drop.includes(name)));
  return {
    features: profile.columns.map(column => column.name).filter(name => wanted.has(name)),
    dropped: drop.map(column => ({ column, reason: leftOut })),
  };
}

/** The recipe of a request whose columns are settled. */
export function planRecipe(
  request: TargetlessRequest, profile: DatasetProfile, model: TargetlessRecipe['model'], columns: Pick<TargetlessRecipe, 'features' | 'dropped' | 'roles'>,
): TargetlessRecipe {
  const named = (names: readonly string[] | undefined, use: string): string[] | undefined => names?.map(name => requireColumn(profile, name, use).name);
  const [categorical, numeric] = [named(request.categorical, 'to take as categorical'), named(request.numeric, 'to take as numeric')];
  return {
    file: request.file, task: request.task, ...columns, ...(categorical && { categorical }), ...(numeric && { numeric }),
    missing: request.missing ?? 'impute', model, options: request.options ?? {},
    level: request.level ?? defaults.level, seed: request.seed ?? defaults.seed, maxRows: request.maxRows ?? defaults.maxRows,
  };
}
