import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertRounded, close, digits, explainByMenu, explainLabel, ReportPage } from './reportPage';
import { eventually, Workbench } from './workbench';

interface ExactReference { rows: number; coefficients: { feature: string; estimate: number; standardError: number }[] }

describe('In the workbench', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open('explain');
  });
  after(async () => {
    await workbench?.close();
  });
  afterEach(async () => {
    await workbench.closeAllEditors();
  });

  it('a right-click and three times Enter draw the report of diabetes.csv, with exact weights', async () => {
    const [target, task, model] = await explainByMenu(workbench, 'diabetes.csv');
    assert.match(target!.rows[0]!, /target/);
    assert.match(task!.rows[0]!, /regression|number/i);
    assert.ok(model!.rows.length >= 2);
    const report = await ReportPage.shown(workbench, /target/);
    await workbench.screenshot('explain-diabetes');

    // Least squares of these data in exact rational arithmetic (the fixture says how).
    const reference = JSON.parse(readFileSync(join(unveilUi.project, 'test/fixtures/reference/diabetesExact.json'), 'utf8')) as ExactReference;
    const stored = await report.stored();
    await report.tab('Weights');
    const rows = await report.table('weights');
    assert.equal(rows.length, reference.coefficients.length);
    for (const expected of reference.coefficients) {
      const row = rows.find(cells => cells.get('Term')!.text.startsWith(expected.feature));
      assert.ok(row, `no row of ${expected.feature}`);
      close(digits(row.get('Std. error')), expected.standardError, 1e-8, `standard error of ${expected.feature} in the panel`);
      // A two-valued column may be coded against its first level, which moves only the intercept.
      if (expected.feature !== '(Intercept)') close(digits(row.get('Estimate')), expected.estimate, 1e-8, `weight of ${expected.feature} in the panel`);
      assertRounded(row.get('Estimate'), expected.feature);
    }
    assert.equal(stored.report.weights?.length, rows.length);
  });

  it('the numbers of the overview are those of the stored report', async () => {
    await explainByMenu(workbench, 'penguins.csv');
    const report = await ReportPage.shown(workbench, /species/);
    const stored = (await report.stored()).report;
    const rows = await report.table('metrics');
    assert.equal(rows.length, stored.performance!.metrics.length);
    for (const [index, metric] of stored.performance!.metrics.entries()) {
      const cell = rows[index]!.get('Held-out value')!;
      assert.equal(digits(cell), metric.value, metric.name);
      assertRounded(cell, metric.name);
    }
    const subtitle = await report.frame.locator('.subtitle').textContent();
    assert.match(subtitle ?? '', /344 rows|of 344/);
    await workbench.screenshot('explain-penguins');
  });

  it('every tab shows something, by mouse and by keyboard', async () => {
    await explainByMenu(workbench, 'iris.csv');
    const report = await ReportPage.shown(workbench, /iris/);
    const titles = await report.frame.getByRole('tab').allTextContents();
    for (const title of ['Overview', 'Weights', 'Feature Importance', 'Effects', 'Confidence Intervals', 'Data']) assert.ok(titles.includes(title), titles.join(', '));
    // The panel of one row asks for a row first, and that of what-if asks the model.
    for (const title of [...titles.filter(name => name !== 'One Row' && name !== 'What-If'), 'Overview']) {
      await report.tab(title);
      const panel = report.frame.locator('[role="tabpanel"]:not([hidden])');
      assert.ok((await panel.innerText()).trim().length > 40, `${title} is empty`);
      assert.ok(await panel.locator('section.card').count() > 0, `${title} has no section`);
      assert.equal(await report.frame.locator('.section-fault').count(), 0, `${title} has a fault`);
    }
    await report.frame.getByRole('tab', { name: 'Overview' }).press('ArrowRight');
    await report.inFront('Weights');
    await report.frame.getByRole('tab', { name: 'Weights' }).press('End');
    await report.inFront('Data');
  });

  it('a chart is shown as a table with the numbers of the report', async () => {
    await explainByMenu(workbench, 'wine.csv');
    const report = await ReportPage.shown(workbench, /wine/);
    await report.tab('Feature Importance');
    const section = report.section('importance');
    await section.locator('unveil-chart canvas').first().waitFor();
    await section.getByRole('button', { name: 'Show as table' }).click();
    const rows = await report.table('importance');
    await section.locator('unveil-chart').first().waitFor({ state: 'detached' });
    const stored = (await report.stored()).report.importance!;
    assert.equal(rows.length, stored.length);
    for (const item of stored) {
      const row = rows.find(cells => cells.get('Feature')!.text === item.feature);
      assert.ok(row, item.feature);
      assert.ok([...row.values()].some(cell => digits(cell) === item.permutation!.value), `${item.feature}: ${item.permutation!.value}`);
    }
    await section.getByRole('button', { name: 'Show as table' }).click();
    await section.locator('unveil-chart canvas').first().waitFor();
  });

  it('"Change Target" explains another column in the same panel', async () => {
    await explainByMenu(workbench, 'penguins.csv');
    const report = await ReportPage.shown(workbench, /species/);
    await report.action('changeTarget').click();
    await workbench.pick('body_mass_g');
    await workbench.acceptDefault();
    await workbench.acceptDefault();
    const changed = await ReportPage.shown(workbench, /body_mass_g/);
    assert.equal((await workbench.tabs()).length, 1);
    const stored = (await changed.stored()).report;
    assert.equal(stored.model.task, 'regression');
    const rows = await changed.table('metrics');
    assert.ok(rows.some(cells => digits(cells.get('Held-out value')) === stored.performance!.metrics.find(metric => metric.name === 'rmse')!.value));
  });

  it('a formula typed in the palette gives the columns of the formula', async () => {
    // The file in the editor in front is the one that the formula is about; where the host has not heard of the editor yet, it asks.
    await workbench.openFile('penguins.csv');
    await workbench.rightClickFor('penguins.csv', 'Unveil');
    await workbench.closeMenu();
    await workbench.command('Unveil: Explain With a Formula');
    const input = workbench.page.locator('.quick-input-widget:visible input[placeholder="y ~ a + b + a:b"]');
    const offered = workbench.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row', { hasText: 'penguins.csv' }).first();
    await eventually('the formula box', async () => {
      if (!(await input.isVisible()) && await offered.isVisible()) await offered.click({ timeout: 10_000 });
      return input.isVisible();
    });
    await input.fill('body_mass_g ~ flipper_length_mm * sex');
    await workbench.page.keyboard.press('Enter');
    const report = await ReportPage.shown(workbench, /body_mass_g/);
    await report.tab('Weights');
    const terms = (await report.table('weights')).map(cells => cells.get('Term')!.text);
    assert.ok(terms.some(term => /^flipper_length_mm:sex/.test(term)), terms.join(', '));
  });

  it('markup in headers and cells is shown as text', async () => {
    const markup = '<img src=x onerror=window.hacked=1>';
    writeFileSync(join(unveilUi.folder, 'markup.csv'), `${markup},<b>bold</b>,y\n${Array.from({ length: 80 }, (_, i) => `${(i * 31) % 17},${['<script>hacked=1</script>', '<i>x</i>'][(i * 13) % 2]},${(i * 31) % 17 + (i % 5)}`).join('\n')}\n`);
    await workbench.file('markup.csv').waitFor();
    await explainByMenu(workbench, 'markup.csv');
    const report = await ReportPage.shown(workbench, /markup/);
    await report.tab('Weights');
    const terms = (await report.table('weights')).map(cells => cells.get('Term')!.text);
    assert.ok(terms.includes(markup), terms.join(', '));
    assert.equal(await report.frame.locator('img, b, i, td script').count(), 0);
    assert.equal(await report.frame.evaluate(() => 'hacked' in window), false);
  });

  it('a file without rows ends in a notification of one sentence and no panel', async () => {
    await workbench.rightClickFor('header only.csv', explainLabel);
    await workbench.chooseMenu(explainLabel);
    const text = await workbench.notification(/row/i);
    assert.doesNotMatch(text, /\n|\.js:/);
    await workbench.clearNotifications();
    assert.deepEqual(await workbench.tabs(), []);
    assert.equal(await workbench.quickInputIsOpen(), false);
  });

  it('a damaged model file says what is wrong in its editor', async () => {
    await workbench.openFile('damaged.unveil.json');
    const frame = await workbench.webview('main.report[data-state="failed"]');
    assert.match((await frame.locator('[role="alert"] .message').textContent()) ?? '', /damaged\.unveil\.json|model file|JSON/i);
    await workbench.screenshot('damaged-model');
  });

  it('the side bar lists the data sets with their columns, and the models', async () => {
    await explainByMenu(workbench, 'iris.csv');
    await ReportPage.shown(workbench, /iris/);
    await workbench.page.locator('.activitybar .action-item').filter({ has: workbench.page.locator('[aria-label^="Unveil"]') }).first().click();
    await eventually('the data sets are listed', async () => {
      const rows = await workbench.viewRows('Data Sets');
      return ['penguins.csv', 'diabetes.csv', 'naïve-Δ-数据-📊.csv'].every(name => rows.some(row => row.includes(name)));
    });
    await workbench.page.locator('.monaco-list-row', { hasText: 'breast_cancer.csv' }).locator('visible=true').first().click();
    await eventually('the columns are listed', async () => (await workbench.viewRows('Data Sets')).some(row => row.includes('mean radius')));
    await eventually('the model is listed', async () => (await workbench.viewRows('Models')).some(row => row.includes('iris')));
    await workbench.page.locator('.monaco-list-row', { hasText: 'mean radius' }).locator('visible=true').first().click();
    const inspector = await workbench.webview('main.inspector[data-kind="column"]');
    assert.match((await inspector.locator('h1').textContent()) ?? '', /^mean radius$/);
    // pandas: df['mean radius'].mean() of scikit-learn's breast cancer data.
    await eventually('the mean of the column', async () => (await inspector.locator('main').innerText()).includes('14.13'));
    await workbench.screenshot('side-bar');
    await workbench.ready();
  });
});
