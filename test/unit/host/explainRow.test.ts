/** Explaining one row as the host sees it: the answer, the failure and the later question all end in the view. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { explainRow } from '../../../src/commands/explainRow';
import type { Host } from '../../../src/commands/host';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import type { PanelSnapshot } from '../../../src/protocol/panel';
import type { Section } from '../../../src/protocol/report';
import type { RequestOptions } from '../../../src/services/engineClient';
import { silentLog } from '../../../src/services/log';
import { modelNamed } from './fixtures';

vi.mock('vscode', async () => {
  const { Emitter } = await import('../../../src/services/emitter');
  class CancellationTokenSource {
    private readonly emitter = new Emitter<unknown>();
    readonly token = { isCancellationRequested: false, onCancellationRequested: this.emitter.event };
    cancel(): void {
      this.token.isCancellationRequested = true;
      this.emitter.fire(undefined);
    }
    dispose(): void { /* listeners stay, as they may in VS Code */ }
  }
  class CancellationError extends Error {}
  return { CancellationTokenSource, CancellationError, ProgressLocation: {}, window: { withProgress: () => undefined } };
});

interface Asked { readonly method: string; readonly params: { readonly file: string; readonly row: number }; answer(sections: readonly Section[]): void; fail(error: Error): void }

const section: Section = { id: 'row', panel: 'row', kind: 'fit', title: 't', summary: 's', method: 'm', values: [] };
const model = modelNamed('mine');
let asked: Asked[];
let shown: string[];
let snapshot: PanelSnapshot;
let panels: string[];
let host: Host;
const asking = (count: number): Promise<void> => vi.waitFor(() => expect(asked).toHaveLength(count));

beforeEach(() => {
  asked = [];
  shown = [];
  panels = [];
  snapshot = { name: 'mine', id: 'a', source: 'store', panel: 'overview', status: { state: 'ready' }, report: model.report };
  const view = {
    isClosed: false,
    panel: { onDidDispose: () => undefined },
    get snapshot() { return snapshot; },
    update: (change: Partial<PanelSnapshot>) => { snapshot = { ...snapshot, ...change }; },
  };
  host = {
    log: silentLog,
    store: { load: async () => model },
    views: { find: () => view },
    panels: { openStored: async (id: string, panel: string) => { panels.push(`${id} ${panel}`); } },
    notifications: { error: (error: UserError) => { shown.push(error.message); return error; } },
    engine: {
      request: (method: string, params: Asked['params'], { token }: RequestOptions) => new Promise((resolve, reject) => {
        token?.onCancellationRequested(() => reject(new CancelledError()));
        asked.push({ method, params, answer: sections => resolve({ row: params.row, sections }), fail: reject });
      }),
    },
  } as unknown as Host;
});

describe('explaining a row', () => {
  it('shows the panel of one row, waits there, and puts the answer there', async () => {
    const done = explainRow(host)({ id: 'a', row: 3 });
    await asking(1);
    expect(asked[0]).toMatchObject({ method: 'explainRow', params: { file: '/data/people.csv', row: 3 } });
    expect(panels).toEqual(['a row']);
    expect(snapshot.row).toEqual({ row: 3 });
    asked[0]!.answer([section]);
    expect(await done).toEqual({ row: 3, sections: [section] });
    expect(snapshot.row).toEqual({ row: 3, sections: [section] });
  });

  it('asked for in the panel fails there in one sentence, without a notification', async () => {
    const done = explainRow(host)({ kind: 'model', id: 'a', row: 3, inPanel: true } as never);
    await asking(1);
    asked[0]!.fail(new UserError('fileNotFound', 'The file is gone.'));
    expect(await done).toBeUndefined();
    expect(snapshot.row).toEqual({ row: 3, failed: 'The file is gone.' });
    expect([shown, panels]).toEqual([[], []]);
  });

  it('asked for by a program fails for it, too', async () => {
    const done = explainRow(host)({ id: 'a', row: 3 });
    await asking(1);
    asked[0]!.fail(new UserError('fileNotFound', 'The file is gone.'));
    await expect(done).rejects.toMatchObject({ reason: 'fileNotFound' });
    expect(snapshot.row).toEqual({ row: 3, failed: 'The file is gone.' });
  });

  it('gives way to a later question', async () => {
    const first = explainRow(host)({ id: 'a', row: 3 });
    await asking(1);
    const second = explainRow(host)({ id: 'a', row: 4 });
    await asking(2);
    expect(await first).toBeUndefined();
    expect(snapshot.row).toEqual({ row: 4 });
    asked[1]!.answer([section]);
    await second;
    expect(snapshot.row).toEqual({ row: 4, sections: [section] });
  });

  it('puts the answer beside a report that got rows of a comparison meanwhile', async () => {
    const done = explainRow(host)({ id: 'a', row: 3 });
    await asking(1);
    const comparison = { id: 'comparison', kind: 'comparison' } as unknown as Section;
    snapshot = { ...snapshot, report: { ...model.report, comparison: { models: [] } as never, sections: [...model.report.sections, comparison] } };
    asked[0]!.answer([section]);
    await done;
    expect(snapshot.row).toEqual({ row: 3, sections: [section] });
  });

  it('does not put an answer beside a report of another model that came meanwhile', async () => {
    const done = explainRow(host)({ id: 'a', row: 3 });
    await asking(1);
    snapshot = { ...snapshot, report: { ...model.report, timings: { total: 1e6 } }, row: undefined };
    asked[0]!.answer([section]);
    await done;
    expect(snapshot.row).toBeUndefined();
  });

  it('refuses what is no row, in one sentence and without asking the engine', async () => {
    for (const row of [0, -1, 1.5]) await expect(explainRow(host)({ id: 'a', row })).rejects.toMatchObject({ reason: 'badOption' });
    expect(asked).toEqual([]);
    expect(new Set(shown)).toEqual(new Set(['A data row is a whole number from 1 on.']));
  });
});
