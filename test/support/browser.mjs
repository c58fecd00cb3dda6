/** The headless browser that drives the workbench, and what it says. */
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBrowser } from '../../scripts/tools/ensureBrowser.mjs';

/**
 * Starts Chromium with a profile of its own, so that what a workbench stores in the browser outlives a page.
 * Answers a Playwright BrowserContext.
 */
export async function launchBrowser(profile, { width = 1400, height = 950 } = {}) {
  mkdirSync(profile, { recursive: true });
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await ensureBrowser(),
    headless: true,
    viewport: { width, height },
    // Playwright's own limit only ends a hang; no test asserts on time.
    timeout: 180_000,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
  context.setDefaultTimeout(240_000);
  return context;
}

/** Keeps the console and the errors of a page in a file. */
export function keepConsole(page, file) {
  mkdirSync(path.dirname(file), { recursive: true });
  page.on('console', message => appendFileSync(file, `[${message.type()}] ${message.text()}\n`));
  page.on('pageerror', error => appendFileSync(file, `[page error] ${error.stack ?? error.message}\n`));
}
