/** Which version of a file was opened, whether it is still that one, and what a fault of reading means. */
import { access, constants, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../protocol/errors';
import { clip } from './kinds';

/** Size and time of change; a different one means a different file. */
export interface Fingerprint { readonly bytes: number; readonly modified: number }

/** Errors: 'fileNotFound', 'fileUnreadable'. */
export async function fingerprintOf(path: string, file: string): Promise<Fingerprint> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new UserError('fileUnreadable', `${file} is a folder, not a data file.`, { file });
    if (!found.isFile()) throw new UserError('fileUnreadable', `${file} is not a regular file.`, { file });
    await access(path, constants.R_OK);
    return { bytes: found.size, modified: found.mtimeMs };
  } catch (error) {
    throw systemError(error, file);
  }
}

function systemError(error: unknown, file: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new UserError('fileNotFound', `${file} does not exist.`, { file });
  if (code === 'ENAMETOOLONG') return new UserError('fileNotFound', `The name ${clip(file)} is too long for a file.`, { file });
  if (code === 'EACCES' || code === 'EPERM') return new UserError('fileUnreadable', `${file} may not be read: permission denied.`, { file });
  if (code === 'ENOSPC') return new UserError('cannotWrite', 'There is not enough room for temporary files on the disk.', { file });
  if (code === 'EIO' || code === 'EISDIR' || code === 'ELOOP' || code === 'EBUSY') return new UserError('fileUnreadable', `${file} could not be read (${code}).`, { file });
  return error;
}

/** A fault while the file was changed or removed is told as that. */
export async function whyUnreadable(error: unknown, path: string, file: string, before: Fingerprint): Promise<unknown> {
  if ((error as Error).name === 'CancelledError') return error;
  const changed = await changeOf(path, file, before);
  if (changed) return changed;
  const known = systemError(error, file);
  if (known instanceof UserError) return known;
  const text = error instanceof Error ? error.message : String(error);
  if (/^(?:Invalid Input|Conversion|IO|Parser|Serialization|Invalid) Error/i.test(text)) {
    return new UserError('malformed', `${basename(file)} could not be read: ${clip(text.split('\n')[0]!.replace(/^[A-Za-z ]+Error: /, ''))}`, { file, detail: text });
  }
  return error;
}

/** The error to tell when the file is no longer the one that was opened. */
export async function changeOf(path: string, file: string, before: Fingerprint): Promise<UserError | undefined> {
  try {
    const now = await stat(path);
    if (now.size === before.bytes && now.mtimeMs === before.modified) return undefined;
    return new UserError('fileChanged', `${basename(file)} was changed while it was being read; run it again.`, { file });
  } catch {
    return new UserError('fileChanged', `${basename(file)} was removed while it was being read.`, { file });
  }
}
