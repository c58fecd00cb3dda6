/** Writes a file whole or not at all, and says in one sentence why it could not. */
import { randomBytes } from 'node:crypto';
import { mkdir, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFlushed } from '../files/writeFlushed';
import { UserError } from '../protocol/errors';
import { t } from './l10n';
import { baseName } from './plainText';

/** Writes to a temporary file beside `file`, flushes it, and renames. Throws UserError 'cannotWrite'. */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFlushed(temporary, text);
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw cannotWrite(file, error);
  }
}

const causes: Readonly<Record<string, string>> = {
  ENOSPC: t('the disk is full'),
  EDQUOT: t('the disk quota is used up'),
  EACCES: t('there is no permission to write there'),
  EPERM: t('there is no permission to write there'),
  EROFS: t('the folder is read-only'),
  ENOENT: t('the folder does not exist'),
  ENOTDIR: t('its folder is not a folder'),
  EISDIR: t('there is a folder of that name'),
  ENAMETOOLONG: t('the name is too long'),
};

export function cannotWrite(file: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const cause = causes[code] ?? t('the file system refused');
  return new UserError('cannotWrite', t('“{0}” cannot be written: {1}.', baseName(file), cause), { file, detail: String(error) });
}
