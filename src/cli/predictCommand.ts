/** `unveil predict`: a model file and a data file give a CSV of predictions. */
import { predict, readModelFile } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import { formatCount } from '../engine/report/format';
import { UserError } from '../protocol/errors';
import type { WorkContext } from '../engine/context';
import { levelOf, oneOf } from './arguments';
import { print } from './output';

export interface PredictFlags { out: string; level?: string; intervals?: string; quiet?: boolean }

export async function predictCommand(modelFile: string, file: string, flags: PredictFlags, context: WorkContext): Promise<void> {
  if (flags.out === '-') throw new UserError('badOption', '--out takes the name of a file: predictions are written whole or not at all.');
  await requireOther(flags.out, [modelFile]);
  const intervals = oneOf('--intervals', flags.intervals, ['model', 'conformal'] as const);
  const model = await readModelFile(modelFile);
  const level = levelOf(flags.level);
  const result = await predict({ model, file, out: flags.out, ...(level !== undefined && { level }), ...(intervals && { intervals }) }, context);
  if (flags.quiet) return;
  for (const note of result.notes) await print(`- ${note.text}\n`);
  await print(`${formatCount(result.rows)} predictions written to ${flags.out}\n`);
}
