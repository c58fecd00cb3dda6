/** `unveil predict`: a model file and a data file give a CSV of predictions. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { predict, readModelFile } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import { formatCount } from '../engine/report/format';
import { UserError } from '../protocol/errors';
import type { PredictResult } from '../protocol/engine';
import { explainsTarget } from '../protocol/modelFile';
import type { WorkContext } from '../engine/context';
import { levelOf, numberOf, oneOf } from './arguments';
import { print } from './output';

export interface PredictFlags { out?: string; level?: string; intervals?: string; contributions?: string; quiet?: boolean }

export async function predictCommand(modelFile: string, file: string, flags: PredictFlags, context: WorkContext): Promise<void> {
  const { out } = flags;
  if (out === undefined) throw new UserError('badOption', 'Name the file to write: --out FILE.csv, or --out - for standard output.');
  if (out === '-') return printed(modelFile, file, flags, context);
  const { rows, notes, targetless } = await predictTo(out, modelFile, file, flags, context);
  if (flags.quiet) return;
  for (const note of notes) await print(`- ${note.text}\n`);
  await print(`${formatCount(rows)} ${targetless ? 'rows' : 'predictions'} written to ${out}\n`);
}

async function predictTo(out: string, modelFile: string, file: string, flags: PredictFlags, context: WorkContext): Promise<PredictResult & { readonly targetless: boolean }> {
  await requireOther(out, [modelFile]);
  const intervals = oneOf('--intervals', flags.intervals, ['model', 'conformal'] as const);
  const model = await readModelFile(modelFile);
  const level = levelOf(flags.level);
  const contributions = numberOf('--contributions', flags.contributions, 0, Number.MAX_SAFE_INTEGER, true);
  const result = await predict({ model, file, out, ...(level !== undefined && { level }), ...(intervals && { intervals }), ...(contributions !== undefined && { contributions }) }, context);
  return { ...result, targetless: !explainsTarget(model) };
}

/** Standard output gets the whole file once it is made, and nothing else; notes go to standard error. */
async function printed(modelFile: string, file: string, flags: PredictFlags, context: WorkContext): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'unveil-'));
  try {
    const made = join(folder, 'predicted.csv');
    const { notes } = await predictTo(made, modelFile, file, flags, context);
    for await (const text of createReadStream(made, 'utf8')) await print(text as string);
    if (!flags.quiet) for (const note of notes) process.stderr.write(`- ${note.text}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
