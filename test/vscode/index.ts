/** Entry of the extension-host suite: VS Code calls run(), which runs mocha here and writes the results to a folder. */
import { appendFileSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import Mocha from 'mocha';
import { version } from 'vscode';
import { endRuns } from './host';

interface TestResult { name: string; state: 'passed' | 'failed'; milliseconds?: number; error?: string }

/** Folder named by the launcher; it holds the phase to run and takes the results. */
const exchange = process.env['UNVEIL_TEST_EXCHANGE'] ?? '';

/** Files named `restart.*` run in the second phase, in a fresh extension host; all others in the first. */
function filesOf(phase: string): string[] {
  return readdirSync(__dirname)
    .filter(name => name.endsWith('.test.js') && name.startsWith('restart.') === (phase === 'afterRestart'))
    .sort()
    .map(name => path.join(__dirname, name));
}

export async function run(): Promise<void> {
  const phase = readFileSync(path.join(exchange, 'phase'), 'utf8').trim();
  const log = (line: string): void => appendFileSync(path.join(exchange, `${phase}.log`), `${line}\n`);
  const tests: TestResult[] = [];
  const figures: string[] = [];
  Object.assign(globalThis, { unveilFigure: (text: string) => { figures.push(text); log(`  ${text}`); } });
  try {
    await runMocha(filesOf(phase), tests, log);
  } catch (error) {
    tests.push({ name: `${phase}: the suite loads`, state: 'failed', error: String((error as Error).stack ?? error) });
  }
  const file = path.join(exchange, `${phase}.json`);
  writeFileSync(`${file}.partial`, JSON.stringify({ version, tests, figures }));
  renameSync(`${file}.partial`, file);
}

/** The listeners below report; mocha's own reporters write to a console that nobody sees. */
class SilentReporter extends Mocha.reporters.Base {}

function runMocha(files: readonly string[], tests: TestResult[], log: (line: string) => void): Promise<void> {
  const filter = process.env['UNVEIL_TEST_GREP'];
  const mocha = new Mocha({ ui: 'bdd', timeout: 0, color: false, reporter: SilentReporter, ...(filter ? { grep: filter } : {}) });
  mocha.suite.afterEach(async function () {
    if (this.currentTest?.state === 'failed') await endRuns();
  });
  for (const file of files) mocha.addFile(file);
  return new Promise(resolve => {
    const runner = mocha.run(() => resolve());
    runner.on('test', test => log(`  … ${test.fullTitle()}`));
    runner.on('pass', test => {
      tests.push({ name: test.fullTitle(), state: 'passed', milliseconds: test.duration });
      log(`  ✓ ${test.fullTitle()} (${test.duration} ms)`);
    });
    runner.on('fail', (test, error: Error) => {
      tests.push({ name: test.fullTitle(), state: 'failed', milliseconds: test.duration, error: error.stack ?? error.message });
      log(`  ✗ ${test.fullTitle()}\n${error.stack ?? error.message}`);
    });
    runner.on('pending', test => {
      tests.push({ name: test.fullTitle(), state: 'failed', error: 'was skipped' });
      log(`  ✗ ${test.fullTitle()} (skipped)`);
    });
  });
}
