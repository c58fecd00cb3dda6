/** The model store on a real folder. */
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import { silentLog } from '../../../src/services/log';
import { isDamaged, type HealthyModel } from '../../../src/services/modelIndex';
import { ModelStore } from '../../../src/services/modelStore';
import { modelNamed } from './fixtures';

let root: string;
let folder: string;
let store: ModelStore;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unveil-store-'));
  folder = join(root, 'models');
  store = new ModelStore(folder, silentLog);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const reopened = (): ModelStore => new ModelStore(folder, silentLog);
const errorOf = async (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, error => error);

describe('the model store', () => {
  it('is empty where there is no folder yet', async () => {
    expect(await store.list()).toEqual([]);
  });

  it('gives a model back as it was stored, after a restart too', async () => {
    const model = modelNamed('price · people.csv');
    const id = store.newId(model.name);
    await store.put(id, model);
    expect(id).toMatch(/^price-people-csv-[0-9a-f]{8}$/);
    expect(await reopened().load(id)).toEqual(model);
    const [entry] = await reopened().list();
    expect(entry).toMatchObject({
      id, name: 'price · people.csv', target: 'price', title: 'Linear regression', features: ['a', '__proto__'], rowsUsed: 9 });
  });

  it('lists the newest first', async () => {
    await store.put('a', modelNamed('old', '2026-01-01T00:00:00Z'));
    await store.put('b', modelNamed('new', '2026-02-01T00:00:00Z'));
    expect((await store.list()).map(model => model.id)).toEqual(['b', 'a']);
  });

  it('lists a broken file as damaged with one sentence, and leaves it and the others alone', async () => {
    await store.put('good', modelNamed('good'));
    const broken = { cut: '{"format": "unveil-model", "vers', empty: '', other: '[1, 2]', parts: '{"format":"unveil-model","version":1}', newer: '{"format":"unveil-model","version":9}' };
    for (const [id, text] of Object.entries(broken)) await writeFile(join(folder, `${id}.unveil.json`), text);
    const models = await reopened().list();
    expect(models).toHaveLength(6);
    for (const model of models.filter(item => item.id !== 'good')) {
      expect(isDamaged(model) && model.damage).toMatch(/^“.*” is not a readable model file: .*\.$/);
      expect(await readFile(model.path, 'utf8')).toBe(broken[model.id as keyof typeof broken]);
      expect(await errorOf(reopened().load(model.id))).toBeInstanceOf(UserError);
    }
    expect(models.find(item => item.id === 'newer')).toMatchObject({ damage: expect.stringContaining('newer version') });
  });

  it('summarises a file of megabytes away from the main thread, with the same result', async () => {
    const model = { ...modelNamed('big'), parameters: { weights: Array.from({ length: 300_000 }, (_, index) => index / 7) } };
    await store.put('big', model);
    const [fresh] = await reopened().list();
    const { bytes: _bytes, ...summary } = (await store.get('big')) as HealthyModel;
    expect(fresh).toMatchObject(summary);
    await writeFile(join(folder, 'cut.unveil.json'), JSON.stringify(model).slice(0, 2_000_000));
    expect((await reopened().list()).filter(isDamaged)).toHaveLength(1);
  });

  it('renames a model in its file', async () => {
    await store.put('a', modelNamed('before'));
    await store.rename('a', 'after');
    expect(await reopened().list()).toMatchObject([{ id: 'a', name: 'after' }]);
  });

  it('numbers a name that is taken', async () => {
    await store.put('a', modelNamed('x'));
    await store.put('b', modelNamed('x (2)'));
    expect(await store.freeName('x')).toBe('x (3)');
    expect(await store.freeName('y')).toBe('y');
  });

  it('deletes into the trash, and brings back', async () => {
    await store.put('a', modelNamed('a'));
    const undo = await store.remove('a');
    expect(await reopened().list()).toEqual([]);
    expect(await errorOf(store.load('a'))).toMatchObject({ reason: 'fileNotFound' });
    await undo();
    expect(await reopened().list()).toMatchObject([{ id: 'a' }]);
    expect(await store.list()).toMatchObject([{ id: 'a' }]);
  });

  it('leaves the old model whole when the new one cannot be written, and no temporary file', async () => {
    await store.put('a', modelNamed('old'));
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    await errorOf(store.put('a', { ...modelNamed('new'), parameters: circular }));
    expect(await reopened().list()).toMatchObject([{ id: 'a', name: 'old' }]);
    expect(await readdir(folder)).toEqual(['a.unveil.json']);
  });

  it('says why a folder cannot be written', async () => {
    await writeFile(join(root, 'plain'), '');
    const blocked = new ModelStore(join(root, 'plain', 'models'), silentLog);
    const error = (await errorOf(blocked.put('a', modelNamed('a')))) as UserError;
    expect(error.reason).toBe('cannotWrite');
    expect(error.message).toMatch(/^“a\.unveil\.json” cannot be written: .*\.$/);
    // A model that could not be stored is still in memory, so that it can be saved elsewhere.
    expect((await blocked.load('a')).name).toBe('a');
  });

  it('takes no id that leads out of its folder', async () => {
    expect(await errorOf(store.load('../secret'))).toMatchObject({ reason: 'fileNotFound' });
  });

  it('removes what a crash in the middle of writing left, and nothing that another window may be writing', async () => {
    await store.put('a', modelNamed('a'));
    const [old, young] = ['.0123456789ab.tmp', '.ba9876543210.tmp'];
    for (const name of [old, young]) await writeFile(join(folder, name), 'half');
    const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
    await utimes(join(folder, old), ago(61), ago(61));
    await utimes(join(folder, young), ago(59), ago(59));
    await reopened().list();
    expect((await readdir(folder)).sort()).toEqual([young, 'a.unveil.json']);
  });

  it('replaces a model that is there, under its name, and none that is not', async () => {
    await store.put('a', modelNamed('mine'));
    const next = modelNamed('other', '2026-02-01T00:00:00Z');
    expect(await store.replace('a', next)).toMatchObject({ ...next, name: 'mine' });
    expect(await reopened().list()).toMatchObject([{ id: 'a', name: 'mine', created: next.created }]);
    await store.remove('a');
    expect(await store.replace('a', next)).toBeUndefined();
    expect(await reopened().list()).toEqual([]);
  });

  it('gives a model whose first writing failed, so that it can be saved elsewhere', async () => {
    await writeFile(join(root, 'file'), '');
    const blocked = new ModelStore(join(root, 'file', 'models'), silentLog);
    await expect(blocked.put('a', modelNamed('mine'))).rejects.toMatchObject({ reason: 'cannotWrite' });
    expect((await blocked.load('a')).name).toBe('mine');
  });

  it('gives a model that is being written as it will be', async () => {
    const written = store.put('a', modelNamed('first'));
    expect((await store.load('a')).name).toBe('first');
    await written;
    const replaced = store.replace('a', { ...modelNamed('first'), created: '2027-01-01T00:00:00.000Z' });
    expect((await store.load('a')).created).toBe('2027-01-01T00:00:00.000Z');
    await replaced;
  });

  it('starts each change from what another window has written since', async () => {
    const other = reopened();
    await store.put('a', modelNamed('mine'));
    await other.rename('a', 'theirs');
    await store.annotate('a', { note: 'n' });
    expect(await reopened().load('a')).toMatchObject({ name: 'theirs', note: 'n' });
    await other.annotate('a', { tags: ['t'] });
    await store.rename('a', 'again');
    expect(await reopened().load('a')).toMatchObject({ name: 'again', note: 'n', tags: ['t'] });
    await other.annotate('a', { note: 'newer' });
    expect(await store.replace('a', modelNamed('x', '2026-02-01T00:00:00Z'))).toMatchObject({ name: 'again', note: 'newer', tags: ['t'] });
  });

  it('makes its changes one after the other: a removal that comes first wins', async () => {
    await store.put('a', modelNamed('mine'));
    const [, replaced] = await Promise.all([store.remove('a'), store.replace('a', modelNamed('mine'))]);
    expect(replaced).toBeUndefined();
    expect(await store.list()).toEqual([]);
  });
});

describe('what a person keeps of a model', () => {
  const day = (n: number): string => `2026-01-0${n}T00:00:00.000Z`;

  it('is a note and tags in its file, and nothing of them where they are empty', async () => {
    await store.put('a', modelNamed('a'));
    await store.annotate('a', { note: 'for the review' });
    await store.annotate('a', { tags: ['draft', 'x'] });
    expect(await reopened().list()).toMatchObject([{ note: 'for the review', tags: ['draft', 'x'] }]);
    await store.annotate('a', { note: ' ', tags: [] });
    expect(await reopened().load('a')).toEqual(modelNamed('a'));
  });

  it('keeps the versions that a training replaced, with name, note and tags; an edit of the same training is no version', async () => {
    await store.put('a', { ...modelNamed('mine', day(1)), note: 'mine', tags: ['draft'] });
    await store.replace('a', { ...modelNamed('edited', day(1)), edits: [{ term: 'x', edit: 'removed', at: day(1) }] });
    expect((await store.list())[0]).toMatchObject({ earlier: [] });
    await store.replace('a', modelNamed('new', day(2)));
    await store.replace('a', modelNamed('newer', day(3)));
    const [entry] = (await reopened().list()) as HealthyModel[];
    expect(entry).toMatchObject({ name: 'mine', note: 'mine', tags: ['draft'], created: day(3) });
    expect(entry!.earlier.map(({ created, edits }) => [created, edits])).toEqual([[day(1), 1], [day(2), undefined]]);
    expect(entry!.earlier[0]!.performance?.metrics.map(({ name }) => name)).toEqual(['rmse', 'r2']);
  });

  it('keeps the last 30 versions', async () => {
    await store.put('a', modelNamed('a', '2026-01-01T00:00:00.000Z'));
    for (let i = 0; i < 31; i++) await store.replace('a', modelNamed('a', `2026-02-01T00:00:${String(10 + i)}.000Z`));
    const [{ earlier }] = (await store.list()) as [HealthyModel];
    expect([earlier.length, earlier[0]!.created]).toEqual([30, '2026-02-01T00:00:10.000Z']);
  });

  it('comes back exactly as it was: the same bytes, note, tags and versions, after a restart too', async () => {
    await store.put('a', { ...modelNamed('a · ü', day(1)), note: 'n', tags: ['t'] });
    await store.replace('a', modelNamed('a', day(2)));
    const path = join(folder, 'a.unveil.json');
    const [bytes, entry] = [await readFile(path, 'utf8'), await store.get('a')];
    expect((entry as HealthyModel).bytes).toBe(Buffer.byteLength(bytes));
    await store.remove('a');
    const fresh = reopened();
    const [deleted] = await fresh.deleted();
    expect([deleted!.id, await fresh.nameOfDeleted(deleted!)]).toEqual(['a', 'a · ü']);
    await fresh.restore('a');
    expect(await readFile(path, 'utf8')).toBe(bytes);
    expect(await fresh.get('a')).toEqual(entry);
    expect(await fresh.deleted()).toEqual([]);
    expect(await errorOf(fresh.restore('a'))).toMatchObject({ reason: 'fileNotFound' });
  });

  it('does not take the place of a model that is there', async () => {
    await store.put('a', modelNamed('old'));
    await store.remove('a');
    await store.put('a', modelNamed('new'));
    expect(await errorOf(store.restore('a'))).toMatchObject({ reason: 'cannotWrite' });
    expect(await store.list()).toMatchObject([{ name: 'new' }]);
  });

  it('opens a store of an earlier version, and leaves out what is no version', async () => {
    const { report: { performance: _p, ...report }, ...old } = modelNamed('old');
    await store.put('a', { ...old, report } as ReturnType<typeof modelNamed>);
    expect(await reopened().list()).toMatchObject([{ id: 'a', tags: [], earlier: [], facts: { name: 'old', data: { rows: 10 } } }]);
    await writeFile(join(folder, 'b.unveil.json'), JSON.stringify({ ...modelNamed('b'), tags: ['t', 3], earlier: [{ created: 1 }, null, 'x'], note: 7 }));
    const b = (await reopened().get('b')) as HealthyModel;
    expect([b.tags, b.earlier, b.note]).toEqual([['t'], [], undefined]);
    const good = b.facts;
    const bad = [{ ...good, recipe: { ...good.recipe, options: null } }, { ...good, performance: null }, { ...good, performance: {} }, { ...good, performance: { metrics: [null] } }];
    const bare = { ...modelNamed('c').report, performance: { scheme: 'x', rows: 3 } };
    await writeFile(join(folder, 'c.unveil.json'), JSON.stringify({ ...modelNamed('c'), report: bare, earlier: [...bad, good] }));
    const c = (await reopened().get('c')) as HealthyModel;
    expect([c.earlier, c.facts.performance?.metrics]).toEqual([[good], []]);
  });
});
