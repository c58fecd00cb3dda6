/** The same extension-host suite in a desktop VS Code, for machines that can download one and have a display. */
import { runTests } from '@vscode/test-electron';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { quietSettings } from '../../scripts/tools/codeServer.mjs';
import { cache, inRoot } from '../../scripts/tools/paths.mjs';
import { vscodeVersions } from '../../scripts/tools/vscodeVersions.mjs';
import { bundleSuite } from './bundle.mjs';
import { phases } from './runVscode.mjs';
import { makeWorkspace } from './workspace.mjs';

export async function runInElectron({ vscode }) {
  const { out } = await bundleSuite('vscode', '.test.ts');
  const home = mkdtempSync(path.join(tmpdir(), 'unveil-vscode-'));
  const workspace = makeWorkspace(path.join(home, 'workspace'));
  const exchange = path.join(home, 'exchange');
  const userData = path.join(home, 'user-data');
  mkdirSync(exchange);
  mkdirSync(path.join(userData, 'User'), { recursive: true });
  writeFileSync(path.join(userData, 'User', 'settings.json'), JSON.stringify(quietSettings));
  const tests = [];
  const figures = [];
  for (const phase of phases) {
    writeFileSync(path.join(exchange, 'phase'), phase);
    let fault = 'the suite wrote no result';
    try {
      await runTests({
        version: process.env.UNVEIL_VSCODE_VERSION ?? (vscode === 'oldest' ? vscodeVersions.oldest.version : 'stable'),
        cachePath: cache,
        extensionDevelopmentPath: inRoot(),
        extensionTestsPath: path.join(out, 'index.js'),
        extensionTestsEnv: { UNVEIL_TEST_EXCHANGE: exchange },
        launchArgs: [workspace, '--user-data-dir', userData, '--disable-workspace-trust', '--disable-extensions', '--no-sandbox'],
      });
    } catch (error) {
      fault = error.message;
    }
    const file = path.join(exchange, `${phase}.json`);
    if (existsSync(file)) {
      const result = JSON.parse(readFileSync(file, 'utf8'));
      tests.push(...result.tests);
      figures.push(...result.figures);
    } else {
      tests.push({ name: `${phase}: the suite runs to its end`, state: 'failed', error: fault });
    }
  }
  rmSync(home, { recursive: true, force: true });
  return { tests, figures };
}
