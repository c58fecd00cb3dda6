/**
 * The native TensorFlow module (@tensorflow/tfjs-node): where it is, whether it works, and loading it. It is tried in a
 * child process first, for a broken build can hang or end the process that loads it.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import type { TensorFlow } from './tensorflow/types';

/** `why` completes "Native TensorFlow …", e.g. "is not installed". */
export type NativeState =
  | { readonly state: 'works'; readonly folder: string }
  | { readonly state: 'missing' | 'broken' | 'hangs'; readonly why: string };

/** Environment variable with the folder that "Install Native TensorFlow…" fills. */
export const nativeFolderVariable = 'UNVEIL_TENSORFLOW';
const packageName = '@tensorflow/tfjs-node';
/** Loading 400 MB from a cold disk takes some seconds. */
const probeLimit = 20_000;

const probed = new Map<string, Promise<NativeState>>();

/** State of the native module for this process; each folder is tried once, and the first one that works is taken. */
export async function nativeState(): Promise<NativeState> {
  const failed: NativeState[] = [];
  let withoutBinary = false;
  for (const folder of nativeFolders()) {
    if (!hasBinary(folder)) {
      withoutBinary = true;
      continue;
    }
    if (!probed.has(folder)) probed.set(folder, probeNative(folder));
    const state = await probed.get(folder)!;
    if (state.state === 'works') return state;
    failed.push(state);
  }
  return failed[0] ?? { state: 'missing', why: withoutBinary ? 'is installed without its binary' : 'is not installed' };
}

/** The next question tries the folders again: something was installed. */
export function forgetNative(): void {
  probed.clear();
}

/** Folders of the package: in the extension's storage, then where Node finds it. */
function nativeFolders(): string[] {
  const storage = process.env[nativeFolderVariable];
  const installed = storage === undefined ? [] : [join(storage, 'node_modules', packageName)];
  try {
    installed.push(dirname(createRequire(__filename).resolve(`${packageName}/package.json`)));
  } catch { /* not installed */ }
  return installed.filter(folder => existsSync(join(folder, 'package.json')));
}

/** The module's binary comes by a download of its own, which fails behind many firewalls. */
function hasBinary(folder: string): boolean {
  try {
    return readdirSync(join(folder, 'lib')).some(name => existsSync(join(folder, 'lib', name, 'tfjs_binding.node')));
  } catch {
    return false;
  }
}

/**
 * What the child runs: loads the module, multiplies [1 2] by [3 4]ᵀ and says the product. Node 23 removed helpers of
 * `util` that the module calls. A watchdog thread ends a child whose parent has gone while it hangs.
 */
function probeProgram(limit: number): string {
  return `
    const { Worker } = require('node:worker_threads');
    new Worker('setTimeout(() => process.kill(process.pid, "SIGKILL"), ${limit + 2000})', { eval: true });
    const util = require('node:util');
    util.isNullOrUndefined ??= value => value == null;
    util.isArray ??= Array.isArray;
    const tf = require(process.argv[1]);
    const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync();
    process.stdout.write('\\nself-test ' + tf.getBackend() + ' ' + product[0] + '\\n', () => process.exit(0));`;
}

/** Tries the module in a child process that is ended after `limit` milliseconds. Never throws. */
export function probeNative(folder: string, limit = probeLimit): Promise<NativeState> {
  return new Promise(resolve => {
    const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
    const child = spawn(process.execPath, ['-e', probeProgram(limit), folder], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    let late = false;
    const end = (): void => { child.kill('SIGKILL'); };
    const timer = setTimeout(() => {
      late = true;
      end();
    }, limit);
    process.once('exit', end);
    child.stdout.on('data', chunk => (output = (output + String(chunk)).slice(-4096)));
    child.stderr.on('data', chunk => (errors = (errors + String(chunk)).slice(-4096)));
    child.on('error', error => (errors += error.message));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      process.removeListener('exit', end);
      resolve(late ? { state: 'hangs', why: `did not answer its self-test within ${limit / 1000} s` } : verdict(folder, output, errors, code, signal));
    });
  });
}

function verdict(folder: string, output: string, errors: string, code: number | null, signal: string | null): NativeState {
  const answer = /^self-test (\S*) (\S+)$/m.exec(output);
  if (answer?.[1] === 'tensorflow' && Number(answer[2]) === 11) return { state: 'works', folder };
  if (answer) return { state: 'broken', why: `failed its self-test: 1 · 3 + 2 · 4 came out as ${answer[2]} on the backend ${answer[1]}` };
  const message = /^\s*(?:\w*Error): (.+)$/m.exec(errors)?.[1]?.trim();
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  return { state: 'broken', why: message === undefined ? `ended its self-test with ${how}` : `cannot be loaded (${message.replace(/[.\s]+$/, '')})` };
}

/** Loads the module into this process. Throws when it does not come up with its own backend. */
export async function loadNative(folder: string): Promise<TensorFlow> {
  const require = createRequire(join(folder, 'package.json'));
  const util = require('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value == null;
  util['isArray'] ??= Array.isArray;
  const tf = require(folder) as TensorFlow;
  await tf.ready();
  if (tf.getBackend() !== 'tensorflow') throw new Error(`it started the backend ${tf.getBackend()}`);
  return tf;
}
