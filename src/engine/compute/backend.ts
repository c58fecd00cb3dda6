/**
 * Which backend executes a network, and why. `planBackend` decides from what was asked for and the state of the native
 * module, without loading anything; `openBackend` takes the first of the plan that starts.
 */
import type { Backend } from './network/training';
import { loadNative, nativeState, type NativeState } from './native';
import type { TensorFlow } from './tensorflow/types';

/** What can execute: tfjs-node, TensorFlow.js in WebAssembly or plain JavaScript, or our own SIMD kernels. */
export type ExecutorName = 'tensorflow' | 'wasm' | 'cpu' | 'simd';

/** Plain data: it can be sent to a worker. */
export interface BackendPlan {
  /** To be tried in this order; the last one always works. */
  readonly order: readonly ExecutorName[];
  /** Why the first one and no other, in one sentence or two. */
  readonly reason: string;
  /** Folder of the native module, where it is in the order. */
  readonly native?: string;
}

/** The native module is asked for its state only where the plan depends on it. */
export async function makePlan(preference: Backend, native: () => Promise<NativeState> = nativeState): Promise<BackendPlan> {
  return planBackend(preference, preference === 'auto' || preference === 'tensorflow' ? await native() : undefined);
}

const bundled: readonly ExecutorName[] = ['simd', 'wasm', 'cpu'];

/**
 * Native TensorFlow where it works, else our own kernels: measured, a step of a network of 64 × 64 units on 256 rows takes
 * them 0.3 ms and TensorFlow.js in WebAssembly 2.6 ms. `native`: needed for 'auto' and 'tensorflow' only.
 */
export function planBackend(preference: Backend, native: NativeState | undefined): BackendPlan {
  switch (preference) {
    case 'auto':
    case 'tensorflow': {
      const asked = preference === 'tensorflow' ? ' was asked for' : '';
      if (native?.state === 'works') {
        return { order: ['tensorflow', ...bundled], reason: `Native TensorFlow${asked && `${asked},`} is installed and passed its self-test.`, native: native.folder };
      }
      const why = native?.why ?? 'was not looked for';
      return { order: bundled, reason: `Native TensorFlow${asked && `${asked}, but`} ${why}; the extension's own SIMD kernels compute instead.` };
    }
    case 'wasm':
      return { order: ['wasm', 'cpu'], reason: 'TensorFlow.js in WebAssembly was asked for.' };
    case 'cpu':
      return { order: ['cpu'], reason: 'TensorFlow.js in plain JavaScript was asked for.' };
    case 'simd':
      return { order: bundled, reason: 'The extension\'s own SIMD kernels were asked for.' };
  }
}

/** Loads a backend of TensorFlow.js. Throws when it does not start. */
export type Loader = (name: Exclude<ExecutorName, 'simd'>, native: string | undefined) => Promise<TensorFlow>;

/** The loader of this process: TensorFlow.js is not read from disk before this. */
export const loadTensorFlow: Loader = async (name, native) => {
  if (name !== 'tensorflow') return (await import('./tensorflow/runtime')).startBackend(name);
  if (native === undefined) throw new Error('it is not installed');
  return loadNative(native);
};

export interface Opened<T> { readonly name: ExecutorName; readonly reason: string; readonly value: T }

/** Opens the first of the plan that can be had; what failed before it is said in `reason`. Throws when none can. */
export async function openFirst<T>(plan: BackendPlan, open: (name: ExecutorName) => Promise<T>): Promise<Opened<T>> {
  const failures: string[] = [];
  for (const name of plan.order) {
    try {
      return { name, value: await open(name), reason: [plan.reason, ...failures].join(' ') };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failures.push(`${titles[name]} did not start (${message.split('\n')[0]!.replace(/[.\s]+$/, '')}).`);
    }
  }
  throw new Error(`No backend could be started. ${failures.join(' ')}`);
}

/** Names of the executors in words. */
export const titles: Readonly<Record<ExecutorName, string>> = {
  tensorflow: 'native TensorFlow', wasm: 'TensorFlow.js in WebAssembly', cpu: 'TensorFlow.js in plain JavaScript', simd: 'own SIMD kernels',
};
