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
export async function eventually<T>(what: string, attempt: () => Promise<T | undefined | false>, patience = 240_000): Promise<T> {
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
    const workbench = new Workbench(page, unveilUi);
    try {
      await workbench.load(name, folder, language);
    } catch (error) {
      // Nobody else could close it, and its extension host would go on beside those of the specs that follow.
      await workbench.screenshot(`failed-to-open-${name}`).catch(() => undefined);
      await page.close();
      throw error;
    }
    return workbench;
  }

  private async load(name: string, folder: string, language: string | undefined): Promise<void> {
    const { page, host } = this;
    if (language !== undefined) {
      await page.addInitScript(text => Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { get: () => text, set: () => undefined }), language);
    }
    host.keepConsole(page, name);
    await page.goto(host.address(folder));
    await this.ready();
    // The editors come back as the page before left them; a spec begins with none.
    if ((await this.tabs()).length > 0) await this.closeAllEditors({ discard: true });
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
    // Waited for in the page itself, whose timers and idle times come late together: three times longer than the workbench's own interval takes.
    await this.page.evaluate(async () => {
      for (let round = 0; round < 3; round++) {
        await new Promise(resolve => setTimeout(resolve, 6000));
        await new Promise(resolve => requestIdleCallback(resolve));
      }
    });
    await this.page.reload();
    await this.page.locator('.monaco-workbench').waitFor();
  }

  file(name: string): Locator {
    return this.page.locator('.explorer-folders-view .monaco-list-row').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** The file whose menu was opened last. */
  private menuOf: string | undefined;

  /** Opens the context menu of a file in the Explorer; answers the labels of its entries. */
  async rightClick(name: string): Promise<string[]> {
    const menu = this.page.locator('.monaco-menu-container .monaco-menu .action-label');
    // One that a test that failed left open.
    if (await menu.first().isVisible()) await this.closeMenu();
    // A click that met a list in motion opens nothing: it is made again.
    await eventually(`a menu of ${name}`, async () => {
      if (!(await menu.first().isVisible())) await this.file(name).click({ button: 'right', timeout: 10_000 });
      await menu.first().waitFor({ timeout: 10_000 });
      return true;
    });
    this.menuOf = name;
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
    const item = this.menu.locator('.action-item').filter({ hasText: label }).first();
    await this.chooseIn(String(label), () => item.click({ timeout: 10_000 }));
  }

  /** Chooses an entry of a submenu of the open menu. */
  async chooseSubmenu(menu: string, label: string): Promise<void> {
    const entry = (name: string): Locator => this.menu.locator('.action-item').filter({ has: this.page.getByText(name, { exact: true }) }).last();
    await this.chooseIn(label, async () => {
      if (!(await entry(label).isVisible())) {
        await entry(menu).hover({ timeout: 10_000 });
        await entry(label).waitFor({ timeout: 10_000 });
      }
      await entry(label).click({ timeout: 10_000 });
    });
  }

  private get menu(): Locator {
    return this.page.locator('.monaco-menu-container .monaco-menu');
  }

  /** Clicks in the open context menu of a file until the menu has taken it. */
  private async chooseIn(what: string, click: () => Promise<void>): Promise<void> {
    let clicked = false;
    // For the first tenth of a second a menu takes no clicks, so that the one that opened it does not choose.
    const settle = (): Promise<void> => this.page.waitForTimeout(150);
    await settle();
    await eventually(`the menu takes ${what}`, async () => {
      if (!(await this.menu.first().isVisible())) {
        if (clicked || this.menuOf === undefined || await this.quickInputIsOpen()) return true;
        // A menu closes when something else takes the focus: nothing was chosen yet.
        await this.rightClick(this.menuOf);
        await settle();
      }
      await click();
      clicked = true;
      await this.page.waitForTimeout(50);
      return !(await this.menu.first().isVisible());
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
    const menu = this.page.locator('.monaco-menu-container .monaco-menu').first();
    await eventually('the menu closes', async () => {
      await this.page.keyboard.press('Escape');
      await menu.waitFor({ state: 'hidden', timeout: 5000 });
      return true;
    });
  }

  private get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** What the quick pick shows now; undefined while none is open. Read in one go, for it may vanish between two looks. */
  private quickState(): Promise<(QuickPick & { readonly busy: boolean; readonly focused: boolean; readonly active: string }) | undefined> {
    return this.page.evaluate(() => {
      const widget = document.querySelector<HTMLElement>('.quick-input-widget');
      if (!widget || widget.offsetParent === null) return undefined;
      return {
        title: widget.querySelector('.quick-input-title')?.textContent ?? '',
        placeholder: widget.querySelector('.quick-input-filter input')?.getAttribute('placeholder') ?? '',
        rows: [...widget.querySelectorAll('.quick-input-list .monaco-list-row')].map(row => row.textContent ?? ''),
        busy: widget.querySelector('.quick-input-progress.active') !== null,
        focused: widget.contains(document.activeElement),
        active: widget.querySelector('.quick-input-list .monaco-list-row.focused')?.textContent ?? '',
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
    const pick = await this.quickPickWithFocus();
    await this.page.keyboard.press('Enter');
    await this.taken(pick, 'Enter');
    return pick;
  }

  /** Waits for a quick pick with choices that has the keyboard. */
  private async quickPickWithFocus(): Promise<QuickPick> {
    return eventually('a quick pick with the focus', async () => {
      const state = await this.quickState();
      return state && !state.busy && state.focused && state.rows.length > 0 && state;
    });
  }

  /** Waits until a quick pick has closed or given way to the next question: rows alone may change while it is the same one. */
  private async taken({ title, placeholder }: QuickPick, what: string): Promise<void> {
    await eventually(`the quick pick takes ${what}`, async () => {
      const now = await this.quickState();
      return now === undefined || now.title !== title || now.placeholder !== placeholder;
    });
  }

  /** Waits until the choice that Enter would take says so. */
  async activeChoice(text: string, patience?: number): Promise<void> {
    await eventually(`${text} is the choice in front`, async () => (await this.quickState())?.active.includes(text), patience);
  }

  /** Types into the open quick pick, chooses the first match, and waits until the pick has taken it. */
  async pick(text: string): Promise<void> {
    const before = await this.quickPick();
    await this.quickInput.locator('input').first().fill(text);
    await this.quickInput.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first().click();
    await this.taken(before, text);
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
    await this.quickPickWithFocus();
    await this.page.keyboard.press('Enter');
    await eventually('the quick pick closes', async () => !(await this.quickInputIsOpen()));
  }

  /** Runs a command by its title in the command palette. */
  async command(title: string): Promise<void> {
    const input = this.quickInput.locator('input').first();
    const row = this.quickInput.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    // A key that a webview in the making had is lost, and a command is not known before its extension is.
    await eventually(`the palette knows ${title}`, async () => {
      await this.page.keyboard.press('F1');
      await input.fill(`>${title}`, { timeout: 10_000 });
      await row.waitFor({ timeout: 10_000 });
      return true;
    });
    await eventually(`the palette takes ${title}`, async () => {
      if (!(await this.paletteHas(title))) return true;
      await row.click({ timeout: 10_000 });
      // A second click comes only where the first one was plainly lost.
      for (let look = 0; look < 100; look++) {
        if (!(await this.paletteHas(title))) return true;
        await this.page.waitForTimeout(50);
      }
      return undefined;
    });
  }

  /** Whether the palette is open with a title typed into it. */
  private paletteHas(title: string): Promise<boolean> {
    return this.page.evaluate(text => {
      const widget = document.querySelector<HTMLElement>('.quick-input-widget');
      return widget !== null && widget.offsetParent !== null && [...widget.querySelectorAll('input')].some(input => input.value === text);
    }, `>${title}`);
  }

  /** End with a theme that is not the default one: windows opened after that one is picked begin with another that the list showed. */
  async theme(name: Theme): Promise<void> {
    const chosen = this.page.locator(`.monaco-workbench[class*="${themeFiles[name]}"]`);
    for (let left = 3; ; left--) {
      await this.command('Preferences: Color Theme');
      await this.pick(name);
      await eventually('the theme pick closes', async () => !(await this.quickInputIsOpen()));
      // The list shows each theme that it passes: on a busy machine one of them may come after the one that was picked.
      if (await chosen.waitFor({ timeout: 60_000 }).then(() => this.page.waitForTimeout(1000)).then(() => chosen.isVisible(), () => false)) return;
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

  /** `discard`: also what has not been saved, which otherwise stays open. */
  async closeAllEditors({ discard = false } = {}): Promise<void> {
    const doNotSave = this.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Don\'t Save' });
    // What a test that failed left open: a menu, a quick pick, a question.
    await this.page.keyboard.press('Escape');
    if ((await this.tabs()).length === 0) return;
    await this.command('View: Close All Editors');
    await eventually('editors are closed', async () => {
      if (discard && await doNotSave.isVisible()) await doNotSave.click({ timeout: 2000 });
      return (await this.tabs()).length === 0;
    });
  }

  /** Opens a file of the Explorer in an editor of its own, in front: a busy workbench now and then loses a double click. */
  async openFile(name: string): Promise<void> {
    const tab = this.page.locator('.tabs-container .tab.active').filter({ has: this.page.getByText(name, { exact: true }) });
    await eventually(`an editor of ${name}`, async () => {
      await this.file(name).dblclick({ timeout: 10_000 });
      await tab.first().waitFor({ timeout: 20_000 });
      return true;
    });
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
