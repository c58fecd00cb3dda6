/** How TensorFlow.js is bundled: for dist/tensorflow.js, and for the unit tests as one file that Node can load. */
import { build } from 'esbuild';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { cache, inRoot } from './paths.mjs';

/** The engine opens no network connection, so the code that fetches models stays out. */
const withoutFetch = {
  name: 'without-fetch',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node-fetch$/ }, () => ({ path: 'node-fetch', namespace: 'without-fetch' }));
    onLoad({ filter: /.*/, namespace: 'without-fetch' }, () => ({ contents: 'module.exports = () => { throw new Error("There is no network here."); };' }));
  },
};

/** The packages' modules instead of their CommonJS bundles: gradients come as modules only, and one copy of the core is enough. */
export const tensorflowBundle = { mainFields: ['module', 'main'], plugins: [withoutFetch] };

/** Keeps the runtime out of the other bundles: they load dist/tensorflow.js when a network asks for it. */
export const tensorflowApart = {
  name: 'tensorflow-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/tensorflow\/runtime$/ }, () => ({ path: './tensorflow.js', external: true }));
  },
};

/** Files that dist/wasm holds: with SIMD, and for processors without. */
export const wasmFiles = ['tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm.wasm']
  .map(name => inRoot('node_modules', '@tensorflow', 'tfjs-backend-wasm', 'wasm-out', name));

const packages = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-core/dist/register_all_gradients', '@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-backend-wasm'];

/** Vite plugin: all of TensorFlow.js' packages are one bundle, which is built once and kept. */
export function tensorflowForTests() {
  let file;
  return {
    name: 'tensorflow',
    enforce: 'pre',
    async resolveId(id) {
      if (!packages.includes(id)) return null;
      file ??= bundleForTests();
      return { id: await file, external: true };
    },
  };
}

async function bundleForTests() {
  const { version } = JSON.parse(readFileSync(inRoot('node_modules', '@tensorflow', 'tfjs-core', 'package.json'), 'utf8'));
  const file = path.join(cache, `tensorflow-${version}.cjs`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const partial = `${file}.partial-${process.pid}`;
  const contents = packages.map(name => `export * from '${name}';`).join('\n');
  await build({ stdin: { contents, resolveDir: inRoot() }, outfile: partial, bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'warning', ...tensorflowBundle });
  renameSync(partial, file);
  return file;
}
