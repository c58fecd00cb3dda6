// Builds every bundle of the extension into dist/. `--watch` rebuilds, `--production` minifies.
import { build, context } from 'esbuild';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { kernelModules } from './scripts/tools/kernels.mjs';
import { mathStyle } from './scripts/tools/mathStyle.mjs';
import { notices } from './scripts/tools/notices.mjs';
import { tensorflowApart, tensorflowBundle, wasmFiles } from './scripts/tools/tensorflow.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

const common = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  logLevel: 'warning',
  legalComments: 'none',
};
// A dynamic import becomes a require when it is reached: Node's loader of ES modules costs 60 ms for a package like DuckDB's.
const node = { ...common, platform: 'node', format: 'cjs', target: 'node20', supported: { 'dynamic-import': false } };
const browser = { ...common, platform: 'browser', format: 'iife', target: 'es2022', sourcemap: false, legalComments: 'eof' };

const entries = [
  { ...node, entryPoints: { extension: 'src/extension.ts' }, external: ['vscode'] },
  { ...node, entryPoints: { engine: 'src/engine/main.ts' }, external: ['@duckdb/*'], plugins: [tensorflowApart, kernelModules] },
  { ...node, entryPoints: { cli: 'src/cli/main.ts' }, external: ['@duckdb/*'], plugins: [tensorflowApart, kernelModules], banner: { js: '#!/usr/bin/env node' } },
  { ...node, entryPoints: { worker: 'src/engine/worker.ts' }, plugins: [tensorflowApart, kernelModules] },
  { ...node, entryPoints: { tensorflow: 'src/engine/compute/tensorflow/runtime.ts' }, ...tensorflowBundle },
  {
    ...browser,
    entryPoints: { report: 'webview/report.ts', inspector: 'webview/inspector.ts', offline: 'webview/offline.ts' },
    tsconfig: 'tsconfig.webview.json',
  },
].map(entry => ({ ...entry, outdir: entry.platform === 'browser' ? 'dist/webview' : 'dist' }));

if (!watch) rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/webview', { recursive: true });
mkdirSync('dist/wasm', { recursive: true });
for (const file of wasmFiles) copyFileSync(file, path.join('dist', 'wasm', path.basename(file)));
writeFileSync('dist/webview/report.css', `${mathStyle()}\n${readFileSync('webview/report.css', 'utf8')}`);

if (watch) {
  for (const entry of entries) await (await context(entry)).watch();
} else {
  const built = await Promise.all(entries.map(entry => build({ ...entry, metafile: true })));
  writeFileSync('dist/THIRD_PARTY_NOTICES.txt', notices(built.map(({ metafile }) => metafile)));
}
