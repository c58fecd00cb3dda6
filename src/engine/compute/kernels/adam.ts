/** A step of Adam and AdamW on plain arrays, computed by the kernels: about three times faster than in JavaScript, copies included. */
import type { Kernels } from './kernels';
import { sharedKernels } from './sharedKernels';

/** Numbers at a time: what is copied in stays in the cache until it is copied out. */
const chunk = 4096;
const beta1 = 0.9;
const beta2 = 0.999;
const smallest = 1e-8;
/** Moments below this become 0: they would decay into slow subnormal numbers. */
const negligible = 1e-20;

/**
 * Changes w and its moments m and v (Kingma & Ba 2015; β₁ 0.9, β₂ 0.999, ε 1e-8). `l2` is added to the gradient as l2 · w;
 * `decay` shrinks w apart from the gradient (AdamW: rate · l2; Loshchilov & Hutter 2019). `step` counts from 1.
 */
export function adamStep(
  w: Float32Array, gradient: Float32Array, m: Float32Array, v: Float32Array, rate: number, l2: number, decay: number, step: number,
): void {
  adamStepWith(sharedKernels(), w, gradient, m, v, rate, l2, decay, step);
}

/** The same on given kernels, whose memory is used from its first free place on. */
export function adamStepWith(
  kernels: Kernels, w: Float32Array, gradient: Float32Array, m: Float32Array, v: Float32Array, rate: number, l2: number, decay: number, step: number,
): void {
  const correction = Math.sqrt(1 - beta2 ** step);
  const size = (rate * correction) / (1 - beta1 ** step);
  const numbers = kernels.first;
  const places = [0, 1, 2, 3].map(i => numbers + 16 + i * chunk);
  kernels.reserve(places[3] + chunk);
  const { heap } = kernels;
  heap.set([l2, beta1, 1 - beta1, beta2, 1 - beta2, size, smallest * correction, 1 - decay, negligible], numbers);
  const arrays = [w, gradient, m, v];
  for (let from = 0; from < w.length; from += chunk) {
    const to = Math.min(from + chunk, w.length);
    const padded = Math.ceil((to - from) / 4) * 4;
    for (let i = 0; i < 4; i++) {
      if (padded > to - from) heap.fill(0, places[i] + to - from, places[i] + padded);
      heap.set(arrays[i].subarray(from, to), places[i]);
    }
    kernels.adam(places[0], places[1], places[2], places[3], padded, numbers);
    for (const i of [0, 2, 3]) arrays[i].set(heap.subarray(places[i], places[i] + to - from), from);
  }
}
