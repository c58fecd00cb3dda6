import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import * as vscode from 'vscode';
import { modelEditorType } from '../../src/contributions';
import { modelFormat, modelVersion, type ModelFile } from '../../src/protocol/modelFile';
import { api, eventually, notified, run, workspacePath } from './host';

describe('Model files', () => {
  let id: string | undefined;
  const saved = (): string => workspacePath('iris model.unveil.json');

  before(async () => {
    id = await run('unveil.explainFile', { file: workspacePath('iris.csv'), target: 'target', prompt: false });
    assert.ok(id);
  });

  it('are saved as versioned JSON with recipe, parameters and report', async () => {
    assert.equal(await run('unveil.saveModelAs', { id: id!, out: saved() }), saved());
    const model = JSON.parse(readFileSync(saved(), 'utf8')) as ModelFile;
    assert.equal(model.format, modelFormat);
    assert.equal(model.version, modelVersion);
    assert.equal(model.recipe.target, 'target');
    assert.equal(model.report.model.task, 'classification');
    assert.ok(model.parameters);
  });

  it('open in the custom editor and show their report', async () => {
    const uri = vscode.Uri.file(saved());
    await vscode.commands.executeCommand('vscode.open', uri);
    // The tabs are told a little after the command has ended.
    const input = await eventually('the tab in front', () => {
      const shown = vscode.window.tabGroups.activeTabGroup.activeTab?.input as { readonly uri?: vscode.Uri } | undefined;
      return String(shown?.uri) === String(uri) && shown;
    });
    assert.ok(input instanceof vscode.TabInputCustom, 'opened as text');
    assert.equal(input.viewType, modelEditorType);
    const unveil = await api();
    const state = await eventually('the report is shown', () => {
      const shown = unveil.panelState(String(uri));
      return shown?.status.state === 'ready' && shown;
    });
    assert.equal(state.source, 'file');
    assert.equal(state.report?.data.rows, 150);
  });

  it('that are damaged say so in one sentence', async () => {
    const uri = vscode.Uri.file(workspacePath('damaged.unveil.json'));
    await vscode.commands.executeCommand('vscode.openWith', uri, modelEditorType);
    const unveil = await api();
    const status = await eventually('the fault is shown', () => {
      const shown = unveil.panelState(String(uri))?.status;
      return shown?.state === 'failed' && shown;
    });
    assert.match(status.message, /damaged\.unveil\.json|model file|JSON/i);
    assert.doesNotMatch(status.message, /\n|\bat .+:\d+/);
  });

  it('predict on a data file and write a CSV with a row for each row', async () => {
    const out = workspacePath('predictions.csv');
    const outcome = await run('unveil.predictFile', { id: id!, file: workspacePath('iris.csv'), out });
    assert.equal(outcome?.rows, 150);
    const lines = readFileSync(out, 'utf8').trimEnd().split(/\r?\n/);
    assert.equal(lines.length, 151);
    // At least 145 of 150 flowers right: any sensible linear classifier does (Fisher's has 147).
    const right = lines.slice(1).filter(line => {
      const cells = line.split(',');
      return cells.slice(5).includes(cells[4]!);
    });
    assert.ok(right.length >= 145 || !lines[0]!.includes('target'), `${right.length} right`);
  });

  it('refuse a data file that lacks columns before it is asked where predictions shall go', async () => {
    const shown = await notified(() => run('unveil.predictFile', { id: id!, file: workspacePath('penguins.csv') }).then(() => undefined, () => undefined));
    assert.equal(shown.length, 1, JSON.stringify(shown));
    assert.match(shown[0]!.message, /penguins\.csv lacks the columns .* that the model needs/);
    assert.deepEqual(shown[0]!.actions, ['Open File', 'Show Log']);
  });

  it('are exported as an HTML report that holds no address of another host', async () => {
    const out = workspacePath('report.html');
    assert.equal(await run('unveil.exportHtml', { id: id!, out }), out);
    assert.ok(existsSync(out) && statSync(out).size > 10_000);
    const html = readFileSync(out, 'utf8');
    assert.doesNotMatch(html, /<(script|link|img)[^>]+(src|href)=["']https?:/i);
  });

  it('are exported as code in each language', async () => {
    for (const [language, ending, part] of [['typescript', 'ts', 'export function predict'], ['python', 'py', 'def predict(row):'], ['sql', 'sql', 'FROM "flowers"']] as const) {
      const out = workspacePath(`iris-code.${ending}`);
      assert.equal(await run('unveil.exportCode', { id: id!, language, out, ...(language === 'sql' && { table: 'flowers' }) }), out);
      assert.ok(readFileSync(out, 'utf8').includes(part));
    }
  });

  it('can be renamed and deleted in the store', async () => {
    const unveil = await api();
    const extra = await run('unveil.explainFile', { file: workspacePath('wine.csv'), target: 'target', prompt: false });
    assert.equal(await run('unveil.renameModel', { id: extra!, name: 'Château <b>2026</b>' }), 'Château <b>2026</b>');
    assert.ok((await unveil.tree('models')).some(item => item.label === 'Château <b>2026</b>'));
    assert.equal(await run('unveil.deleteModel', { id: extra!, force: true }), true);
    assert.ok(!(await unveil.models()).some(model => model.id === extra));
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
