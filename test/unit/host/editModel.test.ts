/** Editing a model as the host sees it: one edit after the other, each stored whole, what is slow to measure later and only for the newest. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { editIn, editModel } from '../../../src/commands/editModel';
import type { Host } from '../../../src/commands/host';
import type { EditParams } from '../../../src/protocol/engine';
import { UserError } from '../../../src/protocol/errors';
import type { ModelFile } from '../../../src/protocol/modelFile';
import { modelNamed } from './fixtures';

vi.mock('vscode', async () => {
  const { Emitter } = await import('../../../src/services/emitter');
  class CancellationTokenSource {
    private readonly emitter = new Emitter<unknown>();
    readonly token = { isCancellationRequested: false, onCancellationRequested: this.emitter.event };
    cancel(): void { this.token.isCancellationRequested = true; this.emitter.fire(undefined); }
    dispose(): void { /* nothing to take away */ }
  }
  class CancellationError extends Error {}
  return { CancellationTokenSource, CancellationError, ProgressLocation: {}, window: { withProgress: (_options: unknown, work: (progress: object, token: object) => unknown) => work({ report: () => undefined }, { onCancellationRequested: () => undefined }) } };
});

interface Asked { readonly params: EditParams; readonly token: { readonly isCancellationRequested: boolean }; answer(model: ModelFile): void; fail(error: Error): void }
let stored: ModelFile;
let asked: Asked[];
let shown: unknown[];
let failed: string[];
let host: Host;
const settle = (): Promise<void> => new Promise(resolve => { setTimeout(resolve, 5); });
const noted = (model: ModelFile, text: string): ModelFile => ({ ...model, report: { ...model.report, notes: [{ kind: 'edited', text }] } });
const notes = (): string[] => stored.report.notes.map(note => note.text);

beforeEach(() => {
  stored = modelNamed('mine');
  asked = [];
  shown = [];
  failed = [];
  host = {
    store: { load: async () => stored, replace: async (_id: string, model: ModelFile) => { stored = model; return model; } },
    notifications: { error: (error: UserError) => { failed.push(error.message); return error; } },
    log: { warn: () => undefined },
    views: { find: () => ({ update: ({ report }: { report: { notes: { text: string }[] } }) => { shown.push(report.notes[0]?.text); } }) },
    engine: {
      request: (_method: string, params: EditParams, { token }: { token: Asked['token'] }) => new Promise((resolve, reject) => {
        asked.push({ params, token, answer: model => resolve({ model }), fail: reject });
      }),
    },
  } as unknown as Host;
});

describe('editing a model', () => {
  it('stores the edited model, shows it, and then measures what is slow', async () => {
    const done = editModel(host)({ id: 'first', edit: { kind: 'remove', term: 'age' } });
    await settle();
    expect(asked.map(({ params }) => params.edit)).toEqual([{ kind: 'remove', term: 'age' }]);
    asked[0]!.answer(noted(stored, 'quick'));
    expect(await done).toBe('first');
    expect([notes(), shown]).toEqual([['quick'], ['quick']]);
    expect(asked[1]!.params).toMatchObject({ detail: 'full', model: { report: { notes: [{ text: 'quick' }] } } });
    expect(asked[1]!.params.edit).toBeUndefined();
    asked[1]!.answer(noted(stored, 'full'));
    await settle();
    expect([notes(), shown]).toEqual([['full'], ['quick', 'full']]);
  });

  it('starts an edit from what the one before it stored, and lets its slow measuring go', async () => {
    const first = editModel(host)({ id: 'second', edit: { kind: 'smooth', term: 0 } });
    const second = editModel(host)({ id: 'second', edit: { kind: 'undo' } });
    await settle();
    expect(asked).toHaveLength(1);
    asked[0]!.answer(noted(stored, 'one'));
    await first;
    await settle();
    const [, slow, next] = asked;
    expect(next!.params).toMatchObject({ edit: { kind: 'undo' }, model: { report: { notes: [{ text: 'one' }] } } });
    expect(slow!.token.isCancellationRequested).toBe(true);
    next!.answer(noted(stored, 'two'));
    await second;
    slow!.answer(noted(stored, 'late'));
    await settle();
    expect(notes()).toEqual(['two']);
  });

  it('says what cannot be edited and stores nothing', async () => {
    const done = editModel(host)({ id: 'third', edit: { kind: 'remove', term: 'nothing' } });
    await settle();
    asked[0]!.fail(new UserError('badOption', 'The model has no term "nothing".'));
    await expect(done).rejects.toMatchObject({ reason: 'badOption' });
    expect(failed).toEqual(['The model has no term "nothing".']);
    expect([notes().includes('quick'), shown]).toEqual([false, []]);
  });

  it('takes nothing else for an edit', () => {
    expect(editIn({ edit: { kind: 'monotone', term: 2, direction: 'sideways', more: 1 } })).toEqual({ kind: 'monotone', term: 2 });
    expect(editIn({ edit: { kind: 'undo', term: 3 } })).toEqual({ kind: 'undo' });
    expect(editIn({ id: 'a' })).toBeUndefined();
    expect(() => editIn({ edit: { kind: 'delete', term: 1 } })).toThrowError(/kind/);
    expect(() => editIn({ edit: { kind: 'remove' } })).toThrowError(/term/);
  });
});
