import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { AnyModelFile } from '../../src/protocol/modelFile';
import { api, notified, run, stored, workspacePath } from './host';

describe('Find Clusters and Components', () => {
  const penguins = workspacePath('penguins.csv');

  it('finds clusters, shows them in a panel, lists them among the models, and opens them again', async () => {
    const unveil = await api();
    const id = await run('unveil.findClusters', { file: penguins, drop: ['species'], prompt: false });
    const model = (await stored(id)) as AnyModelFile;
    const { clusters } = model.report;
    assert.ok(clusters && clusters.k >= 2, JSON.stringify(clusters?.sentence));
    const state = unveil.panelState(id);
    assert.equal(state?.status.state, 'ready');
    assert.deepEqual(state?.report?.clusters, clusters);
    const [entry] = (await unveil.tree('models')).filter(item => item.label === model.name);
    assert.equal(entry?.description, `${clusters.k} clusters · k-means`);
    assert.equal(model.name, 'Clusters · penguins.csv');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.equal(await run('unveil.openModel', { id: id! }), id);
    assert.deepEqual((await api()).panelState(id)?.report?.clusters, clusters);
  });

  it('writes the rows with their clusters, the report as a page, and the model again by its recipe', async () => {
    const id = await run('unveil.findClusters', { file: penguins, options: { k: 3 }, prompt: false });
    const out = workspacePath('penguins-clusters.csv');
    const predicted = await run('unveil.predictFile', { id: id!, file: penguins, out });
    assert.equal(predicted?.rows, 344);
    const [header, first] = readFileSync(out, 'utf8').split('\n');
    assert.match(header!, /,cluster,distance,silhouette,outside$/);
    assert.match(first!, /,[123],[\d.]+,[\d.-]+,false$/);
    const page = workspacePath('penguins-clusters.html');
    assert.equal(await run('unveil.exportHtml', { id: id!, out: page }), page);
    assert.ok(existsSync(page));
    const before = ((await stored(id)) as AnyModelFile).report.clusters;
    assert.equal(await run('unveil.retrain', { id: id! }), id);
    assert.deepEqual(((await stored(id)) as AnyModelFile).report.clusters, before);
  });

  it('refuses in one sentence what needs a target', async () => {
    const id = await run('unveil.findComponents', { file: penguins, prompt: false });
    assert.ok(((await stored(id)) as AnyModelFile).report.components);
    const said = await notified(() => run('unveil.exportCode', { id: id!, language: 'python', out: workspacePath('x.py') }).then(() => undefined, () => undefined));
    assert.ok(said.some(({ message }) => message.includes('Only models of a target can be written as code')), JSON.stringify(said));
  });
});
