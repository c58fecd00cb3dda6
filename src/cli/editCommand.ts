/** `unveil edit`: edits a term of a model and says what that does to its held-out metrics. */
import { editModel } from '../engine/editModel';
import { metricTitle } from '../engine/evaluate/metrics';
import type { WorkContext } from '../engine/context';
import { formatLevel, formatNumber } from '../engine/report/format';
import { htmlReport, readTargetModel } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import type { EditedMetric, ModelEdit } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import { asJson, print, requireDistinct, textTable, writeResult } from './output';

export interface EditFlags { remove?: string; smooth?: string; monotone?: string; undo?: boolean; brief?: boolean; out?: string; json?: string; html?: string; quiet?: boolean }

export async function editCommand(modelFile: string, flags: EditFlags, context: WorkContext): Promise<void> {
  const edit = editOf(flags);
  const out = flags.out ?? modelFile;
  const outputs = [out, flags.json, flags.html].filter(name => name !== undefined);
  requireDistinct(outputs, '--out, --json and --html');
  const file = await readTargetModel(modelFile, 'edited');
  for (const name of outputs) await requireOther(name, [file.recipe.file, ...(name === out ? [] : [modelFile])]);
  const { model, changes } = await editModel({ model: file, edit, ...(!flags.brief && { detail: 'full' }) }, context);
  await writeResult(out, asJson(model));
  if (flags.html !== undefined) await writeResult(flags.html, await htmlReport(model));
  if (flags.json !== undefined) await writeResult(flags.json, asJson(model.report));
  if (flags.quiet || outputs.includes('-')) return;
  const sentence = model.report.notes.find(note => note.kind === 'edited')?.text ?? 'No edit is left: the model is as it was fitted.';
  const unmeasured = model.report.sections.find(section => section.id === 'edits')?.summary ?? '';
  await print(`${sentence}\n${changes ? `\n${changesText(changes, model.recipe.level)}` : unmeasured.slice(sentence.length).trim()}\nWritten: ${writtenWords(out, flags)}\n`);
}

function writtenWords(out: string, { json, html }: EditFlags): string {
  return [...(json === undefined ? [] : [`report ${json}`]), ...(html === undefined ? [] : [`HTML report ${html}`]), `model ${out}`].join(', ');
}

/** The one edit that the flags name. */
function editOf({ remove, smooth, monotone, undo }: EditFlags): ModelEdit {
  const wishes: ModelEdit[] = [
    ...(remove === undefined ? [] : [{ kind: 'remove' as const, term: remove }]),
    ...(smooth === undefined ? [] : [smoothOf(smooth)]),
    ...(monotone === undefined ? [] : [monotoneOf(monotone)]),
    ...(undo ? [{ kind: 'undo' as const }] : []),
  ];
  if (wishes.length !== 1) throw new UserError('badOption', 'Name one edit: --remove TERM, --smooth TERM[=BANDWIDTH], --monotone TERM[=increasing|decreasing] or --undo.');
  return wishes[0]!;
}

/** Names may hold "=": what stands behind the last one counts only where it is a number. */
function smoothOf(text: string): ModelEdit {
  const at = text.lastIndexOf('=');
  const bandwidth = at > 0 && text.slice(at + 1).trim() !== '' ? Number(text.slice(at + 1)) : NaN;
  return Number.isNaN(bandwidth) ? { kind: 'smooth', term: text } : { kind: 'smooth', term: text.slice(0, at), bandwidth };
}

function monotoneOf(text: string): ModelEdit {
  const found = /^(.+)=(increasing|decreasing)$/.exec(text);
  return found ? { kind: 'monotone', term: found[1]!, direction: found[2] as 'increasing' | 'decreasing' } : { kind: 'monotone', term: text };
}

function changesText(changes: readonly EditedMetric[], level: number): string {
  const number = (value: number | undefined): string => (value === undefined ? '' : formatNumber(value));
  const interval = ({ low, high }: EditedMetric): string => (low === undefined || high === undefined ? '' : `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`);
  return textTable(['Held-out rows', 'before', 'now', 'change', `${formatLevel(level)} interval of the change`],
    changes.map(one => [metricTitle(one.name), number(one.before), number(one.value), number(one.change), interval(one)]), [false, true, true, true, true]);
}
