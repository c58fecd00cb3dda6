/** Writes a file that is not there yet, down to the disk: the first half of every way to write a file whole or not at all. */
import { open } from 'node:fs/promises';

/** Errors of the file system as they are; EEXIST where there is such a file. */
export async function writeFlushed(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(text, 'utf8');
    await handle.sync();
  } finally {
    await handle.close();
  }
}
