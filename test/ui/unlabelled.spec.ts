import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MapSection } from '../../src/protocol/mapSection';
import type { TargetlessModelFile } from '../../src/protocol/modelFile';
import type { PolicyGridSection } from '../../src/protocol/policySections';
import type { TargetlessTask } from '../../src/protocol/recipe';
import { close, digits, ReportPage } from './reportPage';
import { eventually, Workbench, type QuickPick } from './workbench';

const flowers = 'flowers.csv';

/** Iris without the names of the species. */
function placeFlowers(): void {
  const rows = readFileSync(join(unveilUi.project, 'examples/iris.csv'), 'utf8').trim().split(/\r?\n/);
  writeFileSync(join(unveilUi.folder, flowers), rows.map(row => row.split(',').slice(0, -1).join(',')).join('\n'));
}

/** Right-click, Unveil, the entry, and Enter as often as there are questions. */
async function byMenu(workbench: Workbench, file: string, label: string, questions: number): Promise<QuickPick[]> {
  await workbench.rightClickFor(file, 'Unveil');
  await workbench.chooseSubmenu('Unveil', label);
  const picks: QuickPick[] = [];
  for (let i = 0; i < questions; i++) picks.push(await workbench.acceptDefault());
  return picks;
}

/** The model behind the report, of the task. */
async function storedOf(report: ReportPage, task: TargetlessTask): Promise<TargetlessModelFile> {
  const model = (await report.stored()) as unknown as TargetlessModelFile;
  assert.equal(model.recipe.task, task);
  return model;
}

/** A card by the id of its section's title, shown as a table. */
async function tableOf(report: ReportPage, kind: string): Promise<Map<string, { text: string; title: string }>[]> {
  const button = report.section(kind).getByRole('button', { name: 'Show as table' });
  await button.click();
  const rows = await report.table(kind);
  await button.click();
  return rows;
}

/** Every tab, one after the other, for what makes a page hard to use. */
async function violationsOf(report: ReportPage): Promise<string[]> {
  const found: string[] = [];
  for (const title of await report.frame.getByRole('tab').allTextContents()) {
    await report.tab(title);
    assert.equal(await report.frame.locator('.section-fault').count(), 0, `${title} has a fault`);
    found.push(...(await report.violations()).map(violation => `${title}: ${violation}`));
  }
  return found;
}

describe('Without a target', () => {
  let workbench: Workbench;

  before(async () => {
    placeFlowers();
    workbench = await Workbench.open('unlabelled');
  });
  after(async () => {
    await workbench?.close();
  });
  afterEach(async () => {
    await workbench.closeAllEditors();
  });

  it('a right-click and Enter on each guess of a log draw its policy as a grid with arrows', async () => {
    const picks = await byMenu(workbench, 'gridworld.csv', 'Explain Decisions…', 8);
    const firsts = picks.map(({ rows }) => rows[0]!);
    [/^row, column/, /^action/, /^reward/, /^next_row, next_column/, /^done/, /^episode/, /^The Order of the File/, /^Discount 0\.95/].forEach((wanted, i) => assert.match(firsts[i]!, wanted));
    const report = await ReportPage.shown(workbench, /gridworld/);
    const { report: stored, recipe } = await storedOf(report, 'decisions');
    assert.deepEqual(recipe.roles?.states, ['row', 'column']);
    await report.tab('Policy');
    const section = stored.sections.find((one): one is PolicyGridSection => one.kind === 'policyGrid')!;
    const grid = report.section('policyGrid');
    await eventually('a field for each state', async () => await grid.locator('[role="gridcell"]').count() === section.cells.length);
    assert.equal(await grid.locator('path.arrow:not(.other)').count(), section.cells.filter(cell => cell.best.length > 0).length);
    await workbench.screenshot('decisions');
    const rows = await tableOf(report, 'policyGrid');
    assert.equal(rows.length, section.cells.length);
    section.cells.forEach((cell, i) => {
      assert.equal(digits(rows[i]!.get('Value')), cell.value);
      assert.equal(digits(rows[i]!.get('Visits')), cell.visits);
      const words = cell.best.length === 0 ? 'an end: nothing to decide' : cell.best.map(action => section.actions[action]!.name).join(', or as good ');
      assert.equal(rows[i]!.get('Best action')!.text, words);
    });
    const start = section.cells.find(cell => cell.start)!;
    await grid.locator(`[data-cell="${start.row}-${start.column}"]`).focus();
    await eventually('the words of the first field', async () => /episodes begin here/.test((await grid.locator('[role="status"]').textContent()) ?? ''));
    assert.deepEqual(await violationsOf(report), []);
  });

  it('a right-click and twice Enter find the clusters of flowers: a map, and what sets each apart', async () => {
    const [number, columns] = await byMenu(workbench, flowers, 'Find Clusters…', 2);
    assert.match(number!.rows[0]!, /^Automatic/);
    assert.match(columns!.rows[0]!, /^All Columns That Say Something/);
    const report = await ReportPage.shown(workbench, /Clusters.*flowers/);
    const { clusters, sections } = (await storedOf(report, 'clustering')).report;
    assert.ok(clusters && clusters.k >= 2);
    await report.tab('Map');
    await eventually('the map', async () => await report.section('map').locator('unveil-chart canvas[role="img"]').count() === 1);
    const map = sections.find((one): one is MapSection => one.id === 'clusterMap')!;
    const centres = (await tableOf(report, 'map')).filter(row => row.get('What')!.text === 'centre');
    assert.deepEqual(centres.map(row => digits(row.get('Rows'))), clusters.sizes);
    centres.forEach((row, i) => assert.equal(digits(row.get(map.xTitle)), map.groups[i]!.centre!.x));
    await workbench.screenshot('clusters');
    await report.tab('Profiles');
    const shown = await tableOf(report, 'estimates');
    const [first] = clusters.profiles!;
    assert.equal(shown.length, 4);
    for (const row of shown) {
      const difference = first!.differences.find(({ feature }) => feature === row.get('Name')!.text)!;
      for (const [name, value] of [['Hedges’ g', difference.effect], ['Low', difference.low], ['High', difference.high]] as const) assert.equal(digits(row.get(name)), value, `${difference.feature}: ${name}`);
    }
    assert.deepEqual(await violationsOf(report), []);
  });

  it('a right-click and twice Enter find the components of flowers: a scree and a biplot; the menu offers nothing that needs a target', async () => {
    await byMenu(workbench, flowers, 'Find Principal Components…', 2);
    const report = await ReportPage.shown(workbench, /Components.*flowers/);
    const { components, sections } = (await storedOf(report, 'components')).report;
    assert.ok(components);
    // Eigenvalues of the correlations of iris, × 150/149: scikit-learn's explained_variance_ of the standardised columns.
    [2.93808505, 0.9201649, 0.14774182, 0.02085386].forEach((variance, c) => close(components.variances[c]!, variance, 1e-6, `variance ${c + 1}`));
    const scree = (await tableOf(report, 'curve')).filter(row => row.get('Line')?.text === 'Variance');
    assert.deepEqual(scree.map(row => digits(row.get('Variance'))), components.variances);
    await report.tab('Map');
    const map = sections.find((one): one is MapSection => one.id === 'biplot')!;
    const arrows = (await tableOf(report, 'map')).filter(row => row.get('What')!.text === 'loading');
    assert.equal(arrows.length, 4);
    arrows.forEach((row, i) => {
      assert.deepEqual([row.get('Name')!.text, digits(row.get(map.xTitle)), digits(row.get(map.yTitle))], [map.arrows[i]!.name, map.arrows[i]!.x, map.arrows[i]!.y]);
    });
    await workbench.screenshot('components');
    assert.deepEqual(await violationsOf(report), []);
    const offered = await workbench.titleMenu();
    for (const label of ['Predict for a File…', 'Save Model As…', 'Open Data File']) assert.ok(offered.includes(label), offered.join(', '));
    for (const label of ['Change Target…', 'Export Model as Code…', 'Edit a Term of the Model…', 'Explain One Row…']) assert.ok(!offered.includes(label), offered.join(', '));
  });
});
