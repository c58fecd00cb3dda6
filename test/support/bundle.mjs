/** Bundles the test suites: mocha loads plain files, and the suites are TypeScript that shares code. */
import { build } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cache, inRoot } from '../../scripts/tools/paths.mjs';

/**
 * Bundles `test/<folder>/*<ending>` (and index.ts where there is one) into .vscode-test/suites/<folder>.
 * Answers the folder and the bundled test files in the order of their names.
 */
export async function bundleSuite(folder, ending) {
  const out = path.join(cache, 'suites', folder);
  const source = inRoot('test', folder);
  const files = readdirSync(source).filter(name => name.endsWith(ending) || name === 'index.ts').sort();
  rmSync(out, { recursive: true, force: true });
  await build({
    entryPoints: files.map(name => path.join(source, name)),
    outdir: out,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    external: ['vscode', 'mocha', 'playwright-core', 'axe-core'],
  });
  return { out, tests: files.filter(name => name.endsWith(ending)).map(name => path.join(out, name.replace(/\.ts$/, '.js'))) };
}
