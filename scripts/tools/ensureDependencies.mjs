/** The project's own npm dependencies: installed from the lock file when they are missing or out of date. */
import { existsSync, readFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { npm, run, say } from './process.mjs';

/** Packages of the lock file that are not installed at the locked version (optional ones of other platforms aside). */
function outOfDate() {
  const installedFile = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return ['node_modules'];
  const locked = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(locked)
    .filter(([name, entry]) => name !== '' && !entry.optional && !entry.devOptional && !entry.link)
    .filter(([name, entry]) => installed[name]?.version !== entry.version || !existsSync(inRoot(name, 'package.json')))
    .map(([name]) => name);
}

/** Packages that do not work before their own script has run. */
const needTheirScripts = ['esbuild'];

async function runNpm(...args) {
  const { status, output } = await run(npm, args, { cwd: inRoot(), shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`npm ${args[0]} failed, so nothing can be built:\n${output.trim().split('\n').slice(-15).join('\n')}`);
}

export async function ensureDependencies() {
  const missing = outOfDate();
  if (missing.length === 0) return;
  say(`Installing the project's packages: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''}`);
  // Not `npm ci`: it refuses a lock file that names no version of another platform's binary, and a registry that does not
  // carry those binaries makes such lock files. This installs the locked versions all the same and leaves the lock file alone.
  // Without the packages' own scripts: that of the optional @tensorflow/tfjs-node downloads hundreds of megabytes from
  // another host, or hangs behind a firewall (`npm rebuild @tensorflow/tfjs-node` gets its binary where it can be had).
  await runNpm('install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  await runNpm('rebuild', '--loglevel=error', ...needTheirScripts);
}

/** Builds dist/. */
export async function buildProject(...flags) {
  const { status, output } = await run(process.execPath, ['esbuild.mjs', ...flags], { cwd: inRoot() });
  if (status !== 0) throw new Error(`The build failed:\n${output.trim()}`);
  if (output.trim()) say(output.trim());
}
