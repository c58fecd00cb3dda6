import assert from 'node:assert/strict';
import { everySection, placeEverySection } from './everySection';
import { explainByMenu, explainLabel, ReportPage } from './reportPage';
import { Workbench, type Theme } from './workbench';

const themes: readonly Theme[] = ['Light Modern', 'Dark Modern', 'Dark High Contrast', 'Light High Contrast'];

/** What is looked at: two reports of the engine, and one made by hand with every kind of section. */
const reports: readonly { readonly short: string; readonly heading: RegExp; open(workbench: Workbench): Promise<unknown> }[] = [
  { short: 'classes', heading: /species/, open: workbench => explainByMenu(workbench, 'penguins.csv') },
  { short: 'regression', heading: /target.*diabetes|diabetes/, open: workbench => explainByMenu(workbench, 'diabetes.csv') },
  { short: 'every section', heading: /Adult/, open: workbench => workbench.openFile(everySection) },
];

describe('The report in every kind of theme', () => {
  let workbench: Workbench;

  before(async () => {
    placeEverySection();
    workbench = await Workbench.open('themes');
    await workbench.file(everySection).waitFor();
    await workbench.rightClickFor('iris.csv', explainLabel);
    await workbench.closeMenu();
  });
  after(async () => {
    await workbench?.close();
  });

  for (const { short, heading, open } of reports) {
    describe(short, () => {
      before(async () => {
        await open(workbench);
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
          for (const tab of await report.frame.getByRole('tab').allTextContents()) {
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
