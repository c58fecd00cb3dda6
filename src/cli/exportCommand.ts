/** `unveil export`: a model file becomes source code that needs no library. */
import { codeOf } from '../engine/exportCode';
import { readTargetModel } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import { codeLanguages } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import { oneOf } from './arguments';
import { writeResult } from './output';

export interface ExportFlags { as: string; out: string; table?: string }

export async function exportCommand(modelFile: string, flags: ExportFlags): Promise<void> {
  const language = oneOf('--as', flags.as, codeLanguages)!;
  const table = language === 'sql' ? flags.table : undefined;
  if (table === '') throw new UserError('badOption', '--table takes the name of a table.');
  if (flags.out !== '-') await requireOther(flags.out, [modelFile]);
  const model = await readTargetModel(modelFile, 'written as code');
  if (flags.out !== '-') await requireOther(flags.out, [model.recipe.file]);
  await writeResult(flags.out, await codeOf({ model, language, ...(table !== undefined && { table }) }));
  if (flags.table !== undefined && language !== 'sql') process.stderr.write('Note: --table goes with --as sql only; it was left aside.\n');
}
