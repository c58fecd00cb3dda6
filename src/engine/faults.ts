/** Turns whatever was thrown into a UserError: what a person can act on stays as it is, the rest is named a fault of ours. */
import { UserError } from '../protocol/errors';

export function toUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const path = (error as NodeJS.ErrnoException | null)?.path;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const where = path === undefined ? '' : ` ${path}`;
  if (code === 'ENOSPC') return new UserError('cannotWrite', `The disk is full; nothing was written to${where || ' it'}.`, { file: path, detail });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new UserError('cannotWrite', `No permission to use${where || ' the file'}.`, { file: path, detail });
  }
  if (error instanceof RangeError && /Array buffer allocation|Invalid typed array length|Invalid array length/.test(error.message)) {
    return new UserError('outOfMemory', 'The data do not fit into the memory of the engine; use fewer columns or rows.', { detail });
  }
  return new UserError('internal', `A fault in Unveil stopped the run: ${error instanceof Error ? error.message : String(error)}`, { detail });
}
