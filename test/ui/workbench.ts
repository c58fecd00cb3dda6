/** Page object of the VS Code workbench: what a person does in it, in words, and nothing of Unveil. */
import assert from 'node:assert/strict';
import type { BrowserContext, Frame, Locator, Page } from 'playwright-core';

/** What test/support/runUi.mjs hands to the specs. */
export interface UiHost {
  readonly context: BrowserContext;
  /** Holds the user data and extensions of this VS Code. */
  readonly home: string;
  /** The workspace: copies of the examples, and odd files. */
  readonly folder: string;
  readonly project: string;
  readonly results: string;
  /** Address of the workbench on a folder, with the extension under test. */
  address(folder: string): string;
  keepConsole(page: Page, name: string): void;
  figure(text: string): void;
}

declare global {
  // The runner's hand-over to the bundled specs.
  var unveilUi: UiHost;
}

export interface QuickPick {
  readonly title: string;
  readonly placeholder: string;
  readonly rows: readonly string[];
}

export type Theme = 'Light Modern' | 'Dark Modern' | 'Dark High Contrast' | 'Light High Contrast';

/** What the class of the workbench has of each theme. */
const themeFiles: Readonly<Record<Theme, string>> = { 'Light Modern': 'light_modern', 'Dark Modern': 'dark_modern', 'Dark High Contrast': 'hc_black', 'Light High Contrast': 'hc_light' };

/** Tries again until `attempt` answers something; the last word is the error after `patience` ms (ends a hang only). */
export async function eventually<T>(what: string, attempt: () => Promise<T | undefined | false>, patience = 90_000): Promise<T> {
  const end = Date.now() + patience;
  let last: unknown;
  for (;;) {
    try {
      const answer = await attempt();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not seen in ${patience / 1000} s${last ? ` (${String(last)})` : ''}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

export class Workbench {
  private constructor(readonly page: Page, private readonly host: UiHost) {}

  /**
   * Opens a page on a folder and waits until the Explorer shows its files. `language`: what the workbench takes for its own, as a language
   * pack would have it; its own texts stay English, those of extensions come in it.
   */
  static async open(name: string, folder = unveilUi.folder, language?: string): Promise<Workbench> {
    const page = await unveilUi.context.newPage();
    if (language !== undefined) {
      await page.addInitScript(text => Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { get: () => text, set: () => undefined }), language);
    }
    unveilUi.keepConsole(page, name);
    await page.goto(unveilUi.address(folder));
    const workbench = new Workbench(page, unveilUi);
    await workbench.ready();
    return workbench;
  }

  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    const explorer = this.page.locator('.explorer-folders-view .monaco-list-row').first();
    // The side bar comes back as the page before left it.
    await eventually('the Explorer', async () => {
      if (await explorer.isVisible()) return true;
      await this.page.keyboard.press('Control+Shift+E');
      await this.page.waitForTimeout(500);
      return undefined;
    });
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  /**
   * In a browser the workbench writes the state of its editors every five seconds, when idle, and not while it is left: a
   * reload before that brings back an older state.
   */
  async reload(): Promise<void> {
    await this.page.waitForTimeout(12_000);
    await this.page.reload();
    await this.page.locator('.monaco-workbench').waitFor();
  }

  file(name: string): Locator {
    return this.page.locator('.explorer-folders-view .monaco-list-row').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** Opens the context menu of a file in the Explorer; answers the labels of its entries. */
  async rightClick(name: string): Promise<string[]> {
    await this.file(name).click({ button: 'right' });
    const menu = this.page.locator('.monaco-menu-container .monaco-menu .action-label');
    await menu.first().waitFor();
    return (await menu.allTextContents()).map(text => text.trim()).filter(text => text !== '');
  }

  /** Right-clicks until the menu has the entry: a workbench that has just started learns of extensions a little later. */
  async rightClickFor(name: string, label: string): Promise<string[]> {
    return eventually(`"${label}" in the menu of ${name}`, async () => {
      const labels = await this.rightClick(name);
      if (labels.includes(label)) return labels;
      await this.closeMenu();
      return undefined;
    });
  }

  async chooseMenu(label: string | RegExp): Promise<void> {
    const menu = this.page.locator('.monaco-menu-container .monaco-menu');
    const item = menu.locator('.action-item').filter({ hasText: label }).first();
    // For the first tenth of a second a menu takes no clicks, so that the one that opened it does not choose.
    await this.page.waitForTimeout(150);
    await eventually(`the menu takes ${String(label)}`, async () => {
      if (!(await menu.first().isVisible())) return true;
      await item.click({ timeout: 2000 });
      await this.page.waitForTimeout(50);
      return !(await menu.first().isVisible());
    });
  }

  /** Chooses an entry of a submenu of the open menu. */
  async chooseSubmenu(menu: string, label: string): Promise<void> {
    const entry = (name: string): Locator => this.page.locator('.monaco-menu-container .monaco-menu .action-item').filter({ has: this.page.getByText(name, { exact: true }) }).last();
    await this.page.waitForTimeout(150);
    await eventually(`"${label}" in the submenu ${menu}`, async () => {
      if (!(await entry(label).isVisible())) await entry(menu).hover({ timeout: 2000 });
      await entry(label).waitFor({ timeout: 2000 });
      return true;
    });
    await eventually(`the submenu takes ${label}`, async () => {
      if (!(await this.page.locator('.monaco-menu-container .monaco-menu').first().isVisible())) return true;
      await entry(label).click({ timeout: 2000 });
      await this.page.waitForTimeout(50);
      return !(await this.page.locator('.monaco-menu-container .monaco-menu').first().isVisible());
    });
  }

  /** Labels of the "…" menu of the editor in front. */
  async titleMenu(): Promise<string[]> {
    const menu = this.page.locator('.monaco-menu-container .monaco-menu .action-label');
    await eventually('the menu of the editor', async () => {
      if (await menu.first().isVisible()) return true;
      await this.page.locator('.editor-group-container.active .title-actions .codicon-toolbar-more, .editor-group-container.active .editor-actions .codicon-toolbar-more').first().click({ timeout: 2000 });
      await this.page.waitForTimeout(200);
      return menu.first().isVisible();
    });
    const labels = (await menu.allTextContents()).map(text => text.trim()).filter(text => text !== '');
    await this.closeMenu();
    return labels;
  }

  async closeMenu(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.locator('.monaco-menu-container .monaco-menu').first().waitFor({ state: 'hidden' });
  }

  private get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** What the quick pick shows now; undefined while none is open. Read in one go, for it may vanish between two looks. */
  private quickState(): Promise<(QuickPick & { busy: boolean }) | undefined> {
    return this.page.evaluate(() => {
      const widget = document.querySelector<HTMLElement>('.quick-input-widget');
      if (!widget || widget.offsetParent === null) return undefined;
      return {
        title: widget.querySelector('.quick-input-title')?.textContent ?? '',
        placeholder: widget.querySelector('.quick-input-filter input')?.getAttribute('placeholder') ?? '',
        rows: [...widget.querySelectorAll('.quick-input-list .monaco-list-row')].map(row => row.textContent ?? ''),
        busy: widget.querySelector('.quick-input-progress.active') !== null,
      };
    });
  }

  /** Waits for a quick pick with choices. */
  async quickPick(): Promise<QuickPick> {
    return eventually('a quick pick with choices', async () => {
      const state = await this.quickState();
      return state && !state.busy && state.rows.length > 0 && state;
    });
  }

  async quickInputIsOpen(): Promise<boolean> {
    return (await this.quickState()) !== undefined;
  }

  /** Waits for a quick pick, accepts its default, and answers what it offered. */
  async acceptDefault(): Promise<QuickPick> {
    const pick = await this.quickPick();
    const words = ({ title, placeholder, rows }: QuickPick): string => JSON.stringify([title, placeholder, rows]);
    await this.page.keyboard.press('Enter');
    await eventually('the quick pick answers Enter', async () => {
      const now = await this.quickState();
      return now === undefined || words(now) !== words(pick);
    });
    return pick;
  }

  /** Types into the open quick pick, chooses the first match, and waits until the pick has taken it. */
  async pick(text: string): Promise<void> {
    const before = await this.quickPick();
    await this.quickInput.locator('input').first().fill(text);
    await this.quickInput.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first().click();
    await eventually(`the quick pick takes ${text}`, async () => {
      const now = await this.quickState();
      return now === undefined || now.title !== before.title || now.placeholder !== before.placeholder;
    });
  }

  /** Ticks every choice of the open quick pick that takes several, and accepts. */
  async pickAll(): Promise<void> {
    await this.quickPick();
    const box = this.quickInput.locator('.quick-input-check-all, .quick-input-header input[type="checkbox"], .quick-input-header .monaco-checkbox').first();
    const unticked = this.quickInput.locator('.quick-input-list .monaco-list-row[aria-checked="false"]');
    await eventually('every choice is ticked', async () => {
      if (await unticked.count() === 0) return true;
      await box.click({ timeout: 2000 });
      return undefined;
    });
    await this.page.keyboard.press('Enter');
    await eventually('the quick pick closes', async () => !(await this.quickInputIsOpen()));
  }

  /** Runs a command by its title in the command palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.quickInput.locator('input').first();
    await input.waitFor();
    await input.fill(`>${title}`);
    const row = this.quickInput.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    await row.waitFor();
    await row.click();
  }

  /** End with a theme that is not the default one: windows opened after that one is picked begin with another that the list showed. */
  async theme(name: Theme): Promise<void> {
    const chosen = this.page.locator(`.monaco-workbench[class*="${themeFiles[name]}"]`);
    for (let left = 3; ; left--) {
      await this.command('Preferences: Color Theme');
      await this.pick(name);
      await eventually('the theme pick closes', async () => !(await this.quickInputIsOpen()));
      // The list shows each theme that it passes: on a busy machine one of them may come after the one that was picked.
      if (await chosen.waitFor({ timeout: 20_000 }).then(() => this.page.waitForTimeout(1000)).then(() => chosen.isVisible(), () => false)) return;
      assert.ok(left > 0, `the theme ${name} does not stay`);
    }
  }

  /** Texts of the notifications that are shown now. */
  async notifications(): Promise<string[]> {
    return this.page.locator('.notification-toast .notification-list-item-message').allTextContents();
  }

  async notification(text: RegExp): Promise<string> {
    return eventually(`notification ${text}`, async () => (await this.notifications()).find(shown => text.test(shown)));
  }

  async clearNotifications(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
    await this.page.locator('.notification-toast').first().waitFor({ state: 'detached' });
  }

  /** The document of a webview that holds the given selector; webviews are frames within frames. */
  async webview(selector: string): Promise<Frame> {
    return eventually(`webview with ${selector}`, async () => {
      for (const frame of this.page.frames()) {
        if (frame === this.page.mainFrame() || frame.isDetached()) continue;
        if (await frame.locator(selector).first().isVisible().catch(() => false)) return frame;
      }
      return undefined;
    });
  }

  /** Titles of the open editor tabs. */
  async tabs(): Promise<string[]> {
    return this.page.locator('.tabs-container .tab .label-name').allTextContents();
  }

  async closeAllEditors(): Promise<void> {
    await this.command('View: Close All Editors');
    await eventually('editors are closed', async () => (await this.tabs()).length === 0);
  }

  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: `${this.host.results}/${name}.png` });
  }

  /** Labels of the rows of a side bar view, once it has any. */
  async viewRows(view: string): Promise<string[]> {
    const rows = this.page.locator(`.pane:has(.pane-header[aria-label^="${view}"]) .monaco-list-row`);
    await rows.first().waitFor();
    return rows.allTextContents();
  }
}
