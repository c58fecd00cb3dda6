/** Clusters and components as the host sees them: run, stored, listed, trained anew, and kept from what needs a target. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asExploreArguments, targetlessFieldsIn } from '../../../src/commands/arguments';
import { explore } from '../../../src/commands/explore';
import { findClusters } from '../../../src/commands/findClusters';
import type { Host } from '../../../src/commands/host';
import { loadTargetModel, requestOf, targetRequestOf } from '../../../src/commands/resolveModel';
import { retrain } from '../../../src/commands/retrain';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import type { TargetlessModelFile } from '../../../src/protocol/modelFile';
import { silentLog } from '../../../src/services/log';
import { isDamaged } from '../../../src/services/modelIndex';
import { ModelStore } from '../../../src/services/modelStore';
import { anyRequestFrom } from '../../../src/services/recipeRequest';
import { Runs } from '../../../src/services/runs';
import { Settings } from '../../../src/services/settings';
import { modelLine } from '../../../src/views/columnText';
import { modelNamed } from './fixtures';

vi.mock('vscode', async () => {
  const { Emitter } = await import('../../../src/services/emitter');
  class CancellationTokenSource {
    private readonly emitter = new Emitter<unknown>();
    readonly token = { isCancellationRequested: false, onCancellationRequested: this.emitter.event };
    cancel(): void { this.token.isCancellationRequested = true; this.emitter.fire(undefined); }
    dispose(): void { this.emitter.dispose(); }
  }
  class CancellationError extends Error {}
  return { CancellationTokenSource, CancellationError, ProgressLocation: {}, window: { withProgress: () => undefined } };
});

function clustersNamed(name: string, file: string): TargetlessModelFile {
  const recipe = {
    file, task: 'clustering', features: ['a', 'b'], dropped: [{ column: 'id', reason: 'identifier' }], missing: 'impute', model: 'kmeans', options: { k: 3 }, level: 0.95, seed: 1, maxRows: 1e6,
  } as const;
  return {
    format: 'unveil-model', version: 1, created: '2026-05-05T00:00:00.000Z', name, recipe, parameters: { k: 3 },
    report: {
      format: 'unveil-report', version: 1, recipe, data: { rows: 10, rowsUsed: 10, dropped: [], columns: [] },
      model: { family: 'kmeans', title: 'k-means', task: 'clustering', headline: '3 clusters' }, timings: {}, notes: [], sections: [],
    },
  };
}

let root: string;
let file: string;
let store: ModelStore;
let asked: { readonly method: string; readonly params: unknown; answer(): void }[];
let shown: string[];
let opened: { name: string; closed: boolean }[];
let host: Host;
const asking = (count: number): Promise<void> => vi.waitFor(() => expect(asked).toHaveLength(count));

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unveil-explore-host-'));
  file = __filename;
  store = new ModelStore(join(root, 'models'), silentLog);
  [asked, shown, opened] = [[], [], []];
  const engine = {
    warm: () => undefined,
    request: (method: string, params: unknown, options: { token?: { onCancellationRequested(listener: () => void): void } }) => new Promise((resolve, reject) => {
      options.token?.onCancellationRequested(() => reject(new CancelledError()));
      asked.push({ method, params, answer: () => resolve({ model: clustersNamed('named by the engine', file) }) });
    }),
  };
  const open = (id: string, model: { name: string }) => {
    const entry = { name: model.name, closed: false };
    opened.push(entry);
    const view = {
      isClosed: false, reference: { source: 'store', id }, snapshot: { ...model }, panel: { dispose: () => { entry.closed = true; view.isClosed = true; } },
      update: (change: object) => { view.snapshot = { ...view.snapshot, ...change }; }, setStatus: (status: unknown) => view.update({ status }),
    };
    return view;
  };
  const notifications = { inform: (message: string) => shown.push(message), error: (error: UserError) => { shown.push(error.message); return error; } };
  const views = { active: undefined, recent: undefined, find: () => undefined };
  host = { log: silentLog, settings: new Settings(() => ({ get: () => undefined })), store, runs: new Runs(), engine, notifications, views, panels: { open }, requests: new Map() } as unknown as Host;
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('a run without a target', () => {
  it('is asked of the engine with the settings, shown in a panel and stored under its name', async () => {
    const done = findClusters(host)({ file, options: { k: 3 }, prompt: false });
    await asking(1);
    expect(asked[0]).toMatchObject({ method: 'explore', params: { file, task: 'clustering', options: { k: 3 }, level: 0.95, seed: 1, maxRows: 1e6, missing: 'impute' } });
    expect(asked[0]!.params).not.toHaveProperty('prompt');
    expect(asked[0]!.params).not.toHaveProperty('split');
    asked[0]!.answer();
    const id = (await done)!;
    expect(opened).toEqual([{ name: 'Clusters · explore.test.ts', closed: false }]);
    const [entry] = await new ModelStore(store.folder, silentLog).list();
    if (!entry || isDamaged(entry)) throw new Error('the model is stored');
    expect(entry).toMatchObject({ id, name: 'Clusters · explore.test.ts', headline: '3 clusters', task: 'clustering', title: 'k-means', features: ['a', 'b'] });
    expect(entry.target).toBeUndefined();
    expect(modelLine(entry)).toBe('3 clusters');
  });

  it('that is cancelled leaves nothing behind', async () => {
    const done = explore(host, { file, task: 'components' });
    await asking(1);
    host.runs.cancel();
    expect(await done).toBeUndefined();
    expect(opened[0]).toMatchObject({ name: 'Components · explore.test.ts', closed: true });
    expect(await store.list()).toEqual([]);
  });

  it('is repeated by its recipe, changed where the argument says so, and takes the model’s place', async () => {
    await store.put('mine', clustersNamed('mine', file));
    const done = retrain(host)({ id: 'mine', options: { k: 4 } } as never);
    await asking(1);
    expect(asked[0]).toMatchObject({ method: 'explore', params: { file, task: 'clustering', features: ['a', 'b'], options: { k: 4 } } });
    asked[0]!.answer();
    expect(await done).toBe('mine');
    expect((await store.list()).map(model => !isDamaged(model) && model.name)).toEqual(['mine']);
  });
});

describe('a model without a target', () => {
  it('is refused in one sentence where a target is needed', async () => {
    await store.put('mine', clustersNamed('mine', file));
    const reference = { source: 'store', id: 'mine' } as const;
    await expect(loadTargetModel(host, reference, 'be written as code')).rejects.toThrow('Only models of a target can be written as code; this model has none.');
    await expect(targetRequestOf(host, reference, 'be compared')).rejects.toBeInstanceOf(UserError);
    expect(await requestOf(host, reference)).toMatchObject({ task: 'clustering', features: ['a', 'b'] });
  });

  it('a recipe becomes the request that repeats it, a relative file beside the model file', () => {
    expect(anyRequestFrom(clustersNamed('x', 'data.csv').recipe, '/models/x.unveil.json')).toEqual({
      file: '/models/data.csv', task: 'clustering', features: ['a', 'b'], missing: 'impute', options: { k: 3 }, level: 0.95, seed: 1, maxRows: 1e6,
    });
    expect(anyRequestFrom(modelNamed('x').recipe)).toMatchObject({ target: 'price' });
  });
});

it('arguments of menus and trees are no requests, and a task is never taken from them', () => {
  expect(asExploreArguments({ kind: 'file', uri: {}, file: 'x.csv' })).toBeUndefined();
  expect(asExploreArguments('x.csv')).toBeUndefined();
  expect(asExploreArguments({ file: 'x.csv', features: ['a'] })).toEqual({ file: 'x.csv', features: ['a'] });
  expect(targetlessFieldsIn({ id: 'mine', seed: 3, task: 'regression', roles: { action: 'a' } })).toEqual({ seed: 3, roles: { action: 'a' } });
  expect(targetlessFieldsIn({ kind: 'model', id: 'mine', seed: 3 })).toEqual({});
});
