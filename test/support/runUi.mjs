/** The UI suite: Playwright specs in test/ui drive a real workbench in a real browser, as a person would. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Mocha from 'mocha';
import { startCodeServer } from '../../scripts/tools/codeServer.mjs';
import { inRoot, results } from '../../scripts/tools/paths.mjs';
import { say } from '../../scripts/tools/process.mjs';
import { keepConsole, launchBrowser } from './browser.mjs';
import { bundleSuite } from './bundle.mjs';
import { report, writeResults } from './results.mjs';
import { makeWorkspace } from './workspace.mjs';

/**
 * @param {{suite?: string, ending?: string, extension?: string, vscode?: string, prepare?: (home: string) => Promise<void>}} options
 * extension: folder of an unpacked extension to load, or undefined when `prepare` installs one. vscode: 'oldest' or 'newest' of vscodeVersions.
 */
export async function runUi({ suite = 'ui', folder = 'ui', ending = '.spec.ts', extension = undefined, vscode = 'oldest', prepare } = {}) {
  mkdirSync(results, { recursive: true });
  const bundled = await bundleSuite(folder, ending);
  const home = mkdtempSync(path.join(tmpdir(), 'unveil-ui-'));
  const workspace = makeWorkspace(path.join(home, 'workspace'));
  await prepare?.(home);
  const server = await startCodeServer({ home, vscode });
  const context = await launchBrowser(path.join(home, 'browser'));
  const tests = [];
  const figures = [];
  globalThis.unveilUi = {
    context,
    home,
    folder: workspace,
    project: inRoot(),
    results,
    address: where => server.address(where, extension ? [['extensionDevelopmentPath', server.remote(extension)]] : []),
    keepConsole: (page, name) => keepConsole(page, path.join(results, `${suite}-${name}-console.log`)),
    figure: text => { figures.push(text); console.log(`  ${text}`); },
  };
  try {
    await runMocha(bundled.tests, suite, context, tests);
  } finally {
    await context.close();
    await server.stop();
    if (tests.some(test => test.state === 'failed')) say(`The log of the server is kept: ${path.join(home, 'code-server.log')}`);
    else rmSync(home, { recursive: true, force: true });
  }
  return { tests, figures };
}

/** Takes the picture of a failure where it happens, before any hook tidies up. */
function photographFailures(mocha, suite, context) {
  mocha.suite.on('pre-require', globals => {
    for (const name of ['it', 'before', 'beforeEach', 'after', 'afterEach']) {
      const original = globals[name];
      globals[name] = (...parts) => {
        const body = parts.pop();
        return original(...parts, async function () {
          try {
            await body.call(this);
          } catch (error) {
            const title = (this.currentTest ?? this.test).fullTitle().replace(/[^a-z0-9]+/gi, '-').slice(0, 90);
            for (const [index, page] of context.pages().slice(1).entries()) {
              await page.screenshot({ path: path.join(results, `failed-${suite}-${title}-${index}.png`) }).catch(() => undefined);
            }
            throw error;
          }
        });
      };
    }
  });
}

function runMocha(files, suite, context, tests) {
  const grep = process.env.UNVEIL_TEST_GREP;
  // Half an hour ends a hang; no test asserts on time.
  const mocha = new Mocha({ ui: 'bdd', timeout: 1_800_000, color: false, reporter: class {}, ...(grep ? { grep } : {}) });
  photographFailures(mocha, suite, context);
  for (const file of files) mocha.addFile(file);
  return new Promise(resolve => {
    const runner = mocha.run(() => resolve());
    const keep = (test, state, error) => {
      tests.push({ name: test.fullTitle(), state, milliseconds: test.duration, ...(error ? { error } : {}) });
      console.log(`  ${state === 'passed' ? '✓' : '✗'} ${test.fullTitle()} (${test.duration ?? 0} ms)${error ? `\n${error}` : ''}`);
    };
    runner.on('pass', test => keep(test, 'passed'));
    runner.on('fail', (test, error) => keep(test, 'failed', error.stack ?? error.message));
    runner.on('pending', test => keep(test, 'failed', 'was skipped'));
  });
}

if (process.argv[1]?.endsWith('runUi.mjs')) {
  const { tests, figures } = await runUi({ extension: inRoot() });
  writeResults('ui', tests, figures);
  process.exitCode = report('ui', tests, figures) > 0 ? 1 : 0;
}
