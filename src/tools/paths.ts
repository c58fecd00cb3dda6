/** Paths that a language model names: absolute ones only, since it cannot know what a relative one is relative to. */
import { access, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { UserError } from '../protocol/errors';
import { modelFileSuffix } from '../protocol/modelFile';

/** Throws UserError 'badOption' that names the next step. */
export function absolutePath(input: string, path: string): string {
  if (path.includes('\0')) throw new UserError('badOption', `The input "${input}" holds a character that no path has. Call again without it.`);
  if (isAbsolute(path)) return path;
  throw new UserError('badOption', `The input "${input}" is not an absolute path: ${path}. Call again with the whole path, from the root folder on.`, { file: path });
}

/** Where a model file is to be written. A language model overwrites nothing: `writeNew` makes sure of that in the end. Throws UserError. */
export async function savePath(path: string): Promise<string> {
  const absolute = absolutePath('save', path);
  if (!absolute.endsWith(modelFileSuffix)) throw new UserError('badOption', `Model files end in ${modelFileSuffix}, but "save" is ${path}. Call again with such a name.`, { file: path });
  if (!(await isFolder(dirname(absolute)))) throw new UserError('cannotWrite', `There is no folder ${dirname(path)}. Call again with a path in a folder that exists.`, { file: path });
  if (await access(absolute).then(() => true, () => false)) throw taken(path);
  return absolute;
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(found => found.isDirectory(), () => false);
}

export function taken(path: string): UserError {
  return new UserError('cannotWrite', `There is a file ${path} already. Call again with another path.`, { file: path });
}

/** Whether a model is named by the path of its file and not by its id. */
export function isPath(model: string): boolean {
  return /[/\\]/.test(model) || model.endsWith('.json');
}
