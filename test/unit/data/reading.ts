/** Helpers of the reading tests: writes bytes to a temporary file and reads them through openSource. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { openSource } from '../../../src/engine/data/source';
import type { DataSource, Loaded, SourceHints } from '../../../src/engine/data/sourceTypes';
import type { DatasetProfile } from '../../../src/protocol/profile';
import type { UserError } from '../../../src/protocol/errors';

export const folder = mkdtempSync(join(tmpdir(), 'unveil test '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

export function put(content: string | Uint8Array, name = `${++files}.csv`): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

export interface Read { readonly profile: DatasetProfile; readonly loaded: Loaded; readonly source: DataSource }

export async function readFile(path: string, hints: SourceHints = {}, maxRows = 1e6, seed = 1): Promise<Read> {
  const source = await openSource(path, hints, new CancellableContext());
  try {
    const profile = await source.profile();
    return { profile, loaded: await source.load({ maxRows, seed }), source };
  } finally {
    await source.close();
  }
}

export function read(content: string | Uint8Array, hints: SourceHints = {}): Promise<Read> {
  return readFile(put(content), hints);
}

/** The error that reading ends in. */
export async function fault(content: string | Uint8Array | { path: string }): Promise<UserError> {
  const path = typeof content === 'object' && 'path' in content ? content.path : put(content);
  return readFile(path).then(
    () => {
      throw new Error('was read without an error');
    },
    (error: UserError) => error,
  );
}

export function numbers({ loaded }: Read, name: string): number[] {
  const column = loaded.table.columns.find(c => c.name === name);
  if (column?.storage !== 'number') throw new Error(`${name} is not numeric`);
  return [...column.values];
}

export function texts({ loaded }: Read, name: string): (string | undefined)[] {
  const column = loaded.table.columns.find(c => c.name === name);
  if (column?.storage !== 'code') throw new Error(`${name} is not coded`);
  return [...column.codes].map(code => column.levels[code]);
}

export function kinds({ profile }: Read): Record<string, string> {
  return Object.fromEntries(profile.columns.map(column => [column.name, column.kind]));
}

export function noteOf({ profile }: Read, name: string): string | undefined {
  return profile.columns.find(column => column.name === name)?.note;
}

export function noteTexts({ profile }: Read): string {
  return profile.notes.map(note => note.text).join('\n');
}

/** Rows of two columns of numbers with a header. */
export function plainRows(rows: number, end = '\n'): string {
  return ['a,b', ...Array.from({ length: rows }, (_, i) => `${(i * 0.37 - 3).toFixed(3)},${i * i}`)].map(line => line + end).join('');
}
