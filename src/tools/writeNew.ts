/** Writes a file where there is none: what a language model names, it overwrites nothing of. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFlushed } from '../files/writeFlushed';
import { taken } from './paths';

/** Whole or not at all. Throws UserError 'cannotWrite' where there is a file by then, and errors of the file system as they are. */
export async function writeNew(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFlushed(temporary, text);
    // A rename would take the place of a file that came meanwhile. Some file systems have no links.
    await link(temporary, path).catch(error => {
      if (isTaken(error)) throw error;
      return copyFile(temporary, path, constants.COPYFILE_EXCL);
    });
  } catch (error) {
    throw isTaken(error) ? taken(path) : error;
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST';
}
