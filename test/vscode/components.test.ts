import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { CommandId } from '../../src/contributions';
import type { TargetlessModelFile } from '../../src/protocol/modelFile';
import { api, close, eventually, notified, run, stored, workspacePath } from './host';

/**
 * Accepts the defaults of quick picks until the command is done, as somebody who only presses Enter does. A quick pick closes when a panel
 * that is still opening takes the focus: who sees that asks again.
 */
async function byEnter<T>(command: () => Thenable<T | undefined>): Promise<T | undefined> {
  for (let attempt = 1; ; attempt++) {
    const result = await enterUntilDone(command());
    if (result !== undefined || attempt === 5) return result;
  }
}

async function enterUntilDone<T>(command: Thenable<T>): Promise<T> {
  let done = false;
  const ended = Promise.resolve(command).finally(() => { done = true; });
  ended.catch(() => undefined);
  await eventually('the quick picks take Enter', async () => {
    if (!done) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await new Promise(resolve => setTimeout(resolve, 200));
    return done;
  });
  return ended;
}

async function targetless(id: string | undefined): Promise<TargetlessModelFile> {
  return (await stored(id)) as unknown as TargetlessModelFile;
}

describe('Find Principal Components', () => {
  const wine = workspacePath('wine.csv');
  const columns = 13;
  let id: string | undefined;

  before(async () => {
    id = await run('unveil.findComponents', { file: wine, drop: ['target'], prompt: false });
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('is asked for with quick picks, whose defaults are standardised columns and all that say something', async () => {
    const asked = await targetless(await byEnter(() => run('unveil.findComponents', vscode.Uri.file(wine))));
    assert.equal(asked.recipe.model, 'pca');
    assert.equal(asked.report.components?.scaling, 'standardised');
    assert.equal(asked.name, 'Components · wine.csv (2)');
  });

  it('shows the panel of its report and lists the model', async () => {
    const unveil = await api();
    const { name, report } = await targetless(id);
    const { components, sections } = report;
    assert.ok(components && components.keep >= 2 && components.variances.length === columns, JSON.stringify(components?.sentence));
    // Standardised with n as divisor: the variances of the scores (divisor n − 1) add up to columns · n / (n − 1).
    close(components.variances.reduce((sum, variance) => sum + variance, 0), (columns * 178) / 177, 1e-12, 'the sum of the variances');
    const state = unveil.panelState(id);
    assert.equal(state?.status.state, 'ready');
    assert.deepEqual(state?.report?.components, components);
    for (const [section, panel] of [['scree', 'overview'], ['shares', 'overview'], ['loadings', 'loadings'], ['biplot', 'map']]) {
      assert.equal(sections.find(one => one.id === section)?.panel, panel, section);
    }
    const [entry] = (await unveil.tree('models')).filter(item => item.label === name);
    assert.match(String(entry?.description), new RegExp(`^${components.keep} components, \\d+(\\.\\d)? % of the variance · Principal components$`));
    assert.deepEqual((await unveil.tree('models', [name])).map(({ label, description }) => [label, description]), [['Features', String(columns)]]);
  });

  it('is opened again from the store and from a file of the person’s own, with the same report', async () => {
    const { report } = await targetless(id);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.equal(await run('unveil.openModel', { id: id! }), id);
    const unveil = await api();
    assert.deepEqual(unveil.panelState(id)?.report, report);
    const out = workspacePath('wine components.unveil.json');
    assert.equal(await run('unveil.saveModelAs', { id: id!, out }), out);
    const uri = vscode.Uri.file(out);
    await vscode.commands.executeCommand('vscode.open', uri);
    const state = await eventually('the report of the file', () => {
      const shown = unveil.panelState(String(uri));
      return shown?.status.state === 'ready' && shown;
    });
    assert.deepEqual(state.report?.components, report.components);
  });

  it('adds to a file the scores, which have the variances of the report and go along with nothing of each other', async () => {
    const { components } = (await targetless(id)).report;
    const out = workspacePath('wine-scores.csv');
    assert.equal((await run('unveil.predictFile', { id: id!, file: wine, out }))?.rows, 178);
    const [header, ...lines] = readFileSync(out, 'utf8').trimEnd().split(/\r?\n/).map(line => line.split(','));
    const scores = Array.from({ length: columns }, (_, c) => lines.map(cells => Number(cells[header!.indexOf(`PC${c + 1}`)])));
    const product = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0) / 177;
    scores.forEach((own, c) => close(product(own, own), components!.variances[c]!, 1e-9, `variance of PC${c + 1}`));
    assert.ok(Math.abs(product(scores[0]!, scores[1]!)) < 1e-9);
  });
});

describe('Models of clusters, components and decisions', () => {
  const gridworld = workspacePath('gridworld.csv');
  const penguins = workspacePath('penguins.csv');
  const kinds = [
    ['unveil.findClusters', { file: penguins, options: { k: 3 } }],
    ['unveil.findComponents', { file: penguins }],
    ['unveil.explainDecisions', { file: gridworld, options: { draws: 100, replicates: 100, sweeps: 20 } }],
  ] as const;
  const refusing: readonly (readonly [CommandId, object])[] = [
    ['unveil.changeTarget', { target: 'species' }], ['unveil.exportCode', { language: 'sql', out: workspacePath('no.sql') }], ['unveil.editModel', { edit: { kind: 'undo' } }],
    ['unveil.explainRow', { row: 1 }], ['unveil.compareModels', {}],
  ];

  for (const [command, argument] of kinds) {
    it(`of ${command} say in one sentence what only a model of a target can do, and do everything else`, async () => {
      const id = await run(command, { ...argument, prompt: false });
      for (const [refused, extra] of refusing) {
        const said = await notified(() => run(refused, { id: id!, ...extra } as never).then(() => assert.fail(`${refused} did not refuse`), (error: Error) => assert.doesNotMatch(error.message, /did not refuse/)));
        assert.equal(said.length, 1, JSON.stringify(said));
        assert.match(said[0]!.message, /^Only models of a target can [a-z ]+; this model has none\.$/);
      }
      for (const shown of ['unveil.showOverview', 'unveil.showWeights', 'unveil.showData'] as const) assert.equal(await run(shown, { id: id! }), id);
      const out = workspacePath(`${command}.html`);
      assert.equal(await run('unveil.exportHtml', { id: id!, out }), out);
      assert.ok(await run('unveil.openData', { id: id! }));
      assert.equal(await run('unveil.renameModel', { id: id!, name: `renamed ${command}` }), `renamed ${command}`);
      assert.equal(await run('unveil.deleteModel', { id: id!, force: true }), true);
    });
  }

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
