/**
 * TensorFlow.js with its WebAssembly and plain JavaScript backends. Built into dist/tensorflow.js, which is loaded only
 * when a network needs it: import this file dynamically and nowhere else.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

import type { TensorFlow } from './types';

// No advice to install tfjs-node on standard output, no checks of every tensor for NaN.
tf.enableProdMode();

let pathsAreSet = false;

/** Starts a backend of the bundled TensorFlow.js. Throws when it cannot start. */
export async function startBackend(name: 'wasm' | 'cpu'): Promise<TensorFlow> {
  if (name === 'wasm' && !pathsAreSet) {
    setWasmPaths(wasmFolder() + sep);
    pathsAreSet = true;
  }
  const before = faultListeners();
  const started = await tf.setBackend(name).catch(() => false);
  removeFaultListeners(before);
  if (!started) throw new Error(`the ${name} backend of TensorFlow.js did not start`);
  return tf;
}

/** dist/wasm beside the built bundle; in the sources' tests the package itself. */
function wasmFolder(): string {
  const built = join(__dirname, 'wasm');
  if (existsSync(built)) return built;
  return join(dirname(createRequire(__filename).resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'wasm-out');
}

const faultEvents = ['uncaughtException', 'unhandledRejection'] as const;

function faultListeners(): ReadonlyMap<string, readonly unknown[]> {
  return new Map(faultEvents.map(event => [event, process.listeners(event as 'uncaughtException')]));
}

/** Emscripten's start-up code makes every unhandled rejection of the process fatal: its listeners go again. */
function removeFaultListeners(before: ReadonlyMap<string, readonly unknown[]>): void {
  for (const event of faultEvents) {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before.get(event)!.includes(listener)) process.removeListener(event, listener);
    }
  }
}
