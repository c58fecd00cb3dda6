/** One at a time over several windows: a lock file in a folder that they share. No vscode. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../protocol/errors';
import { t } from './l10n';

export interface LockTimes {
  /** A lock that nobody has touched for so long was left by a crash and is taken over. Milliseconds. */
  readonly staleAfter: number;
  /** How often a lock that is held by another is looked at. Milliseconds. */
  readonly pollEvery: number;
}

/** Who holds a lock for so long hangs. Milliseconds. */
const givenUpAfter = 60_000;

const usual: LockTimes = { staleAfter: 10_000, pollEvery: 15 };

/**
 * Runs `work` while no other process (or other caller here) has the folder's lock. Where there can be no lock, in a folder that cannot be
 * written, it runs without one and says itself what fails.
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>, times: LockTimes = usual): Promise<T> {
  await mkdir(folder, { recursive: true }).catch(() => undefined);
  const file = join(folder, '.lock');
  const own = randomBytes(9).toString('hex');
  if (!(await acquire(file, own, times))) return work();
  // Who works long says that it is still alive.
  const alive = setInterval(() => void touch(file), times.staleAfter / 5);
  alive.unref();
  try {
    return await work();
  } finally {
    clearInterval(alive);
    // After a sleep of the machine it may be another's.
    if ((await textOf(file)) === own) await unlink(file).catch(() => undefined);
  }
}

/** Windows says for a moment of a file that is being deleted that it may not be opened. */
const mostRefusals = process.platform === 'win32' ? 20 : 0;

/** Waits for the lock; false where no lock can be made. */
async function acquire(file: string, own: string, { staleAfter, pollEvery }: LockTimes): Promise<boolean> {
  let seen: string | undefined;
  let unchanged = 0;
  const began = performance.now();
  for (let refusals = 0, last = performance.now(); ;) {
    const outcome = await create(file, own);
    if (outcome === 'made') return true;
    if (outcome === 'refused' && refusals++ >= mostRefusals) return false;
    const [stamp, now] = [await stampOf(file), performance.now()];
    if (now - began > givenUpAfter) throw new UserError('cannotWrite', t('Another window holds the lock {0} and does not let go of it; close that window, or delete the lock.', file), { file });
    // By this process's own clock, for that of a file server may be another; a machine that slept was not looking.
    unchanged = stamp !== undefined && stamp === seen ? unchanged + Math.min(now - last, 4 * pollEvery) : 0;
    [seen, last] = [stamp, now];
    if (stamp !== undefined && unchanged >= staleAfter) await takeOver(file, stamp, staleAfter);
    await new Promise(resolve => setTimeout(resolve, pollEvery * (0.5 + Math.random())));
  }
}

async function create(file: string, text: string): Promise<'made' | 'held' | 'refused'> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(text).finally(() => handle.close());
    return 'made';
  } catch (error) {
    // A folder in its place is no lock, and nobody will take it away.
    const isFile = (error as NodeJS.ErrnoException).code === 'EEXIST' && !(await stat(file).then(found => found.isDirectory(), () => false));
    return isFile ? 'held' : 'refused';
  }
}

/** Removes the lock if it is still the one that was seen. Under a lock of its own: of two that wait, the second would else remove the first one's new lock. */
async function takeOver(file: string, stamp: string, staleAfter: number): Promise<void> {
  const guard = `${file}.stale`;
  if ((await create(guard, '')) !== 'made') {
    const made = await stat(guard).catch(() => undefined);
    if (made && Date.now() - made.mtimeMs > staleAfter) await unlink(guard).catch(() => undefined);
    return;
  }
  try {
    if ((await stampOf(file)) === stamp) await unlink(file).catch(() => undefined);
  } finally {
    await unlink(guard).catch(() => undefined);
  }
}

async function stampOf(file: string): Promise<string | undefined> {
  return stat(file, { bigint: true }).then(({ mtimeNs, ino }) => `${mtimeNs} ${ino}`, () => undefined);
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}
