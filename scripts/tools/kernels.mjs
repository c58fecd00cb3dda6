/** How the AssemblyScript kernels (src/engine/math/kernels) reach the bundles and the unit tests: as modules that hold the compiled bytes in base64. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { cache, inRoot } from './paths.mjs';

const folder = inRoot('src', 'engine', 'math', 'kernels');
const compiler = inRoot('node_modules', 'assemblyscript');
const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--disable', 'bulk-memory'];
const sources = () => readdirSync(folder).filter(name => name.endsWith('.ts')).sort();

/** WebAssembly of the kernel `name` (formula for formula.ts), compiled when no copy of the same sources is kept. */
export function compileKernel(name) {
  const { version } = JSON.parse(readFileSync(path.join(compiler, 'package.json'), 'utf8'));
  const hash = createHash('sha256').update([version, ...flags].join(' '));
  for (const file of sources()) hash.update(file).update(readFileSync(path.join(folder, file)));
  const kept = path.join(cache, `kernel-${name}-${hash.digest('hex').slice(0, 16)}.wasm`);
  if (existsSync(kept)) return readFileSync(kept);
  mkdirSync(cache, { recursive: true });
  const partial = `${kept}.partial-${process.pid}.wasm`;
  execFileSync(process.execPath, [path.join(compiler, 'bin', 'asc.js'), `${name}.ts`, ...flags, '--outFile', partial], { cwd: folder, stdio: 'inherit' });
  renameSync(partial, kept);
  return readFileSync(kept);
}

const moduleOf = name => `export const base64 = '${compileKernel(name).toString('base64')}';\n`;
const nameOf = id => /\/kernels\/(\w+)\.wasm$/.exec(id)?.[1];

/** esbuild plugin: `import { base64 } from '…/kernels/name.wasm'`. */
export const kernelModules = {
  name: 'kernels',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/kernels\/\w+\.wasm$/ }, ({ path: id }) => ({ path: nameOf(id), namespace: 'kernel' }));
    onLoad({ filter: /.*/, namespace: 'kernel' }, ({ path: name }) => ({ contents: moduleOf(name), watchFiles: sources().map(file => path.join(folder, file)) }));
  },
};

/** The same as a Vite plugin. */
export function kernelsForTests() {
  return {
    name: 'kernels',
    enforce: 'pre',
    resolveId: id => (nameOf(id) ? `\0kernel:${nameOf(id)}` : null),
    load: id => (id.startsWith('\0kernel:') ? moduleOf(id.slice('\0kernel:'.length)) : null),
  };
}
