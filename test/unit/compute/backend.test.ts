/** The choice of the backend, with stand-ins for a native module that is missing, broken, hanging or well. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadTensorFlow, makePlan, openFirst, planBackend, type ExecutorName } from '../../../src/engine/compute/backend';
import { createExecutor } from '../../../src/engine/compute/network/createExecutor';
import type { AttentionDescription, DenseDescription } from '../../../src/engine/compute/network/description';
import type { Backend } from '../../../src/engine/compute/network/training';
import { loadNative, nativeFolderVariable, nativeState, probeNative, type NativeState } from '../../../src/engine/compute/native';

const works: NativeState = { state: 'works', folder: '/storage/tfjs-node' };
const missing: NativeState = { state: 'missing', why: 'is not installed' };
const hangs: NativeState = { state: 'hangs', why: 'did not answer its self-test within 20 s' };

describe('the plan', () => {
  it.each<[string, Backend, NativeState, ExecutorName[], RegExp]>([
    ['takes native TensorFlow where it works', 'auto', works, ['tensorflow', 'simd', 'wasm', 'cpu'], /^Native TensorFlow is installed and passed its self-test\.$/],
    ['takes own kernels without it', 'auto', missing, ['simd', 'wasm', 'cpu'], /^Native TensorFlow is not installed; the extension's own SIMD kernels compute instead\.$/],
    ['says that native TensorFlow was asked for and hangs', 'tensorflow', hangs, ['simd', 'wasm', 'cpu'], /^Native TensorFlow was asked for, but did not answer its self-test within 20 s; /],
    ['gives native TensorFlow on request', 'tensorflow', works, ['tensorflow', 'simd', 'wasm', 'cpu'], /^Native TensorFlow was asked for, is installed and passed its self-test\.$/],
    ['gives WebAssembly on request', 'wasm', works, ['wasm', 'cpu'], /WebAssembly was asked for/],
    ['gives plain JavaScript on request', 'cpu', works, ['cpu'], /plain JavaScript was asked for/],
    ['gives own kernels on request', 'simd', works, ['simd', 'wasm', 'cpu'], /own SIMD kernels were asked for\.$/],
  ])('%s', (_name, preference, native, order, reason) => {
    const plan = planBackend(preference, native);
    expect(plan.order).toEqual(order);
    expect(plan.reason).toMatch(reason);
    expect(plan.native).toBe(order[0] === 'tensorflow' ? '/storage/tfjs-node' : undefined);
  });

  it.each(['wasm', 'cpu', 'simd'] as const)('does not try the native module when %s is asked for', async preference => {
    await makePlan(preference, () => Promise.reject(new Error('must not be asked')));
  });

  it('falls back when what passed its self-test does not start after all, and says so', async () => {
    const opened = await openFirst(planBackend('auto', works), name => (name === 'tensorflow' ? Promise.reject(new Error('no memory.\nat x')) : Promise.resolve(name)));
    expect(opened).toEqual({ name: 'simd', value: 'simd', reason: 'Native TensorFlow is installed and passed its self-test. native TensorFlow did not start (no memory).' });
  });

  it('ends in an error that names every failure when nothing starts', async () => {
    await expect(openFirst(planBackend('wasm', undefined), name => Promise.reject(new Error(`no ${name}`)))).rejects.toThrow(/no wasm.*no cpu/);
  });
});

describe('the backends of TensorFlow.js', () => {
  it.each(['wasm', 'cpu'] as const)('compute: %s', async name => {
    const tf = await loadTensorFlow(name, undefined);
    expect(tf.getBackend()).toBe(name);
    expect([...tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync())]).toEqual([11]);
  });
});

/** Stand-ins: packages with a main program each, tried in a child process as the real one would be. */
describe('the native module', () => {
  let storage: string;
  let folder: string;
  const before = process.env[nativeFolderVariable];
  beforeEach(() => {
    storage = mkdtempSync(join(tmpdir(), 'unveil-native-test-'));
    folder = join(storage, 'node_modules', '@tensorflow', 'tfjs-node');
    process.env[nativeFolderVariable] = storage;
  });
  afterEach(() => {
    rmSync(storage, { recursive: true, force: true });
    if (before === undefined) delete process.env[nativeFolderVariable];
    else process.env[nativeFolderVariable] = before;
  });

  /** A package whose `matMul` gives `product`; `start` runs when it is loaded. */
  function standIn(product: number, start = '', binary = true): void {
    mkdirSync(join(folder, 'lib', 'napi-v8'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: '@tensorflow/tfjs-node', version: '4.22.0', main: 'index.js' }));
    if (binary) writeFileSync(join(folder, 'lib', 'napi-v8', 'tfjs_binding.node'), '');
    writeFileSync(join(folder, 'index.js'), `${start}
      if (require('node:util').isNullOrUndefined(undefined) !== true || require('node:util').isArray([]) !== true) throw new Error('no helpers');
      let backend = 'tensorflow';
      Object.assign(exports, { tensor2d: value => value, matMul: () => ({ dataSync: () => [${product}] }), getBackend: () => backend, ready: async () => {} });`);
  }

  it('that works is found and loaded', async () => {
    standIn(11);
    expect(await nativeState()).toEqual({ state: 'works', folder });
    expect((await loadNative(folder)).getBackend()).toBe('tensorflow');
    expect((await makePlan('auto')).order[0]).toBe('tensorflow');
  });

  it('loads where Node no longer has the helpers that it calls', async () => {
    standIn(11, 'const util = require("node:util"); if (!("isNullOrUndefined" in util)) throw new Error("no helpers");');
    writeFileSync(join(storage, 'noHelpers.cjs'), 'const util = require("node:util"); delete util.isNullOrUndefined; delete util.isArray;');
    const options = process.env['NODE_OPTIONS'];
    process.env['NODE_OPTIONS'] = `--require ${join(storage, 'noHelpers.cjs')}`;
    expect(await probeNative(folder)).toEqual({ state: 'works', folder });
    if (options === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = options;
  });

  it('that came without its binary counts as missing, and nothing of it is run', async () => {
    standIn(11, `require('node:fs').writeFileSync(${JSON.stringify(join(storage, 'ran'))}, '');`, false);
    expect((await nativeState()).state).toBe('missing');
  });

  it('that computes wrongly is broken', async () => {
    standIn(10);
    expect(await nativeState()).toEqual({ state: 'broken', why: 'failed its self-test: 1 · 3 + 2 · 4 came out as 10 on the backend tensorflow' });
  });

  it('that throws is broken, and the reason is passed on', async () => {
    standIn(11, 'throw new Error("libtensorflow.so.2: cannot open shared object file");');
    expect(await nativeState()).toEqual({ state: 'broken', why: 'cannot be loaded (libtensorflow.so.2: cannot open shared object file)' });
  });

  it('that crashes its process is broken, and this process goes on', async () => {
    standIn(11, 'process.kill(process.pid, "SIGSEGV"); for (;;);');
    expect(await nativeState()).toEqual({ state: 'broken', why: 'ended its self-test with signal SIGSEGV' });
  });

  it('that hangs is given up after the time limit, and networks are computed without it', async () => {
    standIn(11, 'for (;;);');
    const state = await probeNative(folder, 300);
    expect(state).toEqual({ state: 'hangs', why: 'did not answer its self-test within 0.3 s' });
    expect((await makePlan('auto', () => Promise.resolve(state))).order).toEqual(['simd', 'wasm', 'cpu']);
  });

  it('is tried once in the life of a process', async () => {
    const log = join(storage, 'log');
    standIn(11, `require('node:fs').appendFileSync(${JSON.stringify(log)}, 'x');`);
    await nativeState();
    await nativeState();
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(log, 'utf8')).toBe('x');
  });
});

describe('executors', () => {
  const dense: DenseDescription = { kind: 'dense', head: 'identity', inputs: 2, hidden: [3], activation: 'tanh', outputs: 1 };
  const attention: AttentionDescription = {
    kind: 'attention', head: 'identity', inputs: 2, tokenOf: [0, 1], tokens: 2, width: 4, heads: 2, layers: 1, feedForward: 4, outputs: 1, uniform: false,
  };
  const data = { rows: 1, inputs: 2, x: Float32Array.of(1, 2), y: Float32Array.of(1) };

  it.each([
    [dense, 'simd', 'simd'], [dense, 'wasm', 'wasm'], [dense, 'cpu', 'cpu'],
    [attention, 'simd', 'simd'], [attention, 'wasm', 'wasm'], [attention, 'cpu', 'cpu'],
  ] as const)('are what was asked for', async (description, backend, name) => {
    const { executor, reason } = await createExecutor(description, data, backend);
    expect(executor.name).toBe(name);
    expect(reason).toContain('asked for');
    executor.dispose();
  });
});
