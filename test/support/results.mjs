/** Results of one suite, in the one form that every runner writes and scripts/test.mjs sums. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { results } from '../../scripts/tools/paths.mjs';

/**
 * @typedef {{name: string, state: 'passed' | 'failed', milliseconds?: number, error?: string}} TestResult
 * @param {string} suite
 * @param {TestResult[]} tests
 * @param {string[]} figures measured values worth reading, one a line
 */
export function writeResults(suite, tests, figures = []) {
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, `${suite}.json`), JSON.stringify({ suite, tests, figures }, null, 2));
}

/** Prints a summary in words; answers the number of failed tests. */
export function report(suite, tests, figures = []) {
  const failed = tests.filter(test => test.state === 'failed');
  for (const test of failed) console.log(`  FAILED ${test.name}\n    ${(test.error ?? '').split('\n').join('\n    ')}`);
  for (const figure of figures) console.log(`  ${figure}`);
  console.log(`${suite}: ${tests.length - failed.length} passed, ${failed.length} failed`);
  return failed.length;
}
