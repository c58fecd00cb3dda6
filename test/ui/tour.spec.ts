/** The walkthrough from end to end with the keyboard alone; the mouse is never moved. docs/accessibility.md tells of it. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Frame, Page } from 'playwright-core';
import { ReportPage } from './reportPage';
import { compareToTheEnd, setUserSettings } from './userSettings';
import { eventually, Workbench } from './workbench';

/** What has the focus, as a screen reader names it. */
function focused(frame: Page | Frame): Promise<{ role: string; name: string }> {
  return frame.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const host = document.activeElement;
    const name = (one: Element | null): string => (one?.getAttribute('aria-label') ?? one?.textContent ?? '').replace(/\s+/g, ' ').trim();
    return { role: element?.getAttribute('role') ?? element?.tagName.toLowerCase() ?? '', name: name(element) || name(host) };
  });
}

/** Whether something else has the focus than when this was asked last. */
function focusMoved(frame: Page | Frame): Promise<boolean> {
  return frame.evaluate(() => {
    const kept = window as unknown as { lastFocused?: Element | null };
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const moved = element !== kept.lastFocused;
    kept.lastFocused = element;
    return moved;
  });
}

/** Presses a key and gives the focus time to move: a look that comes too early would have the next press go past what is looked for. */
async function step(workbench: Workbench, frame: Page | Frame, key: string): Promise<void> {
  await focusMoved(frame);
  await workbench.page.keyboard.press(key);
  for (let look = 0; look < 100 && !(await focusMoved(frame)); look++) await workbench.page.waitForTimeout(20);
}

/** Presses Tab until the keyboard is in the report. */
async function intoReport(workbench: Workbench, { frame }: ReportPage): Promise<void> {
  await eventually('the keyboard is in the report', async () => {
    await step(workbench, frame, 'Tab');
    return (await focused(frame)).role !== 'body';
  });
}

/** Presses a key until what has the focus is named so. */
async function moveTo(workbench: Workbench, frame: Page | Frame, key: string, name: RegExp, most = 80): Promise<void> {
  const seen: string[] = [];
  for (let count = 0; count <= most; count++) {
    const now = await focused(frame);
    if (name.test(now.name)) return;
    seen.push(`${now.role} ${now.name.slice(0, 40)}`);
    await step(workbench, frame, key);
  }
  throw new Error(`${String(name)} is not reached with ${key}: ${seen.slice(-30).join(' | ')}`);
}

/** A command of the palette, by keyboard. */
async function run(workbench: Workbench, title: string): Promise<void> {
  const { page } = workbench;
  await eventually(`the palette knows ${title}`, async () => {
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget:visible input').first();
    await input.waitFor({ timeout: 10_000 });
    await page.keyboard.type(title);
    try {
      await workbench.activeChoice(title, 15_000);
    } catch (error) {
      // Not known yet, or a key was lost: typed anew.
      await page.keyboard.press('Escape');
      throw error;
    }
    await page.keyboard.press('Enter');
    return true;
  });
}

describe('The tour by keyboard', () => {
  let workbench: Workbench;
  let report: ReportPage;
  let takeBack: (() => void) | undefined;

  before(async () => {
    takeBack = setUserSettings(compareToTheEnd);
    workbench = await Workbench.open('tour');
  });
  after(async () => {
    takeBack?.();
    await workbench?.close();
  });

  it('opens the walkthrough, and its first button trains a model of the example after three times Enter', async () => {
    const { page } = workbench;
    await run(workbench, 'Welcome: Open Walkthrough...');
    await eventually('the walkthroughs', async () => (await workbench.quickPick()).rows.some(row => row.includes('Get Started with Unveil')));
    await page.keyboard.type('Get Started with Unveil');
    await workbench.activeChoice('Get Started with Unveil');
    await page.keyboard.press('Enter');
    await eventually('the steps', async () => (await page.locator('.getting-started-step').count()) === 5);
    await workbench.screenshot('tour-walkthrough');
    await moveTo(workbench, page, 'Tab', /^Open the Example$/);
    await page.keyboard.press('Enter');
    const target = await workbench.acceptDefault();
    assert.match(target.rows[0]!, /species/);
    await workbench.acceptDefault();
    await workbench.acceptDefault();
    report = await ReportPage.shown(workbench, /species · penguins\.csv/);
  });

  it('says in the status bar what runs, and a command leads to its end', async () => {
    const { page } = workbench;
    const item = page.locator('.statusbar-item[id$="unveil.runs"]');
    await item.waitFor();
    await eventually('the status bar says what runs', async () => /Unveil is working on species/.test((await item.locator('[aria-label]').first().getAttribute('aria-label')) ?? ''));
    await run(workbench, 'Unveil: Show Running Work…');
    const pick = await workbench.quickPick();
    assert.ok(pick.rows.some(row => row.includes('Cancel')), pick.rows.join(' | '));
    await page.keyboard.type('Cancel');
    await workbench.activeChoice('Cancel');
    await page.keyboard.press('Enter');
    await item.waitFor({ state: 'detached' });
  });

  it('reads the panels with the arrow keys, each without a fault that axe knows', async () => {
    const { page } = workbench;
    await run(workbench, 'Unveil: Show Overview');
    await intoReport(workbench, report);
    await moveTo(workbench, report.frame, 'Tab', /^Overview$/);
    assert.equal((await focused(report.frame)).role, 'tab');
    const titles = await report.frame.getByRole('tab').allTextContents();
    for (const title of titles) {
      await eventually(`the keyboard at the tab ${title}`, async () => (await focused(report.frame)).name === title.trim());
      await report.inFront(title.trim());
      await eventually(`${title} has something to read`, async () => (await report.frame.locator('[role="tabpanel"]:not([hidden])').innerText()).trim().length > 20);
      assert.deepEqual(await report.violations(), [], title);
      await page.keyboard.press('ArrowRight');
    }
    await report.inFront(titles[0]!.trim());
  });

  it('asks what if from the row of tabs', async () => {
    await run(workbench, 'Unveil: What If');
    await eventually('the What-If tab', async () => (await report.selectedTab()) === 'What-If');
    await eventually('a prediction', async () => /predicted to be/.test(await report.frame.locator('[role="tabpanel"]:not([hidden])').innerText()));
    await intoReport(workbench, report);
    await moveTo(workbench, report.frame, 'Tab', /bill_length_mm|flipper_length_mm|body_mass_g/);
    await workbench.screenshot('tour-what-if');
  });

  it('exports the report with the keyboard, from a button of the report', async () => {
    const { page } = workbench;
    await run(workbench, 'Unveil: Show Overview');
    await intoReport(workbench, report);
    await moveTo(workbench, report.frame, 'Tab', /^Export HTML$/, 200);
    await page.keyboard.press('Enter');
    const place = page.locator('.quick-input-widget:visible input').first();
    await eventually('the question where to', async () => /species of penguins\.csv.*\.html$/.test(await place.inputValue({ timeout: 10_000 })));
    // The model has a number behind its name where another suite made one of the same name before.
    await eventually('the file', async () => {
      // A question that has just come takes no key yet.
      await page.waitForTimeout(500);
      if (await workbench.quickInputIsOpen()) await page.keyboard.press('Enter');
      return readdirSync(unveilUi.folder).some(name => /^species of penguins\.csv.*\.html$/.test(name));
    });
    await workbench.notification(/The report is in/);
  });
});

describe('In Chinese', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open('chinese', unveilUi.folder, 'zh-cn');
  });
  after(async () => {
    await workbench?.close();
  });

  it('commands, questions and the report are in the language of the editor', async () => {
    await run(workbench, 'Unveil: 打开示例');
    const target = await workbench.acceptDefault();
    assert.equal(target.placeholder, '要解释的列');
    assert.match(target.rows[0]!, /species.*分类变量/);
    const task = await workbench.acceptDefault();
    assert.match(task.rows[0]!, /分类/);
    const model = await workbench.acceptDefault();
    assert.match(model.rows[0]!, /自动/);
    const report = await ReportPage.shown(workbench, /species/);
    assert.equal(await report.frame.evaluate(() => document.documentElement.lang), 'zh-cn');
    const tabs = await report.frame.getByRole('tab').allTextContents();
    for (const title of ['概览', '权重', '特征重要性', '置信区间', '数据']) assert.ok(tabs.map(text => text.trim()).includes(title), tabs.join(' '));
    const text = await report.frame.locator('[role="tabpanel"]:not([hidden])').innerText();
    for (const words of ['混淆矩阵', '准确率', '留出值', '以表格显示', '这是如何测量的']) assert.ok(text.includes(words), `${words} in ${text}`);
    assert.deepEqual(await report.violations(), []);
    await workbench.screenshot('tour-chinese');
  });
});
