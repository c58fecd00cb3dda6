import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import type { ModelFile } from '../../src/protocol/modelFile';
import type { Recipe } from '../../src/protocol/recipe';
import type { AnyReport } from '../../src/protocol/report';
import { formulaSection } from '../fixtures/reports/formula';
import { everySection, placeEverySection } from './everySection';
import { explainLabel, ReportPage } from './reportPage';
import { eventually, Workbench, type Theme } from './workbench';

const mime = 'application/vnd.unveil.report+json';

function reportOf(name: string): AnyReport {
  return (JSON.parse(readFileSync(join(unveilUi.project, 'test/fixtures/reports', `${name}.json`), 'utf8')) as ModelFile).report;
}

/** A notebook as Jupyter saves it, one code cell a report. */
function place(name: string, outputs: readonly unknown[]): void {
  const cells = outputs.map((data, i) => ({
    cell_type: 'code', id: `cell-${i}`, metadata: {}, execution_count: null, source: [`# report ${i}`],
    outputs: [{ output_type: 'display_data', metadata: {}, data: { [mime]: data, 'text/plain': ['a report'] } }],
  }));
  writeFileSync(join(unveilUi.folder, name), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { language_info: { name: 'python' } }, cells }, undefined, 1));
}

/** axe-core's violations in the report alone; what is gone a moment later was a change of theme under way. */
async function violations(frame: Frame): Promise<string[]> {
  for (let look = 1; ; look++) {
    const found = await violationsNow(frame);
    if (found.length === 0 || look === 3) return found;
    await frame.page().waitForTimeout(2000);
  }
}

/** The page around the report is VS Code's. */
async function violationsNow(frame: Frame): Promise<string[]> {
  const require = createRequire(join(unveilUi.project, 'package.json'));
  await frame.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  return frame.evaluate(async () => {
    interface AxeResult { passes: unknown[]; violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[] }
    const { axe } = window as unknown as { axe: { run(root: Element | undefined, options: object): Promise<AxeResult> } };
    const host = [...document.querySelectorAll('*')].find(element => element.shadowRoot?.querySelector('section.report'));
    const found = await axe.run(host, { resultTypes: ['violations'] });
    if (found.passes.length < 10) return [`axe-core had only ${found.passes.length} rules to look at`];
    return found.violations.map(({ id, help, nodes }) => `${id} (${help}): ${nodes.slice(0, 3).map(node => `${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`).join(' | ')}`);
  });
}

describe('A report in a notebook', () => {
  let workbench: Workbench;
  const every = reportOf('interpretability');
  const withFormula = { ...every, sections: [...every.sections, ...(every.sections.some(({ kind }) => kind === 'formula') ? [] : [formulaSection])] } as AnyReport;

  before(async () => {
    place('every.ipynb', [withFormula]);
    place('two.ipynb', [reportOf('binary'), reportOf('regression'), { format: 'unveil-report', version: 9 }]);
    workbench = await Workbench.open('notebook');
    await workbench.file('every.ipynb').waitFor();
    await workbench.rightClickFor('iris.csv', explainLabel);
    await workbench.closeMenu();
  });
  after(async () => {
    await workbench?.close();
  });
  afterEach(async () => {
    // A notebook is changed where a test ended before it took that back.
    await workbench.closeAllEditors({ discard: true });
  });

  /** The frame that holds the outputs of the notebook in front. */
  async function open(name: string): Promise<Frame> {
    await workbench.openFile(name);
    return workbench.webview('section.report');
  }

  const reports = (frame: Frame): Locator => frame.locator('section.report');

  it('shows from the saved file, without a kernel, with every kind of section on its tabs', async () => {
    const frame = await open('every.ipynb');
    const report = reports(frame).first();
    assert.match(await report.getByRole('heading', { level: 1 }).innerText(), / · /);
    const kinds = new Set<string>();
    for (const tab of await report.getByRole('tab').allTextContents()) {
      await report.getByRole('tab', { name: tab, exact: true }).click();
      const panel = report.locator('[role="tabpanel"]:not([hidden])');
      assert.equal(await panel.locator('.section-fault').count(), 0, `${tab} has a fault`);
      for (const kind of await panel.locator('section.card').evaluateAll(cards => cards.map(card => card.getAttribute('data-kind') ?? ''))) kinds.add(kind);
    }
    for (const { kind } of withFormula.sections) assert.ok(kinds.has(kind), kind);
    await report.getByRole('tab', { name: 'Overview', exact: true }).click();
    await report.locator('unveil-chart canvas').first().waitFor();
    await report.locator('unveil-formula .katex').first().waitFor();
    await eventually('the fonts of formulas', () => frame.evaluate(() => document.fonts.check('16px KaTeX_Math') && [...document.fonts].some(({ family, status }) => family === 'KaTeX_Main' && status === 'loaded')));
  });

  for (const [what, args] of [
    ['clusters', ['cluster', 'iris.csv', '--k', '3', '--drop', 'target']],
    ['components', ['components', 'wine.csv']],
    ['decisions', ['policy', 'gridworld.csv', '--set', 'draws=50', '--set', 'replicates=50', '--set', 'sweeps=10']],
    ['an experiment', ['experiment', 'diabetes.csv', '--target', 'target', '--model', 'linear', '--vary', 'l2=0:0.1:10', '--folds', '3', '--repeats', '1']],
  ] as const) {
    it(`shows a report of ${what}, too`, async () => {
      const [command, file, ...flags] = args;
      const cli = join(unveilUi.project, 'dist', 'cli.js');
      const report = JSON.parse(execFileSync(process.execPath, [cli, command, join(unveilUi.folder, file), ...flags, '--json', '-'], { encoding: 'utf8', maxBuffer: 1 << 28 })) as AnyReport;
      place(`${command}.ipynb`, [report]);
      await workbench.file(`${command}.ipynb`).waitFor();
      const shown = reports(await open(`${command}.ipynb`)).first();
      const kinds = new Set<string>();
      for (const tab of await shown.getByRole('tab').allTextContents()) {
        await shown.getByRole('tab', { name: tab, exact: true }).click();
        const panel = shown.locator('[role="tabpanel"]:not([hidden])');
        assert.equal(await panel.locator('.section-fault').count(), 0, `${tab} has a fault`);
        for (const kind of await panel.locator('section.card').evaluateAll(cards => cards.map(card => card.getAttribute('data-kind') ?? ''))) kinds.add(kind);
      }
      for (const { kind } of report.sections) assert.ok(kinds.has(kind), kind);
    });
  }

  it('is opened from the panel: a notebook that has not been saved shows the report at once, with the code above it', async () => {
    placeEverySection();
    await workbench.openFile(everySection);
    await ReportPage.shown(workbench, /Adult/);
    await workbench.command('Unveil: Open in Notebook');
    // What is below the window's edge is drawn when it comes into view.
    const list = workbench.page.locator('.notebookOverlay:visible .cell-list-container').first();
    await list.hover();
    const frame = await eventually('the report below the code', async () => {
      await workbench.page.mouse.wheel(0, 300);
      await workbench.page.waitForTimeout(300);
      for (const candidate of workbench.page.frames()) if (!candidate.isDetached() && (await candidate.locator('section.report h1').count().catch(() => 0)) > 0) return candidate;
      return undefined;
    });
    assert.match(await reports(frame).first().getByRole('heading', { level: 1 }).innerText(), /^income · /);
    assert.match((await workbench.tabs()).join(' '), /Untitled-\d+\.ipynb/);
    await workbench.screenshot('notebook-untitled');
    await workbench.command('View: Close All Editors');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Don\'t Save' }).click();
    await eventually('the notebook is closed', async () => (await workbench.tabs()).length === 0);
  });

  it('has its tabs under the arrow keys, and keeps two reports of a notebook apart', async () => {
    const frame = await open('two.ipynb');
    await eventually('three outputs', async () => (await reports(frame).count()) === 3);
    // Outputs stand in the page in the order in which they were drawn.
    const of = (name: string): Locator => frame.getByRole('region', { name: `Report: ${(reportOf(name).recipe as Recipe).target} · ` });
    const [first, second] = [of('binary'), of('regression')];
    const chosen = (report: Locator): Promise<string> => report.locator('[role="tab"][aria-selected="true"]').innerText();
    await second.getByRole('tab', { name: 'Overview', exact: true }).focus();
    await workbench.page.keyboard.press('ArrowRight');
    await eventually('the next tab', async () => (await chosen(second)) === 'Weights');
    await eventually('the keyboard at the next tab', async () => (await second.evaluate(element => (element.getRootNode() as ShadowRoot).activeElement?.textContent)) === 'Weights');
    assert.equal(await chosen(first), 'Overview');
    assert.match(await frame.getByRole('region', { name: 'Report of Unveil', exact: true }).innerText(), /made by a later version of Unveil \(format 9\)/);
  });

  it('ends its charts where the output is cleared', async () => {
    const frame = await open('two.ipynb');
    await eventually('charts', async () => (await frame.locator('unveil-chart canvas').count()) > 0);
    await workbench.command('Notebook: Clear All Outputs');
    await eventually('no output', async () => (await reports(frame).count()) === 0);
    await workbench.command('File: Revert File');
  });

  for (const theme of ['Light Modern', 'Dark Modern', 'Dark High Contrast'] satisfies Theme[]) {
    it(`${theme}: axe-core finds no violation in it`, async () => {
      await workbench.theme(theme);
      const frame = await open('every.ipynb');
      const found: string[] = [];
      for (const tab of await reports(frame).getByRole('tab').allTextContents()) {
        await reports(frame).getByRole('tab', { name: tab, exact: true }).click();
        await workbench.screenshot(`notebook-${theme}-${tab}`.replace(/ /g, '-').toLowerCase());
        for (const violation of await violations(frame)) found.push(`${tab}: ${violation}`);
      }
      assert.deepEqual(found, []);
      await eventually(`the background of ${theme}`, async () => {
        const background = await reports(frame).first().evaluate(element => getComputedStyle(element.parentElement!).backgroundColor);
        return (background === 'rgb(255, 255, 255)') === (theme === 'Light Modern');
      });
    });
  }
});
