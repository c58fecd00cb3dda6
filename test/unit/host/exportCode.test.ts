/** Exporting a model as code as the host sees it: what is asked, what the engine is told, and what is said in the end. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { exportCode } from '../../../src/commands/exportCode';
import type { Host } from '../../../src/commands/host';
import type { UserError } from '../../../src/protocol/errors';
import { modelNamed } from './fixtures';

const answers = vi.hoisted(() => ({ language: undefined as string | undefined, out: undefined as string | undefined, asked: [] as unknown[] }));

vi.mock('vscode', async () => {
  const { Emitter } = await import('../../../src/services/emitter');
  class CancellationTokenSource {
    readonly token = { isCancellationRequested: false, onCancellationRequested: new Emitter<unknown>().event };
    cancel(): void { /* nothing is cancelled here */ }
    dispose(): void { /* nothing to take away */ }
  }
  class CancellationError extends Error {}
  return {
    CancellationTokenSource, CancellationError, ProgressLocation: {}, Uri: { file: (fsPath: string) => ({ fsPath }) },
    window: {
      withProgress: (_options: unknown, work: (progress: object, token: object) => unknown) => work({ report: () => undefined }, { onCancellationRequested: () => undefined }),
      showQuickPick: async (items: { label: string }[]) => { answers.asked.push(items.map(item => item.label)); return items.find(item => item.label === answers.language); },
      showSaveDialog: async (options: { defaultUri: { fsPath: string } }) => { answers.asked.push(options.defaultUri.fsPath); return answers.out && { fsPath: answers.out }; },
    },
  };
});

const model = modelNamed('mine');
let requests: { readonly method: string; readonly params: object }[];
let informed: string[];
let failed: string[];
let host: Host;

beforeEach(() => {
  requests = [];
  informed = [];
  failed = [];
  Object.assign(answers, { language: undefined, out: undefined, asked: [] });
  host = {
    store: { load: async () => model },
    notifications: { inform: (text: string) => { informed.push(text); }, error: (error: UserError) => { failed.push(error.message); return error; } },
    engine: { request: async (method: string, params: object) => { requests.push({ method, params }); return { out: '' }; } },
  } as unknown as Host;
});

describe('exporting a model as code', () => {
  it('asks a person for the language and the file', async () => {
    Object.assign(answers, { language: 'Python', out: '/data/there.py' });
    expect(await exportCode(host)({ kind: 'model', id: 'a' } as never)).toBe('/data/there.py');
    expect(answers.asked).toEqual([['TypeScript', 'Python', 'SQL'], '/data/mine.py']);
    expect(requests).toEqual([{ method: 'exportCode', params: { model, language: 'python', out: '/data/there.py' } }]);
    expect(informed).toEqual(['The code is in there.py.']);
  });

  it('asks a program nothing', async () => {
    expect(await exportCode(host)({ id: 'a', language: 'sql', out: '/data/q.sql', table: 'people' })).toBe('/data/q.sql');
    expect(answers.asked).toEqual([]);
    expect(requests[0]!.params).toMatchObject({ language: 'sql', table: 'people', out: '/data/q.sql' });
  });

  it('does nothing when a question is left', async () => {
    expect(await exportCode(host)({ kind: 'model', id: 'a' } as never)).toBeUndefined();
    answers.language = 'SQL';
    expect(await exportCode(host)({ kind: 'model', id: 'a' } as never)).toBeUndefined();
    expect([requests, informed]).toEqual([[], []]);
  });

  it('refuses a language that there is not', async () => {
    await expect(exportCode(host)({ id: 'a', language: 'cobol', out: '/data/x' } as never)).rejects.toThrow('A model is exported as typescript, python or sql, not "cobol".');
    expect(requests).toEqual([]);
  });
});
