/** The platforms that a VSIX can be made for: those that DuckDB has a binary for, by VS Code's names. */
import { readFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';

const prefix = '@duckdb/node-bindings-';

/** VS Code's name for this platform. */
export function ownTarget() {
  const system = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime ? 'alpine' : process.platform;
  return `${system}-${process.arch === 'arm' ? 'armhf' : process.arch}`;
}

/** VS Code's name for DuckDB's "linux-x64-musl" is alpine-x64; the others are the same. */
const targetOf = platform => (platform.endsWith('-musl') ? platform.replace(/^linux/, 'alpine').replace(/-musl$/, '') : platform);

/** Of each target, the package of the binary and its version. */
export function packageTargets() {
  const { optionalDependencies } = JSON.parse(readFileSync(inRoot('node_modules', '@duckdb', 'node-bindings', 'package.json'), 'utf8'));
  return Object.entries(optionalDependencies).map(([name, version]) => ({ target: targetOf(name.slice(prefix.length)), binary: { name, version } }))
    .sort((a, b) => (a.target < b.target ? -1 : 1));
}
