/** What is told of predictions for a file: that they are done, the first of their notes, and how many more there are. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../../src/commands/host';
import { predictFile } from '../../../src/commands/predictFile';
import { silentLog } from '../../../src/services/log';
import { ModelStore } from '../../../src/services/modelStore';
import { modelNamed } from './fixtures';

vi.mock('vscode', () => {
  class CancellationTokenSource {
    readonly token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) };
    cancel(): void { /* nothing is cancelled here */ }
    dispose(): void { /* nothing to take away */ }
  }
  return {
    CancellationTokenSource, CancellationError: class extends Error {}, ProgressLocation: {},
    Uri: { file: (fsPath: string) => ({ scheme: 'file', path: fsPath, fsPath }) }, window: { withProgress: () => undefined },
  };
});

let root: string;
beforeEach(async () => { root = await mkdtemp(join(tmpdir(), 'unveil-predict-')); });
afterEach(() => rm(root, { recursive: true, force: true }));

/** What a person is told where the engine has the notes, and what is in the log. */
async function told(notes: readonly string[]) {
  const store = new ModelStore(join(root, 'models'), silentLog);
  await store.put('mine', modelNamed('mine'));
  const [informed, logged]: [{ message: string; actions: readonly string[] }[], string[]] = [[], []];
  const host = {
    store, log: { ...silentLog, info: (text: string) => logged.push(text) },
    notifications: {
      inform: (message: string, actions: readonly { title: string }[]) => informed.push({ message, actions: actions.map(({ title }) => title) }),
      error: (error: unknown) => error,
    },
    engine: { request: async () => ({ rows: 1200, notes: notes.map(text => ({ kind: 'missing', text })) }) },
  } as unknown as Host;
  const result = await predictFile(host)({ id: 'mine', file: '/data/new.csv', out: '/data/out.csv' } as never);
  expect(result).toEqual({ out: '/data/out.csv', rows: 1200, notes });
  expect(informed).toHaveLength(1);
  return { ...informed[0]!, logged };
}

describe('predictions for a file', () => {
  const done = '1,200 predictions are in out.csv.';
  const [first, second, third] = ['3 rows lack a price.', '2 rows have a new level.', 'A column was left out.'] as const;

  it('without notes are done, and no more is said', async () => {
    expect(await told([])).toEqual({ message: done, actions: ['Open Predictions'], logged: [] });
  });

  it('are told with their only note', async () => {
    expect(await told([first])).toEqual({ message: `${done} ${first}`, actions: ['Open Predictions', 'Show Log'], logged: [first] });
  });

  it('are told with the first of their notes; the others are counted, and all are in the log', async () => {
    expect(await told([first, second, third])).toEqual({
      message: `${done} ${first} The log has 2 more notes.`, actions: ['Open Predictions', 'Show Log'], logged: [first, second, third],
    });
  });
});
