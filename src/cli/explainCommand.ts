/** `unveil explain`: trains, then prints a summary or writes report, HTML and model file. */
import { basename } from 'node:path';

import { explain, htmlReport } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import type { WorkContext } from '../engine/context';
import { UserError } from '../protocol/errors';
import type { ModelFile } from '../protocol/modelFile';
import type { RunRequest } from '../protocol/recipe';
import type { Report } from '../protocol/report';
import { numberOf, runRequest, type RunFlags } from './arguments';
import { asJson, print, requireDistinct, writeResult } from './output';
import { reportText } from './reportText';

export interface ExplainFlags extends RunFlags { json?: string; html?: string; save?: string; quiet?: boolean; seconds?: string }

/** Seconds that the comparison of models takes at most unless it is said otherwise. */
export const usualSeconds = 20;

export async function explainCommand(file: string, flags: ExplainFlags, context: WorkContext): Promise<void> {
  const outputs = await outputsOf(file, flags);
  const request = await requestOf(file, flags);
  await explainTo({ ...request, ...compareOf(request, flags) }, flags, outputs, context);
}

/** The files to write, checked: each another, and none of them one that is read. */
export async function outputsOf(file: string, flags: ExplainFlags): Promise<string[]> {
  const outputs = [flags.json, flags.html, flags.save].filter(name => name !== undefined);
  requireDistinct(outputs, '--json, --html and --save');
  for (const out of outputs) await requireOther(out, [file, ...(flags.recipe === undefined ? [] : [flags.recipe])]);
  return outputs;
}

export function requestOf(file: string, flags: ExplainFlags): Promise<RunRequest> {
  return runRequest(file, flags);
}

/** The model 'auto' is the one that a comparison recommends; `--seconds 0` takes the simplest. */
function compareOf({ model, options }: RunRequest, flags: ExplainFlags): Pick<RunRequest, 'compare' | 'options'> {
  const seconds = secondsOf(flags.seconds, 0);
  if (model === 'formula') return seconds === undefined ? {} : { options: { ...options, seconds } };
  if (model !== undefined && model !== 'auto') {
    if (seconds !== undefined && seconds > 0) throw new UserError('badOption', `--seconds is the time that the model auto may take to compare models; the model here is ${model}.`);
    return {};
  }
  return seconds === 0 ? {} : { compare: { seconds: seconds ?? usualSeconds } };
}

export function secondsOf(text: string | undefined, least: number): number | undefined {
  return numberOf('--seconds', text, least, 1e6, false);
}

/** Explains as asked; writes the outputs, or tells the terminal what `tell` makes of the report. */
export async function explainTo(
  request: RunRequest, flags: ExplainFlags, outputs: readonly string[], context: WorkContext, tell: (report: Report) => string = reportText,
): Promise<void> {
  const model = await explain(request, context);
  if (flags.save !== undefined) await writeResult(flags.save, asJson(model));
  if (flags.html !== undefined) await writeResult(flags.html, await htmlReport(model));
  if (flags.json !== undefined) await writeResult(flags.json, asJson(model.report));
  if (flags.quiet || outputs.includes('-')) return;
  await print(tell(model.report));
  await print(writtenText(model, flags));
}

function writtenText(model: ModelFile, flags: ExplainFlags): string {
  const written = [
    flags.json === undefined ? undefined : `report ${flags.json}`,
    flags.html === undefined ? undefined : `HTML report ${flags.html}`,
    flags.save === undefined ? undefined : `model ${flags.save}`,
  ].filter(text => text !== undefined);
  return written.length === 0 ? '' : `\nWritten for ${basename(model.recipe.file)}: ${written.join(', ')}\n`;
}
