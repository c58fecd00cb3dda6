/** One package of the registry, unpacked into the cache; whatever platform it is for. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cache } from './paths.mjs';
import { mustRun, npm, run } from './process.mjs';

/** The folder of the package. Throws when the registry has it not; npm checks what it downloads against the registry's checksum. */
export async function fetchPackage({ name, version }) {
  const folder = path.join(cache, 'packages', `${name.replace('/', '+')}@${version}`);
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  mkdirSync(path.dirname(folder), { recursive: true });
  const scratch = mkdtempSync(path.join(path.dirname(folder), 'fetch-'));
  try {
    const { status } = await run(npm, ['pack', `${name}@${version}`, '--loglevel=error', '--pack-destination', scratch], { cwd: scratch, shell: process.platform === 'win32' });
    const archive = readdirSync(scratch).find(file => file.endsWith('.tgz'));
    if (status !== 0 || archive === undefined) throw new Error(`the registry does not give ${name} ${version}`);
    await mustRun('tar', ['-xzf', archive], { cwd: scratch });
    rmSync(folder, { recursive: true, force: true });
    renameSync(path.join(scratch, 'package'), folder);
    return folder;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
