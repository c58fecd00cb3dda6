/** Errors as a language model can mend them: what is wrong, and the call to make next. */
import { UserError, type ErrorReason } from '../protocol/errors';
import type { ToolName } from './definitions';
import { columnsNext } from './profileAnswer';
import type { ToolHost } from './toolHost';

/** The next step by the reason; of those that are not here the message names it, or nothing can be said. */
const steps: Partial<Record<ErrorReason, string>> = {
  fileNotFound: 'Call again with the absolute path of a file that exists.',
  fileUnreadable: 'Call again with the absolute path of a file that can be read.',
  fileChanged: 'Call again.',
  notTabular: 'Call again with a CSV, TSV or Parquet file.',
  emptyFile: 'Call again with a file that has rows.',
  noRows: 'Call again with a file that has rows, or with fewer features.',
  tooFewRows: 'Call again with a file of more rows, or with fewer features.',
  malformed: 'Mend the file there and call again.',
  badTarget: 'Call unveil_profile_dataset for likely targets, then call again with one of them.',
  badFeatures: 'Call again with other features; unveil_profile_dataset lists the columns.',
  badOption: 'Change that and call again.',
  badFormula: 'Change the formula and call again.',
  badModelFile: 'Call again with another model, or train one with unveil_train_model.',
  cannotWrite: 'Call again with another path.',
  numerical: 'Call again with another model or fewer features.',
  outOfMemory: 'Call again with fewer features.',
  engineStopped: 'Call again.',
  internal: 'Call again once; if it fails again, tell the person.',
};

/** The error with its next step. `file`: the data file that the call is about. */
export async function withNextStep(error: unknown, host: ToolHost, file: string | undefined, tool: ToolName): Promise<UserError> {
  const known = error instanceof UserError ? error : new UserError('internal', `A fault in Unveil stopped the call: ${error instanceof Error ? error.message : String(error)}`, { detail: error instanceof Error ? error.stack : undefined });
  if (/\b[Cc]all /.test(known.message)) return known;
  const step = (known.reason === 'unknownColumn' || known.reason === 'lacksColumns' ? await columnStep(known, host, file, tool) : undefined) ?? steps[known.reason] ?? 'Call unveil_profile_dataset for the columns of the file, then call again.';
  return new UserError(known.reason, `${known.message.replace(/([^.!?])$/, '$1.')} ${step}`, known.place);
}

async function columnStep({ place }: UserError, host: ToolHost, file = place.file, tool?: ToolName): Promise<string | undefined> {
  // The model says which columns there have to be.
  if (tool === 'unveil_explain_prediction') return 'Call again with a file that has them, or with "values" in place of a row.';
  if (file === undefined) return undefined;
  const profile = await host.profile(file).catch(() => undefined);
  return profile && columnsNext(profile.profile.columns.map(column => column.name), place.column);
}
