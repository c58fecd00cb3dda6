/** `unveil explain`: trains, then prints a summary or writes report, HTML and model file. */
import { basename } from 'node:path';

import { explain, exportHtml } from '../engine/run';
import type { WorkContext } from '../engine/context';
import type { ModelFile } from '../protocol/modelFile';
import { runRequest, type RunFlags } from './arguments';
import { asJson, writeResult } from './output';
import { reportText } from './reportText';

export interface ExplainFlags extends RunFlags { json?: string; html?: string; save?: string; quiet?: boolean }

export async function explainCommand(file: string, flags: ExplainFlags, context: WorkContext): Promise<void> {
  const request = await runRequest(file, flags);
  const model = await explain(request, context);
  if (flags.save !== undefined) await writeResult(flags.save, asJson(model));
  if (flags.html !== undefined) await exportHtml({ model, out: flags.html });
  if (flags.json !== undefined) await writeResult(flags.json, asJson(model.report));
  if (flags.quiet || flags.json === '-' || flags.save === '-') return;
  process.stdout.write(reportText(model.report));
  process.stdout.write(writtenText(model, flags));
}

function writtenText(model: ModelFile, flags: ExplainFlags): string {
  const written = [
    flags.json === undefined ? undefined : `report ${flags.json}`,
    flags.html === undefined ? undefined : `HTML report ${flags.html}`,
    flags.save === undefined ? undefined : `model ${flags.save}`,
  ].filter(text => text !== undefined);
  return written.length === 0 ? '' : `\nWritten for ${basename(model.recipe.file)}: ${written.join(', ')}\n`;
}
