import assert from 'node:assert/strict';
import type { ContributionsSection } from '../../src/protocol/modelSections';
import { api, eventually, notified, run, stored, workspacePath } from './host';

describe('The panels', () => {
  let id: string | undefined;

  before(async () => {
    id = await run('unveil.explainFile', { file: workspacePath('diabetes.csv'), target: 'target', model: 'linear', prompt: false });
  });

  it('open at effects and interpretability by commands of their own', async () => {
    const unveil = await api();
    for (const [command, panel] of [['unveil.showEffects', 'effects'], ['unveil.showInterpretability', 'interpretability']] as const) {
      assert.equal(await run(command, id), id);
      assert.equal(unveil.panelState(id)?.panel, panel);
      const report = (await stored(id)).report;
      assert.ok(report.sections.some(section => section.panel === panel), `${panel} has no section`);
    }
  });

  it('explain one row: base and contributions add up to the prediction, and the panel shows them', async () => {
    const unveil = await api();
    const result = await run('unveil.explainRow', { id: id!, row: 3 });
    assert.equal(result?.row, 3);
    const parts = result.sections.find((section): section is ContributionsSection => section.kind === 'contributions' && section.of === 'row');
    assert.ok(parts, result.sections.map(section => section.kind).join(', '));
    const sum = parts.items.reduce((total, item) => total + item.contribution, parts.base);
    assert.ok(Math.abs(sum - parts.output) < 1e-9 * Math.max(1, Math.abs(parts.output)), `${sum} against ${parts.output}`);
    const state = unveil.panelState(id);
    assert.equal(state?.panel, 'row');
    assert.deepEqual(state.row, { row: 3, sections: result.sections });
  });

  it('say in one sentence that a row does not exist, in the panel and to the program that asked', async () => {
    const unveil = await api();
    await assert.rejects(async () => run('unveil.explainRow', { id: id!, row: 1_000_000 }), (error: Error) => {
      assert.doesNotMatch(error.message, /\n|undefined/);
      return true;
    });
    assert.match(unveil.panelState(id)?.row?.failed ?? '', /^[A-Z“].*\.$/);
  });

  it('place the other models of the same file, target and task beside this one', async () => {
    const unveil = await api();
    const other = await run('unveil.explainFile', { file: workspacePath('diabetes.csv'), target: 'target', model: 'bayes', prompt: false });
    const elsewhere = await run('unveil.explainFile', { file: workspacePath('diabetes.csv'), target: 'bmi', model: 'linear', prompt: false });
    await run('unveil.showInterpretability', id);
    const { report } = await stored(other);
    const plot = report.sections.find(section => section.kind === 'scatter');
    assert.ok(plot?.kind === 'scatter');
    const loss = report.performance?.metrics.find(metric => metric.name === plot.metric)?.value;
    const twin = await eventually('the peer', () => unveil.panelState(id)?.peers?.find(peer => peer.metric.value === loss));
    assert.equal(twin.interpretability.value, report.scores?.find(score => score.name === plot.score)?.value);
    await run('unveil.showInterpretability', elsewhere);
    assert.deepEqual(unveil.panelState(elsewhere)?.peers ?? [], []);
  });

  it('have nothing to finish where no network is in training, and say so', async () => {
    const shown = await notified(async () => assert.equal(await run('unveil.finishTraining'), 0));
    assert.deepEqual(shown.map(item => item.severity), ['information']);
  });
});

describe('A network in training', () => {
  it('shows its growing loss in the panel, and keeps the best so far when it is asked to finish', async () => {
    const unveil = await api();
    const running = run('unveil.explainFile', {
      file: workspacePath('breast_cancer.csv'), target: 'target', model: 'neural', detail: 'brief', prompt: false,
      // Without being asked this would train for an hour.
      options: { epochs: 100_000, patience: 100_000, ensemble: 1, prune: false },
    });
    const started = await eventually('the loss of a few epochs', () => {
      const state = unveil.panelState();
      const live = state?.status.state === 'working' ? state.status.live : undefined;
      return live && live.canFinish && live.lines.some(line => line.y.length > 3) && { id: state!.id, live };
    });
    assert.ok(started.live.lines.every(line => line.x.length === line.y.length && line.x.length <= 200));
    assert.ok(unveil.runs().some(one => one.canFinish));
    const asked = await run('unveil.finishTraining', started.id);
    assert.equal(asked, 1);
    const id = await running;
    const { report } = await stored(id);
    assert.ok((report.performance?.metrics.find(metric => metric.name === 'auc')?.value ?? 0) > 0.5);
    assert.equal(unveil.panelState(id)?.status.state, 'ready');
  });
});
