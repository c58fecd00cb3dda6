/** `unveil export`: a model file becomes source code that needs no library. */
import { codeOf } from '../engine/exportCode';
import { readModelFile } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import { codeLanguages } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import { oneOf } from './arguments';
import { writeResult } from './output';

export interface ExportFlags { as: string; out: string; table?: string }

export async function exportCommand(modelFile: string, flags: ExportFlags): Promise<void> {
  const language = oneOf('--as', flags.as, codeLanguages)!;
  if (flags.table !== undefined && language !== 'sql') throw new UserError('badOption', '--table goes with --as sql only.');
  if (flags.table === '') throw new UserError('badOption', '--table takes the name of a table.');
  if (flags.out !== '-') await requireOther(flags.out, [modelFile]);
  const model = await readModelFile(modelFile);
  if (flags.out !== '-') await requireOther(flags.out, [model.recipe.file]);
  await writeResult(flags.out, await codeOf({ model, language, ...(flags.table !== undefined && { table: flags.table }) }));
}
