/** Page object of the VS Code workbench: what a person does in it, in words, and nothing of Unveil. */
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

export type Theme = 'Light Modern' | 'Dark Modern' | 'Dark High Contrast' | 'Light High Contrast';

/** Tries again until `attempt` answers something; the last word is the error after `patience` ms (ends a hang only). */
export async function eventually<T>(what: string, attempt: () => Promise<T | undefined | false>, patience = 120_000): Promise<T> {
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

  /** Opens a page on a folder and waits until the Explorer shows its files. */
  static async open(name: string, folder = unveilUi.folder): Promise<Workbench> {
    const page = await unveilUi.context.newPage();
    unveilUi.keepConsole(page, name);
    await page.goto(unveilUi.address(folder));
    const workbench = new Workbench(page, unveilUi);
    await workbench.ready();
    return workbench;
  }

  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  async reload(): Promise<void> {
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
    await this.page.locator('.monaco-menu-container .monaco-menu .action-item').filter({ hasText: label }).first().click();
  }

  async closeMenu(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.locator('.monaco-menu-container .monaco-menu').first().waitFor({ state: 'hidden' });
  }

  private get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Waits for a quick pick with choices; answers its title or placeholder and its rows. */
  async quickPick(): Promise<{ title: string; placeholder: string; rows: string[] }> {
    const rows = this.quickInput.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    // The list of the pick before may still be drawn while its busy bar runs.
    await eventually('quick pick is ready', async () => !(await this.quickInput.locator('.quick-input-progress.active').count()));
    return {
      title: (await this.quickInput.locator('.quick-input-title').textContent()) ?? '',
      placeholder: (await this.quickInput.locator('.quick-input-filter input').getAttribute('placeholder')) ?? '',
      rows: await rows.allTextContents(),
    };
  }

  async quickInputIsOpen(): Promise<boolean> {
    return (await this.quickInput.count()) > 0;
  }

  /** Waits for a quick pick, accepts its default, and answers what it offered. */
  async acceptDefault(): Promise<{ title: string; placeholder: string; rows: string[] }> {
    const pick = await this.quickPick();
    const before = `${pick.title}|${pick.placeholder}|${pick.rows.join('|')}`;
    await this.page.keyboard.press('Enter');
    await eventually('the quick pick answers Enter', async () => {
      if (!(await this.quickInputIsOpen())) return true;
      const title = await this.quickInput.locator('.quick-input-title').textContent();
      const placeholder = await this.quickInput.locator('.quick-input-filter input').getAttribute('placeholder');
      const rows = await this.quickInput.locator('.quick-input-list .monaco-list-row').allTextContents();
      return `${title ?? ''}|${placeholder ?? ''}|${rows.join('|')}` !== before;
    });
    return pick;
  }

  /** Types into the open quick input and accepts the first match. */
  async pick(text: string): Promise<void> {
    await this.quickPick();
    await this.quickInput.locator('input').first().fill(text);
    await this.quickInput.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first().click();
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

  async theme(name: Theme): Promise<void> {
    await this.command('Preferences: Color Theme');
    await this.pick(name);
    const wanted = { 'Light Modern': 'vs', 'Dark Modern': 'vs-dark', 'Dark High Contrast': 'hc-black', 'Light High Contrast': 'hc-light' }[name];
    await this.page.locator(`.monaco-workbench.${wanted}`).waitFor();
    await eventually('the theme pick closes', async () => !(await this.quickInputIsOpen()));
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
