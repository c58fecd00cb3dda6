import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainByMenu, ReportPage, storedModel } from './reportPage';
import { eventually, Workbench, type Theme } from './workbench';

const file = 'faulty.csv';

/** Numbers between 0 and 1, the same every time. */
function uniforms(): () => number {
  let state = 7;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

/** 240 rows and 60 of them again: a copy of the target, a class of few rows that grow more, a column twice, and one that hardly varies. */
function placeFaulty(): void {
  const next = uniforms();
  const rows = Array.from({ length: 240 }, (_, i) => {
    const [a, b] = [next() - 0.5, next() - 0.5];
    const y = a + b + 0.3 * (next() - 0.5) + (i > 160 ? 0.6 : 0) > 0.75 ? 'late' : 'paid';
    return [a.toFixed(4), b.toFixed(4), (3 * a + 2).toFixed(4), y === 'late' ? 90 + Math.floor(9 * next()) : Math.floor(20 * next()), i === 3 ? 1 : 0, `r${i % 3}`, y].join(',');
  });
  writeFileSync(join(unveilUi.folder, file), `a,b,again,reminders,flag,region,status\n${[...rows, ...rows.slice(100, 160)].join('\n')}\n`);
}

describe('The checks of the data', () => {
  let workbench: Workbench;

  before(async () => {
    placeFaulty();
    workbench = await Workbench.open('checks');
    await workbench.file(file).waitFor();
    await explainByMenu(workbench, file);
  });
  after(async () => {
    await workbench?.close();
  });

  it('stand in the report with a button a fix, without faults of accessibility in light and dark', async () => {
    const report = await ReportPage.shown(workbench, /status/);
    await report.tab('Data');
    const found = (await report.table('checks')).map(row => row.get('Check')!.text);
    for (const title of ['Leakage', 'Duplicates', 'Collinear columns', 'Nearly constant']) assert.ok(found.includes(title), `${title} is missing in ${found.join(', ')}`);
    for (const theme of ['Dark Modern', 'Light Modern'] satisfies Theme[]) {
      await workbench.theme(theme);
      await report.section('checks').scrollIntoViewIfNeeded();
      await workbench.screenshot(`checks-${theme.split(' ')[0]!.toLowerCase()}`);
      assert.deepEqual(await report.violations(), []);
    }
  });

  it('apply a fix at a click: the model is trained without the leak, and a message says what that did to the score', async () => {
    const report = await ReportPage.shown(workbench, /status/);
    const before = (await storedModel(file)).report;
    const place = before.checks!.findings.findIndex(({ id }) => id === 'leakage');
    await report.section('checks').locator(`[data-fix="${place}"]`).click();
    const after = await eventually('the model without the leak', async () => {
      const stored = (await storedModel(file)).report;
      return !stored.recipe.features.includes('reminders') && stored;
    }, 300_000);
    const said = await workbench.notification(/held-out Log loss/);
    const [was, is] = [before, after].map(one => one.performance!.metrics.find(({ name }) => name === 'logLoss')!.value);
    assert.ok(is! > was!, 'a leak helps');
    assert.match(said, /Leave out "reminders": the held-out Log loss was \S+ and is now \S+\./);
    for (const value of [was!, is!]) assert.ok(said.includes(String(Number(value.toPrecision(3)))), `${said} lacks ${value}`);
    await workbench.screenshot('checks-fixed');
    const next = await ReportPage.shown(workbench, /status/);
    await next.tab('Data');
    await eventually('the checks without the leak', async () => !(await next.table('checks')).some(row => row.get('Check')!.text === 'Leakage'));
    await workbench.screenshot('checks-after');
  });
});
