/**
 * The licences of what Unveil ships: esbuild's list of inputs says what the bundles contain, package-lock.json which version of it and
 * under which licence, the installed package its text. A package without a licence, or under one that is not allowed, ends the build.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isAllowed, licenceText } from './licences.mjs';

/** Packages that stand beside the bundles in the VSIX instead of in them. */
const beside = ['node_modules/@duckdb/node-api', 'node_modules/@duckdb/node-bindings', 'node_modules/detect-libc'];

/**
 * Folder of the package that a bundled file belongs to, as the lock file names it; undefined for our own files. Where node_modules is a link,
 * esbuild names the place it leads to: what stands before it is left out. Kernels hold parts of AssemblyScript's library.
 */
function packageOf(file) {
  if (file.startsWith('kernel:')) return 'node_modules/assemblyscript';
  return /(?<=^|\/)node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

/** A package with the text of the Apache licence, for packages that name it and bring no text of their own. */
const apache = 'node_modules/workerpool';
/** What WebAssembly was compiled from beside the package's own code, and fonts under a licence of their own. */
const compiledIn = {
  'node_modules/@tensorflow/tfjs-backend-wasm': 'scripts/tools/wasmNotices.txt',
  'node_modules/assemblyscript': 'scripts/tools/kernelNotices.txt',
  'node_modules/katex': 'scripts/tools/katexNotices.txt',
};

/** Name, version and licence by the lock file, and the text. Throws where they are missing, differ from what is installed, or are not allowed. */
function noticeOf(folder, root, locked) {
  const entry = locked[folder];
  if (entry === undefined) throw new Error(`${folder} is in a bundle, but package-lock.json does not name it.`);
  const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
  const { name } = manifest;
  const { version, license } = entry;
  if (manifest.version !== version) throw new Error(`${name} is installed as ${manifest.version}, package-lock.json names ${version}: run npm install.`);
  if (!license) throw new Error(`${name} ${version} is in a bundle, and package-lock.json names no licence of it.`);
  if (!isAllowed(license)) throw new Error(`${name} ${version} is in a bundle, and its licence, ${license}, is not one that scripts/tools/licences.mjs allows.`);
  const text = licenceText(path.join(root, folder), { ...manifest, license }, () => licenceText(path.join(root, apache), { license: 'Apache-2.0' }));
  if (text === undefined) throw new Error(`${name} ${version} (${license}) is in a bundle and brings no text of its licence.`);
  const others = compiledIn[folder];
  return `${name} ${version} (${license})\n\n${others === undefined ? text : `${text}\n\n${readFileSync(path.join(root, others), 'utf8').trim()}`}`;
}

/** One text with name, version, licence and licence text of every package whose code is in the bundles or beside them. */
export function notices(metafiles, root = '.') {
  const locked = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const used = metafiles.flatMap(metafile => Object.keys(metafile.inputs)).map(packageOf).filter(folder => folder !== undefined);
  // A bundled package is in the lock file by the folder that it is installed in; those beside the bundles are there when they are installed.
  const folders = [...new Set([...used, ...beside.filter(folder => existsSync(path.join(root, folder)))])].sort();
  const parts = folders.map(folder => noticeOf(folder, root, locked));
  return `Unveil contains or ships with the following software.\n\n${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
