import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelFile } from '../../src/protocol/modelFile';
import { everySection, placeEverySection } from './everySection';
import { explainByMenu, explainLabel, ReportPage } from './reportPage';
import { eventually, Workbench } from './workbench';

const tabs = ['Overview', 'Weights', 'Feature Importance', 'Effects', 'Confidence Intervals', 'Interpretability', 'One Row', 'What-If', 'Data'];

/** A curved surface over four columns; the same every time. */
function waves(rows: number): string {
  const cell = (i: number, c: number): number => ((i * [7919, 104729, 1299709, 15485863][c]!) % 10007) / 10007;
  const lines = Array.from({ length: rows }, (_, i) => {
    const x = [0, 1, 2, 3].map(c => cell(i, c));
    return [...x, Math.sin(7 * x[0]!) + x[1]! * x[2]!].map(value => value.toFixed(5)).join(',');
  });
  return `east,north,depth,time,height\n${lines.join('\n')}\n`;
}

describe('The panels', () => {
  let workbench: Workbench;

  before(async () => {
    placeEverySection();
    workbench = await Workbench.open('panels');
    await workbench.file(everySection).waitFor();
    // A workbench that has just started learns of extensions, and of their editors, a little later.
    await workbench.rightClickFor('iris.csv', explainLabel);
    await workbench.closeMenu();
  });
  after(async () => {
    await workbench?.close();
  });
  afterEach(async () => {
    await workbench.closeAllEditors();
  });

  async function open(): Promise<ReportPage> {
    // A busy workbench now and then opens an editor that stays empty: closed and opened again, the report is there.
    for (let left = 2; ; left--) {
      await workbench.openFile(everySection);
      try {
        return await ReportPage.shown(workbench, /Adult/, left > 0 ? 60_000 : undefined);
      } catch (error) {
        if (left === 0) throw error;
        await workbench.closeAllEditors();
      }
    }
  }

  it('draw every kind of section, as charts and as tables', async () => {
    const report = await open();
    assert.deepEqual(await report.frame.getByRole('tab').allTextContents(), tabs);
    const kinds = new Set<string>();
    for (const tab of tabs) {
      await report.tab(tab);
      const panel = report.frame.locator('[role="tabpanel"]:not([hidden])');
      // The file has a report and no parameters behind it: every other tab is drawn from the report alone.
      if (tab === 'What-If') await panel.locator('.section-fault', { hasText: 'damaged' }).waitFor();
      else assert.equal(await panel.locator('.section-fault').count(), 0, `${tab} has a fault`);
      for (const kind of await panel.locator('section.card').evaluateAll(cards => cards.map(card => card.getAttribute('data-kind') ?? ''))) kinds.add(kind);
      const toggles = panel.locator('button.toggle[aria-pressed="false"]');
      while (await toggles.count() > 0) await toggles.first().click();
      for (const table of await panel.locator('section[data-kind] table').all()) assert.ok(await table.locator('tbody tr').count() > 0, `an empty table on ${tab}`);
    }
    for (const kind of ['densities', 'heatmap', 'network', 'activations', 'contributions', 'scores', 'scatter', 'shapes', 'terms', 'effects', 'importance', 'curve', 'formula', 'formulaBeside']) assert.ok(kinds.has(kind), kind);
  });

  it('show a unit’s connections alone when the keyboard is at it, and say them', async () => {
    const report = await open();
    await report.tab('Weights');
    const network = report.section('network');
    await network.locator('[tabindex="0"]').focus();
    await report.frame.page().keyboard.press('ArrowRight');
    const words = network.locator('.network-words');
    await eventually('the connections are said', async () => /^Hidden layer 1 .*Strongest connections: from .* to /.test((await words.innerText()).replace(/\s+/g, ' ')));
    await network.locator('.edge.lit').first().waitFor({ state: 'attached' });
    await network.locator('.edge.dim').first().waitFor({ state: 'attached' });
  });

  it('say in one sentence why a row cannot be explained, and still do after hiding', async () => {
    const report = await open();
    await report.tab('One Row');
    await report.frame.getByLabel('Data row').fill('7');
    await report.frame.getByRole('button', { name: 'Explain', exact: true }).click();
    const alert = report.frame.locator('[role="tabpanel"]:not([hidden]) [role="alert"]');
    await alert.waitFor();
    const sentence = (await alert.innerText()).trim();
    assert.match(sentence, /^[A-Z“].*\.$/);
    assert.doesNotMatch(sentence, /\n|\.js:|undefined/);
    await workbench.screenshot('panels-row-failed');
    await workbench.openFile('iris.csv');
    await workbench.page.keyboard.press('Control+PageUp');
    const again = await ReportPage.shown(workbench, /Adult/);
    await again.inFront('One Row');
    assert.equal((await again.frame.locator('[role="tabpanel"]:not([hidden]) [role="alert"]').innerText()).trim(), sentence);
  });

  it('explain one row of the data, by the form, and keep it over a reload of the window', async () => {
    await explainByMenu(workbench, 'diabetes.csv');
    const report = await ReportPage.shown(workbench, /target/);
    await report.tab('One Row');
    await report.frame.getByLabel('Data row').fill('3');
    await report.frame.getByRole('button', { name: 'Explain', exact: true }).click();
    const card = report.section('contributions');
    await card.waitFor();
    await report.drawn();
    assert.match(await card.innerText(), /add up to the prediction/);
    await workbench.screenshot('panels-row');
    await workbench.reload();
    const restored = await ReportPage.shown(workbench, /target/);
    await restored.inFront('One Row');
    await restored.section('contributions').waitFor();
    assert.equal(await restored.frame.getByLabel('Data row').inputValue(), '3');
  });

  it('remove a term of a boosting machine and take that back, with the held-out metrics beside the shapes', async () => {
    const [data, model] = ['hills.csv', 'hills.unveil.json'].map(name => join(unveilUi.folder, name)) as [string, string];
    writeFileSync(data, waves(300));
    const settings = ['bags=3', 'rounds=200', 'pairs=0'].flatMap(setting => ['--set', setting]);
    execFileSync(process.execPath, [join(unveilUi.project, 'dist', 'cli.js'), 'explain', data, '--target', 'height', '--model', 'ebm', ...settings, '--brief', '--conformal', 'cv+', '--save', model, '--quiet']);
    const edits = (): ModelFile['edits'] => (JSON.parse(readFileSync(model, 'utf8')) as ModelFile).edits;
    await workbench.openFile('hills.unveil.json');
    const report = await ReportPage.shown(workbench, /height/);
    await report.tab('Effects');
    const shapes = report.section('shapes');
    const term = await shapes.locator('select').first().inputValue();
    const heard = await report.listen();
    await shapes.getByRole('button', { name: 'Remove', exact: true }).focus();
    await report.frame.page().keyboard.press('Enter');
    const table = report.frame.locator('[role="tabpanel"]:not([hidden]) section[data-section="editsOfTerms"]');
    await table.waitFor();
    assert.match(await table.innerText(), new RegExp(`Last step \\(${term} was removed\\): RMSE on held-out rows rose from .* to `));
    await eventually('the toast', async () => (await heard()).some(text => /RMSE on held-out rows rose/.test(text)));
    assert.match((await report.frame.locator('.subtitle').innerText()), /edited by hand/);
    const [edit] = edits() ?? [];
    assert.deepEqual({ ...edit, at: undefined }, { term, edit: 'removed', at: undefined });
    assert.deepEqual(await report.violations(), []);
    await workbench.screenshot('panels-edited');
    await shapes.getByRole('button', { name: 'Undo Last Edit' }).click();
    await table.waitFor({ state: 'detached' });
    assert.equal(edits(), undefined);
  });

  it('draw the loss of a network while it trains, with a button that stops it and keeps the best', async () => {
    // Rows enough that training lasts while it is looked at.
    writeFileSync(join(unveilUi.folder, 'waves.csv'), waves(40_000));
    await workbench.file('waves.csv').waitFor();
    await workbench.rightClickFor('waves.csv', explainLabel);
    await workbench.chooseMenu(explainLabel);
    await workbench.pick('height');
    await workbench.acceptDefault();
    await workbench.pick('Neural Network');
    const frame = await workbench.webview('main.report unveil-live canvas');
    const chart = frame.locator('unveil-live canvas');
    const label = await eventually('a loss', async () => {
      const text = await chart.getAttribute('aria-label');
      return /\d/.test(text ?? '') && text;
    });
    await chart.evaluate(canvas => { (canvas as HTMLCanvasElement).dataset['kept'] = 'yes'; });
    const grown = await eventually('the curve grows', () => chart.evaluate((canvas, before) => canvas.getAttribute('aria-label') !== before
      && { kept: (canvas as HTMLCanvasElement).dataset['kept'] }, label));
    assert.equal(grown.kept, 'yes', 'the chart is not put together anew for every epoch');
    await workbench.screenshot('panels-live');
    await frame.locator('vscode-button[data-action="finish"]').click();
    const report = await ReportPage.shown(workbench, /height/, 1_200_000);
    assert.equal(await report.frame.locator('unveil-live').count(), 0);
    await report.tab('Weights');
    assert.ok(await report.section('network').locator('.unit').count() > 10);
  });
});
