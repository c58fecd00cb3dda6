/** Page object of Unveil's report: the panel in the workbench and the stored model behind it. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import type { ModelFile } from '../../src/protocol/modelFile';
import { eventually, type QuickPick, type Workbench } from './workbench';

export const explainLabel = 'Explain a Column…';

/** Right-click, "Explain", Enter, Enter, Enter. Gives what each question offered. */
export async function explainByMenu(workbench: Workbench, file: string): Promise<QuickPick[]> {
  await workbench.rightClickFor(file, explainLabel);
  await workbench.chooseMenu(explainLabel);
  return [await workbench.acceptDefault(), await workbench.acceptDefault(), await workbench.acceptDefault()];
}

export class ReportPage {
  private constructor(readonly frame: Frame) {}

  /** Another page of Unveil, such as models side by side: only what any page has, charts and accessibility, is asked of it. */
  static in(frame: Frame): ReportPage {
    return new ReportPage(frame);
  }

  /** The report whose heading fits, once it is ready and every chart of it is drawn. Most are waited for while a model is trained. */
  static async shown(workbench: Workbench, heading: RegExp, patience = 480_000): Promise<ReportPage> {
    const frame = await eventually(`a report titled ${heading}`, async () => {
      for (const candidate of workbench.page.frames()) {
        if (candidate.isDetached()) continue;
        const title = candidate.locator('main.report[data-state="ready"] h1');
        if (await title.isVisible().catch(() => false) && heading.test((await title.textContent({ timeout: 1000 })) ?? '')) return candidate;
      }
      return undefined;
    }, patience);
    const page = new ReportPage(frame);
    await page.drawn();
    return page;
  }

  /** Waits until every chart in view has something on its canvas. */
  async drawn(): Promise<void> {
    await eventually('the charts are drawn', () => this.frame.evaluate(async () => {
      await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return [...document.querySelectorAll<HTMLCanvasElement>('unveil-chart canvas')].every(canvas => {
        const context = canvas.getContext('2d');
        if (!context || canvas.width === 0 || canvas.height === 0) return false;
        return context.getImageData(0, 0, canvas.width, canvas.height).data.some(value => value !== 0);
      });
    }));
  }

  heading(): Promise<string | null> {
    return this.frame.locator('h1').textContent();
  }

  /** The stored model that the report is of, by its name, which no other has: the panel is drawn before the file is written. */
  async stored(): Promise<ModelFile> {
    const name = (await this.heading())?.trim();
    return eventually(`a stored model called ${name}`, () => Promise.resolve(storedModels().find(model => model.name === name)));
  }

  /**
   * From now on keeps what the report says in a toast, which is there for seconds only. Gives what was said so far.
   */
  async listen(): Promise<() => Promise<string[]>> {
    const said = await this.frame.evaluateHandle(() => {
      const heard: string[] = [];
      new MutationObserver(() => {
        const text = document.querySelector<HTMLElement>('main.report > .toast')?.innerText.trim() ?? '';
        if (text !== '' && heard.at(-1) !== text) heard.push(text);
      }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['class'] });
      return heard;
    });
    return () => said.jsonValue();
  }

  /** Waits until a tab is the one in front. */
  async inFront(title: string): Promise<void> {
    await eventually(`the tab ${title}`, async () => (await this.selectedTab())?.trim() === title);
  }

  async tab(title: string): Promise<void> {
    await this.frame.getByRole('tab', { name: title }).click();
    await this.frame.locator('[role="tab"][aria-selected="true"]', { hasText: title }).waitFor();
    await this.drawn();
  }

  selectedTab(): Promise<string | null> {
    return this.frame.locator('[role="tab"][aria-selected="true"]').textContent();
  }

  section(kind: string): Locator {
    return this.frame.locator(`[role="tabpanel"]:not([hidden]) section[data-kind="${kind}"]`).first();
  }

  action(name: string): Locator {
    return this.frame.locator(`vscode-button[data-action="${name}"]`);
  }

  /** The cells of a section's table: header → text shown and its title (all digits). */
  async table(kind: string): Promise<Map<string, { text: string; title: string }>[]> {
    const table = this.section(kind).locator('table');
    await table.first().waitFor();
    const raw = await table.first().evaluate(element => ({
      header: [...element.querySelectorAll('thead tr:last-child > *')].map(cell => (cell.querySelector('.head-text') ?? cell).textContent?.trim() ?? ''),
      rows: [...element.querySelectorAll('tbody tr')].map(row => [...row.children].map(cell => ({
        text: cell.textContent?.replace(/\s+/g, ' ').trim() ?? '', title: cell.getAttribute('title') ?? '',
      }))),
    }));
    // A title that comes again under another group of columns ("Estimate" of the standardised weights) stands for its first column.
    return raw.rows.map(cells => new Map(raw.header.map((name, index) => [name, cells[index] ?? { text: '', title: '' }] as const).reverse()));
  }

  /** axe-core's violations in the webview's document, as "rule: nodes"; what is gone a moment later was a change of theme under way. */
  async violations(): Promise<string[]> {
    for (let look = 1; ; look++) {
      const found = await this.violationsNow();
      if (found.length === 0 || look === 3) return found;
      await this.frame.page().waitForTimeout(2000);
    }
  }

  private async violationsNow(): Promise<string[]> {
    const require = createRequire(join(unveilUi.project, 'package.json'));
    // Evaluated, not added as a script element: the page's content security policy stays as it is.
    await this.frame.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    return this.frame.evaluate(async () => {
      interface AxeResult { passes: unknown[]; violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[] }
      const { axe } = window as unknown as { axe: { run(root: Document, options: object): Promise<AxeResult> } };
      const { passes, violations } = await axe.run(document, { resultTypes: ['violations'] });
      if (passes.length < 10) return [`axe-core had only ${passes.length} rules to look at`];
      return violations.map(({ id, help, nodes }) => `${id} (${help}): ${nodes.slice(0, 3).map(node => `${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`).join(' | ')}`);
    });
  }
}

/** The files of the models that this VS Code keeps, without those that were deleted. Folders come and go while they are read. */
export function modelFiles(): string[] {
  const walk = (folder: string): string[] => {
    try {
      return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return entry.name === 'trash' ? [] : walk(path);
        return entry.name.endsWith('.unveil.json') ? [path] : [];
      });
    } catch {
      return [];
    }
  };
  return walk(join(unveilUi.home, 'user-data'));
}

/** The stored models of this VS Code, newest first: by when they were trained, for a comparison may be written into an older one later. */
export function storedModels(): ModelFile[] {
  const found = modelFiles().map(path => JSON.parse(readFileSync(path, 'utf8')) as ModelFile);
  return found.sort((a, b) => Date.parse(b.created) - Date.parse(a.created));
}

/** The newest stored model of a data file, where no other spec trains one of the same file: else `ReportPage.stored`. */
export async function storedModel(file: string, target?: string): Promise<ModelFile> {
  return eventually(`a stored model of ${file}`, () => Promise.resolve(
    storedModels().find(model => model.recipe.file.endsWith(file) && (target === undefined || model.recipe.target === target))));
}

/** The number of a cell, all digits: a title is there only where the text does not say all. */
export function digits(cell: { text: string; title: string } | undefined): number {
  assert.ok(cell, 'no such cell');
  return Number(cell.title === '' ? cell.text.replace(/,/g, '') : cell.title.split(';')[0]);
}

/** Checks that the text of a cell is its number, rounded. */
export function assertRounded(cell: { text: string; title: string } | undefined, what: string): void {
  const shown = cell!.text.replace(/,/g, '').replace('∞', 'Infinity');
  assert.ok(Number.isFinite(digits(cell)), `${what} is ${JSON.stringify(cell)}`);
  if (digits(cell) !== 0) close(Number(shown), digits(cell), 1e-3, `${what} as shown`);
}

export function close(actual: number, expected: number, tolerance: number, what: string): void {
  const error = Math.abs(actual - expected) / Math.max(Math.abs(expected), 1e-300);
  assert.ok(error <= tolerance, `${what} is ${actual}, the reference ${expected}`);
}
