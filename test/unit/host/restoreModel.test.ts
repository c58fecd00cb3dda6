/** A model that is brought back while the list is being read: it is in the list all the same. */
import type * as promises from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLog } from '../../../src/services/log';
import { ModelStore } from '../../../src/services/modelStore';
import { modelNamed } from './fixtures';

/** What waits after the names of a folder were read, and before anybody gets them. */
const slow = vi.hoisted(() => ({ folder: '', read: (): Promise<void> => Promise.resolve() }));
vi.mock('node:fs/promises', async original => {
  const real = await original<typeof promises>();
  const readdir = async (folder: string): Promise<string[]> => {
    const names = await real.readdir(folder);
    if (folder === slow.folder) await slow.read();
    return names;
  };
  return { ...real, readdir };
});

let root: string;
beforeEach(async () => { root = await mkdtemp(join(tmpdir(), 'unveil-restore-')); });
afterEach(async () => {
  slow.folder = '';
  await rm(root, { recursive: true, force: true });
});

it('is listed by a look that passed its place before', async () => {
  const folder = join(root, 'models');
  const store = new ModelStore(folder, silentLog);
  await store.put('a', modelNamed('a'));
  await store.put('b', modelNamed('b'));
  const undo = await store.remove('a');
  expect((await store.list()).map(({ id }) => id)).toEqual(['b']);
  let goOn = (): void => undefined;
  const isRead = new Promise<void>(read => {
    slow.read = () => new Promise(resolve => {
      goOn = resolve;
      read();
    });
  });
  slow.folder = folder;
  const list = store.list();
  await isRead;
  await undo();
  goOn();
  expect((await list).map(({ id }) => id).sort()).toEqual(['a', 'b']);
  slow.folder = '';
  expect((await store.list()).map(({ id }) => id).sort()).toEqual(['a', 'b']);
});
