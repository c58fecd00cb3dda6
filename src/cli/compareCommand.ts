/** `unveil compare`: every family on the same folds, a table, and which one to take. */
import type { WorkContext } from '../engine/context';
import { compareModels } from '../engine/run';
import { columnList } from './arguments';
import { comparisonText } from './comparisonText';
import { explainTo, outputsOf, requestOf, secondsOf, type ExplainFlags } from './explainCommand';
import { print } from './output';

export interface CompareFlags extends ExplainFlags { models?: string }

/** Without a file to write nothing is explained; else the recommended model is, in full. */
export async function compareCommand(file: string, flags: CompareFlags, context: WorkContext): Promise<void> {
  const outputs = await outputsOf(file, flags);
  const { model: _chosenHere, ...request } = await requestOf(file, flags);
  const models = columnList(flags.models);
  const seconds = secondsOf(flags.seconds, 1e-3);
  const asked = { ...request, compare: { ...(models && { models }), ...(seconds !== undefined && { seconds }) } };
  if (outputs.length > 0) return explainTo(asked, flags, outputs, context, report => (report.comparison ? comparisonText(report.comparison) : ''));
  const { comparison } = await compareModels(asked, context);
  if (!flags.quiet) await print(comparisonText(comparison));
}
