import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { ExperimentFile } from '../../src/protocol/modelFile';
import { api, notified, run, stored, workspacePath } from './host';

describe('Run Experiment', () => {
  const file = workspacePath('diabetes.csv');
  const study = { kind: 'sensitivity', vary: ['l2=0:1:100'] } as const;

  const findings = async (id: string | undefined): Promise<ExperimentFile> => (await stored(id)) as unknown as ExperimentFile;

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('measures the settings, shows what was found in a panel, lists it, opens it again and repeats it', async () => {
    const unveil = await api();
    const id = await run('unveil.runExperiment', { file, target: 'target', model: 'linear', study });
    const found = await findings(id);
    const { experiment } = found.report;
    assert.equal(experiment?.settings?.length, 4);
    assert.deepEqual(experiment.runs, { planned: 20, done: 20 });
    assert.match(experiment.findings[0]!, /^The lowest mean held-out RMSE is /);
    assert.equal(found.name, 'Sensitivity · diabetes.csv');
    assert.equal(unveil.panelState(id)?.status.state, 'ready');
    assert.deepEqual(unveil.panelState(id)?.report?.experiment, experiment);
    const [entry] = (await unveil.tree('models')).filter(item => item.label === found.name);
    assert.match(String(entry?.description), /^(lower loss than usual with l2 .+|no setting .+|the folds cannot tell the settings apart) · Sensitivity of the linear regression$/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.equal(await run('unveil.openModel', { id: id! }), id);
    assert.equal(await run('unveil.retrain', { id: id! }), id);
    const again = (await findings(id)).report.experiment!;
    assert.deepEqual(again.settings!.map(({ loss }) => loss), experiment.settings.map(({ loss }) => loss));
    const page = workspacePath('experiment.html');
    assert.equal(await run('unveil.exportHtml', { id: id!, out: page }), page);
    assert.ok(existsSync(page));
  });

  it('refuses in one sentence to predict with findings', async () => {
    const id = await run('unveil.runExperiment', { file, target: 'target', model: 'linear', study });
    const said = await notified(() => run('unveil.predictFile', { id: id!, file, out: workspacePath('no.csv') }).then(() => undefined, () => undefined));
    assert.ok(said.some(({ message }) => message.includes('An experiment holds no model to predict with')), JSON.stringify(said));
    assert.ok(!existsSync(workspacePath('no.csv')));
  });
});
