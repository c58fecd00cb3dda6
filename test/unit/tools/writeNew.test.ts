/** A file that is there by the time of the write stays as it is. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { serviceHost } from '../../../src/lm/serviceHost';
import { toolCaller } from '../../../src/mcp/engineHost';
import { writeNew } from '../../../src/tools/writeNew';
import { modelNamed } from '../host/fixtures';

vi.mock('vscode', () => ({ CancellationError: class extends Error {} }));

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'unveil-new-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('writes a file where there is none, and leaves nothing else', async () => {
  await writeNew(join(folder, 'm.unveil.json'), 'text');
  expect(readFileSync(join(folder, 'm.unveil.json'), 'utf8')).toBe('text');
  expect(readdirSync(folder)).toEqual(['m.unveil.json']);
});

it('writes over no file and through no link', async () => {
  writeFileSync(join(folder, 'a'), 'mine');
  symlinkSync(join(folder, 'nowhere'), join(folder, 'b'));
  for (const name of ['a', 'b']) await expect(writeNew(join(folder, name), 'text')).rejects.toMatchObject({ reason: 'cannotWrite', message: expect.stringContaining('already. Call again') });
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('mine');
  expect(readdirSync(folder)).toEqual(['a', 'b']);
});

it('keeps a file that comes while the MCP server trains', async () => {
  const save = join(folder, 'm.unveil.json');
  const input = { file: fileURLToPath(new URL('../../../examples/penguins.csv', import.meta.url)), target: 'body_mass_g', model: 'linear', save };
  const progress = (): void => writeFileSync(save, 'mine');
  const reply = await toolCaller()({ name: 'unveil_train_model', input, signal: new AbortController().signal, progress });
  expect(reply).toMatchObject({ isError: true, text: `There is a file ${save} already. The model is trained and kept as "body-mass-g-linear-1", without a file: ask for it by this id, or call again with another path.` });
  expect(readFileSync(save, 'utf8')).toBe('mine');
});

it('keeps a file that comes while the extension trains', async () => {
  const save = join(folder, 'new', 'm.unveil.json');
  const settings = { get: () => 20, compareSeconds: 20 };
  const { writeModel } = serviceHost({ settings } as unknown as Parameters<typeof serviceHost>[0], { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) });
  await writeModel(modelNamed('m'), save);
  const first = readFileSync(save, 'utf8');
  await expect(writeModel(modelNamed('other'), save)).rejects.toMatchObject({ reason: 'cannotWrite' });
  expect(readFileSync(save, 'utf8')).toBe(first);
});
