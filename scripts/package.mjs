// `npm run package`: a minified build and a VSIX for this platform. Prints the path of the file.
import { createVSIX } from '@vscode/vsce';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildProject, ensureDependencies } from './tools/ensureDependencies.mjs';
import { inRoot } from './tools/paths.mjs';
import { say } from './tools/process.mjs';

/** VS Code's name for this platform. */
export function target() {
  const system = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime ? 'alpine' : process.platform;
  return `${system}-${process.arch === 'arm' ? 'armhf' : process.arch}`;
}

export function vsixPath() {
  const { name, version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  return inRoot(`${name}-${version}-${target()}.vsix`);
}

/** Builds and packs. Answers the path of the VSIX. */
export async function packageExtension() {
  await ensureDependencies();
  await buildProject('--production');
  const file = vsixPath();
  // The packages that stay outside the bundles (DuckDB's) are found by `npm list`; .vscodeignore lets in their needed files only.
  await createVSIX({ cwd: inRoot(), packagePath: file, target: target(), dependencies: true, allowMissingRepository: true,
    rewriteRelativeLinks: false, useYarn: false });
  return file;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const file = await packageExtension();
    say(`${path.relative(process.cwd(), file) || file} (${(statSync(file).size / 2 ** 20).toFixed(1)} MB)`);
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
