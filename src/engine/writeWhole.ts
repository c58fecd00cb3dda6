/** Writes a file whole or not at all: into a neighbour first, which then takes the file's place. */
import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../protocol/errors';

/** Errors: 'cannotWrite', with the file as it was before. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const file = await WholeFile.create(path);
  try {
    await file.write(content);
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** A file in the making. End with `commit` or `discard`. */
export class WholeFile {
  private constructor(private readonly file: string, private readonly target: string, private readonly temporary: string, private readonly handle: FileHandle) {}

  static async create(file: string): Promise<WholeFile> {
    try {
      const target = await targetOf(resolve(file));
      const name = basename(target);
      // Long names leave no room for an ending: names are limited to 255 bytes on most file systems.
      const short = Buffer.byteLength(name) > 200 ? 'unveil' : name;
      const temporary = join(dirname(target), `.${short}.${randomBytes(6).toString('hex')}.tmp`);
      const mode = await modeOf(target);
      return new WholeFile(file, target, temporary, await open(temporary, 'wx', mode));
    } catch (error) {
      throw writeError(error, file);
    }
  }

  async write(content: string | Uint8Array): Promise<void> {
    try {
      await this.handle.writeFile(content);
    } catch (error) {
      throw writeError(error, this.file);
    }
  }

  /** Puts the file in its place, once its content is on the disk. */
  async commit(): Promise<void> {
    try {
      await this.handle.sync();
      await this.handle.close();
      await rename(this.temporary, this.target);
    } catch (error) {
      throw writeError(error, this.file);
    }
  }

  /** Takes away what was written. Safe after a failed commit. */
  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.temporary, { force: true }).catch(() => undefined);
  }
}

/** Through a symbolic link to the file itself, so that the link stays one. */
async function targetOf(path: string): Promise<string> {
  let target = path;
  try {
    target = await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const found = await stat(target).catch(() => undefined);
  if (found?.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
  if (found && (found.mode & 0o200) === 0) throw Object.assign(new Error('is read-only'), { code: 'EACCES' });
  return target;
}

async function modeOf(path: string): Promise<number> {
  return ((await stat(path).catch(() => undefined))?.mode ?? 0o666) & 0o777;
}

const reasons = new Map([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EFBIG', 'the file would be too large'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['EISDIR', 'it is a folder'],
  ['ENOENT', 'its folder does not exist'],
  ['ENOTDIR', 'its folder is a file'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['EBUSY', 'another program uses it'],
  ['EIO', 'the disk failed'],
  ['ELOOP', 'its symbolic links go round in a circle'],
]);

/** A failed write in one sentence; what is no fault of the file system passes unchanged. */
export function writeError(error: unknown, file: string): unknown {
  if (error instanceof UserError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const reason = reasons.get(code);
  if (reason === undefined && !/^E[A-Z]+$/.test(code)) return error;
  return new UserError('cannotWrite', `${file} cannot be written: ${reason ?? code}.`, { file, detail: String(error) });
}
