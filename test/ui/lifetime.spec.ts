import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainByMenu, explainLabel, ReportPage } from './reportPage';
import { Workbench } from './workbench';

/** Ten thousand rows of eight columns; the same every time. */
function tenThousandRows(): string {
  let state = 7;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const lines = ['a,b,c,d,e,colour,shape,outcome'];
  for (let row = 0; row < 10_000; row++) {
    const numbers = Array.from({ length: 5 }, uniform);
    const colour = Math.floor(uniform() * 4);
    const odds = Math.exp(2 * numbers[0]! - 3 * numbers[1]! + (colour === 0 ? 0.8 : 0) + 0.2);
    lines.push(`${numbers.map(value => value.toFixed(6)).join(',')},${['red', 'green', 'blue', 'grey'][colour]},${uniform() < 0.5 ? 'round' : 'square'},${uniform() < odds / (1 + odds) ? 'yes' : 'no'}`);
  }
  return `${lines.join('\n')}\n`;
}

describe('Over time', () => {
  let workbench: Workbench | undefined;

  afterEach(async () => {
    await workbench?.close();
    workbench = undefined;
  });

  it('a reload of the window brings the panel back on the tab it was on', async () => {
    workbench = await Workbench.open('reload');
    await explainByMenu(workbench, 'iris.csv');
    const report = await ReportPage.shown(workbench, /iris/);
    await report.tab('Weights');
    const weights = await report.table('weights');
    const heading = await report.heading();
    // The panel is drawn before the file is written, and what was not stored does not come back.
    await report.stored();
    await workbench.reload();
    const restored = await ReportPage.shown(workbench, /iris/);
    assert.equal(await restored.heading(), heading);
    assert.equal(await restored.selectedTab(), 'Weights');
    assert.deepEqual(await restored.table('weights'), weights);
    await workbench.closeAllEditors();
  });

  it('a file of 10,000 rows is drawn soon after the right-click', async () => {
    writeFileSync(join(unveilUi.folder, 'ten thousand.csv'), tenThousandRows());
    workbench = await Workbench.open('timing');
    await workbench.file('ten thousand.csv').waitFor();
    await explainByMenu(workbench, 'iris.csv');
    await ReportPage.shown(workbench, /iris/);
    await workbench.rightClickFor('ten thousand.csv', explainLabel);
    await workbench.closeMenu();
    const times: string[] = [];
    for (let repeat = 0; repeat < 3; repeat++) {
      await workbench.closeAllEditors();
      const start = performance.now();
      await workbench.rightClick('ten thousand.csv');
      await workbench.chooseMenu(explainLabel);
      for (let question = 0; question < 3; question++) await workbench.acceptDefault();
      const answered = performance.now();
      await ReportPage.shown(workbench, /ten thousand/);
      const drawn = performance.now();
      times.push(`${((drawn - start) / 1000).toFixed(2)} s (${((drawn - answered) / 1000).toFixed(2)} s after the last Enter)`);
    }
    unveilUi.figure(`from the right-click to the drawn report on 10,000 rows: ${times.join(', ')} (bar: 3 s)`);
    await workbench.closeAllEditors();
  });
});
