/**
 * A real VS Code from the npm registry: code-server, its workbench and extension host, cached in .vscode-test/.
 * Its own install script fetches from other hosts, so it is left out; the three native modules that the server
 * needs are compiled here, and ripgrep (file search) comes from the npm packages that carry its binary.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureNode } from './ensureNode.mjs';
import { cache } from './paths.mjs';
import { npm, mustRun, run, say } from './process.mjs';

/** code-server 4.100.3 is VS Code 1.100.3: the oldest version that package.json's engines.vscode allows. */
export const codeServerVersion = '4.100.3';
export const vscodeVersion = '1.100.3';
const ripgrepVersion = '1.18.0';

const nativeModules = {
  '@vscode/spdlog': 'build/Release/spdlog.node',
  'native-watchdog': 'build/Release/watchdog.node',
  'node-pty': 'build/Release/pty.node',
};

const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
const shell = process.platform === 'win32';

function layout(folder) {
  const home = path.join(folder, 'node_modules', 'code-server');
  const server = path.join(home, 'lib', 'vscode');
  return { home, server, entry: path.join(home, 'out', 'node', 'entry.js') };
}

/** What is missing of an installation; empty when it is whole. */
function missingParts(folder) {
  const { server, entry } = layout(folder);
  const files = [
    entry,
    path.join(server, 'node_modules', 'minimist', 'package.json'),
    ...Object.entries(nativeModules).map(([name, file]) => path.join(server, 'node_modules', name, file)),
    path.join(server, 'node_modules', '@vscode', 'ripgrep', 'bin', ripgrepName),
    path.join(folder, 'node_modules', 'argon2', 'lib', 'binding', 'napi-v3', 'argon2.node'),
  ];
  return files.filter(file => !existsSync(file));
}

const ripgrepName = process.platform === 'win32' ? 'rg.exe' : 'rg';

async function install(folder, { node, nodedir }) {
  const { server } = layout(folder);
  const env = { ...process.env, npm_config_nodedir: nodedir, npm_config_build_from_source: 'true', PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
  const options = { env, shell };
  mkdirSync(folder, { recursive: true });
  await mustRun(npm, ['install', '--prefix', folder, '--ignore-scripts', '--no-save', ...quiet, `code-server@${codeServerVersion}`,
    `@vscode/ripgrep-${process.platform}-${process.arch}@${ripgrepVersion}`], { ...options, cwd: folder });
  await mustRun(npm, ['install', '--omit=dev', '--ignore-scripts', '--no-save', ...quiet], { ...options, cwd: server });
  say('Compiling the native modules of code-server');
  // One module's own clean-up may fail after it was built: what counts is that the built files are there.
  const rebuilds = await Promise.all([
    run(npm, ['rebuild', ...quiet, ...Object.keys(nativeModules)], { ...options, cwd: server }),
    run(npm, ['rebuild', ...quiet, 'argon2'], { ...options, cwd: folder }),
  ]);
  const binary = path.join(folder, 'node_modules', '@vscode', `ripgrep-${process.platform}-${process.arch}`, 'bin', ripgrepName);
  const place = path.join(server, 'node_modules', '@vscode', 'ripgrep', 'bin');
  mkdirSync(place, { recursive: true });
  copyFileSync(binary, path.join(place, ripgrepName));
  chmodSync(path.join(place, ripgrepName), 0o755);
  const missing = missingParts(folder);
  if (missing.length > 0) {
    throw new Error(`code-server could not be installed. Missing: ${missing.join(', ')}. A C++ compiler, make and python3 are needed.\n`
      + rebuilds.map(({ output }) => output.trim().split('\n').slice(-20).join('\n')).join('\n'));
  }
}

/** Installs code-server when it is missing. Answers {node, entry}: `node entry …` starts it. */
export async function ensureCodeServer() {
  const runtime = await ensureNode();
  const folder = path.join(cache, `code-server-${codeServerVersion}`);
  if (missingParts(folder).length > 0) {
    say(`Fetching VS Code ${vscodeVersion} (npm package code-server@${codeServerVersion}) into .vscode-test/; once, about a minute`);
    const partial = `${folder}.partial-${process.pid}`;
    rmSync(partial, { recursive: true, force: true });
    await install(partial, runtime);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  }
  return { node: runtime.node, entry: layout(folder).entry };
}
