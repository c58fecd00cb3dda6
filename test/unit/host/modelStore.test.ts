/** The model store on a real folder. */
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import { silentLog } from '../../../src/services/log';
import { isDamaged, ModelStore, type HealthyModel } from '../../../src/services/modelStore';
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
    expect(await store.replace('a', next)).toEqual({ ...next, name: 'mine' });
    expect(await reopened().list()).toMatchObject([{ id: 'a', name: 'mine', created: next.created }]);
    await store.remove('a');
    expect(await store.replace('a', next)).toBeUndefined();
    expect(await reopened().list()).toEqual([]);
  });

  it('makes its changes one after the other: a removal that comes first wins', async () => {
    await store.put('a', modelNamed('mine'));
    const [, replaced] = await Promise.all([store.remove('a'), store.replace('a', modelNamed('mine'))]);
    expect(replaced).toBeUndefined();
    expect(await store.list()).toEqual([]);
  });
});
