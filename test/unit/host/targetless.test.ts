/** Every command on models of clusters, components and decisions: it does its work, or says in one sentence why not and no menu offers it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../../src/commands/host';
import { registerCommands } from '../../../src/commands/register';
import { contextKeys, itemKinds, type CommandId } from '../../../src/contributions';
import { ModelContext } from '../../../src/panels/modelContext';
import { UserError } from '../../../src/protocol/errors';
import type { AnyModelFile, TargetlessModelFile } from '../../../src/protocol/modelFile';
import type { AnyRequest, TargetlessRecipe } from '../../../src/protocol/recipe';
import { Emitter } from '../../../src/services/emitter';
import { silentLog } from '../../../src/services/log';
import { ModelStore } from '../../../src/services/modelStore';
import { Runs } from '../../../src/services/runs';
import { Settings } from '../../../src/services/settings';
import { modelNamed } from './fixtures';

const vs = vi.hoisted(() => ({ handlers: new Map<string, (argument?: unknown) => Promise<unknown>>(), executed: [] as unknown[][] }));
vi.mock('vscode', async () => {
  const { Emitter: Source } = await import('../../../src/services/emitter');
  class CancellationTokenSource {
    readonly token = { isCancellationRequested: false, onCancellationRequested: new Source<unknown>().event };
    cancel(): void { /* nothing is cancelled here */ }
    dispose(): void { /* nothing to take away */ }
  }
  class CancellationError extends Error {}
  const asked = (): never => { throw new Error('a person was asked'); };
  return {
    CancellationTokenSource, CancellationError, ProgressLocation: {}, l10n: {}, env: { language: 'en' }, Disposable: { from: () => ({ dispose: () => undefined }) },
    Uri: { file: (fsPath: string) => ({ scheme: 'file', path: fsPath, fsPath }) },
    window: { withProgress: () => undefined, showQuickPick: asked, showInputBox: asked, showSaveDialog: asked, createQuickPick: asked },
    commands: {
      registerCommand: (id: string, handler: () => Promise<unknown>) => { vs.handlers.set(id, handler); return { dispose: () => undefined }; },
      executeCommand: async (...parts: unknown[]) => { vs.executed.push(parts); },
    },
  };
});

/** Commands that are about the target of a model. */
const aboutTarget: readonly CommandId[] = ['unveil.changeTarget', 'unveil.exportCode', 'unveil.editModel', 'unveil.explainRow', 'unveil.whatIf', 'unveil.compareModels'];
/** Commands that open the report at a panel: where it has no such section it says so itself. */
const panelCommands: readonly CommandId[] = [
  'unveil.showOverview', 'unveil.showWeights', 'unveil.showFeatureImportance', 'unveil.showEffects', 'unveil.showConfidenceIntervals', 'unveil.showInterpretability', 'unveil.showData',
];
const offeredPanels: readonly CommandId[] = ['unveil.showOverview', 'unveil.showData'];
/** What else can be done with any model, with the further arguments that leave nothing to ask. */
const forAny = (out: string): { readonly [Id in CommandId]?: object } => ({
  'unveil.predictFile': { file: '/data/new.csv', out }, 'unveil.retrain': {}, 'unveil.saveModelAs': { out }, 'unveil.exportHtml': { out }, 'unveil.renameModel': { name: 'another' },
  'unveil.deleteModel': { force: true }, 'unveil.openData': {}, 'unveil.openModel': {},
});
/** What is kept of any model, whatever it is of; tests of these are beside what they keep. */
const keeping: readonly CommandId[] = ['unveil.compareReports', 'unveil.showHistory', 'unveil.noteModel', 'unveil.tagModel', 'unveil.exportModelCard', 'unveil.openInNotebook', 'unveil.importModel'];
const models = { clustering: 'kmeans', components: 'pca', decisions: 'policy' } as const;

function modelOf(task: keyof typeof models): TargetlessModelFile {
  const recipe: TargetlessRecipe = { file: __filename, task, features: ['a', 'b'], dropped: [], missing: 'impute', model: models[task], options: {}, level: 0.95, seed: 1, maxRows: 1e6 };
  return {
    format: 'unveil-model', version: 1, created: '2026-05-05T00:00:00.000Z', name: task, recipe, parameters: {},
    report: {
      format: 'unveil-report', version: 1, recipe, data: { rows: 10, rowsUsed: 10, dropped: [], columns: [] },
      model: { family: models[task], title: task, task, headline: 'found' }, timings: {}, notes: [], sections: [],
    },
  };
}

let root: string;
let store: ModelStore;
let requests: { readonly method: string; readonly params: Record<string, unknown> }[];
let failed: string[];
let opened: unknown[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unveil-targetless-'));
  store = new ModelStore(join(root, 'models'), silentLog);
  [requests, failed, opened] = [[], [], []];
  vs.executed.length = 0;
  const notifications = {
    inform: () => undefined,
    error: (error: unknown) => { const known = error as UserError; if (!failed.includes(known.message)) failed.push(known.message); return known; },
  };
  const request = async (method: string, params: Record<string, unknown>): Promise<object> => {
    requests.push({ method, params });
    return method === 'explore' ? { model: modelOf(params['task'] as keyof typeof models) } : { rows: 10, notes: [] };
  };
  const view = (id: string) => ({
    isClosed: false, reference: { source: 'store', id }, snapshot: { status: { state: 'ready' } }, panel: { dispose: () => undefined }, update: () => undefined, setStatus: () => undefined,
  });
  const panels = { openStored: async (id: string, panel?: string) => { opened.push([id, panel]); return view(id); }, open: (id: string) => view(id) };
  registerCommands({
    log: silentLog, settings: new Settings(() => ({ get: () => undefined })), store, runs: new Runs(), engine: { request, warm: () => undefined }, notifications, panels,
    views: { active: undefined, recent: undefined, find: () => undefined, onDidChange: () => undefined }, requests: new Map(),
  } as unknown as Host);
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe.each(Object.keys(models) as (keyof typeof models)[])('a model of %s', task => {
  beforeEach(() => store.put('mine', modelOf(task)));

  it.each(aboutTarget)('is refused in one sentence by %s, with nothing asked of a person or of the engine', async id => {
    const extra = { 'unveil.explainRow': { row: 1 }, 'unveil.editModel': { edit: { kind: 'undo' } }, 'unveil.changeTarget': { target: 'a' } }[id as string];
    expect(await vs.handlers.get(id)!({ kind: 'model', id: 'mine' })).toBeUndefined();
    await expect(vs.handlers.get(id)!({ id: 'mine', ...extra })).rejects.toThrow(UserError);
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatch(/^Only models of a target can [a-z ]+; this model has none\.$/);
    expect(requests).toEqual([]);
  });

  it.each(panelCommands)('is opened at its panel by %s', async id => {
    expect(await vs.handlers.get(id)!({ kind: 'model', id: 'mine' })).toBe('mine');
    expect(opened).toHaveLength(1);
    expect(failed).toEqual([]);
  });

  it.each(Object.keys(forAny('')) as CommandId[])('is served by %s', async id => {
    const out = join(root, 'out.txt');
    const result = await vs.handlers.get(id)!({ id: 'mine', ...forAny(out)[id] });
    expect(failed).toEqual([]);
    expect(result).toBeTruthy();
    if (id === 'unveil.retrain') expect(requests).toMatchObject([{ method: 'explore', params: { task, features: ['a', 'b'] } }]);
    if (id === 'unveil.predictFile') expect(requests).toMatchObject([{ method: 'predict', params: { model: { recipe: { task } }, out } }]);
    if (id === 'unveil.saveModelAs') expect((JSON.parse(await readFile(out, 'utf8')) as AnyModelFile).recipe.task).toBe(task);
    if (id === 'unveil.openData') expect(vs.executed).toEqual([['vscode.open', expect.objectContaining({ fsPath: __filename }), undefined]]);
  });
});

interface MenuItem { readonly command?: string; readonly when?: string }
const { menus } = (JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { contributes: { menus: Record<string, MenuItem[]> } }).contributes;

/** Whether a `when` clause of ||, &&, !, == and =~ holds. */
function holds(when: string, context: Readonly<Record<string, unknown>>): boolean {
  return when.split(' || ').some(alternative => alternative.split(' && ').every(term => {
    const [, key, operator, value] = /^(\S+) (==|=~) (.+)$/.exec(term) ?? [];
    if (operator === '==') return context[key!] === value;
    if (operator === '=~') return new RegExp(value!.replace(/^\/|\/$/g, '')).test(String(context[key!] ?? ''));
    return term.startsWith('!') ? !context[term.slice(1)] : Boolean(context[term]);
  }));
}
const shown = (menu: string, context: Readonly<Record<string, unknown>>): string[] =>
  menus[menu]!.filter(({ when }) => when === undefined || holds(when, context)).map(({ command }) => command!).filter(command => command !== undefined);

describe('the menus of a report and of a model in the tree', () => {
  const served = Object.keys(forAny('')).filter(id => id !== 'unveil.openModel');
  const places = [
    ['a report panel', 'editor/title', { activeWebviewPanelId: 'unveil.report' }, ['unveil.changeTarget', 'unveil.exportCode', 'unveil.editModel', 'unveil.explainRow'], []],
    ['a model file', 'editor/title', { activeCustomEditorId: 'unveil.model' }, ['unveil.changeTarget', 'unveil.exportCode', 'unveil.editModel', 'unveil.explainRow'], []],
    ['the tree', 'view/item/context', { view: 'unveil.models' }, ['unveil.changeTarget', 'unveil.exportCode', 'unveil.explainRow', 'unveil.compareModels'], offeredPanels],
  ] as const;

  it.each(places)('of %s offer what is about a target with one, and nothing of it without', (_, menu, place, offered, panels) => {
    const withTarget = shown(menu, { ...place, viewItem: itemKinds.model });
    const without = shown(menu, { ...place, viewItem: itemKinds.targetlessModel, [contextKeys.withoutTarget]: true });
    for (const id of offered) expect(withTarget, id).toContain(id);
    for (const id of without) expect([...served, ...keeping, ...panels], id).toContain(id);
    for (const id of withTarget.filter(each => served.includes(each))) expect(without, id).toContain(id);
  });
});

describe('the context key of the report in view', () => {
  const change = new Emitter<void>();
  const views = { recent: undefined as unknown, onDidChange: change.event };
  const view = (id: string, report?: unknown) => ({ snapshot: { report }, reference: { source: 'store', id } });

  it('says whether its model has no target: of a report, of a run that has none yet, and of the next report in the same view', () => {
    const asked = new Map<string, AnyRequest>([['new', { file: 'x.csv', task: 'clustering' }], ['old', { file: 'x.csv', target: 'y' }]]);
    const context = new ModelContext(views as never, asked);
    const told = (): unknown[] => vs.executed.splice(0).filter(([, key]) => key !== contextKeys.reported).map(([command, key, value]) => (command === 'setContext' && key === contextKeys.withoutTarget ? value : 'something else'));
    const show = (next: unknown): unknown[] => { views.recent = next; change.fire(); return told(); };
    expect(show(view('new'))).toEqual([true]);
    expect(show(view('new', modelOf('clustering').report))).toEqual([]);
    expect(show(view('old'))).toEqual([false]);
    expect(show(view('other', modelOf('decisions').report))).toEqual([true]);
    expect(show(view('other', modelNamed('x').report))).toEqual([false]);
    views.recent = view('other', modelOf('components').report);
    context.refresh();
    expect(told()).toEqual([true]);
    expect(show(undefined)).toEqual([false]);
    context.dispose();
    expect(show(view('new'))).toEqual([]);
  });

  it('tells the walkthrough of the first report, once', () => {
    vs.executed.splice(0);
    const context = new ModelContext(views as never, new Map());
    const told = (): unknown[] => vs.executed.splice(0).filter(([, key]) => key === contextKeys.reported).map(([, , value]) => value);
    views.recent = view('waiting');
    context.refresh();
    expect(told()).toEqual([]);
    views.recent = view('done', { recipe: { target: 'y' } });
    context.refresh();
    context.refresh();
    expect(told()).toEqual([true]);
    context.dispose();
  });
});
