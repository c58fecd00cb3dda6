/**
 * A Node that code-server can run on, with the headers its native modules are compiled against.
 * The running Node is taken when it is of the version that is wanted and has its headers at hand; else npm's
 * own `node-<platform>-<arch>` package, which brings both and needs no other host than the npm registry.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cache } from './paths.mjs';
import { mustRun, npm, run, say } from './process.mjs';

/** Folder with include/node/node.h for the running Node, or undefined. */
async function headersOfRunningNode() {
  const { output } = await run(npm, ['config', 'get', 'nodedir', '--loglevel=error'], { shell: process.platform === 'win32' });
  const lastLine = output.trim().split('\n').at(-1) ?? '';
  const candidates = [process.env.npm_config_nodedir, lastLine, path.resolve(path.dirname(process.execPath), '..')];
  return candidates.find(folder => folder && existsSync(path.join(folder, 'include', 'node', 'node.h')));
}

/** A Node of that major version; `version` is fetched where there is none. Answers {node: path of the binary, nodedir: folder of the headers}. */
export async function ensureNode({ major, version }) {
  if (process.versions.node.startsWith(`${major}.`)) {
    const nodedir = await headersOfRunningNode();
    if (nodedir) return { node: process.execPath, nodedir };
  }
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = path.join(cache, `${name}-${version}`);
  const home = path.join(folder, 'node_modules', name);
  const binary = path.join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(binary)) {
    say(`Fetching Node ${version} for code-server (npm package ${name})`);
    const partial = `${folder}.partial-${process.pid}`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    await mustRun(npm, ['install', '--prefix', partial, '--ignore-scripts', '--no-save', '--no-audit', '--no-fund', `${name}@${version}`], { cwd: partial, shell: process.platform === 'win32' });
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  }
  return { node: binary, nodedir: home };
}
