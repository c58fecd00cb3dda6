import assert from 'node:assert/strict';
import { api, eventually, run, stored, workspacePath } from './host';

describe('Compare Models', () => {
  const request = { target: 'body_mass_g', compare: { models: ['linear', 'bayes'] }, prompt: false } as const;

  it('gives the simplest model at once, and its panel and the store the comparison when it is done', async () => {
    const id = await run('unveil.compareModels', { file: workspacePath('penguins.csv'), ...request });
    assert.equal((await api()).panelState(id)?.status.state, 'ready');
    await (await api()).waitForIdle();
    const { report } = await stored(id);
    assert.equal(report.model.family, 'linear');
    assert.deepEqual(report.comparison?.models.map(model => model.family), ['linear', 'bayes']);
    assert.deepEqual(report.comparison?.models[0]?.metrics, report.performance?.metrics);
    assert.deepEqual((await api()).panelState(id)?.report?.comparison, report.comparison);
  });

  it('can be cancelled, keeps what was done, and names what was not', async () => {
    const id = await run('unveil.compareModels', { file: workspacePath('penguins.csv'), target: 'body_mass_g', compare: {}, prompt: false });
    const unveil = await api();
    await eventually('a row of the comparison', () => (unveil.panelState(id)?.report?.comparison?.models.length ?? 0) >= 1);
    assert.equal(await run('unveil.cancelRun', id), 1);
    await (await api()).waitForIdle();
    const { comparison } = (await stored(id)).report;
    assert.ok(comparison!.models.length >= 1);
    assert.ok(comparison!.notRun.some(({ text }) => text.endsWith('the comparison was cancelled.')), JSON.stringify(comparison!.notRun));
  });
});

describe('A model of a comparison', () => {
  it('has the comparison in its report when it is explained in full, and keeps it when it is trained again', async () => {
    const request = { file: workspacePath('penguins.csv'), target: 'body_mass_g', prompt: false } as const;
    const first = await run('unveil.compareModels', { ...request, compare: { models: ['linear', 'bayes'] } });
    await (await api()).waitForIdle();
    const { comparison } = (await stored(first)).report;
    const second = await run('unveil.explainFile', { ...request, model: 'bayes', detail: 'brief', comparedIn: first! });
    for (let i = 0; i < 2; i++) {
      const { report } = await stored(second);
      assert.equal(report.model.family, 'bayes');
      assert.deepEqual(report.comparison?.models, comparison?.models);
      assert.equal(report.comparison?.takenOver?.date, comparison?.date);
      assert.match(report.sections.find(({ kind }) => kind === 'comparison')?.summary ?? '', /^Taken over: these models were compared on 20\d\d-\d\d-\d\d, on 342 held-out rows of penguins\.csv/);
      if (i === 0) await run('unveil.retrain', { id: second! });
    }
  });
});
