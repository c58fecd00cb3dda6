/** Writes a file whole or not at all, and says in one sentence why it could not. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../protocol/errors';
import { baseName } from './plainText';

/** Writes to a temporary file beside `file`, flushes it, and renames. Throws UserError 'cannotWrite'. */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw cannotWrite(file, error);
  }
}

const causes: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'there is no permission to write there',
  EPERM: 'there is no permission to write there',
  EROFS: 'the folder is read-only',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'its folder is not a folder',
  EISDIR: 'there is a folder of that name',
  ENAMETOOLONG: 'the name is too long',
};

export function cannotWrite(file: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const cause = causes[code] ?? 'the file system refused';
  return new UserError('cannotWrite', `“${baseName(file)}” cannot be written: ${cause}.`, { file, detail: String(error) });
}
