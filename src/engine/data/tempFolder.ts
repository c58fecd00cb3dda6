/** A folder for passing files, in the system's place for them; removed when closed, at exit, and after a crash by the next run. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'unveil-';
const open = new Set<string>();
let watching = false;

function removeAtExit(): void {
  if (watching) return;
  watching = true;
  process.once('exit', () => {
    for (const folder of open) rmSync(folder, { recursive: true, force: true });
  });
  removeLeftOvers();
}

const day = 86_400_000;

/** Removes the folders of processes that are gone. A day old, for a process of another container may share the place unseen. */
function removeLeftOvers(): void {
  try {
    for (const name of readdirSync(tmpdir())) {
      const match = /^unveil-(\d+)-/.exec(name);
      const folder = join(tmpdir(), name);
      if (match && !isAlive(Number(match[1])) && Date.now() - statSync(folder).mtimeMs > day) rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    // Another user's folder, or no right to look: not ours to clean.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

export class TempFolder {
  private path: string | undefined;
  private count = 0;

  /** The folder, made on first use. */
  get folder(): string {
    if (this.path === undefined) {
      removeAtExit();
      this.path = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
      open.add(this.path);
    }
    return this.path;
  }

  /** A fresh file name in the folder. */
  file(ending: string): string {
    return join(this.folder, `${++this.count}.${ending}`);
  }

  async close(): Promise<void> {
    if (this.path === undefined) return;
    const path = this.path;
    this.path = undefined;
    await rm(path, { recursive: true, force: true });
    open.delete(path);
  }
}
