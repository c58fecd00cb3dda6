/** The licences of what the bundles contain, from esbuild's own list of inputs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Packages that stand beside the bundles in the VSIX instead of in them. */
const beside = ['node_modules/@duckdb/node-api', 'node_modules/@duckdb/node-bindings', 'node_modules/detect-libc'];

/** Folder of the package that a bundled file belongs to; undefined for our own files. Kernels hold parts of AssemblyScript's library. */
function packageOf(file) {
  if (file.startsWith('kernel:')) return 'node_modules/assemblyscript';
  const at = file.lastIndexOf('node_modules/');
  if (at < 0) return undefined;
  const [first, second] = file.slice(at + 'node_modules/'.length).split('/');
  return file.slice(0, at) + path.posix.join('node_modules', first.startsWith('@') ? `${first}/${second}` : first);
}

function licenceText(folder) {
  const name = readdirSync(folder).find(file => /^licen[cs]e/i.test(file));
  return name === undefined ? undefined : readFileSync(path.join(folder, name), 'utf8').trim();
}

/** Text of the Apache licence, for packages that name it and bring no text of their own. */
const apache = 'node_modules/workerpool';
/** What WebAssembly was compiled from beside the package's own code, and fonts under a licence of their own. */
const compiledIn = {
  'node_modules/@tensorflow/tfjs-backend-wasm': 'scripts/tools/wasmNotices.txt',
  'node_modules/assemblyscript': 'scripts/tools/kernelNotices.txt',
  'node_modules/katex': 'scripts/tools/katexNotices.txt',
};

function textOf(folder, license) {
  const own = licenceText(folder) ?? (license === 'Apache-2.0' ? licenceText(apache) : undefined) ?? `Licensed under ${license}; the package brings no text of it.`;
  const others = compiledIn[folder];
  return others === undefined ? own : `${own}\n\n${readFileSync(others, 'utf8').trim()}`;
}

/** One text with name, version, licence and licence text of every bundled package. */
export function notices(metafiles) {
  const used = metafiles.flatMap(metafile => Object.keys(metafile.inputs)).map(packageOf);
  const folders = [...new Set([...used, ...beside])].filter(folder => folder !== undefined && existsSync(folder)).sort();
  const parts = folders.map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return `${name} ${version} (${license})\n\n${textOf(folder, license)}`;
  });
  return `Unveil contains or ships with the following software.\n\n${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
