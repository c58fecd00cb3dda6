import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FormulaSection } from '../../src/protocol/formula';
import { explainLabel, ReportPage } from './reportPage';
import { eventually, Workbench } from './workbench';

const file = 'energy.csv';

/** E = m v² / 2, without noise: the search ends at once. */
function placeEnergy(): void {
  const rows = Array.from({ length: 120 }, (_, i) => [1 + (i % 11) / 4, 2 + (i % 7) / 2] as const);
  writeFileSync(join(unveilUi.folder, file), ['mass [kg],speed [m/s],energy [J]', ...rows.map(([m, v]) => `${m},${v},${(m * v * v) / 2}`)].join('\n'));
}

describe('A recovered formula', () => {
  let workbench: Workbench;

  before(async () => {
    placeEnergy();
    workbench = await Workbench.open('formula');
    await workbench.rightClickFor(file, explainLabel);
    await workbench.closeMenu();
    await workbench.command('Unveil: Recover Formula');
    await workbench.pick(file);
    await workbench.pick('energy [J]');
  });
  after(async () => {
    await workbench?.close();
  });

  it('is set in KaTeX beside a front; a click on a point of the front shows another one, and a button copies the one shown', async () => {
    const report = await ReportPage.shown(workbench, /energy/);
    const section = (await report.stored()).report.sections.find((item): item is FormulaSection => item.kind === 'formula')!;
    const card = report.section('formula');
    await card.locator('.formula-main .katex').waitFor();
    const shown = async (): Promise<string> => (await card.locator('.formula-main').getAttribute('aria-label')) ?? '';
    assert.equal(await shown(), `Formula: energy [J] = ${section.candidates[section.chosen]!.text}`);

    const other = section.candidates[section.front.find(index => index !== section.chosen && section.candidates[index]!.complexity > 1)!]!;
    const chart = card.locator('.formula-front unveil-chart');
    await chart.scrollIntoViewIfNeeded();
    const pointOf = (complexity: number): Promise<{ x: number; y: number }> => chart.evaluate((element, size) => {
      interface Drawn { readonly data: { readonly datasets: readonly { readonly data: readonly { readonly x: number }[]; readonly indices?: readonly number[] }[] }; getDatasetMeta(index: number): { readonly data: readonly { readonly x: number; readonly y: number }[] } }
      const { chart: drawn } = element as unknown as { readonly chart: Drawn };
      const places = drawn.data.datasets.flatMap(({ data, indices }, set) => ((indices?.length ?? 0) === 0 ? [] : data.map(({ x }, k) => ({ x, at: drawn.getDatasetMeta(set).data[k]! }))));
      // Of several formulas of that size the lowest is on the front.
      const { at } = places.filter(({ x }) => x === size).sort((a, b) => b.at.y - a.at.y)[0]!;
      return { x: at.x, y: at.y };
    }, complexity);
    await eventually('the other formula', async () => {
      // A chart that is drawn anew between the look and the click has the point elsewhere.
      await chart.locator('canvas').click({ position: await pointOf(other.complexity), timeout: 10_000 });
      return (await shown()) === `Formula: energy [J] = ${other.text}`;
    });
    assert.match((await card.textContent()) ?? '', /This is not the report's formula/);

    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const heard = await report.listen();
    await card.locator('button[data-copy="latex"]').click();
    await eventually('the page says what was copied', async () => (await heard()).join(' ').includes('Copied: the formula as LaTeX'));
    const copied = await eventually('the clipboard', async () => workbench.page.evaluate(() => navigator.clipboard.readText()).catch(() => undefined));
    assert.ok(copied.endsWith(other.latex), copied);
    await workbench.screenshot('formula');

    await card.locator('[data-action="reportFormula"]').click();
    await eventually("the report's formula", async () => (await shown()).endsWith(section.candidates[section.chosen]!.text));
  });

  it('stands beside what a freer model makes of each feature, as charts and as a table', async () => {
    const report = await ReportPage.shown(workbench, /energy/);
    const beside = await eventually('the formula beside a freer model, in the model file', async () => (await report.stored()).report.formulaBeside);
    const card = report.section('formulaBeside');
    await eventually('a chart for each feature', async () => await card.locator('unveil-chart canvas[role="img"]').count() === Math.min(6, beside.curves.length));
    await card.getByRole('button', { name: 'Show as table' }).click();
    const rows = await report.table('formulaBeside');
    assert.equal(rows.length, beside.curves.reduce((sum, { grid }) => sum + grid.length, 0));
    assert.deepEqual([...new Set(rows.map(cells => cells.get('Feature')!.text))], beside.curves.map(({ feature }) => feature));
    await card.getByRole('button', { name: 'Show as table' }).click();
    assert.deepEqual(await report.violations(), []);
    await workbench.closeAllEditors();
  });
});
