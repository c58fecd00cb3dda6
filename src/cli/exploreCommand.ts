/** What the commands without a target share: from flags to a request, and from the model to files and the terminal. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { WorkContext } from '../engine/context';
import { explore } from '../engine/explore';
import { formatCount } from '../engine/report/format';
import { htmlReport, predict } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import { UserError } from '../protocol/errors';
import type { OptionValue, TargetlessRequest, TargetlessTask } from '../protocol/recipe';
import type { TargetlessReport } from '../protocol/report';
import { columnList, levelOf, numberOf, oneOf, optionValues } from './arguments';
import { onRecipe } from './exploreRecipe';
import { asJson, print, requireDistinct, writeResult } from './output';

export interface ExploreFlags {
  features?: string; drop?: string; categorical?: string; numeric?: string; missing?: string; level?: string; seed?: string; maxRows?: string;
  set?: string[]; recipe?: string; out?: string; json?: string; html?: string; save?: string; quiet?: boolean;
}

/** `own`: options that the command has flags for; those that are absent are left to the engine. */
export function exploreRequest(file: string, task: TargetlessTask, flags: ExploreFlags, own: Readonly<Record<string, OptionValue | undefined>>): TargetlessRequest {
  const options = { ...optionValues(flags.set ?? []), ...Object.fromEntries(Object.entries(own).filter((entry): entry is [string, OptionValue] => entry[1] !== undefined)) };
  const asked = {
    features: columnList(flags.features), drop: columnList(flags.drop), categorical: columnList(flags.categorical), numeric: columnList(flags.numeric),
    missing: oneOf('--missing', flags.missing, ['impute', 'drop'] as const), level: levelOf(flags.level),
    seed: numberOf('--seed', flags.seed, 0, 2 ** 32 - 1, true), maxRows: numberOf('--max-rows', flags.maxRows, 10, Number.MAX_SAFE_INTEGER, true),
  };
  return { ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)), file, task, options };
}

export interface Telling {
  /** What `--out` writes beside the file's columns, as in "clusters written to". */
  readonly writes: string;
  text(report: TargetlessReport): string;
}

/** Explores as asked; writes the outputs, or tells the terminal. */
export async function exploreTo(asked: TargetlessRequest, flags: ExploreFlags, context: WorkContext, { writes, text }: Telling): Promise<void> {
  const { file } = asked;
  const { recipe, out, json, html, save } = flags;
  const outputs = [out, json, html, save].filter(name => name !== undefined);
  requireDistinct(outputs, '--out, --json, --html and --save');
  if (out === '-') throw new UserError('badOption', '--out takes the name of a file; predict writes to standard output.');
  for (const name of outputs) await requireOther(name, [file, ...(recipe === undefined ? [] : [recipe])]);
  const request = recipe === undefined ? asked : await onRecipe(asked, recipe);
  const replaced = out !== undefined && existsSync(out);
  const model = await explore(request, context);
  if (save !== undefined) await writeResult(save, asJson(model));
  if (html !== undefined) await writeResult(html, await htmlReport(model));
  if (json !== undefined) await writeResult(json, asJson(model.report));
  const written = out === undefined ? undefined : await predict({ model, file, out }, context);
  if (flags.quiet || outputs.includes('-')) return;
  await print(text(model.report));
  const files = [
    json === undefined ? undefined : `report ${json}`, html === undefined ? undefined : `HTML report ${html}`, save === undefined ? undefined : `model ${save}`,
  ].filter(name => name !== undefined);
  if (files.length > 0) await print(`\nWritten for ${basename(file)}: ${files.join(', ')}\n`);
  if (!written) return;
  // The same file was read twice; what was decided at it is told once.
  const told = new Set(model.report.notes.map(note => note.text));
  const notes = written.notes.filter(note => !told.has(note.text));
  await print(`\n${notes.map(note => `- ${note.text}\n`).join('')}${formatCount(written.rows)} rows with ${writes} written to ${out}${replaced ? ', in place of the file that was there' : ''}\n`);
}
