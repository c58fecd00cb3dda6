/** Which kernels this machine runs; the one instance that synchronous callers share, and instances to borrow. */
import type { Kernels } from './kernels';
import { PlainKernels } from './plainKernels';
import { SimdKernels } from './simdKernels';

let shared: Kernels | undefined;
/** Returned ones, to be used again: the address space of WebAssembly memories is scarce and freed late. */
const idle: Kernels[] = [];

let simdMissing = false;

/** SIMD where the JavaScript engine has it, else plain; plain too when there is no address space left for one memory more. */
export function makeKernels(): Kernels {
  if (simdMissing) return new PlainKernels();
  try {
    return new SimdKernels();
  } catch (error) {
    simdMissing = !(error instanceof RangeError);
    return new PlainKernels();
  }
}

/** Shared by callers that put everything in and take everything out within one synchronous call. */
export function sharedKernels(): Kernels {
  shared ??= makeKernels();
  return shared;
}

/** For a caller that keeps numbers in the memory between calls, until `returnKernels`. */
export function borrowKernels(): Kernels {
  return idle.pop() ?? makeKernels();
}

export function returnKernels(kernels: Kernels): void {
  idle.push(kernels);
}
