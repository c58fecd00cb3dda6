/** `unveil explain`: trains, then prints a summary or writes report, HTML and model file. */
import { basename } from 'node:path';

import { explain, htmlReport } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import type { WorkContext } from '../engine/context';
import { UserError } from '../protocol/errors';
import type { ModelFile } from '../protocol/modelFile';
import { runRequest, type RunFlags } from './arguments';
import { asJson, print, writeResult } from './output';
import { reportText } from './reportText';

export interface ExplainFlags extends RunFlags { json?: string; html?: string; save?: string; quiet?: boolean }

export async function explainCommand(file: string, flags: ExplainFlags, context: WorkContext): Promise<void> {
  const outputs = [flags.json, flags.html, flags.save].filter(name => name !== undefined);
  requireDistinct(outputs);
  for (const out of outputs) await requireOther(out, [file, ...(flags.recipe === undefined ? [] : [flags.recipe])]);
  const request = await runRequest(file, flags);
  const model = await explain(request, context);
  if (flags.save !== undefined) await writeResult(flags.save, asJson(model));
  if (flags.html !== undefined) await writeResult(flags.html, await htmlReport(model));
  if (flags.json !== undefined) await writeResult(flags.json, asJson(model.report));
  if (flags.quiet || outputs.includes('-')) return;
  await print(reportText(model.report));
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

/** Two results cannot go to the same place. */
function requireDistinct(outputs: readonly string[]): void {
  const twice = outputs.find((out, i) => outputs.indexOf(out) !== i);
  if (twice === undefined) return;
  throw new UserError('badOption', `--json, --html and --save need a place each; ${twice === '-' ? 'standard output' : twice} is named twice.`);
}
