/** What the tools ask for, from the services of the extension host: the engine process and the store of models. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Host } from '../commands/host';
import type { EngineMethods, ProgressEvent } from '../protocol/engine';
import { CancelledError, UserError } from '../protocol/errors';
import { jsonText } from '../protocol/jsonText';
import type { RunRequest } from '../protocol/recipe';
import { cannotWrite } from '../services/atomicWrite';
import type { CancelToken, RunningRequest } from '../services/engineClient';
import { t } from '../services/l10n';
import { isDamaged } from '../services/modelIndex';
import { isCancellation } from '../services/notifications';
import { modelName } from '../services/plainText';
import type { HeldModel, ToolHost } from '../tools/toolHost';
import { writeNew } from '../tools/writeNew';

/** Of the host, what tools use. */
export type ToolServices = Pick<Host, 'engine' | 'store' | 'settings' | 'runs' | 'datasets'>;

/** The services for one call, which the token cancels. */
export function serviceHost(services: ToolServices, token: CancelToken): ToolHost {
  const { engine, store, settings, datasets } = services;
  const ask = <M extends keyof EngineMethods>(method: M, params: EngineMethods[M][0]): Promise<EngineMethods[M][1]> => engine.request(method, params, { token });
  return {
    usualSeconds: { train: settings.get('compareSeconds'), compare: settings.compareSeconds },
    profile: file => datasets.profile(file, { token }).catch(error => { throw isCancellation(error) ? new CancelledError() : error; }),
    train: request => trainAndStore(services, request, token),
    held: async id => ((await store.get(id)) ? store.load(id) : undefined),
    heldIds: async () => (await store.list()).filter(model => !isDamaged(model)).map(model => model.id),
    readModel: async path => ask('openModel', { text: await readText(path), file: path }),
    writeModel: async (model, path) => {
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeNew(path, jsonText(model));
      } catch (error) {
        throw cannotWrite(path, error);
      }
    },
    explainRow: params => ask('explainRow', params),
    compare: request => ask('compare', settings.complete(request)),
    sideBySide: async models => (await ask('compareReports', { models })).result,
  };
}

/** A run like any other: it is listed under Models with its progress, and can be cancelled there. Shows no panel and no notification. */
async function trainAndStore({ engine, store, settings, runs }: ToolServices, request: RunRequest, token: CancelToken): Promise<HeldModel> {
  const name = await store.freeName(modelName(request.target ?? t('Target'), request.file));
  const id = store.newId(name);
  const cancellation = joined(token);
  let running: RunningRequest | undefined;
  const run = runs.start({
    id, name, progress: { stage: t('Starting') }, cancel: cancellation.cancel, finish: () => running?.finish() ?? Promise.resolve(false),
  });
  try {
    const onProgress = (progress: ProgressEvent): void => runs.progress(run, progress);
    const { model } = await engine.request('explain', settings.complete(request), { token: cancellation.token, onProgress, onStart: started => { running = started; } });
    if (cancellation.token.isCancellationRequested) throw new CancelledError();
    const named = { ...model, name };
    await store.put(id, named);
    return { id, model: named };
  } finally {
    cancellation.dispose();
    runs.end(run);
  }
}

/** A token that the given one cancels, and that can be cancelled besides. */
function joined(outer: CancelToken): { readonly token: CancelToken; cancel(): void; dispose(): void } {
  const listeners = new Set<(event: unknown) => void>();
  let cancelled = outer.isCancellationRequested;
  const cancel = (): void => {
    if (cancelled) return;
    cancelled = true;
    for (const listener of [...listeners]) listener(undefined);
  };
  const subscription = outer.onCancellationRequested(cancel);
  const token: CancelToken = {
    get isCancellationRequested() { return cancelled; },
    onCancellationRequested: listener => {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
  return { token, cancel, dispose: () => subscription.dispose() };
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(error => {
    throw new UserError('fileNotFound', t('The model file {0} cannot be read.', path), { file: path, detail: String(error) });
  });
}
