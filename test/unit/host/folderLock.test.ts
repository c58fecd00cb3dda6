/** The lock of a folder that several windows write to. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withFolderLock } from '../../../src/services/folderLock';
import { silentLog } from '../../../src/services/log';
import type { HealthyModel } from '../../../src/services/modelIndex';
import { ModelStore } from '../../../src/services/modelStore';
import { modelNamed } from './fixtures';

let root: string;
let lock: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unveil-lock-'));
  lock = join(root, '.lock');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true, force: true });
});

const quick = { staleAfter: 60, pollEvery: 5 };
const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 2));

/** Work that notices when it is not alone. */
function alone(): { readonly work: () => Promise<void>; readonly most: () => number; readonly done: () => number } {
  let [inside, most, done] = [0, 0, 0];
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await pause();
    [inside, done] = [inside - 1, done + 1];
  };
  return { work, most: () => most, done: () => done };
}

describe('the lock of a folder', () => {
  it('lets one work at a time, and leaves nothing behind, after a fault either', async () => {
    const { work, most, done } = alone();
    const fault = withFolderLock(root, () => Promise.reject(new Error('a fault'))).catch(String);
    await Promise.all([...Array.from({ length: 12 }, () => withFolderLock(root, work)), fault]);
    expect([most(), done(), await fault]).toEqual([1, 12, 'Error: a fault']);
    expect(await readdir(root)).toEqual([]);
  });

  it('is taken over, by one alone, where a crash left it', async () => {
    for (let round = 0; round < 5; round++) {
      await writeFile(lock, 'of a window that crashed');
      const { work, most, done } = alone();
      await Promise.all(Array.from({ length: 6 }, () => withFolderLock(root, work, quick)));
      expect([most(), done()]).toEqual([1, 6]);
    }
    expect(await readdir(root)).toEqual([]);
  });

  it('is taken over where a crash in the middle of that left its guard too', async () => {
    await writeFile(lock, 'of a window that crashed');
    await writeFile(`${lock}.stale`, '');
    expect(await withFolderLock(root, () => Promise.resolve('done'), quick)).toBe('done');
    expect(await readdir(root)).toEqual([]);
  });

  it('shows that who holds it is alive, however long the work takes', async () => {
    await withFolderLock(root, async () => {
      const stamp = async (): Promise<bigint> => (await stat(lock, { bigint: true })).mtimeNs;
      const first = await stamp();
      while (await stamp() === first) await pause();
    }, quick);
  });

  it('is not removed by who lost it', async () => {
    await withFolderLock(root, () => writeFile(lock, 'another'));
    expect(await readFile(lock, 'utf8')).toBe('another');
  });

  it('is no hindrance where there can be none: the work says what fails', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    expect(await withFolderLock(join(file, 'folder'), () => Promise.resolve('done'))).toBe('done');
  });
});

describe('a lock that somebody holds and does not let go of', () => {
  /** Never left by a crash: it is looked at, and stays. */
  const held = { staleAfter: 1e12, pollEvery: 1 };

  it('is waited for a minute, and not longer: the error names it', async () => {
    let clock = 0;
    const now = vi.spyOn(performance, 'now').mockImplementation(() => clock);
    await writeFile(lock, 'another');
    const work = vi.fn(() => Promise.resolve('done'));
    let given = 'nothing yet';
    const end = withFolderLock(root, work, held).catch((error: unknown) => {
      given = 'an error';
      return error;
    });
    const looks = async (count: number): Promise<void> => {
      const before = now.mock.calls.length;
      while (given === 'nothing yet' && now.mock.calls.length < before + count) await pause();
    };
    await looks(3);
    clock = 59_999;
    await looks(3);
    expect(given).toBe('nothing yet');
    clock = 60_001;
    await looks(3);
    expect(given).toBe('an error');
    expect(await end).toMatchObject({
      reason: 'cannotWrite', message: `Another window holds the lock ${lock} and does not let go of it; close that window, or delete the lock.`, place: { file: lock },
    });
    expect(work).not.toHaveBeenCalled();
    expect(await readFile(lock, 'utf8')).toBe('another');
  });

  it('is none where a folder has its name: nobody will take that away', async () => {
    let clock = 0;
    // Each look at the clock is ten seconds later: who waits gives up soon.
    vi.spyOn(performance, 'now').mockImplementation(() => (clock += 10_000));
    await mkdir(lock);
    await writeFile(join(lock, 'kept'), '');
    expect(await withFolderLock(root, () => Promise.resolve('done'), held)).toBe('done');
    expect(await readdir(lock)).toEqual(['kept']);
  });
});

describe('two windows on one store', () => {
  it('lose nothing of what they change at the same moment, and see it of each other', async () => {
    const [a, b, c] = [0, 1, 2].map(() => new ModelStore(root, silentLog)) as [ModelStore, ModelStore, ModelStore];
    await a.put('m', modelNamed('first'));
    for (let round = 0; round < 8; round++) {
      await Promise.all([a.annotate('m', { note: `note ${round}` }), b.annotate('m', { tags: [`tag ${round}`] }), c.rename('m', `name ${round}`), b.put(`other-${round}`, modelNamed('other'))]);
      for (const store of [a, b, c]) {
        const models = await store.list() as readonly HealthyModel[];
        expect(models).toHaveLength(2 + round);
        expect(models.find(({ id }) => id === 'm')).toMatchObject({ name: `name ${round}`, note: `note ${round}`, tags: [`tag ${round}`] });
      }
    }
    await c.remove('m');
    expect(await a.get('m')).toBeUndefined();
    await expect(b.remove('m')).rejects.toThrow('The model is no longer stored.');
    expect((await readdir(root)).filter(name => name.startsWith('.'))).toEqual([]);
  });

  it('lose no version either when they are two processes', async () => {
    const program = join(root, 'store.cjs');
    const source = fileURLToPath(new URL('../../../src/services/modelStore.ts', import.meta.url));
    await build({ entryPoints: [source], outfile: program, bundle: true, platform: 'node', format: 'cjs', logLevel: 'silent' });
    const folder = join(root, 'models');
    await new ModelStore(folder, silentLog).put('m', modelNamed('m'));
    const trainings = 8;
    const window = (who: number): string => `
      const { ModelStore } = require(${JSON.stringify(program)});
      const store = new ModelStore(${JSON.stringify(folder)}, { warn() {}, debug() {}, info() {}, error() {} });
      (async () => {
        for (let i = 0; i < ${trainings}; i++) {
          const model = ${JSON.stringify(modelNamed('m'))};
          await store.replace('m', { ...model, created: '2026-0${who}-01T00:00:0' + i + '.000Z' });
        }
      })().catch(error => { console.error(error); process.exit(1); });`;
    await Promise.all([1, 2].map(who => promisify(execFile)(process.execPath, ['-e', window(who)])));
    const { earlier } = await new ModelStore(folder, silentLog).get('m') as HealthyModel;
    // Each replaced one, the first of all among them; the last is there itself.
    expect(new Set(earlier.map(({ created }) => created)).size).toBe(2 * trainings);
  });
});
