/** One training run from request to stored model, shown in its panel, in the side bar and in a notification. */
import { UserError, type ErrorReason } from '../protocol/errors';
import type { RunRequest } from '../protocol/recipe';
import type { ModelFile } from '../protocol/modelFile';
import type { Report } from '../protocol/report';
import type { ModelReference, ModelView } from '../panels/modelView';
import { commandIds } from '../contributions';
import { isCancellation } from '../services/notifications';
import { modelName, plainText } from '../services/plainText';
import { withProgress } from '../services/progress';
import { headline } from '../views/columnText';
import type { Host } from './host';

export interface TrainOptions {
  /** Stored model that the result takes the place of. */
  readonly replaces?: string;
  /** View that shows the run and its result instead of a new panel. */
  readonly view?: ModelView;
  /** A reason that the caller deals with: no notification, and a panel that was opened for the run is closed. */
  readonly handled?: ErrorReason;
}

/** Gives the id of the stored model, undefined when the run was cancelled. Throws UserError; what went wrong is shown already. */
export async function train(host: Host, request: RunRequest, options: TrainOptions = {}): Promise<string | undefined> {
  const complete = host.settings.complete(request);
  const provisional = modelName(request.target ?? request.formula?.split('~', 1)[0]?.trim() ?? 'Target', request.file);
  const replaced = options.replaces === undefined ? undefined : await host.store.load(options.replaces).catch(() => undefined);
  const name = replaced?.name ?? (await host.store.freeName(provisional));
  const id = options.replaces ?? host.store.newId(name);
  host.requests.set(id, request);
  const shown = showStart(host, id, name, replaced, options.view);
  try {
    const model = await runEngine(host, id, name, complete, shown.view);
    const stored = await nameModel(host, model, name, replaced !== undefined || model.recipe.target === request.target);
    shown.view.update({ name: stored.name, report: stored.report, status: { state: 'ready' } }, { source: 'store', id });
    await host.store.put(id, stored);
    if (shown.view.isClosed) announce(host, id, stored);
    return id;
  } catch (error) {
    if (isCancellation(error)) {
      showCancelled(host, shown);
      return undefined;
    }
    if (options.handled !== undefined && UserError.is(error, options.handled)) {
      if (!shown.hadReport && !shown.view.isClosed) shown.view.panel.dispose();
      throw error;
    }
    const known = host.notifications.error(error, request.file);
    const isUnsavedOnly = known.reason === 'cannotWrite' && shown.view.snapshot.status.state === 'ready';
    if (!isUnsavedOnly) shown.view.setStatus({ state: 'failed', message: known.message });
    throw known;
  } finally {
    host.runs.end(id);
  }
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

async function runEngine(host: Host, id: string, name: string, request: RunRequest, view: ModelView): Promise<ModelFile> {
  return withProgress(`Explaining ${name}`, async (report, cancellation) => {
    host.runs.start({ id, name, progress: { stage: 'Starting' }, cancel: () => cancellation.cancel() });
    const { model } = await host.engine.request('explain', request, {
      token: cancellation.token,
      onProgress: progress => {
        report(progress);
        host.runs.progress(id, progress);
        view.setStatus({ state: 'working', ...progress });
      },
    });
    return model;
  });
}

/** A target that the engine guessed is known by name only now. */
async function nameModel(host: Host, model: ModelFile, name: string, isFinal: boolean): Promise<ModelFile> {
  return { ...model, name: isFinal ? name : await host.store.freeName(modelName(model.recipe.target, model.recipe.file)) };
}

function showCancelled(host: Host, { view, before, hadReport }: Shown): void {
  host.log.info('The run was cancelled.');
  if (hadReport) view.update({ ...(before && { name: before.name, report: before.report }), status: { state: 'ready' } }, before?.reference);
  else if (!view.isClosed) view.panel.dispose();
}

function announce(host: Host, id: string, model: ModelFile): void {
  const open = { title: 'Open Report', command: commandIds.openModel, arguments: [{ id }] };
  host.notifications.inform(`${plainText(model.name)}: ${headline(model.report.performance?.metrics ?? [])}.`, [open]);
}
