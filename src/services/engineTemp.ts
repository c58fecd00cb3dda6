/** An engine that is killed cannot clean up after itself: the host removes what it left among the system's temporary files. */
import type { ChildProcess } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Removes the folders of a process that has ended (engine/data/tempFolder.ts names them). Never throws. */
export async function removeTempFolders(child: Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode'>): Promise<void> {
  // A fault of the channel counts as an end too, but leaves the process at work.
  if (child.pid === undefined || (child.exitCode === null && child.signalCode === null)) return;
  const start = `unveil-${child.pid}-`;
  const names = await readdir(tmpdir()).catch(() => []);
  const mine = names.filter(name => name.startsWith(start));
  await Promise.all(mine.map(name => rm(join(tmpdir(), name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)));
}
