/** One run of the engine from request to stored model, shown in its panel, in the side bar and in a notification. */
import * as vscode from 'vscode';
import { commandIds } from '../contributions';
import type { ModelReference, ModelView } from '../panels/modelView';
import type { ProgressEvent } from '../protocol/engine';
import { CancelledError, UserError, type ErrorReason } from '../protocol/errors';
import type { AnyModelFile } from '../protocol/modelFile';
import type { AnyRequest } from '../protocol/recipe';
import type { AnyReport } from '../protocol/report';
import type { RunningRequest } from '../services/engineClient';
import { t } from '../services/l10n';
import { carryOn } from '../services/liveProgress';
import { isCancellation } from '../services/notifications';
import { plainText } from '../services/plainText';
import { modelLine } from '../views/columnText';
import type { Host } from './host';

export interface RunOptions {
  /** Stored model that the result takes the place of. */
  readonly replaces?: string;
  /** View that shows the run and its result instead of a new panel. */
  readonly view?: ModelView;
  /** A reason that the caller deals with: no notification, and a panel that was opened for the run is closed. */
  readonly handled?: ErrorReason;
}

/** What the work of a run is given. */
export interface RunTools {
  readonly name: string;
  /** The model that is replaced, where there is one that can be read. */
  readonly replaced: AnyModelFile | undefined;
  readonly cancellation: vscode.CancellationTokenSource;
  onProgress(progress: ProgressEvent): void;
  onStart(running: RunningRequest): void;
}

export interface Stored<M> { readonly id: string; readonly model: M; readonly view: ModelView }

export interface PanelRun<M extends AnyModelFile> {
  readonly request: AnyRequest;
  /** Name of a new model, before it is known what it will be. */
  readonly provisional: string;
  readonly options: RunOptions;
  work(tools: RunTools): Promise<M>;
  /** The name that the model should have had, where that is known only now. */
  betterName?(model: M): string | undefined;
  /** What goes on in the panel, where that is still the model's, when the model can be read; nobody waits for it. */
  afterwards?(stored: Stored<M>): Promise<unknown>;
}

/** Gives the id of the stored model, undefined when the run was cancelled. Throws UserError; what went wrong is shown already. */
export async function runInPanel<M extends AnyModelFile>(host: Host, { request, provisional, options, work, betterName, afterwards }: PanelRun<M>): Promise<string | undefined> {
  const replaced = options.replaces === undefined ? undefined : await host.store.load(options.replaces).catch(() => undefined);
  const name = replaced?.name ?? (await host.store.freeName(provisional));
  const id = options.replaces ?? host.store.newId(name);
  const isStored = options.replaces !== undefined && (await host.store.has(id));
  host.requests.set(id, request);
  const shown = showStart(host, id, name, replaced, options.view);
  const { view } = shown;
  const cancellation = new vscode.CancellationTokenSource();
  let running: RunningRequest | undefined;
  let next: (() => Promise<unknown> | undefined) | undefined;
  const run = host.runs.start({
    id, name, progress: { stage: t('Starting') }, cancel: () => cancellation.cancel(), finish: () => running?.finish() ?? Promise.resolve(false),
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
    const model = await work({ name, replaced, cancellation, onProgress, onStart: started => { running = started; } });
    const better = replaced === undefined ? betterName?.(model) : undefined;
    const named = { ...model, name: better === undefined ? name : await host.store.freeName(better) };
    if (!host.runs.isCurrent(run) || cancellation.token.isCancellationRequested) throw new CancelledError();
    if (ownsView()) view.update({ ...(!isStored && { name: named.name }), report: named.report, status: { state: 'ready' } });
    const stored = await store(host, id, named, isStored);
    if (!view.isClosed && ownsView()) next = () => afterwards?.({ id, model: stored, view });
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
    // The model can be read by now; who asked for it need not wait for what follows.
    void next?.();
  }
}

function isOf(id: string, reference: ModelReference): boolean {
  return reference.source === 'store' && reference.id === id;
}

interface Shown {
  readonly view: ModelView;
  /** What the view showed before the run. */
  readonly before?: { readonly reference: ModelReference; readonly name: string; readonly report?: AnyReport };
  readonly hadReport: boolean;
}

function showStart(host: Host, id: string, name: string, replaced: AnyModelFile | undefined, view: ModelView | undefined): Shown {
  const status = { state: 'working', stage: t('Starting') } as const;
  if (view && !view.isClosed) {
    const before = { reference: view.reference, name: view.snapshot.name, report: view.snapshot.report };
    const hadReport = before.report !== undefined;
    // The report of another target must not stand under the new name, and what was compared beside it is compared no more.
    view.update({ name, status, report: replaced && before.report, comparing: undefined }, { source: 'store', id });
    return { view, before, hadReport };
  }
  const opened = host.panels.open(id, { name, report: replaced?.report, status });
  return { view: opened, hadReport: replaced !== undefined };
}

/** Gives the model as stored. A model that was deleted while it was retrained stays deleted: that counts as cancelled. */
async function store<M extends AnyModelFile>(host: Host, id: string, model: M, isStored: boolean): Promise<M> {
  if (!isStored) {
    await host.store.put(id, model);
    return model;
  }
  const stored = await host.store.replace(id, model);
  if (!stored) throw new CancelledError();
  return stored;
}

function showCancelled(id: string, { view, before, hadReport }: Shown): void {
  // A retrained model may have got another name meanwhile.
  const name = before && !isOf(id, before.reference) ? before.name : view.snapshot.name;
  if (hadReport) view.update({ name, ...(before && { report: before.report }), status: { state: 'ready' } }, before?.reference);
  else if (!view.isClosed) view.panel.dispose();
}

function announce(host: Host, id: string, { name, report }: AnyModelFile): void {
  const open = { title: t('Open Report'), command: commandIds.openModel, arguments: [{ id }] };
  const line = modelLine({ ...(report.model.headline !== undefined && { headline: report.model.headline }), metrics: report.performance?.metrics ?? [] });
  host.notifications.inform(`${plainText(name)}: ${line}.`, [open]);
}
