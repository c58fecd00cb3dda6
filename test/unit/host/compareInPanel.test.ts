/** A comparison beside a model that is read: a real store and real runs, an engine that answers when told to, a view that only notes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compareInPanel } from '../../../src/commands/compareInPanel';
import type { Host } from '../../../src/commands/host';
import type { ModelView } from '../../../src/panels/modelView';
import type { CompareResult } from '../../../src/protocol/engine';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import type { PanelSnapshot } from '../../../src/protocol/panel';
import type { Comparison, ComparedModel } from '../../../src/protocol/comparison';
import type { RunRequest } from '../../../src/protocol/recipe';
import { withComparison } from '../../../src/services/comparisons';
import type { RequestOptions } from '../../../src/services/engineClient';
import { silentLog } from '../../../src/services/log';
import { ModelStore } from '../../../src/services/modelStore';
import { Runs } from '../../../src/services/runs';
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
    dispose(): void { this.emitter.dispose(); }
  }
  class CancellationError extends Error {}
  return { CancellationTokenSource, CancellationError };
});

const model = (family: string): ComparedModel => ({ family, title: family, metrics: [], fitSeconds: 1, seconds: 2, scores: [] });
function found(models: readonly string[], waiting: readonly string[] = []): CompareResult {
  const comparison: Comparison = {
    metric: 'rmse', scheme: 's', rows: 10, level: 0.95, test: 't', models: models.map(model), notRun: [], best: models[0]!, recommended: models[0]!, recommendation: 'Take it.',
    ...(waiting.length > 0 && { waiting: waiting.map(family => ({ family, title: family })) }),
  };
  return { comparison, section: { kind: 'comparison', id: 'comparison', panel: 'overview', title: 'Models compared', summary: waiting.length > 0 ? 'So far.' : 'Take it.', method: 'm' } };
}

let root: string;
let store: ModelStore;
let runs: Runs;
let asked: { method: string; request: RunRequest; options: RequestOptions; answer(result: CompareResult): void; fail(error: Error): void };
let snapshot: PanelSnapshot;
let close: () => void;
let shown: string[];
let backend: string;
let view: ModelView;
let host: Host;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unveil-compare-'));
  store = new ModelStore(join(root, 'models'), silentLog);
  await store.put('a', modelNamed('mine'));
  runs = new Runs();
  shown = [];
  backend = 'auto';
  snapshot = { name: 'mine', panel: 'overview', status: { state: 'ready' }, source: 'store', report: modelNamed('mine').report, row: { row: 3 } };
  const listeners = new Set<() => void>();
  close = () => listeners.forEach(listener => listener());
  view = {
    reference: { source: 'store', id: 'a' },
    get snapshot() { return snapshot; },
    update: (change: Partial<PanelSnapshot>) => { snapshot = { ...snapshot, ...change }; },
    panel: { onDidDispose: (listener: () => void) => { listeners.add(listener); return { dispose: () => listeners.delete(listener) }; } },
  } as unknown as ModelView;
  const engine = {
    request: (method: string, request: RunRequest, options: RequestOptions) => new Promise((resolve, reject) => {
      options.token?.onCancellationRequested(() => reject(new CancelledError()));
      asked = { method, request, options, answer: resolve, fail: reject };
    }),
  };
  const notifications = { error: (error: UserError) => { shown.push(error.message); return error; } };
  host = { log: silentLog, store, runs, engine, notifications, settings: { get: () => backend } } as unknown as Host;
});
afterEach(() => rm(root, { recursive: true, force: true }));

const start = () => compareInPanel(host, { id: 'a', name: 'mine', request: { file: 'f.csv', target: 'y', model: 'linear', options: { penalty: 'ridge' }, compare: { seconds: 20 } }, view });
const shownModels = () => snapshot.report?.comparison?.models.map(({ family }) => family);

describe('a comparison in a panel', () => {
  it('shows each model as it is done, keeps the report readable and the row that was explained, and stores the result', async () => {
    const done = start();
    expect(asked).toMatchObject({ method: 'compare', request: { file: 'f.csv', target: 'y', compare: { seconds: 20 } } });
    expect([asked.request.model, asked.request.options]).toEqual([undefined, undefined]);
    asked.options.onProgress?.({ stage: 'Bayes (2 of 3)', fraction: 0.4, comparison: found(['linear'], ['bayes', 'ebm']) });
    expect(shownModels()).toEqual(['linear']);
    expect(snapshot).toMatchObject({ status: { state: 'ready' }, comparing: { stage: 'Bayes (2 of 3)', fraction: 0.4 }, row: { row: 3 } });
    expect(runs.get('a')?.progress).toEqual({ stage: 'Bayes (2 of 3)', fraction: 0.4 });
    asked.answer(found(['linear', 'bayes']));
    await done;
    expect(shownModels()).toEqual(['linear', 'bayes']);
    expect([snapshot.comparing, runs.all]).toEqual([undefined, []]);
    expect((await store.load('a')).report.comparison?.models).toHaveLength(2);
  });

  it('is cancelled by a command, and keeps what was found, with the names of what was not', async () => {
    const done = start();
    asked.options.onProgress?.({ stage: 's', comparison: found(['linear'], ['bayes']) });
    runs.cancel('a');
    expect(await done).toBeUndefined();
    const { comparison } = (await store.load('a')).report;
    expect(comparison!.waiting).toBeUndefined();
    expect(comparison!.notRun).toEqual([{ family: 'bayes', title: 'bayes', reason: 'stopped', text: 'bayes was not run: the comparison was cancelled.' }]);
    expect(snapshot.report!.sections.find(({ kind }) => kind === 'comparison')!.summary).toBe('Take it.');
    expect(shown).toEqual([]);
  });

  it('is cancelled when the panel is closed', async () => {
    const done = start();
    close();
    expect(await done).toBeUndefined();
    expect(runs.all).toEqual([]);
  });

  it('is cancelled by another run of the model, whose report it does not touch', async () => {
    const done = start();
    asked.options.onProgress?.({ stage: 's', comparison: found(['linear'], ['bayes']) });
    runs.start({ id: 'a', name: 'mine', progress: { stage: 'Starting' }, cancel: () => undefined });
    snapshot = { ...snapshot, report: modelNamed('again').report };
    await done;
    expect(shownModels()).toBeUndefined();
    expect((await store.load('a')).report.comparison).toBeUndefined();
    expect(runs.all).toHaveLength(1);
  });

  it('does not bring back a model that was deleted', async () => {
    const done = start();
    await store.remove('a');
    asked.answer(found(['linear']));
    await done;
    expect(await store.list()).toEqual([]);
  });

  it('says what went wrong, once', async () => {
    const done = start();
    asked.fail(new UserError('badOption', 'It went wrong.'));
    await done;
    expect(shown).toEqual(['It went wrong.']);
  });

  it('computes networks as the setting says', async () => {
    backend = 'cpu';
    const done = start();
    expect(asked.request.options).toEqual({ backend: 'cpu' });
    asked.answer(found(['linear']));
    await done;
  });
});

it('the section of a comparison stands after the metrics, in the place of an earlier one', () => {
  const { report } = modelNamed('mine');
  const base = { panel: 'overview', title: '', summary: '', method: '' } as const;
  const withMetrics = { ...report, sections: [{ ...base, kind: 'metrics', id: 'performance', baselineTitle: '' }, { ...base, kind: 'fit', id: 'fit', values: [] }] } as const;
  const once = withComparison(withMetrics, found(['linear']));
  expect(withComparison(once, found(['linear', 'bayes'])).sections.map(({ kind }) => kind)).toEqual(['metrics', 'comparison', 'fit']);
});
