/** `unveil predict`: a model file and a data file give a CSV of predictions. */
import { predict, readModelFile } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import { formatCount } from '../engine/report/format';
import type { WorkContext } from '../engine/context';
import { levelOf } from './arguments';

export interface PredictFlags { out: string; level?: string; quiet?: boolean }

export async function predictCommand(modelFile: string, file: string, flags: PredictFlags, context: WorkContext): Promise<void> {
  await requireOther(flags.out, [modelFile]);
  const model = await readModelFile(modelFile);
  const result = await predict({ model, file, out: flags.out, level: levelOf(flags.level) ?? 0.9 }, context);
  if (flags.quiet) return;
  for (const note of result.notes) process.stdout.write(`- ${note.text}\n`);
  process.stdout.write(`${formatCount(result.rows)} predictions written to ${flags.out}\n`);
}
