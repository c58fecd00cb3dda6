/** The worker's program, built as for dist/ into a temporary folder. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { kernelModules } from '../../../scripts/tools/kernels.mjs';
import { tensorflowApart, tensorflowBundle, wasmFiles } from '../../../scripts/tools/tensorflow.mjs';

const root = resolve(__dirname, '../../..');

/** Gives the path of the built program and a function that removes it. */
export async function builtWorker(source = 'src/engine/worker.ts'): Promise<{ script: string; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'unveil-worker-test-'));
  const common = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'warning', absWorkingDir: root, supported: { 'dynamic-import': false } } as const;
  await Promise.all([
    build({ ...common, entryPoints: [source], outfile: join(folder, 'worker.js'), plugins: [tensorflowApart, kernelModules] }),
    build({ ...common, entryPoints: ['src/engine/compute/tensorflow/runtime.ts'], outfile: join(folder, 'tensorflow.js'), ...tensorflowBundle }),
  ]);
  // Beside the program, as in dist/: from a temporary folder no package can be found.
  mkdirSync(join(folder, 'wasm'));
  for (const file of wasmFiles) copyFileSync(file, join(folder, 'wasm', basename(file)));
  return { script: join(folder, 'worker.js'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
