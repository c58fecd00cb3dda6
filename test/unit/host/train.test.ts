/** Training as the host sees it: a real store and real runs, an engine that answers when told to, views that only note. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deleteModel } from '../../../src/commands/deleteModel';
import { finishTraining } from '../../../src/commands/runControl';
import type { Host } from '../../../src/commands/host';
import { train } from '../../../src/commands/train';
import type { ModelReference, ModelView } from '../../../src/panels/modelView';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import type { ModelFile } from '../../../src/protocol/modelFile';
import type { PanelSnapshot } from '../../../src/protocol/panel';
import type { RequestOptions } from '../../../src/services/engineClient';
import { withComparison, withComparisonOf } from '../../../src/services/comparisons';
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
  return { CancellationTokenSource, CancellationError, ProgressLocation: {}, window: { withProgress: () => undefined } };
});

class FakeView {
  isClosed = false;
  snapshot: PanelSnapshot;
  readonly panel = { dispose: (): void => { this.isClosed = true; }, onDidDispose: () => ({ dispose: () => undefined }) };

  constructor(public reference: ModelReference, model: Partial<PanelSnapshot>) {
    this.snapshot = { name: '', panel: 'overview', status: { state: 'ready' }, source: 'store', ...model };
  }

  update(change: Partial<PanelSnapshot>, reference = this.reference): void {
    this.reference = reference;
    this.snapshot = { ...this.snapshot, ...change };
  }

  setStatus(status: PanelSnapshot['status']): void { this.update({ status }); }
}

interface Asked { readonly method: string; readonly params: unknown; readonly options: RequestOptions; answer(model: ModelFile): void; fail(error: Error): void }

let root: string;
let store: ModelStore;
let runs: Runs;
let asked: Asked[];
let shown: string[];
let view: FakeView;
let host: Host;
const request = { file: '/data/people.csv', target: 'price' };
const trainedAgain = modelNamed('price · people.csv', '2026-05-05T00:00:00.000Z');
const asView = (): ModelView => view as unknown as ModelView;
const retrain = (): Promise<string | undefined> => train(host, request, { replaces: 'a', view: asView() });
const asking = (count: number): Promise<void> => vi.waitFor(() => expect(asked).toHaveLength(count));

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unveil-train-'));
  store = new ModelStore(join(root, 'models'), silentLog);
  await store.put('a', modelNamed('mine'));
  runs = new Runs();
  asked = [];
  shown = [];
  view = new FakeView({ source: 'store', id: 'a' }, { name: 'mine', report: modelNamed('mine').report });
  const engine = {
    request: (method: string, params: unknown, options: RequestOptions) => new Promise((resolve, reject) => {
      options.token?.onCancellationRequested(() => reject(new CancelledError()));
      asked.push({ method, params, options, answer: model => resolve({ model }), fail: reject });
    }),
  };
  const notifications = {
    inform: (message: string) => shown.push(message),
    error: (error: UserError) => { shown.push(error.message); return error; },
  };
  const views = { active: undefined, find: (reference: ModelReference) => (!view.isClosed && JSON.stringify(reference) === JSON.stringify(view.reference) ? view : undefined) };
  host = { log: silentLog, settings: { complete: (given: unknown) => given, get: () => 'auto' }, store, runs, engine, notifications, views, requests: new Map() } as unknown as Host;
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('the automatic model', () => {
  it('is the simplest one at once; the command is done then, and the comparison follows in the same panel', async () => {
    const done = train(host, { ...request, model: 'auto', compare: { seconds: 20 } }, { replaces: 'a', view: asView() });
    await asking(1);
    expect(asked[0]).toMatchObject({ method: 'explain', params: request });
    expect(asked[0]!.params).not.toHaveProperty('compare');
    asked[0]!.answer(trainedAgain);
    expect(await done).toBe('a');
    expect(view.snapshot.status).toEqual({ state: 'ready' });
    expect(asked[1]).toMatchObject({ method: 'compare', params: { ...request, task: 'regression', compare: { seconds: 20 } } });
    expect(runs.all).toMatchObject([{ id: 'a' }]);
    expect(runs.cancel('a')).toBe(1);
    await vi.waitFor(() => expect(runs.all).toEqual([]));
  });

  it('trained again while it is compared shows nothing of a comparison that has ended', async () => {
    const done = train(host, { ...request, model: 'auto', compare: { seconds: 20 } }, { replaces: 'a', view: asView() });
    await asking(1);
    asked[0]!.answer(trainedAgain);
    await done;
    asked[1]!.options.onProgress?.({ stage: 'Fitting', fraction: 0.2 });
    expect(view.snapshot.comparing).toMatchObject({ stage: 'Fitting' });
    const again = train(host, { ...request, model: 'linear' }, { replaces: 'a', view: asView() });
    await asking(3);
    expect(view.snapshot.comparing).toBeUndefined();
    asked[2]!.answer(trainedAgain);
    await again;
    await vi.waitFor(() => expect(runs.all).toEqual([]));
    expect(view.snapshot.comparing).toBeUndefined();
  });

  it('can be asked for as soon as it is shown: the store gives it, not what it replaced', async () => {
    const done = retrain();
    await asking(1);
    const got: string[] = [];
    view.update = function (this: FakeView, change: Partial<PanelSnapshot>, reference = this.reference): void {
      FakeView.prototype.update.call(this, change, reference);
      // As the webview does, whose questions come after the report.
      if (change.report && change.status?.state === 'ready') setImmediate(() => void store.load('a').then(model => got.push(model.created)));
    };
    asked[0]!.answer(trainedAgain);
    await done;
    await vi.waitFor(() => expect(got).toEqual([trainedAgain.created]));
  });

  it('compares nothing for a panel that was closed meanwhile', async () => {
    const done = train(host, { ...request, compare: {} }, { replaces: 'a', view: asView() });
    await asking(1);
    view.isClosed = true;
    asked[0]!.answer(trainedAgain);
    await done;
    expect(asked).toHaveLength(1);
  });
});

describe('retraining', () => {
  it('twice: the first run is cancelled and touches neither the view nor the run of the second', async () => {
    const first = retrain();
    await asking(1);
    const second = retrain();
    await asking(2);
    expect(await first).toBeUndefined();
    expect(runs.all).toMatchObject([{ id: 'a' }]);
    expect(view.snapshot.status).toEqual({ state: 'working', stage: 'Starting' });
    asked[0]!.options.onProgress?.({ stage: 'Of the first' });
    asked[1]!.options.onProgress?.({ stage: 'Of the second' });
    expect(view.snapshot.status).toEqual({ state: 'working', stage: 'Of the second' });
    expect(runs.get('a')?.progress.stage).toBe('Of the second');
    asked[1]!.answer(trainedAgain);
    expect(await second).toBe('a');
    expect(view.snapshot).toMatchObject({ name: 'mine', status: { state: 'ready' } });
    expect(runs.all).toEqual([]);
    expect(await store.list()).toMatchObject([{ id: 'a', name: 'mine', created: trainedAgain.created }]);
    expect(shown).toEqual([]);
  });

  it('has the edits of the model before made again, and stores what comes of it', async () => {
    const edits = [{ term: 'age', edit: 'removed' as const, at: '2026-01-01T00:00:00.000Z' }];
    const done = train(host, request, { replaces: 'a', view: asView(), edits });
    await asking(1);
    asked[0]!.answer(trainedAgain);
    await asking(2);
    expect(asked[1]).toMatchObject({ method: 'editModel', params: { model: trainedAgain, again: edits } });
    asked[1]!.answer({ ...trainedAgain, edits });
    expect(await done).toBe('a');
    expect((await store.load('a')).edits).toEqual(edits);
  });

  it('does not bring back a model that is deleted meanwhile', async () => {
    const done = retrain();
    await asking(1);
    expect(await deleteModel(host)({ id: 'a', force: true })).toBe(true);
    expect(await done).toBeUndefined();
    expect(view.isClosed).toBe(true);
    expect([runs.all, await store.list(), await store.has('a')]).toEqual([[], [], false]);
  });

  it('does not bring it back either when the result is there already', async () => {
    const done = retrain();
    await asking(1);
    const removed = store.remove('a');
    asked[0]!.answer(trainedAgain);
    const undo = await removed;
    expect(await done).toBeUndefined();
    expect(await store.list()).toEqual([]);
    await undo();
    expect(await store.list()).toMatchObject([{ id: 'a', created: modelNamed('mine').created }]);
  });

  it('keeps the name that the model got meanwhile', async () => {
    const done = retrain();
    await asking(1);
    await store.rename('a', 'renamed');
    view.update({ name: 'renamed' });
    asked[0]!.answer(trainedAgain);
    await done;
    expect(await store.list()).toMatchObject([{ name: 'renamed', created: trainedAgain.created }]);
    expect(view.snapshot.name).toBe('renamed');
  });

  it('leaves a view alone that shows another model by now, and says its result in a notification', async () => {
    const done = retrain();
    await asking(1);
    const other = train(host, request, { view: asView() });
    await asking(2);
    asked[0]!.answer(trainedAgain);
    expect(await done).toBe('a');
    expect(view.snapshot.status.state).toBe('working');
    expect(view.reference).not.toEqual({ source: 'store', id: 'a' });
    expect(shown).toHaveLength(1);
    asked[1]!.answer(trainedAgain);
    const id = await other;
    expect(view).toMatchObject({ reference: { id }, snapshot: { status: { state: 'ready' } } });
  });

  it('shows the curve of a network in training, also between the epochs that bring one, and finishes it on demand', async () => {
    const done = retrain();
    await asking(1);
    const { options } = asked[0]!;
    const live = { title: 'Loss', xTitle: 'Epoch', yTitle: 'Loss', lines: [{ name: 'Training', x: [1], y: [0.5] }], canFinish: true };
    let finished = 0;
    options.onStart?.({ finish: () => Promise.resolve(++finished > 0) });
    options.onProgress?.({ stage: 'Training, epoch 1 of 9', live });
    options.onProgress?.({ stage: 'Training, epoch 2 of 9' });
    expect(view.snapshot.status).toEqual({ state: 'working', stage: 'Training, epoch 2 of 9', live });
    expect(await finishTraining(host)({ id: 'a' })).toBe(1);
    expect(finished).toBe(1);
    options.onProgress?.({ stage: 'Measuring importance' });
    expect(view.snapshot.status).toEqual({ state: 'working', stage: 'Measuring importance' });
    expect(await finishTraining(host)({ id: 'a' })).toBe(0);
    expect([finished, shown]).toEqual([1, ['No training that could be stopped early is under way.']]);
    asked[0]!.answer(trainedAgain);
    expect(await done).toBe('a');
  });

  it('that fails can be tried again, and leaves the model and no run', async () => {
    const done = retrain();
    await asking(1);
    asked[0]!.fail(new UserError('fileChanged', 'The file changed.'));
    await expect(done).rejects.toMatchObject({ reason: 'fileChanged' });
    expect(view.snapshot.status).toEqual({ state: 'failed', message: 'The file changed.', canRetrain: true });
    expect(runs.all).toEqual([]);
    expect(await store.list()).toMatchObject([{ id: 'a', name: 'mine' }]);
  });
});

describe('a comparison', () => {
  const comparison = {
    metric: 'rmse', scheme: 's', rows: 1200, level: 0.95, test: 't', models: [], notRun: [], recommendation: 'Take it.', date: '2026-02-03T04:05:06.000Z',
  } as const;
  const compared = (): ModelFile => {
    const model = modelNamed('mine');
    return { ...model, report: withComparison(model.report, { comparison, section: { kind: 'comparison', id: 'comparison', panel: 'overview', title: 'Models compared', summary: 'Take it.', method: 'm' } }) };
  };
  const words = 'Taken over: these models were compared on 2026-02-03, on 1,200 held-out rows of people.csv, and not when this model was trained. Take it.';
  const summaryOf = (model: ModelFile): string | undefined => model.report.sections.find(({ kind }) => kind === 'comparison')?.summary;

  it('is taken over when the model is trained again, with its date and rows, once and no more', async () => {
    await store.replace('a', compared());
    for (let i = 0; i < 2; i++) {
      const done = retrain();
      await asking(i + 1);
      asked[i]!.answer(trainedAgain);
      await done;
      const stored = await store.load('a');
      expect(stored.report.comparison).toEqual({ ...comparison, takenOver: { date: comparison.date, file: '/data/people.csv' } });
      expect(summaryOf(stored as ModelFile)).toBe(words);
    }
  });

  it('is taken over by the model that was chosen in it', async () => {
    const done = train(host, request, { view: asView(), comparedIn: compared() });
    await asking(1);
    asked[0]!.answer(trainedAgain);
    expect(summaryOf((await store.load((await done)!)) as ModelFile)).toBe(words);
  });

  it('of an edited model is taken over as it was before the edits', () => {
    const fitted = compared();
    const edited = { ...fitted, fitted: { report: fitted.report }, report: { ...fitted.report, sections: fitted.report.sections.map(section => (section.kind === 'comparison' ? { ...section, title: 'Models compared, before the edits' } : section)) } };
    const section = (from: ModelFile) => withComparisonOf(modelNamed('other'), from).report.sections.find(({ kind }) => kind === 'comparison');
    expect(section(edited)).toMatchObject({ title: 'Models compared', summary: words });
    const since = { ...edited, report: fitted.report, fitted: { report: modelNamed('mine').report } };
    expect(section(since)).toMatchObject({ title: 'Models compared', summary: words });
  });

  it('of another target, or where the model has one of its own, is not', () => {
    const other = modelNamed('other');
    const ofOther = { ...other, recipe: { ...other.recipe, target: 'age' } };
    expect(withComparisonOf(ofOther, compared())).toBe(ofOther);
    const own = compared();
    expect(withComparisonOf(own, compared())).toBe(own);
    expect(withComparisonOf(other, modelNamed('mine'))).toBe(other);
  });
});
