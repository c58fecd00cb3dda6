/** `unveil.editModel`: removes, smooths or makes monotone a term of a model, measures it and stores the edited model. */
import * as vscode from 'vscode';
import type { CommandHandlers } from '../contributions';
import { referenceKey, type ModelReference } from '../panels/modelView';
import type { ModelEdit } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import { jsonText } from '../protocol/jsonText';
import type { ModelFile } from '../protocol/modelFile';
import type { ShapeTerm } from '../protocol/shapeSections';
import { writeAtomically } from '../services/atomicWrite';
import { diskPath } from '../services/datasets';
import { t } from '../services/l10n';
import { errorDetail } from '../services/log';
import { isCancellation } from '../services/notifications';
import { plainText } from '../services/plainText';
import { withProgress } from '../services/progress';
import { isRecord, isUri } from './arguments';
import type { Host } from './host';
import { reported } from './reported';
import { chooseModel, loadTargetModel, resultOf } from './resolveModel';

export function editModel(host: Host): CommandHandlers['unveil.editModel'] {
  return argument => reported(host, async () => {
    const reference = await chooseModel(host, argument);
    if (!reference) return undefined;
    const edit = editIn(argument) ?? (await askEdit(await loadTargetModel(host, reference, t('be edited'))));
    if (!edit) return undefined;
    await oneAfterTheOther(reference, () => editOnce(host, reference, edit));
    return resultOf(reference);
  });
}

/** Edits of a model that are under way: the next one starts from what the one before it stored. */
const queues = new Map<string, Promise<unknown>>();
/** What is measured more slowly after an edit; the next edit ends it. */
const measuring = new Map<string, vscode.CancellationTokenSource>();

async function oneAfterTheOther(reference: ModelReference, work: () => Promise<void>): Promise<void> {
  const key = referenceKey(reference);
  const done = (queues.get(key) ?? Promise.resolve()).catch(() => undefined).then(work);
  queues.set(key, done);
  try {
    await done;
  } finally {
    if (queues.get(key) === done) queues.delete(key);
  }
}

async function editOnce(host: Host, reference: ModelReference, edit: ModelEdit): Promise<void> {
  measuring.get(referenceKey(reference))?.cancel();
  const model = await loadTargetModel(host, reference, t('be edited'));
  const edited = await withProgress(t('Editing {0}', plainText(model.name, 60)), async (onProgress, { token }) =>
    (await host.engine.request('editModel', { model, edit }, { token, onProgress })).model);
  await keep(host, reference, edited);
  void measureFully(host, reference, edited);
}

/** What takes long follows without being waited for; where it fails, the panel says already what is left out. */
async function measureFully(host: Host, reference: ModelReference, model: ModelFile): Promise<void> {
  if (!model.report.performance || model.recipe.detail === 'brief') return;
  const key = referenceKey(reference);
  const cancellation = new vscode.CancellationTokenSource();
  measuring.set(key, cancellation);
  try {
    const { model: full } = await withProgress(t('Measuring the edited {0}', plainText(model.name, 50)), (onProgress, { token }) =>
      host.engine.request('editModel', { model, detail: 'full' }, { token, onProgress }), cancellation);
    if (measuring.get(key) === cancellation && !queues.has(key)) await oneAfterTheOther(reference, () => keep(host, reference, full));
  } catch (error) {
    if (!isCancellation(error)) host.log.warn(errorDetail(error));
  } finally {
    if (measuring.get(key) === cancellation) measuring.delete(key);
  }
}

async function keep(host: Host, reference: ModelReference, model: ModelFile): Promise<void> {
  if (reference.source === 'file') {
    await writeAtomically(diskPath(reference.uri), jsonText(model));
  } else if (!(await host.store.replace(reference.id, model))) {
    throw new UserError('fileNotFound', t('The model is no longer stored, so the edit is lost.'));
  }
  host.views.find(reference)?.update({ report: model.report, status: { state: 'ready' } });
}

/** The edit that a program or the panel names. Messages of a webview are checked as far as the engine does not. */
export function editIn(argument: unknown): ModelEdit | undefined {
  const edit = isRecord(argument) && !isUri(argument) ? argument['edit'] : undefined;
  if (!isRecord(edit)) return undefined;
  const { kind, term, bandwidth, direction } = edit;
  if (kind === 'undo') return { kind };
  const named = typeof term === 'string' || Number.isSafeInteger(term);
  if (named && kind === 'remove') return { kind, term: term as string | number };
  if (named && kind === 'smooth') return { kind, term: term as string | number, ...(typeof bandwidth === 'number' && { bandwidth }) };
  if (named && kind === 'monotone') return { kind, term: term as string | number, ...((direction === 'increasing' || direction === 'decreasing') && { direction }) };
  throw new UserError('badOption', t('An edit has a kind (remove, smooth, monotone or undo) and, but for undo, a term.'));
}

/** Asks for a term and for what to do with it. */
async function askEdit({ name, report }: ModelFile): Promise<ModelEdit | undefined> {
  const section = report.sections.find(one => one.kind === 'shapes');
  if (section?.kind !== 'shapes') throw new UserError('badOption', t('Terms are edited of an explainable boosting machine only.'));
  const title = t('Edit Model: {0}', plainText(name, 60));
  const undo = section.terms.some(term => term.edits) ? [{ label: t('Take the Last Edit Back'), term: undefined }] : [];
  const terms = section.terms.map(term => ({ label: plainText(term.name, 80), description: term.edits?.join(', '), term }));
  const chosen = await vscode.window.showQuickPick<vscode.QuickPickItem & { readonly term: ShapeTerm | undefined }>([...undo, ...terms], { title, placeHolder: t('Term') });
  if (!chosen) return undefined;
  if (!chosen.term) return { kind: 'undo' };
  const { term } = chosen.term;
  const numeric = 'axis' in chosen.term && chosen.term.axis.kind === 'number';
  const edits: { label: string; edit: ModelEdit }[] = [
    { label: t('Remove'), edit: { kind: 'remove', term } }, { label: t('Smooth'), edit: { kind: 'smooth', term } },
    ...(numeric ? (['increasing', 'decreasing'] as const).map(direction => ({ label: direction === 'increasing' ? t('Make Increasing') : t('Make Decreasing'), edit: { kind: 'monotone' as const, term, direction } })) : []),
  ];
  return (await vscode.window.showQuickPick(edits, { title, placeHolder: chosen.label }))?.edit;
}
