/** One training run from request to stored model, shown in its panel, in the side bar and in a notification. */
import * as vscode from 'vscode';
import type { ProgressEvent } from '../protocol/engine';
import { CancelledError, UserError, type ErrorReason } from '../protocol/errors';
import type { RunRequest } from '../protocol/recipe';
import type { ModelFile } from '../protocol/modelFile';
import type { Report } from '../protocol/report';
import type { ModelReference, ModelView } from '../panels/modelView';
import { commandIds } from '../contributions';
import type { RunningRequest } from '../services/engineClient';
import { carryOn } from '../services/liveProgress';
import { withComparisonOf } from '../services/comparisons';
import { isCancellation } from '../services/notifications';
import { modelName, plainText } from '../services/plainText';
import { withProgress } from '../services/progress';
import { headline } from '../views/columnText';
import { compareInPanel } from './compareInPanel';
import type { Host } from './host';

export interface TrainOptions {
  /** Stored model that the result takes the place of. */
  readonly replaces?: string;
  /** View that shows the run and its result instead of a new panel. */
  readonly view?: ModelView;
  /** The model whose comparison led to this one: the report takes it over, as it does that of a model that it replaces. */
  readonly comparedIn?: ModelFile;
  /** Edits by hand of the model that is trained anew: made again where the new one has such terms, and its report says which could not be. */
  readonly edits?: ModelFile['edits'];
  /** A reason that the caller deals with: no notification, and a panel that was opened for the run is closed. */
  readonly handled?: ErrorReason;
}

/** Gives the id of the stored model, undefined when the run was cancelled. Throws UserError; what went wrong is shown already. */
export async function train(host: Host, request: RunRequest, options: TrainOptions = {}): Promise<string | undefined> {
  const { compare, ...complete } = host.settings.complete(request);
  const provisional = modelName(request.target ?? request.formula?.split('~', 1)[0]?.trim() ?? 'Target', request.file);
  const replaced = options.replaces === undefined ? undefined : await host.store.load(options.replaces).catch(() => undefined);
  const name = replaced?.name ?? (await host.store.freeName(provisional));
  const id = options.replaces ?? host.store.newId(name);
  const isStored = options.replaces !== undefined && (await host.store.has(id));
  host.requests.set(id, request);
  const shown = showStart(host, id, name, replaced, options.view);
  const { view } = shown;
  const cancellation = new vscode.CancellationTokenSource();
  let running: RunningRequest | undefined;
  let compareNext: (() => Promise<unknown>) | undefined;
  const run = host.runs.start({
    id, name, progress: { stage: 'Starting' }, cancel: () => cancellation.cancel(), finish: () => running?.finish() ?? Promise.resolve(false),
  });
  // Another run of the same model, or of another one, may have taken over the view.
  const ownsView = (): boolean => host.runs.isCurrent(run) && isOf(id, view.reference);
  try {
    let last: ProgressEvent | undefined;
    const onProgress = (event: ProgressEvent): void => {
      const progress = carryOn(event, last);
      last = progress;
      host.runs.progress(run, progress);
      if (ownsView()) view.setStatus({ state: 'working', ...progress });
    };
    const model = await runEngine(host, name, complete, cancellation, onProgress, started => { running = started; });
    const compared = compare ? model : withComparisonOf(model, options.comparedIn ?? replaced);
    const trained = options.edits?.length ? await editAgain(host, compared, options.edits, cancellation, onProgress) : compared;
    const named = await nameModel(host, trained, name, replaced !== undefined || model.recipe.target === request.target);
    if (!host.runs.isCurrent(run) || cancellation.token.isCancellationRequested) throw new CancelledError();
    if (ownsView()) view.update({ ...(!isStored && { name: named.name }), report: named.report, status: { state: 'ready' } });
    const stored = await store(host, id, named, isStored);
    if (compare && !view.isClosed && ownsView()) compareNext = () => compareInPanel(host, { id, name: stored.name, request: { ...complete, ...guessed(stored, complete), compare }, view });
    if (view.isClosed || !isOf(id, view.reference)) announce(host, id, stored);
    return id;
  } catch (error) {
    if (isCancellation(error)) {
      host.log.info('The run was cancelled.');
      if (ownsView()) showCancelled(id, shown);
      return undefined;
    }
    if (options.handled !== undefined && UserError.is(error, options.handled)) {
      if (!shown.hadReport && !view.isClosed && ownsView()) view.panel.dispose();
      throw error;
    }
    const known = host.notifications.error(error, request.file);
    const isUnsavedOnly = known.reason === 'cannotWrite' && view.snapshot.status.state === 'ready';
    if (!isUnsavedOnly && ownsView()) view.setStatus({ state: 'failed', message: known.message, canRetrain: true });
    throw known;
  } finally {
    host.runs.end(run);
    // The model can be read by now; who asked for it need not wait for the others.
    void compareNext?.();
  }
}

function isOf(id: string, reference: ModelReference): boolean {
  return reference.source === 'store' && reference.id === id;
}

interface Shown {
  readonly view: ModelView;
  /** What the view showed before the run. */
  readonly before?: { readonly reference: ModelReference; readonly name: string; readonly report?: Report };
  readonly hadReport: boolean;
}

function showStart(host: Host, id: string, name: string, replaced: ModelFile | undefined, view: ModelView | undefined): Shown {
  const status = { state: 'working', stage: 'Starting' } as const;
  if (view && !view.isClosed) {
    const before = { reference: view.reference, name: view.snapshot.name, report: view.snapshot.report };
    const hadReport = before.report !== undefined;
    // The report of another target must not stand under the new name.
    view.update({ name, status, report: replaced && before.report }, { source: 'store', id });
    return { view, before, hadReport };
  }
  const opened = host.panels.open(id, { name, report: replaced?.report, status });
  return { view: opened, hadReport: replaced !== undefined };
}

async function runEngine(
  host: Host, name: string, request: RunRequest, cancellation: vscode.CancellationTokenSource, onProgress: (progress: ProgressEvent) => void,
  onStart: (running: RunningRequest) => void,
): Promise<ModelFile> {
  return withProgress(`Explaining ${name}`, async report => {
    const { model } = await host.engine.request('explain', request, {
      token: cancellation.token,
      onStart,
      onProgress: progress => {
        report(progress);
        onProgress(progress);
      },
    });
    return model;
  }, cancellation);
}

async function editAgain(
  host: Host, model: ModelFile, again: NonNullable<ModelFile['edits']>, { token }: vscode.CancellationTokenSource, onProgress: (progress: ProgressEvent) => void,
): Promise<ModelFile> {
  const detail = model.recipe.detail === 'brief' ? {} : { detail: 'full' as const };
  return (await host.engine.request('editModel', { model, again, ...detail }, { token, onProgress })).model;
}

/** Gives the model as stored. A model that was deleted while it was retrained stays deleted: that counts as cancelled. */
async function store(host: Host, id: string, model: ModelFile, isStored: boolean): Promise<ModelFile> {
  if (!isStored) {
    await host.store.put(id, model);
    return model;
  }
  const stored = await host.store.replace(id, model);
  if (!stored) throw new CancelledError();
  return stored;
}

/** What the engine guessed holds for the other models too. A formula names its target itself. */
function guessed({ recipe: { target, task } }: ModelFile, { formula }: RunRequest): Partial<RunRequest> {
  return formula === undefined ? { target, task } : {};
}

/** A target that the engine guessed is known by name only now. */
async function nameModel(host: Host, model: ModelFile, name: string, isFinal: boolean): Promise<ModelFile> {
  return { ...model, name: isFinal ? name : await host.store.freeName(modelName(model.recipe.target, model.recipe.file)) };
}

function showCancelled(id: string, { view, before, hadReport }: Shown): void {
  // A retrained model may have got another name meanwhile.
  const name = before && !isOf(id, before.reference) ? before.name : view.snapshot.name;
  if (hadReport) view.update({ name, ...(before && { report: before.report }), status: { state: 'ready' } }, before?.reference);
  else if (!view.isClosed) view.panel.dispose();
}

function announce(host: Host, id: string, model: ModelFile): void {
  const open = { title: 'Open Report', command: commandIds.openModel, arguments: [{ id }] };
  host.notifications.inform(`${plainText(model.name)}: ${headline(model.report.performance?.metrics ?? [])}.`, [open]);
}
