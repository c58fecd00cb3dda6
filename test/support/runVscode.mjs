/**
 * The extension-host suite: test/vscode inside a real VS Code (code-server driven by headless Chromium), of the oldest version
 * that package.json allows, or with `newest` as its argument of the newest.
 * UNVEIL_VSCODE=electron runs the same suite in a desktop VS Code that @vscode/test-electron downloads.
 * The suite runs in phases, each in an extension host of its own, so that what must outlive a restart is seen to.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCodeServer } from '../../scripts/tools/codeServer.mjs';
import { inRoot, results } from '../../scripts/tools/paths.mjs';
import { say, sleep } from '../../scripts/tools/process.mjs';
import { vscodeVersions } from '../../scripts/tools/vscodeVersions.mjs';
import { keepConsole, launchBrowser } from './browser.mjs';
import { bundleSuite } from './bundle.mjs';
import { placeDriver } from './driver.mjs';
import { report, writeResults } from './results.mjs';
import { makeWorkspace } from './workspace.mjs';

export const phases = ['first', 'afterRestart'];
/** A phase that says nothing new for this long hangs. */
const silence = 20 * 60_000;

/** Waits for the result file of a phase while its log is echoed; an error when nothing is heard for too long. */
async function waitForPhase(folder, phase) {
  const resultFile = path.join(folder, `${phase}.json`);
  const logFile = path.join(folder, `${phase}.log`);
  let shown = 0;
  let heard = Date.now();
  for (;;) {
    if (existsSync(logFile) && statSync(logFile).size > shown) {
      const text = readFileSync(logFile, 'utf8');
      process.stdout.write(Buffer.from(text).subarray(shown).toString());
      shown = Buffer.byteLength(text);
      heard = Date.now();
    }
    if (existsSync(resultFile)) return JSON.parse(readFileSync(resultFile, 'utf8'));
    if (Date.now() - heard > silence) throw new Error(`the extension host said nothing for ${silence / 60_000} minutes`);
    await sleep(100);
  }
}

/** The oldest version takes extension and tests by the address of its workbench, the newest by a driver among its extensions. */
function wayIn(vscode, { extension, suite, home }) {
  if (vscode === 'oldest') {
    return server => [['extensionDevelopmentPath', server.remote(extension)], ['extensionTestsPath', server.remote(suite)]];
  }
  placeDriver({ extensions: path.join(home, 'extensions'), extension, suite });
  return () => [];
}

/**
 * Consents to every question of the workbench, as the workbench does itself in a window that it knows to be a test: an agent's tool asks
 * before it trains.
 */
function consent(page) {
  const button = page.locator('.monaco-dialog-box .dialog-buttons .monaco-button:not(.secondary)').first();
  const timer = setInterval(() => {
    button.click({ timeout: 2000 }).catch(() => undefined);
  }, 500);
  page.once('close', () => clearInterval(timer));
}

/** Runs the phases, each in a page of its own. */
async function runPhases({ name, vscode, exchange, context, address }) {
  const tests = [];
  const figures = [];
  for (const phase of phases) {
    writeFileSync(path.join(exchange, 'phase'), phase);
    const page = await context.newPage();
    keepConsole(page, path.join(results, `${name}-${phase}-console.log`));
    await page.goto(address);
    if (vscode === 'newest') consent(page);
    try {
      const result = await waitForPhase(exchange, phase);
      if (result.version !== vscodeVersions[vscode].version) throw new Error(`this is VS Code ${result.version}`);
      tests.push(...result.tests);
      figures.push(...result.figures);
      if (result.tests.some(test => test.state === 'failed')) await page.screenshot({ path: path.join(results, `${name}-${phase}.png`) });
    } catch (error) {
      await page.screenshot({ path: path.join(results, `${name}-${phase}.png`) }).catch(() => undefined);
      tests.push({ name: `${phase}: the suite runs to its end`, state: 'failed', error: error.message });
    }
    await page.close();
  }
  const passed = tests.filter(test => test.state === 'passed').length;
  figures.push(`VS Code ${vscodeVersions[vscode].version} (${vscode}): ${passed} of ${tests.length} tests of the extension host pass`);
  return { tests, figures };
}

export async function runInCodeServer({ vscode = 'oldest', name = 'vscode', extension = inRoot() } = {}) {
  const { out } = await bundleSuite('vscode', '.test.ts');
  const home = mkdtempSync(path.join(tmpdir(), 'unveil-vscode-'));
  const workspace = makeWorkspace(path.join(home, 'workspace'));
  const exchange = path.join(home, 'exchange');
  mkdirSync(exchange, { recursive: true });
  const payload = wayIn(vscode, { extension, suite: path.join(out, 'index.js'), home });
  const server = await startCodeServer({ home, vscode, env: { UNVEIL_TEST_EXCHANGE: exchange } });
  const context = await launchBrowser(path.join(home, 'browser'));
  let done;
  try {
    done = await runPhases({ name, vscode, exchange, context, address: server.address(workspace, payload(server)) });
  } finally {
    await context.close();
    await server.stop();
    if (done?.tests.every(test => test.state === 'passed')) rmSync(home, { recursive: true, force: true });
    else say(`The log of the server is kept: ${path.join(home, 'code-server.log')}`);
  }
  return done;
}

if (process.argv[1]?.endsWith('runVscode.mjs')) {
  mkdirSync(results, { recursive: true });
  const vscode = process.argv.includes('newest') ? 'newest' : 'oldest';
  const name = vscode === 'newest' ? 'vscode-newest' : 'vscode';
  const runner = process.env.UNVEIL_VSCODE === 'electron' ? (await import('./runElectron.mjs')).runInElectron : runInCodeServer;
  const { tests, figures } = await runner({ vscode, name });
  writeResults(name, tests, figures);
  process.exitCode = report(name, tests, figures) > 0 ? 1 : 0;
}
