// `npm run package`: a minified build and a VSIX for this platform. `-- --target win32-x64` for another one, `-- --all` for all that DuckDB
// has a binary for. Prints the path of each file.
import { createVSIX } from '@vscode/vsce';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildProject, ensureDependencies } from './tools/ensureDependencies.mjs';
import { fetchPackage } from './tools/fetchPackage.mjs';
import { ownTarget, packageTargets } from './tools/packageTargets.mjs';
import { inRoot } from './tools/paths.mjs';
import { say } from './tools/process.mjs';

/** What goes from the project's folder into the one that is packed; .vscodeignore chooses among it. */
const parts = ['README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore', 'dist', 'media', 'l10n', 'package.nls.json', 'package.nls.zh-cn.json', 'examples/penguins.csv'];
/** Packages that stand beside the bundles; DuckDB's binary for the target comes to them. */
const beside = ['@duckdb/node-api', '@duckdb/node-bindings', 'detect-libc'];

export function vsixPath(target = ownTarget()) {
  const { name, version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  return inRoot(`${name}-${version}-${target}.vsix`);
}

/** Builds what is the same for all platforms. */
export async function buildForPackages() {
  await ensureDependencies();
  await buildProject('--production');
}

/** Packs what was built. Answers the path of the VSIX. Throws where there is no binary for the target, or the registry does not give it. */
export async function packFor(target) {
  const binary = packageTargets().find(item => item.target === target)?.binary;
  if (!binary) throw new Error(`DuckDB has no binary for ${target}; there are ${packageTargets().map(item => item.target).join(', ')}`);
  const installed = inRoot('node_modules', ...binary.name.split('/'));
  const from = existsSync(path.join(installed, 'package.json')) ? installed : await fetchPackage(binary);
  const folder = mkdtempSync(path.join(tmpdir(), 'unveil-package-'));
  try {
    stage(folder, binary, from);
    const file = vsixPath(target);
    await createVSIX({ cwd: folder, packagePath: file, target, dependencies: true, allowMissingRepository: true, rewriteRelativeLinks: false, useYarn: false });
    return file;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function stage(folder, binary, from) {
  for (const part of parts) if (existsSync(inRoot(part))) cpSync(inRoot(part), path.join(folder, part), { recursive: true });
  for (const name of beside) cpSync(inRoot('node_modules', ...name.split('/')), path.join(folder, 'node_modules', ...name.split('/')), { recursive: true });
  mkdirSync(path.join(folder, 'node_modules', '@duckdb'), { recursive: true });
  cpSync(from, path.join(folder, 'node_modules', ...binary.name.split('/')), { recursive: true });
  const manifest = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  // All other packages are inside the bundles.
  manifest.dependencies = { '@duckdb/node-api': manifest.dependencies['@duckdb/node-api'] };
  for (const field of ['devDependencies', 'optionalDependencies', 'scripts']) delete manifest[field];
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2));
}

async function main(args) {
  const named = args.flatMap((arg, i) => (arg === '--target' && args[i + 1] !== undefined ? [args[i + 1]] : []));
  const targets = args.includes('--all') ? packageTargets().map(item => item.target) : named.length > 0 ? named : [ownTarget()];
  await buildForPackages();
  let failed = 0;
  for (const target of targets) {
    try {
      const file = await packFor(target);
      say(`${path.relative(process.cwd(), file) || file} (${(statSync(file).size / 2 ** 20).toFixed(1)} MB)`);
    } catch (error) {
      failed++;
      say(`Not packed for ${target}: ${error.message}.`);
    }
  }
  return failed === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main(process.argv.slice(2));
