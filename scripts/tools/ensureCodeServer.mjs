/**
 * A real VS Code from the npm registry: code-server, its workbench and extension host, cached in .vscode-test/.
 * Its own install script fetches from other hosts, so it is left out; the native modules that the server
 * needs are compiled here, and ripgrep (file search) comes from an npm package that carries its binary.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureNode } from './ensureNode.mjs';
import { cache } from './paths.mjs';
import { npm, mustRun, run, say } from './process.mjs';
import { vscodeVersions } from './vscodeVersions.mjs';

const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
const shell = process.platform === 'win32';
const ripgrepName = process.platform === 'win32' ? 'rg.exe' : 'rg';

function layout(folder) {
  const home = path.join(folder, 'node_modules', 'code-server');
  const server = path.join(home, 'lib', 'vscode');
  return { home, server, entry: path.join(home, 'out', 'node', 'entry.js') };
}

const ripgrepIn = (folder, { ripgrep }) => path.join(layout(folder).server, 'node_modules', ripgrep.folder, ripgrepName);

/** What is missing of an installation; empty when it is whole. */
function missingParts(folder, wanted) {
  const { server, entry } = layout(folder);
  const files = [
    entry,
    path.join(server, 'node_modules', 'minimist', 'package.json'),
    ...Object.entries(wanted.native).map(([name, file]) => path.join(server, 'node_modules', name, file)),
    ...Object.entries(wanted.ownNative).map(([name, file]) => path.join(folder, 'node_modules', name, file)),
    ripgrepIn(folder, wanted),
  ];
  return files.filter(file => !existsSync(file));
}

/** Compiles native modules. One module's own clean-up may fail after it was built: what counts is that the built files are there. */
async function rebuild(modules, options) {
  const names = Object.keys(modules);
  return names.length === 0 ? '' : (await run(npm, ['rebuild', ...quiet, ...names], options)).output;
}

function placeRipgrep(folder, wanted) {
  const { from } = wanted.ripgrep;
  if (from === undefined) return;
  const place = ripgrepIn(folder, wanted);
  mkdirSync(path.dirname(place), { recursive: true });
  copyFileSync(path.join(folder, 'node_modules', from.name, 'bin', ripgrepName), place);
  chmodSync(place, 0o755);
}

async function install(folder, wanted, { node, nodedir }) {
  const { server } = layout(folder);
  const env = { ...process.env, npm_config_nodedir: nodedir, npm_config_build_from_source: 'true', PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
  const options = { env, shell };
  const { from } = wanted.ripgrep;
  mkdirSync(folder, { recursive: true });
  await mustRun(npm, ['install', '--prefix', folder, '--ignore-scripts', '--no-save', ...quiet, `code-server@${wanted.codeServer}`,
    ...(from === undefined ? [] : [`${from.name}@${from.version}`])], { ...options, cwd: folder });
  await mustRun(npm, ['install', '--omit=dev', '--ignore-scripts', '--no-save', ...quiet], { ...options, cwd: server });
  say('Compiling the native modules of code-server');
  const rebuilds = await Promise.all([rebuild(wanted.native, { ...options, cwd: server }), rebuild(wanted.ownNative, { ...options, cwd: folder })]);
  placeRipgrep(folder, wanted);
  const missing = missingParts(folder, wanted);
  if (missing.length > 0) {
    throw new Error(`code-server could not be installed. Missing: ${missing.join(', ')}. A C++ compiler, make and python3 are needed.\n`
      + rebuilds.map(output => output.trim().split('\n').slice(-20).join('\n')).join('\n'));
  }
}

/** Installs code-server ('oldest' or 'newest' of vscodeVersions) when it is missing. Answers {node, entry}: `node entry …` starts it. */
export async function ensureCodeServer(which = 'oldest') {
  const wanted = vscodeVersions[which];
  const runtime = await ensureNode(wanted.node);
  const folder = path.join(cache, `code-server-${wanted.codeServer}`);
  if (missingParts(folder, wanted).length > 0) {
    say(`Fetching VS Code ${wanted.version} (npm package code-server@${wanted.codeServer}) into .vscode-test/; once, about a minute`);
    const partial = `${folder}.partial-${process.pid}`;
    rmSync(partial, { recursive: true, force: true });
    await install(partial, wanted, runtime);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  }
  return { node: runtime.node, entry: layout(folder).entry };
}
