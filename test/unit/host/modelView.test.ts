/** A model's view: what it sends to the page and when, and what it forgets with another report. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { ModelView, type ViewActions } from '../../../src/panels/modelView';
import type { PanelSnapshot } from '../../../src/protocol/panel';
import { silentLog } from '../../../src/services/log';
import { modelNamed } from './fixtures';

type Handler = (params: never) => unknown;
const page = { handlers: new Map<string, Handler>(), sent: [] as { readonly name: string; readonly value: unknown }[] };

vi.mock('vscode', () => ({}));
vi.mock('../../../src/panels/webviewConnection', () => ({
  connectWebview: async (_webview: unknown, { serve }: { serve(connection: unknown): void }) => {
    const connection = {
      onRequest: (name: string, handler: Handler) => page.handlers.set(name, handler),
      sendNotification: async (name: string, value: unknown) => { page.sent.push({ name, value }); },
      dispose: () => undefined,
    };
    serve(connection);
    return connection;
  },
}));

const { report } = modelNamed('mine');
let calls: unknown[];
let moves: unknown[];
let view: ModelView;
const ask = (name: string, params: unknown = {}): unknown => page.handlers.get(name)?.(params as never);

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_000_000 });
  page.handlers.clear();
  page.sent.length = 0;
  calls = [];
  moves = [];
  const actions: ViewActions = {
    act: (_, action) => calls.push(action),
    explainRow: (_, row) => calls.push(row),
    editModel: (_, edit) => calls.push(edit),
    explainFamily: (_, family) => calls.push(family),
    whatIf: (_, ask) => Promise.resolve({ kind: 'failed', message: ask.kind }),
    applyFix: (_, place) => calls.push(`fix ${place}`),
    reportChanged: changed => calls.push(`report of ${changed.snapshot.name}`),
  };
  const panel = { visible: true, title: '', onDidDispose: () => undefined } as unknown as vscode.WebviewPanel;
  view = new ModelView(panel, { source: 'store', id: 'a' }, { name: 'mine', panel: 'row', status: { state: 'ready' }, report }, {
    extensionUri: {} as vscode.Uri, log: silentLog, actions, moved: ({ snapshot }) => moves.push([snapshot.panel, snapshot.row?.row]),
  });
  await vi.advanceTimersByTimeAsync(0);
});
afterEach(() => { vi.useRealTimers(); });

describe('a model view', () => {
  it('passes on the row that is asked for, and the wish to finish', () => {
    calls.length = 0;
    ask('explainRow', { row: 3 });
    ask('action', { action: 'finish' });
    ask('editModel', { edit: { kind: 'undo' } });
    expect(calls).toEqual([3, 'finish', { kind: 'undo' }]);
  });

  it('gives the row and the peers with its first snapshot, so that both outlive hiding', () => {
    view.update({ row: { row: 3, sections: [] }, peers: [] });
    expect(ask('ready')).toMatchObject({ row: { row: 3, sections: [] }, peers: [] });
  });

  it('forgets row and peers with another report, and says that it is another one', () => {
    expect(calls).toEqual(['report of mine']);
    view.update({ row: { row: 3, sections: [] }, peers: [] });
    view.update({ report, status: { state: 'ready' } });
    expect(view.snapshot.row?.row).toBe(3);
    view.update({ name: 'other', report: { ...report } });
    expect([view.snapshot.row, view.snapshot.peers]).toEqual([undefined, undefined]);
    expect(calls).toEqual(['report of mine', 'report of other']);
    view.update({ report: undefined });
    expect(calls).toHaveLength(2);
  });

  it('tells which tab is in front and which row was asked for last, each when it changes', () => {
    ask('panelChanged', { panel: 'data' });
    view.update({ row: { row: 3 } });
    view.update({ row: { row: 3, sections: [] } });
    view.show('row');
    view.update({ report: { ...report } });
    expect(moves).toEqual([['data', undefined], ['data', 3], ['row', 3], ['row', undefined]]);
  });

  it('sends a growing curve at most five times a second, and the last state of it in any case', async () => {
    const live = (epoch: number): PanelSnapshot['status'] => ({
      state: 'working', stage: `Training, epoch ${epoch}`, live: { title: 'Loss', xTitle: 'Epoch', yTitle: 'Loss', lines: [{ name: 'Training', x: [epoch], y: [1] }], canFinish: true },
    });
    page.sent.length = 0;
    for (let epoch = 1; epoch <= 100; epoch++) {
      view.setStatus(live(epoch));
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(500);
    expect(page.sent.length).toBeLessThanOrEqual(7);
    expect(page.sent.length).toBeGreaterThanOrEqual(5);
    expect((page.sent.at(-1)?.value as PanelSnapshot).status).toEqual(live(100));
  });
});
