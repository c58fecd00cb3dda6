/**
 * The extension-host suite: test/vscode inside a real VS Code (code-server driven by headless Chromium).
 * UNVEIL_VSCODE=electron runs the same suite in a desktop VS Code that @vscode/test-electron downloads.
 * The suite runs in phases, each in an extension host of its own, so that what must outlive a restart is seen to.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCodeServer } from '../../scripts/tools/codeServer.mjs';
import { inRoot, results } from '../../scripts/tools/paths.mjs';
import { say, sleep } from '../../scripts/tools/process.mjs';
import { keepConsole, launchBrowser } from './browser.mjs';
import { bundleSuite } from './bundle.mjs';
import { report, writeResults } from './results.mjs';
import { makeWorkspace } from './workspace.mjs';

export const phases = ['first', 'afterRestart'];
/** A phase that says nothing new for this long hangs. */
const silence = 6 * 60_000;

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

export async function runInCodeServer({ extension = inRoot(), suite = 'vscode' } = {}) {
  const { out } = await bundleSuite(suite, '.test.ts');
  const home = mkdtempSync(path.join(tmpdir(), 'unveil-vscode-'));
  const workspace = makeWorkspace(path.join(home, 'workspace'));
  const exchange = path.join(home, 'exchange');
  mkdirSync(exchange, { recursive: true });
  const server = await startCodeServer({ home, env: { UNVEIL_TEST_EXCHANGE: exchange } });
  const context = await launchBrowser(path.join(home, 'browser'));
  const tests = [];
  const figures = [];
  try {
    for (const phase of phases) {
      writeFileSync(path.join(exchange, 'phase'), phase);
      const page = await context.newPage();
      keepConsole(page, path.join(results, `vscode-${phase}-console.log`));
      await page.goto(server.address(workspace, [
        ['extensionDevelopmentPath', server.remote(extension)],
        ['extensionTestsPath', server.remote(path.join(out, 'index.js'))],
      ]));
      try {
        const result = await waitForPhase(exchange, phase);
        tests.push(...result.tests);
        figures.push(...result.figures);
        if (result.tests.some(test => test.state === 'failed')) await page.screenshot({ path: path.join(results, `vscode-${phase}.png`) });
      } catch (error) {
        await page.screenshot({ path: path.join(results, `vscode-${phase}.png`) }).catch(() => undefined);
        tests.push({ name: `${phase}: the suite runs to its end`, state: 'failed', error: error.message });
      }
      await page.close();
    }
  } finally {
    await context.close();
    await server.stop();
    if (tests.some(test => test.state === 'failed')) say(`The log of the server is kept: ${path.join(home, 'code-server.log')}`);
    else rmSync(home, { recursive: true, force: true });
  }
  return { tests, figures };
}

if (process.argv[1]?.endsWith('runVscode.mjs')) {
  mkdirSync(results, { recursive: true });
  const runner = process.env.UNVEIL_VSCODE === 'electron' ? (await import('./runElectron.mjs')).runInElectron : runInCodeServer;
  const { tests, figures } = await runner();
  writeResults('vscode', tests, figures);
  process.exitCode = report('vscode', tests, figures) > 0 ? 1 : 0;
}
