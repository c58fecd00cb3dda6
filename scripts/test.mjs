// `npm test`: installs what is missing, builds, and runs every suite. A suite that cannot run counts as failed and says
// why. The last line of the output is `N passed, N failed`. `npm test -- unit lint` runs the named suites only.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inRoot, results } from './tools/paths.mjs';
import { npm, run, say } from './tools/process.mjs';

/** @typedef {{name: string, state: 'passed' | 'failed', error?: string}} TestResult */

/** A command whose status is one test. */
const oneTest = (name, command, args) => async () => {
  const { status, output } = await run(command, args, { cwd: inRoot(), shell: process.platform === 'win32' });
  return [{ name, state: status === 0 ? 'passed' : 'failed', ...(status === 0 ? {} : { error: output.trim().split('\n').slice(-60).join('\n') }) }];
};

/** A program that writes test-results/<suite>.json. */
const written = (suite, args) => async () => {
  const { status, output } = await run(process.execPath, args, { cwd: inRoot(), echo: true });
  const file = path.join(results, `${suite}.json`);
  if (!existsSync(file)) throw new Error(output.trim().split('\n').slice(-30).join('\n') || `it ended with status ${status}`);
  const { tests } = JSON.parse(readFileSync(file, 'utf8'));
  if (status !== 0 && !tests.some(test => test.state === 'failed')) throw new Error(`it ended with status ${status}`);
  return tests;
};

async function unit() {
  const file = path.join(results, 'unit.json');
  const { status, output } = await run(process.execPath, [inRoot('node_modules', 'vitest', 'vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    { cwd: inRoot(), echo: true });
  if (!existsSync(file)) throw new Error(output.trim().split('\n').slice(-30).join('\n'));
  const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
  const tests = testResults.flatMap(suite => {
    const name = path.relative(inRoot(), suite.name);
    // A file that does not load has no tests of its own, and one without tests tests nothing: both are failures.
    if (suite.assertionResults.length === 0) return [{ name, state: 'failed', error: suite.message || 'the file holds no tests' }];
    return suite.assertionResults.map(test => ({
      name: `${name} › ${test.fullName}`,
      state: test.status === 'passed' ? 'passed' : 'failed',
      ...(test.status === 'passed' ? {} : { error: test.failureMessages?.join('\n') || `was ${test.status}` }),
    }));
  });
  if (status !== 0 && !tests.some(test => test.state === 'failed') && !wasOnlySlow(output)) tests.push({ name: 'vitest ends well', state: 'failed', error: output.trim().split('\n').slice(-30).join('\n') });
  return tests;
}

/**
 * Whether nothing went wrong but that a worker waited for over a minute until its reporter answered: on a busy machine a test that
 * calculates for that long does not let the answer in. The results themselves have arrived.
 */
function wasOnlySlow(output) {
  const [, ...blocks] = output.replace(/\u001b\[[\d;]*m/g, '').split(/⎯ Unhandled (?:Error|Rejection) ⎯+\s*/);
  return blocks.length > 0 && blocks.every(block => /^Error: \[vitest-worker\]: Timeout calling "on\w+"/.test(block));
}

/** @type {[string, () => Promise<TestResult[]>][]} */
const suites = [
  ['types', oneTest('types are right', npm, ['run', '--silent', 'types'])],
  ['lint', oneTest('lint finds nothing', npm, ['run', '--silent', 'lint'])],
  ['unit', unit],
  ['package', written('package', ['test/support/runPackage.mjs'])],
  ['vscode', written('vscode', ['test/support/runVscode.mjs'])],
  ['vscode-newest', written('vscode-newest', ['test/support/runVscode.mjs', 'newest'])],
  ['ui', written('ui', ['test/support/runUi.mjs'])],
];

/** Runs one suite; what keeps it from running is a failed test with the reason. */
async function runSuite(name, body) {
  console.log(`\n── ${name} ──`);
  const start = Date.now();
  let tests;
  try {
    tests = await body();
    if (tests.length === 0) tests = [{ name: `${name} has tests`, state: 'failed', error: 'the suite is empty' }];
  } catch (error) {
    tests = [{ name: `${name} runs`, state: 'failed', error: error.message }];
  }
  return { name, tests, seconds: (Date.now() - start) / 1000 };
}

async function main() {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter(name => !suites.some(([known]) => known === name));
  if (unknown.length > 0) {
    say(`No such suite: ${unknown.join(', ')}. There are ${suites.map(([name]) => name).join(', ')}.`);
    return 2;
  }
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const done = [];
  const prepared = await runSuite('build', async () => {
    // Imported late: a clean clone has no packages yet, and the failure to install them is a result too.
    const { buildProject, ensureDependencies } = await import('./tools/ensureDependencies.mjs');
    await ensureDependencies();
    await buildProject('--production');
    return [{ name: 'the project builds', state: 'passed' }];
  });
  done.push(prepared);
  for (const [name, body] of suites) {
    if (wanted.length === 0 || wanted.includes(name)) done.push(await runSuite(name, body));
  }
  console.log('\n── results ──');
  let passed = 0;
  let failed = 0;
  for (const { name, tests, seconds } of done) {
    const wrong = tests.filter(test => test.state !== 'passed');
    for (const test of wrong) console.log(`FAILED ${name}: ${test.name}\n  ${(test.error ?? '').split('\n').slice(0, 40).join('\n  ')}`);
    passed += tests.length - wrong.length;
    failed += wrong.length;
    console.log(`${name}: ${tests.length - wrong.length} passed, ${wrong.length} failed (${seconds.toFixed(1)} s)`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main();
