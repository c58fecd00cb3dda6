import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainByMenu, ReportPage, storedModel } from './reportPage';
import { compareToTheEnd, setUserSettings } from './userSettings';
import { eventually, Workbench } from './workbench';

const steps = 'steps.csv';
const wide = 'wide.csv';

/** Columns and rows enough that the slow families use up the comparison's seconds: what is asked meanwhile is no race with its end. */
function placeWide(): void {
  const columns = Array.from({ length: 20 }, (_, j) => j);
  const rows = Array.from({ length: 4000 }, (_, i) => {
    const x = columns.map(j => ((i * (37 + 2 * j) + j * 101) % 997) / 997);
    return [...x, Math.sin(9 * x[0]!) + 3 * x[1]! * x[2]! + x[3]! + ((i * 7919) % 101) / 100].map(value => value.toFixed(3)).join(',');
  });
  writeFileSync(join(unveilUi.folder, wide), [[...columns.map(j => `x${j}`), 'outcome'].join(','), ...rows].join('\n'));
}

/** The target jumps at three places of x: what a linear model cannot follow. */
function placeSteps(): void {
  const rows = Array.from({ length: 160 }, (_, i) => ({ x: (i * 37) % 160, noise: ((i * 7919) % 101) / 100 }));
  const levels = [0, 9, -6, 4];
  writeFileSync(join(unveilUi.folder, steps), ['x,level', ...rows.map(({ x, noise }) => `${x},${(levels[Math.floor(x / 40)]! + noise).toFixed(2)}`)].join('\n'));
}

describe('The automatic model', () => {
  let workbench: Workbench;
  let takeBack: (() => void) | undefined;

  before(async () => {
    takeBack = setUserSettings(compareToTheEnd);
    placeSteps();
    placeWide();
    workbench = await Workbench.open('compare');
  });
  afterEach(async () => {
    await workbench.closeAllEditors();
  });
  after(async () => {
    takeBack?.();
    await workbench?.close();
  });

  it('is read at once while rows of the comparison arrive, and can be cancelled there', async () => {
    const [, , model] = await explainByMenu(workbench, wide);
    assert.match(model!.rows[0]!, /Automatic/);
    const report = await ReportPage.shown(workbench, /outcome/);
    const card = report.frame.locator('section[data-kind="comparison"]');
    await eventually('a row of the comparison', async () => await card.locator('tbody tr').count() >= 2, 1_200_000);
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
  });

  it('offers the recommended model where the report is of another one: a click explains it in a panel of its own', async () => {
    await explainByMenu(workbench, steps);
    const report = await ReportPage.shown(workbench, /level/);
    const card = report.frame.locator('section[data-kind="comparison"]');
    const button = card.locator('[data-action="explainRecommended"]');
    await eventually('the button', async () => await button.isVisible(), 1_200_000);
    // The panel is drawn before the file is written.
    const { comparison, model } = await eventually('the comparison in the model file', async () => {
      const stored = (await storedModel(steps)).report;
      return stored.comparison?.recommended !== undefined && { ...stored, comparison: stored.comparison };
    }, 1_200_000);
    assert.equal(model.family, 'linear');
    assert.notEqual(comparison.recommended, 'linear');
    await button.click();
    const title = comparison.models.find(({ family }) => family === comparison.recommended)!.title;
    await eventually('a panel of the recommended model', async () => (await workbench.tabs()).length === 2, 300_000);
    const other = await eventually(`the report of the ${title}`, async () => {
      const page = await ReportPage.shown(workbench, /level/);
      return (await page.frame.locator('main').textContent())?.includes(title) && page.frame !== report.frame && page;
    }, 300_000);
    assert.match((await other.frame.locator('section[data-kind="comparison"]').textContent()) ?? '', /Taken over: these models were compared/);
    assert.equal(await other.frame.locator('[data-action="explainRecommended"]').count(), 0);
    await workbench.screenshot('recommended');
  });
});
