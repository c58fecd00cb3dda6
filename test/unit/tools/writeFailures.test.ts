/** Files written whole or not at all, where the file system fails in the middle: nothing is overwritten, and nothing half-written stays. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type * as promises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeFlushed } from '../../../src/files/writeFlushed';
import { writeAtomically } from '../../../src/services/atomicWrite';
import { writeNew } from '../../../src/tools/writeNew';

/** What fails with which code, and what was done in which order. */
const disk = vi.hoisted(() => ({ fails: {} as Partial<Record<'link' | 'rename' | 'write', string>>, done: [] as string[] }));
vi.mock('node:fs/promises', async original => {
  const real = await original<typeof promises>();
  const failing = (what: keyof typeof disk.fails): void => {
    const code = disk.fails[what];
    if (code !== undefined) throw Object.assign(new Error(`${code}: ${what}`), { code });
    disk.done.push(what);
  };
  const open: typeof real.open = async (...args) => {
    const handle = await real.open(...args);
    const { writeFile, sync, close } = handle;
    handle.writeFile = async text => {
      await writeFile.call(handle, disk.fails.write === undefined ? text : String(text).slice(0, 2), 'utf8');
      failing('write');
    };
    handle.sync = async () => { await sync.call(handle); disk.done.push('sync'); };
    handle.close = async () => { await close.call(handle); disk.done.push('close'); };
    return handle;
  };
  return {
    ...real, open,
    link: async (from: string, to: string) => { failing('link'); await real.link(from, to); },
    rename: async (from: string, to: string) => { failing('rename'); await real.rename(from, to); },
  };
});

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unveil-fails-'));
  file = join(folder, 'a');
  [disk.fails, disk.done] = [{}, []];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const holds = (text: string): void => {
  expect(readdirSync(folder)).toEqual(['a']);
  expect(readFileSync(file, 'utf8')).toBe(text);
};

describe('a file that is to be new', () => {
  it('is never one that is there, nor one that a link names', async () => {
    writeFileSync(file, 'mine');
    await expect(writeFlushed(file, 'text')).rejects.toMatchObject({ code: 'EEXIST' });
    holds('mine');
    symlinkSync(join(folder, 'nowhere'), join(folder, 'b'));
    await expect(writeFlushed(join(folder, 'b'), 'text')).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readdirSync(folder)).toEqual(['a', 'b']);
  });

  it('is on the disk before it gets its name', async () => {
    await writeNew(file, 'text');
    expect(disk.done).toEqual(['write', 'sync', 'close', 'link']);
    holds('text');
  });

  it('is copied where the file system has no links, and over no other file', async () => {
    disk.fails = { link: 'ENOTSUP' };
    await writeNew(file, 'text');
    holds('text');
    await expect(writeNew(file, 'other')).rejects.toMatchObject({ reason: 'cannotWrite' });
    holds('text');
  });

  it('is not there, nor a part of it, where the disk is full', async () => {
    disk.fails = { write: 'ENOSPC' };
    await expect(writeNew(file, 'text')).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(disk.done).toEqual(['close']);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a file that takes the place of another', () => {
  beforeEach(() => writeFileSync(file, 'old'));

  it('is on the disk before it does', async () => {
    await writeAtomically(file, 'text');
    expect(disk.done).toEqual(['write', 'sync', 'close', 'rename']);
    holds('text');
  });

  it.each([
    [{ write: 'ENOSPC' }, '“a” cannot be written: the disk is full.'], [{ rename: 'EACCES' }, '“a” cannot be written: there is no permission to write there.'],
  ])('does not where it fails: %o', async (fails, message) => {
    disk.fails = fails;
    await expect(writeAtomically(file, 'text')).rejects.toMatchObject({ reason: 'cannotWrite', message });
    holds('old');
  });
});
