import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WhatIfChanges, WhatIfPrediction } from '../../src/protocol/whatIf';
import { close, ReportPage, explainByMenu } from './reportPage';
import { eventually, Workbench } from './workbench';

const file = 'diabetes.csv';

/** What the program says of the same values. */
function program(model: string, ...flags: string[]): { prediction: WhatIfPrediction; changes?: WhatIfChanges } {
  const text = execFileSync(process.execPath, [join(unveilUi.project, 'dist', 'cli.js'), 'what-if', model, ...flags, '--json', '-'], { encoding: 'utf8' });
  return JSON.parse(text) as { prediction: WhatIfPrediction; changes?: WhatIfChanges };
}

describe('What-if', () => {
  let workbench: Workbench;
  let report: ReportPage;
  let model: string;

  before(async () => {
    workbench = await Workbench.open('what-if');
    await explainByMenu(workbench, file);
    report = await ReportPage.shown(workbench, /target/);
    model = join(unveilUi.home, 'what-if.unveil.json');
    writeFileSync(model, JSON.stringify(await report.stored()));
  });
  after(async () => {
    await workbench?.close();
  });

  const shown = async (): Promise<number> => Number((await report.frame.locator('[data-prediction]').getAttribute('title'))!.replace(/,/g, ''));
  const feature = (name: string) => report.frame.locator(`[data-feature="${name}"]`);

  it('starts from a row of the file, and predicts it as the program does', async () => {
    await report.tab('What-If');
    await report.frame.locator('[data-prediction]').waitFor();
    await report.frame.getByLabel('Start from data row').fill('3');
    await report.frame.getByRole('button', { name: 'Start' }).click();
    await report.frame.getByText('Now: row 3.').waitFor();
    const expected = program(model, '--row', '3').prediction.value!;
    await eventually('the prediction of row 3', async () => Math.abs((await shown()) - expected) <= 1e-9 * Math.abs(expected));
  });

  it('predicts anew when a slider is moved by the keyboard, with the interval and the parts of the program', async () => {
    const before = await shown();
    const slider = feature('bmi').locator('input[type="range"]');
    await slider.focus();
    for (let press = 0; press < 12; press++) await slider.press('ArrowRight');
    const value = Number(await feature('bmi').locator('input[type="number"]').inputValue());
    assert.ok(value > 30.5, `bmi is ${value}`);
    const expected = program(model, '--row', '3', '--values', `bmi=${value}`).prediction;
    assert.notEqual(expected.value, before);
    await eventually('the prediction of the moved slider', async () => Math.abs((await shown()) - expected.value!) <= 1e-9 * Math.abs(expected.value!));
    // The interval comes with the full answer, after the quick one.
    await eventually('the interval of the moved slider', async () => {
      const interval = await report.frame.locator('.what-if-interval strong').first().textContent({ timeout: 10_000 });
      const ends = interval!.split(' to ').map(text => Number(text.replace(/,/g, '')));
      close(ends[0]!, expected.intervals[0]!.low!, 2e-3, 'the low end');
      close(ends[1]!, expected.intervals[0]!.high!, 2e-3, 'the high end');
      return true;
    });
    await report.drawn();
    await report.frame.locator('[data-section="whatIfContributions"] button', { hasText: 'Show as table' }).click();
    await eventually('the contributions as a table', async () => (await report.table('contributions')).length === expected.contributions!.items.length + 2);
    await report.frame.locator('[data-section="whatIfContributions"] button', { hasText: 'Show as table' }).click();
    assert.deepEqual(await report.violations(), []);
  });

  it('sends changes only the way that is set, and ends a search that is cancelled', async () => {
    const { frame } = report;
    const way = feature('bmi').getByRole('combobox', { name: 'bmi may go' });
    await way.selectOption({ label: 'only down' });
    const start = Number(await feature('bmi').locator('input[type="number"]').inputValue());
    await frame.locator('[data-what-if="changes"] input[type="number"]').fill('250');
    await frame.locator('[data-what-if="changes"] input[type="number"]').press('Tab');
    await frame.getByRole('button', { name: 'Find Changes' }).click();
    const table = frame.locator('[data-what-if="changes"] tbody');
    await table.waitFor();
    for (const text of await table.locator('th > div').allTextContents()) {
      const to = /^bmi: .* → ([\d.]+)$/.exec(text.trim());
      assert.ok(!to || Number(to[1]) <= start, text);
    }
    await way.selectOption({ label: 'up or down' });
    // Too quick to be met by the mouse where the machine is fast: pressed in the page, in the same turn.
    await frame.locator('[data-what-if="changes"]').evaluate((section: { querySelector(selector: string): { click(): void } }) => {
      section.querySelector('[type="submit"]').click();
      section.querySelector('[type="submit"] + .link').click();
    });
    await eventually('the search is over, and the keyboard where it was started', () => frame.locator('[data-what-if="changes"] [type="submit"]:focus').isVisible());
    assert.equal(await frame.locator('[data-what-if="changes"] [role="alert"]').count(), 0);
  });

  it('finds changes that keep what is fixed, applies one, and shows the nearest rows of the file', async () => {
    const { frame } = report;
    await feature('age').locator('input[type="checkbox"]').check();
    await feature('s5').locator('input[type="checkbox"]').check();
    await frame.locator('[data-what-if="changes"] input[type="number"]').fill('250');
    await frame.locator('[data-what-if="changes"] input[type="number"]').press('Tab');
    await frame.getByRole('button', { name: 'Find Changes' }).click();
    const rows = frame.locator('[data-what-if="changes"] tbody tr');
    await rows.first().waitFor();
    for (const text of await rows.locator('th').allTextContents()) assert.doesNotMatch(text, /(^|\s)(age|s5):/);
    await rows.first().getByRole('button').click();
    await eventually('the prediction of the suggestion', async () => (await shown()) >= 250);
    const applied = await shown();
    await report.tab('Overview');
    await report.tab('What-If');
    await eventually('the values are kept', async () => (await frame.locator('[data-prediction]').isVisible()) && (await shown()) === applied);
    assert.ok(await feature('age').locator('input[type="checkbox"]').isChecked());
    await rows.first().waitFor();
    await frame.getByRole('button', { name: 'Show Nearest Rows' }).click();
    const nearest = frame.locator('[data-what-if="nearest"] tbody tr');
    await nearest.first().waitFor();
    await eventually('five nearest rows', async () => await nearest.count() === 5);
    assert.deepEqual(await report.violations(), []);
    for (const theme of ['Dark Modern', 'Light Modern'] as const) {
      await workbench.theme(theme);
      await report.drawn();
      await workbench.screenshot(`what-if-${theme.includes('Dark') ? 'dark' : 'light'}`);
    }
  });
});
