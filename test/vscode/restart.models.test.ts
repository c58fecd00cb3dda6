import assert from 'node:assert/strict';
import { isDamaged } from '../../src/services/modelIndex';
import { api, eventually, run, stored } from './host';

// Runs in a second extension host, after the first has ended.
describe('After a restart of the extension host', () => {
  it('the trained models are there and whole', async () => {
    const models = await (await api()).models();
    assert.ok(models.length >= 5, `${models.length} models`);
    assert.deepEqual(models.filter(isDamaged), []);
    for (const model of models) assert.equal((await stored(model.id)).format, 'unveil-model');
  });

  it('a model opens with the report it had', async () => {
    const unveil = await api();
    const [model] = await unveil.models();
    await run('unveil.openModel', { id: model!.id });
    const state = await eventually('the panel is ready', () => {
      const shown = unveil.panelState(model!.id);
      return shown?.status.state === 'ready' && shown;
    });
    assert.deepEqual(state.report, (await stored(model!.id)).report);
  });
});
