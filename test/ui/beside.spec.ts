import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Frame } from 'playwright-core';
import type { SideBySide } from '../../src/protocol/sideBySide';
import { explainLabel, modelFiles, ReportPage } from './reportPage';
import { eventually, Workbench } from './workbench';

const data = 'diabetes.csv';
const besideLabel = 'Show Models Side by Side';

const metricTitles: Readonly<Record<string, string>> = { rmse: 'RMSE', mae: 'Mean absolute error', r2: 'R²' };

/** Right-click, "Explain", the default target and task, and the model. Gives the file that it is stored in. */
async function explainWith(workbench: Workbench, model: string): Promise<string> {
  const before = new Set(modelFiles());
  await workbench.rightClickFor(data, explainLabel);
  await workbench.chooseMenu(explainLabel);
  await workbench.acceptDefault();
  await workbench.acceptDefault();
  await workbench.pick(model);
  return eventually(`a stored ${model}`, async () => modelFiles().find(file => !before.has(file)));
}

/** The page of models side by side, or of a history, once it is drawn. */
async function besidePage(workbench: Workbench, kind: 'models' | 'history'): Promise<{ readonly frame: Frame; readonly page: ReportPage }> {
  const frame = await workbench.webview(`main.beside[data-kind="${kind}"] section[data-kind]`);
  const page = ReportPage.in(frame);
  await page.drawn();
  return { frame, page };
}

/** Rows of the table under a heading, a text a cell. */
async function tableOf(frame: Frame, heading: string): Promise<string[][]> {
  const section = frame.locator('section[data-kind]').filter({ has: frame.getByRole('heading', { name: heading, exact: true }) }).first();
  await section.locator('tbody tr').first().waitFor();
  return section.locator('tbody tr').evaluateAll(rows => rows.map(row => [...row.children].map(cell => cell.textContent?.replace(/\s+/g, ' ').trim() ?? '')));
}

async function sentences(frame: Frame): Promise<string[]> {
  return (await frame.locator('ul.verdict li').allTextContents()).map(text => text.trim());
}

/** What `unveil diff` says of the same models. */
function toldByCli(files: readonly string[]): SideBySide {
  return JSON.parse(execFileSync(process.execPath, [join(unveilUi.project, 'dist', 'cli.js'), 'diff', ...files, '--json', '-'], { encoding: 'utf8' })) as SideBySide;
}

/** The numbers of "54.28 (50.8 to 57.8)". */
const numbersIn = (text: string): number[] => [...text.replace(/−/g, '-').matchAll(/-?\d+(?:\.\d+)?/g)].map(([digits]) => Number(digits));

describe('Models side by side', () => {
  let workbench: Workbench;
  /** The files of the two models. */
  let files: string[];

  before(async () => {
    // A workspace of its own has the models of this spec alone, whichever ran before.
    const folder = join(unveilUi.home, 'beside');
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(unveilUi.folder, data), join(folder, data));
    workbench = await Workbench.open('beside', folder);
    files = [await explainWith(workbench, 'Linear Regression'), await explainWith(workbench, 'Relevance Determination')];
    await workbench.closeAllEditors();
  });
  after(async () => {
    await workbench?.close();
  });

  it('are picked in the palette and shown with the numbers of `unveil diff`, in a page without faults of accessibility', async () => {
    await workbench.command(besideLabel);
    const { rows } = await workbench.quickPick();
    assert.equal(rows.length, 2);
    await workbench.pickAll();
    const { frame, page } = await besidePage(workbench, 'models');
    await eventually('the tab of both', async () => /^target · diabetes\.csv.* and target · diabetes\.csv/.test((await workbench.tabs()).join()));

    const shownNames = (await frame.locator('.beside-models button').allTextContents()).map(text => text.trim());
    const kinds = await frame.locator('.beside-models .muted').allTextContents();
    const told = toldByCli(files);
    // The terminal calls the models by their files, and names them in the order it is given them.
    const places = kinds.map(kind => told.models.findIndex(({ model }) => model.title === kind.trim()));
    assert.deepEqual([...places].sort(), [0, 1]);
    const metrics = await tableOf(frame, 'Metrics');
    assert.equal(metrics.length, told.models[0]!.performance!.metrics.length);
    for (const [i, place] of places.entries()) {
      for (const { name, value, low, high } of told.models[place]!.performance!.metrics) {
        const row = metrics.find(([title]) => title === metricTitles[name]);
        assert.ok(row, `no metric ${name} in ${JSON.stringify(metrics)}`);
        const shown = numbersIn(row[i + 1]!);
        [value, low, high].forEach((number, n) => assert.ok(number !== undefined && Math.abs(shown[n]! - number) <= 6e-3 * Math.abs(number), `${name} of ${kinds[i]}: ${row[i + 1]}, the terminal says ${value} (${low} to ${high})`));
      }
    }
    assert.equal((await tableOf(frame, 'What Differs in the Recipe')).length, told.recipe.length);
    assert.deepEqual((await tableOf(frame, 'What Differs in the Recipe')).map(([title]) => title), told.recipe.map(({ title }) => title));
    const nameless = (text: string, names: readonly string[]): string => names.reduce((rest, name, i) => rest.replaceAll(name, `model ${i}`), text);
    const [verdict] = await sentences(frame);
    const [expected] = told.verdict;
    assert.deepEqual(numbersIn(nameless(verdict!, shownNames)).filter(n => n > 1).sort(), numbersIn(nameless(expected!, told.models.map(({ name }) => name))).filter(n => n > 1).sort());

    await workbench.screenshot('beside-light');
    assert.deepEqual(await page.violations(), []);
    const charts = frame.locator('button.toggle[aria-pressed="false"]');
    while (await charts.count() > 0) await charts.first().click();
    const differences = await tableOf(frame, 'Differences on the Same Folds');
    const [pair] = told.pairs;
    const change = pair!.metrics.find(({ name }) => name === 'rmse')!;
    const [shownChange] = numbersIn(differences.flat().find(text => /^[−-]?\d/.test(text))!);
    assert.ok(Math.abs(Math.abs(shownChange!) - Math.abs(change.change)) <= 6e-3 * Math.abs(change.change), `${JSON.stringify(differences)}, the terminal says ${change.change}`);
    assert.deepEqual(await page.violations(), []);
    await workbench.theme('Dark Modern');
    await page.drawn();
    await workbench.screenshot('beside-dark');
    assert.deepEqual(await page.violations(), []);
    await workbench.theme('Light Modern');
  });

  it('come back after a reload of the window, each with a button to its report', async () => {
    const { frame } = await besidePage(workbench, 'models');
    const [before, said, tabs] = [await tableOf(frame, 'Metrics'), await sentences(frame), await workbench.tabs()];
    await workbench.reload();
    const { frame: restored } = await besidePage(workbench, 'models');
    assert.deepEqual(await tableOf(restored, 'Metrics'), before);
    assert.deepEqual(await sentences(restored), said);
    await eventually('the same tabs', async () => isDeepStrictEqual(await workbench.tabs(), tabs));
    const kind = (await restored.locator('.beside-models .muted').nth(1).textContent())!.trim();
    await restored.locator('.beside-models button').nth(1).click();
    const report = await ReportPage.shown(workbench, /diabetes/);
    assert.ok((await report.frame.locator('main').textContent())?.includes(kind), `the report is of the ${kind}`);
  });

  it('and the history of a model comes back too', async () => {
    await workbench.command('Show History');
    const { frame, page } = await besidePage(workbench, 'history');
    const said = await frame.locator('main').innerText();
    assert.match(said, /Relevance|Bayesian/);
    await workbench.screenshot('beside-history');
    assert.deepEqual(await page.violations(), []);
    await workbench.reload();
    const restored = await besidePage(workbench, 'history');
    await eventually('the same words', async () => (await restored.frame.locator('main').innerText()) === said);
    await workbench.closeAllEditors();
  });
});
