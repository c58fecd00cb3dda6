// Builds every bundle of the extension into dist/. `--watch` rebuilds, `--production` minifies.
import { build, context } from 'esbuild';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { kernelModules } from './scripts/tools/kernels.mjs';
import { mathStyle } from './scripts/tools/mathStyle.mjs';
import { notebookTexts } from './scripts/tools/notebookStyle.mjs';
import { notices } from './scripts/tools/notices.mjs';
import { reportStyle } from './scripts/tools/reportStyle.mjs';
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
  // The SDK of the Model Context Protocol, which `unveil mcp` loads.
  { ...node, entryPoints: { mcp: 'src/mcp/server.ts' } },
  { ...node, entryPoints: { worker: 'src/engine/worker.ts' }, plugins: [tensorflowApart, kernelModules] },
  { ...node, entryPoints: { tensorflow: 'src/engine/compute/tensorflow/runtime.ts' }, ...tensorflowBundle },
  {
    ...browser,
    entryPoints: { report: 'webview/report.ts', inspector: 'webview/inspector.ts', beside: 'webview/beside.ts', offline: 'webview/offline.ts', math: 'webview/offlineMath.ts' },
    tsconfig: 'tsconfig.webview.json',
  },
  // VS Code imports the notebook renderer as a module.
  { ...browser, format: 'esm', entryPoints: { notebook: 'webview/notebook.ts' }, tsconfig: 'tsconfig.webview.json', define: notebookTexts() },
].map(entry => ({ ...entry, outdir: entry.platform === 'browser' ? 'dist/webview' : 'dist' }));

if (!watch) rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/webview', { recursive: true });
mkdirSync('dist/wasm', { recursive: true });
for (const file of wasmFiles) copyFileSync(file, path.join('dist', 'wasm', path.basename(file)));
writeFileSync('dist/webview/report.css', reportStyle());
writeFileSync('dist/webview/math.css', mathStyle());

if (watch) {
  for (const entry of entries) await (await context(entry)).watch();
} else {
  const built = await Promise.all(entries.map(entry => build({ ...entry, metafile: true })));
  writeFileSync('dist/THIRD_PARTY_NOTICES.txt', notices(built.map(({ metafile }) => metafile)));
}
