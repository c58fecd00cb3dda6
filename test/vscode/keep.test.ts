/** Compare and keep: notes, tags, history, delete with undo, import, side by side, the model card. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDamaged, type HealthyModel } from '../../src/services/modelIndex';
import { api, eventually, notified, run, stored, workspacePath } from './host';

describe('Compare and keep', function () {
  this.timeout(0);
  const request = { file: workspacePath('penguins.csv'), target: 'body_mass_g', model: 'linear', detail: 'brief', prompt: false } as const;
  const entry = async (id: string): Promise<HealthyModel | undefined> => (await (await api()).models()).find((model): model is HealthyModel => model.id === id && !isDamaged(model));
  const trained = async (change: object = {}): Promise<string> => {
    const id = await run('unveil.explainFile', { ...request, ...change });
    assert.ok(id);
    return id;
  };

  it('a note and tags are kept, shown in the tree, and survive a training anew', async () => {
    const id = await trained();
    assert.equal(await run('unveil.noteModel', { id, note: 'for the review' }), 'for the review');
    assert.deepEqual(await run('unveil.tagModel', { id, tags: ['draft', '#draft', ' penguins '] }), ['draft', 'penguins']);
    const { name } = (await entry(id))!;
    const shown = (await (await api()).tree('models')).find(({ label }) => label === name);
    assert.match(shown?.description ?? '', /#draft · #penguins$/);
    await run('unveil.retrain', { id });
    const { note, tags } = (await entry(id))!;
    assert.deepEqual([note, tags], ['for the review', ['draft', 'penguins']]);
  });

  it('the list of models is filtered by tags, which it says above', async () => {
    const unveil = await api();
    const labels = async (): Promise<string[]> => (await unveil.tree('models')).map(({ label }) => label);
    const [both, one, none] = [await trained(), await trained(), await trained()];
    await run('unveil.tagModel', { id: both, tags: ['sifted', 'kept'] });
    await run('unveil.tagModel', { id: one, tags: ['sifted'] });
    const nameOf = async (id: string): Promise<string> => (await entry(id))!.name;
    try {
      assert.deepEqual(await run('unveil.filterModels', { tags: ['#sifted'] }), ['sifted']);
      assert.deepEqual((await labels()).sort(), [await nameOf(both), await nameOf(one)].sort());
      assert.equal(unveil.modelsMessage(), `Tagged #sifted: 2 of ${(await unveil.models()).length} shown`);
      await run('unveil.filterModels', { tags: ['sifted', 'kept'] });
      assert.deepEqual(await labels(), [await nameOf(both)]);
      await run('unveil.tagModel', { id: both, tags: [] });
      assert.deepEqual(await labels(), []);
      assert.equal(unveil.modelsMessage(), 'No model is tagged #sifted #kept.');
    } finally {
      await run('unveil.clearModelFilter');
    }
    assert.ok((await labels()).includes(await nameOf(none)));
    assert.equal(unveil.modelsMessage(), undefined);
  });

  it('the history has what a training replaced, what changed, and paired differences', async () => {
    const id = await trained();
    await run('unveil.retrain', { id, model: 'bayes', features: ['sex', 'species', 'flipper_length_mm'] });
    const found = await run('unveil.showHistory', { id });
    const own = found?.entries.findIndex(({ place }) => place === 'this') ?? -1;
    const change = found?.entries[own]?.change;
    assert.equal(found?.entries[own - 1]?.place, 'earlier');
    assert.ok(change?.changes.some(text => /^Features left out: .*island/.test(text)), JSON.stringify(change?.changes));
    assert.ok(change?.changes.some(text => /^Model: Linear regression → Bayesian/.test(text)), JSON.stringify(change?.changes));
    assert.equal(change?.sameFolds, true);
    const rmse = change?.metrics.find(({ name }) => name === 'rmse');
    assert.ok(rmse?.low !== undefined && rmse.low < rmse.change && rmse.change < rmse.high!);
    const state = (await api()).besideState();
    assert.deepEqual([state?.kind, state?.references, state?.drawn?.title], ['history', [id], 'History']);
  });

  it('two models stand side by side, with what is beyond chance', async () => {
    const [a, b] = [await trained(), await trained({ features: ['bill_depth_mm'] })];
    const found = await run('unveil.compareReports', { models: [a, b] });
    assert.equal(found?.pairs[0]?.beyondChance, true);
    assert.match(found?.verdict[0] ?? '', / is better than .*: its RMSE is lower by .*: beyond chance\.$/);
    assert.ok(found?.recipe.some(({ id }) => id === 'features'));
    const state = (await api()).besideState();
    assert.deepEqual([state?.kind, state?.references], ['models', [a, b]]);
    assert.ok(state?.drawn?.sections.some(({ id }) => id === 'besideImportance'));
  });

  it('a model that is deleted comes back exactly, with its panel', async () => {
    const unveil = await api();
    const id = await trained();
    await run('unveil.noteModel', { id, note: 'keep me' });
    const file = join(unveil.modelFolder, `${id}.unveil.json`);
    const [bytes, before] = [readFileSync(file, 'utf8'), await entry(id)];
    const shown = await notified(() => run('unveil.deleteModel', { id, force: true }));
    assert.deepEqual(shown.map(({ actions }) => actions), [['Undo']]);
    assert.equal(existsSync(file), false);
    assert.equal(await entry(id), undefined);
    assert.deepEqual(await run('unveil.restoreModel', { ids: [id], open: [id] }), [id]);
    assert.equal(readFileSync(file, 'utf8'), bytes);
    assert.deepEqual(await entry(id), before);
    assert.equal((await eventually('the panel', () => unveil.panelState(id)))?.status.state, 'ready');
  });

  it('a saved model file is imported under a name of its own, and one that is none is refused', async () => {
    const id = await trained();
    await run('unveil.tagModel', { id, tags: ['mine'] });
    const out = await run('unveil.saveModelAs', { id, out: workspacePath('kept.unveil.json') });
    const imported = await run('unveil.importModel', out);
    assert.ok(imported && imported !== id);
    assert.notEqual((await entry(imported))!.name, (await entry(id))!.name);
    assert.deepEqual((await entry(imported))!.tags, ['mine']);
    assert.deepEqual((await stored(imported)).report, (await stored(id)).report);
    await assert.rejects(async () => run('unveil.importModel', workspacePath('damaged.unveil.json')));
  });

  it('the model card is written as Markdown', async () => {
    const id = await trained();
    const out = await run('unveil.exportModelCard', { id, out: workspacePath('card.md') });
    const card = readFileSync(out!, 'utf8');
    assert.match(card, /^# Model card: .*\n[^]*## Metrics[^]*\| RMSE \| lower \| [^]*## To repeat it/);
    assert.doesNotMatch(card, /undefined|NaN|\[object/);
  });
});
