import { describe, expect, it, vi } from 'vitest';
import { WhatIfAnswers } from '../../../src/panels/whatIfAnswers';
import type { ModelReference } from '../../../src/panels/modelView';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import type { PanelSnapshot } from '../../../src/protocol/panel';
import type { CancelToken } from '../../../src/services/engineClient';
import { silentLog } from '../../../src/services/log';
import { fromStored, initialState, toStored, visiblePanels, withWhatIf } from '../../../webview/state';
import { fittingValues, parseCell, readWhatIf, type WhatIfState } from '../../../webview/whatIf/state';
import { modelNamed } from '../host/fixtures';

vi.mock('vscode', () => ({ CancellationError: class extends Error {} }));

const model = modelNamed('mine');
const reference: ModelReference = { source: 'store', id: 'a' };
/** A view that can be closed. */
function viewOf(report: PanelSnapshot['report']) {
  const listeners: (() => void)[] = [];
  const snapshot: PanelSnapshot = { name: 'mine', panel: 'whatIf', status: { state: 'ready' }, source: 'store', ...(report && { report }) };
  return { reference, snapshot, panel: { onDidDispose: (listener: () => void) => listeners.push(listener) }, close: () => listeners.forEach(listener => listener()) };
}

/** An engine that keeps the keys of the models it was given. */
function engine(fail?: Error) {
  const known = new Set<string>();
  const sent: { key: string; withModel: boolean }[] = [];
  const request = (_method: string, params: { key: string; ask: { kind: string }; model?: unknown }): Promise<unknown> => {
    sent.push({ key: params.key, withModel: params.model !== undefined });
    if (fail) return Promise.reject(fail);
    if (params.model) known.add(params.key);
    return Promise.resolve(known.has(params.key) ? { answer: { kind: params.ask.kind } } : { wanted: 'model' });
  };
  return { sent, request: request as never, pid: () => Promise.resolve(7) };
}

/** An engine whose searches end when they are cancelled, and not before. */
function searchingEngine() {
  const log = { cancelled: 0, forgotten: [] as string[][], running: true };
  const request = (method: string, params: { keys?: string[]; ask?: { kind: string } }, options: { token?: CancelToken } = {}): Promise<unknown> => {
    if (method === 'forgetWhatIf') log.forgotten.push(params.keys!);
    if (method === 'forgetWhatIf' || params.ask!.kind !== 'changes') return Promise.resolve({ answer: { kind: params.ask?.kind } });
    return new Promise((_, fail) => options.token!.onCancellationRequested(() => {
      log.cancelled++;
      fail(new CancelledError());
    }));
  };
  return { log, request: request as never, pid: () => Promise.resolve(log.running ? 7 : undefined) };
}

describe('the questions of a what-if panel', () => {
  it('bring the model along once, and again only for another report', async () => {
    const fake = engine();
    const answers = new WhatIfAnswers(fake, () => Promise.resolve(model), silentLog);
    const view = viewOf(model.report);
    for (let i = 0; i < 3; i++) expect(await answers.ask(view, { kind: 'model' })).toEqual({ kind: 'model' });
    expect(fake.sent.map(one => one.withModel)).toEqual([false, true, false, false]);
    // Rows of a comparison arrive while the model is asked: it is the same model.
    const compared = { ...model.report, comparison: { models: [] } as never, sections: [...model.report.sections, { id: 'comparison', kind: 'comparison' } as never] };
    await answers.ask(viewOf(compared), { kind: 'model' });
    expect(fake.sent.splice(4).map(one => one.withModel)).toEqual([false]);
    await answers.ask(viewOf({ ...model.report, notes: ['edited'] as never }), { kind: 'model' });
    expect(fake.sent.slice(4).map(one => one.withModel)).toEqual([false, true]);
    expect(new Set(fake.sent.map(one => one.key)).size).toBe(2);
  });

  it('are answered with what went wrong, in a sentence', async () => {
    const broken = new WhatIfAnswers(engine(new UserError('fileNotFound', 'rows.csv does not exist.')), () => Promise.resolve(model), silentLog);
    expect(await broken.ask(viewOf(model.report), { kind: 'row', row: 1 })).toEqual({ kind: 'failed', message: 'rows.csv does not exist.' });
    expect(await broken.ask(viewOf(undefined), { kind: 'model' })).toMatchObject({ kind: 'failed' });
  });
});

describe('a search for changes', () => {
  const search = { kind: 'changes', values: {}, goal: { kind: 'class' } } as const;

  it('is cancelled in the engine when the panel says so, which is no fault; another panel\'s goes on', async () => {
    const fake = searchingEngine();
    const answers = new WhatIfAnswers(fake, () => Promise.resolve(model), silentLog);
    const [mine, other] = [viewOf(model.report), viewOf(model.report)];
    const found = answers.ask(mine, search);
    void answers.ask(other, search);
    await answers.ask(mine, { kind: 'stop' });
    expect(await found).toMatchObject({ kind: 'failed', superseded: true });
    expect(fake.log.cancelled).toBe(1);
    expect(await answers.ask(mine, { kind: 'model' })).toEqual({ kind: 'model' });
  });

  it('ends where another one is asked for: the last one asked can still be cancelled', async () => {
    const fake = searchingEngine();
    const answers = new WhatIfAnswers(fake, () => Promise.resolve(model), silentLog);
    const view = viewOf(model.report);
    const first = answers.ask(view, search);
    const second = answers.ask(view, search);
    expect(fake.log.cancelled).toBe(1);
    expect(await first).toMatchObject({ kind: 'failed', superseded: true });
    await answers.ask(view, { kind: 'stop' });
    expect(fake.log.cancelled).toBe(2);
    expect(await second).toMatchObject({ kind: 'failed', superseded: true });
  });

  it('ends with its panel, and the engine forgets the model once no panel asks it', async () => {
    const fake = searchingEngine();
    const answers = new WhatIfAnswers(fake, () => Promise.resolve(model), silentLog);
    const [mine, other] = [viewOf(model.report), viewOf(model.report)];
    await answers.ask(other, { kind: 'model' });
    const found = answers.ask(mine, search);
    mine.close();
    expect(await found).toMatchObject({ superseded: true });
    expect(fake.log.forgotten).toEqual([]);
    other.close();
    await vi.waitFor(() => expect(fake.log.forgotten).toHaveLength(1));
    expect(fake.log.forgotten[0]).toHaveLength(1);
  });

  it('of an engine that has ended needs no new one', async () => {
    const fake = searchingEngine();
    const view = viewOf(model.report);
    await new WhatIfAnswers(fake, () => Promise.resolve(model), silentLog).ask(view, { kind: 'model' });
    fake.log.running = false;
    view.close();
    await new Promise(done => setImmediate(done));
    expect(fake.log.forgotten).toEqual([]);
  });
});

describe('the state of a what-if panel', () => {
  const state: WhatIfState = { row: 4, start: { a: 1, c: null }, actual: 'x', values: { a: 2, c: 'u' }, fixed: ['a'], directions: { a: 'up' }, goal: { kind: 'range', from: 3 } };

  it('comes back whole after a reload, and without what is damaged', () => {
    const stored = JSON.parse(JSON.stringify(toStored(withWhatIf(initialState, state), 'mine'))) as unknown;
    expect(fromStored(stored).state.whatIf).toEqual(state);
    expect(readWhatIf({ row: -1, values: { a: {}, b: 2 }, fixed: 'a', goal: { kind: 'other' } })).toEqual({ values: { b: 2 } });
    expect(readWhatIf('x')).toBeUndefined();
  });

  it('fits a model that has the same features only', () => {
    const features = [{ name: 'a', kind: 'number' as const, typical: 1 }, { name: 'c', kind: 'choice' as const, typical: 'u' }];
    expect(fittingValues({ features }, { a: 2, c: 'u', gone: 3 })).toEqual({ a: 2, c: 'u' });
    expect(fittingValues({ features }, { a: 2 })).toBeUndefined();
  });

  it('takes numbers and dates as they are typed; an empty field is a missing cell', () => {
    expect(parseCell({ kind: 'number' }, ' 2.5 ')).toBe(2.5);
    expect(parseCell({ kind: 'number' }, 'two')).toBeUndefined();
    expect(parseCell({ kind: 'number' }, '')).toBeNull();
    expect(parseCell({ kind: 'date' }, '2024-02-29T12:00')).toBe(Date.UTC(2024, 1, 29, 12));
    expect(parseCell({ kind: 'date' }, '2024-02-29')).toBe(Date.UTC(2024, 1, 29));
  });
});

describe('the tab', () => {
  it('is there where the model can be asked, and not in a file of its own', () => {
    const report = { sections: [] };
    expect(visiblePanels(report, 'overview', true).map(panel => panel.id)).toContain('whatIf');
    expect(visiblePanels(report, 'overview', false).map(panel => panel.id)).not.toContain('whatIf');
  });
});
