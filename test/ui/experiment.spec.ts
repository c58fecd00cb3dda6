import assert from 'node:assert/strict';
import { explainLabel, ReportPage } from './reportPage';
import { eventually, Workbench } from './workbench';

const file = 'diabetes.csv';

describe('An experiment', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open('experiment');
  });
  afterEach(async () => {
    await workbench.closeAllEditors();
  });
  after(async () => {
    await workbench?.close();
  });

  it('is asked for in quick picks, and its report has the numbers of the file of findings', async () => {
    // The menu is there once the extension is.
    await workbench.rightClickFor(file, explainLabel);
    await workbench.closeMenu();
    await workbench.command('Unveil: Run Experiment');
    await workbench.pick(file);
    await workbench.pick('target');
    await workbench.acceptDefault();
    await workbench.pick('Linear Regression');
    await workbench.pick('Sensitivity');
    const choices = await workbench.acceptDefault();
    assert.ok(choices.rows.some(row => /polynomial/.test(row)), choices.rows.join(', '));
    const report = await ReportPage.shown(workbench, /Sensitivity/);
    const stored = await report.stored();
    assert.equal(stored.recipe.task as string, 'experiment');
    const { settings, findings } = stored.report.experiment!;
    const shown = await report.table('table');
    assert.deepEqual(shown.map(row => row.get('Finding')!.text), findings);
    await report.tab('Sensitivity');
    await eventually('the curves', async () => await report.frame.locator('section[data-kind="curve"] canvas').count() >= 2);
    assert.deepEqual(await report.violations(), []);
    await report.tab('Settings');
    const rows = await report.table('table');
    assert.equal(rows.length, settings!.length);
    assert.equal(Number(rows[0]!.get('Held-out RMSE')!.title || rows[0]!.get('Held-out RMSE')!.text), settings![0]!.loss!.value);
    assert.deepEqual(await report.violations(), []);
    await workbench.screenshot('experiment');
  });
});
