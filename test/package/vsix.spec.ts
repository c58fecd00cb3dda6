import assert from 'node:assert/strict';
import { explainByMenu, ReportPage, storedModel } from '../ui/reportPage';
import { Workbench } from '../ui/workbench';

// The VSIX is installed in this VS Code and nothing else of the project is: what is missing in it is missing here.
describe('The installed VSIX', () => {
  it('explains a right-clicked CSV', async () => {
    const workbench = await Workbench.open('vsix');
    await explainByMenu(workbench, 'iris.csv');
    const report = await ReportPage.shown(workbench, /iris/);
    const stored = (await storedModel('iris.csv')).report;
    const rows = await report.table('metrics');
    assert.equal(rows.length, stored.performance!.metrics.length);
    await workbench.screenshot('vsix');
    await workbench.close();
  });
});
