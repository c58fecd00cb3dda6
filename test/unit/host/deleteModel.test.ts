/** Deleting and restoring several models of which one fails: the others are done, and the failure is told. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deleteModel, restoreModel } from '../../../src/commands/deleteModel';
import type { Host } from '../../../src/commands/host';
import type { UserError } from '../../../src/protocol/errors';
import { silentLog } from '../../../src/services/log';
import { ModelStore } from '../../../src/services/modelStore';
import { modelNamed } from './fixtures';

const picked = vi.hoisted(() => ({ labels: [] as string[] }));
vi.mock('vscode', () => ({
  CancellationError: class extends Error {},
  window: {
    showQuickPick: async (items: Promise<{ label: string }[]>) => {
      picked.labels = (await items).map(({ label }) => label);
      return undefined;
    },
  },
}));

let root: string;
let store: ModelStore;
let opened: string[];
let informed: { message: string; actions: readonly { arguments: unknown[] }[] }[];
let host: Host;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unveil-delete-'));
  store = new ModelStore(join(root, 'models'), silentLog);
  for (const id of ['a', 'b', 'c']) await store.put(id, modelNamed(`model ${id}`));
  opened = [];
  informed = [];
  host = {
    store, runs: { cancel: () => false }, views: { find: () => undefined },
    panels: { openStored: (id: string) => Promise.resolve(void opened.push(id)) },
    notifications: { error: (error: unknown) => error, inform: (message: string, actions = []) => informed.push({ message, actions }) },
  } as unknown as Host;
});
afterEach(() => rm(root, { recursive: true, force: true }));

const left = async (): Promise<string[]> => (await store.list()).map(({ id }) => id);
const failure = async (work: unknown): Promise<UserError> => Promise.resolve(work).then(() => { throw new Error('it did not fail'); }, error => error as UserError);

describe('of several models', () => {
  it('those that can be deleted are, with Undo for them', async () => {
    const remove = store.remove.bind(store);
    vi.spyOn(store, 'remove').mockImplementation(id => (id === 'b' ? Promise.reject(new Error('busy')) : remove(id)));
    const items = ['a', 'b', 'c'].map(id => ({ kind: 'model', id }));
    const error = await failure(deleteModel(host)({ ...items[0], force: true }, items));
    expect(error.message).toMatch(/^1 of 3 models could not be deleted: /);
    expect(await left()).toEqual(['b']);
    expect(informed).toMatchObject([{ message: '2 models are deleted.', actions: [{ arguments: [{ ids: ['a', 'c'] }] }] }]);
  });

  it('those that can be brought back are, and opened', async () => {
    for (const id of ['a', 'c']) await store.remove(id);
    const error = await failure(restoreModel(host)({ ids: ['b', 'a', 'c'], open: ['b', 'c'] }));
    expect(error.message).toBe('1 of 3 models could not be brought back: The deleted model is no longer there.');
    expect([await left(), opened]).toEqual([['a', 'b', 'c'], ['c']]);
  });

  it('those to be picked are listed by their names', async () => {
    await store.remove('a');
    expect(await restoreModel(host)(undefined)).toBeUndefined();
    expect(picked.labels).toEqual(['model a']);
  });
});
