import assert from 'node:assert/strict';
import { explainByMenu, ReportPage } from './reportPage';
import { eventually, Workbench } from './workbench';

describe('The automatic model', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open('compare');
  });
  after(async () => {
    await workbench?.close();
  });

  it('is read at once while rows of the comparison arrive, and can be cancelled there', async () => {
    const [, , model] = await explainByMenu(workbench, 'diabetes.csv');
    assert.match(model!.rows[0]!, /Automatic/);
    const report = await ReportPage.shown(workbench, /target/);
    const card = report.frame.locator('section[data-kind="comparison"]');
    await eventually('a row of the comparison', async () => await card.locator('tbody tr').count() >= 2);
    const bar = report.frame.locator('[data-comparing]');
    assert.match((await bar.textContent()) ?? '', /Comparing models: .* \(\d of 5\)/);
    await report.tab('Weights');
    assert.ok((await report.table('weights')).length > 5, 'the report is read meanwhile');
    await report.tab('Overview');
    await workbench.screenshot('comparing');
    await bar.locator('[data-action="cancel"]').click();
    await bar.waitFor({ state: 'detached' });
    assert.match((await card.textContent()) ?? '', /was not run: the comparison was cancelled\./);
    await workbench.screenshot('compared');
    await workbench.closeAllEditors();
  });
});
