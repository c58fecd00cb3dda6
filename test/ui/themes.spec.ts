import assert from 'node:assert/strict';
import { explainByMenu, ReportPage } from './reportPage';
import { Workbench, type Theme } from './workbench';

const themes: readonly Theme[] = ['Light Modern', 'Dark Modern', 'Dark High Contrast', 'Light High Contrast'];
const tabs = ['Overview', 'Weights', 'Feature Importance', 'Confidence Intervals', 'Data'];

describe('The report in every kind of theme', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open('themes');
  });
  after(async () => {
    await workbench?.close();
  });

  for (const [file, heading, short] of [['penguins.csv', /species/, 'classes'], ['diabetes.csv', /target.*diabetes|diabetes/, 'regression']] as const) {
    describe(short, () => {
      before(async () => {
        await explainByMenu(workbench, file);
        await ReportPage.shown(workbench, heading);
      });
      after(async () => {
        await workbench.closeAllEditors();
      });
      for (const theme of themes) {
        it(`${theme}: axe-core finds no violation on any tab, of charts and of tables`, async () => {
          await workbench.theme(theme);
          const report = await ReportPage.shown(workbench, heading);
          const found: string[] = [];
          for (const tab of tabs) {
            await report.tab(tab);
            await workbench.screenshot(`theme-${short}-${theme}-${tab}`.replace(/ /g, '-').toLowerCase());
            for (const violation of await report.violations()) found.push(`${tab}: ${violation}`);
            const toggles = report.frame.locator('[role="tabpanel"]:not([hidden]) button.toggle[aria-pressed="false"]');
            while (await toggles.count() > 0) await toggles.first().click();
            for (const violation of await report.violations()) found.push(`${tab} as table: ${violation}`);
            const pressed = report.frame.locator('[role="tabpanel"]:not([hidden]) button.toggle[aria-pressed="true"]');
            while (await pressed.count() > 0) await pressed.first().click();
          }
          assert.deepEqual(found, []);
        });
      }
    });
  }
});
