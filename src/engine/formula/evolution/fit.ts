// Fits the constants of a program together with slope and intercept, by damped Gauss–Newton steps on the normal equations
// that the kernel sums up: fast rather than to the last digit, which the polishing of a found formula brings.
import type { Interpreter } from '../interpreter';

export interface Fitted {
  sse: number;
  slope: number;
  intercept: number;
  /** Constants that the rows do not determine beside the others: the program says the same thing twice. */
  redundant: boolean;
}

/** Reused, since a search solves hundreds of thousands of small systems. */
let triangle = new Float64Array(64);
let kept = new Float64Array(64);

/** A pivot below this share of its diagonal counts as none. */
const pivotShare = 1e-11;

/**
 * Moves `constants` (in place) to where the line through the program's values misses the target least, in at most `iterations` steps.
 * `linear` marks coefficients of terms that are summed up outside of everything but the line: their step is exact.
 * Ends when the sum of squares stops falling, or falls too slowly to come below `goal` in the steps that are left.
 */
export function fitConstants(interpreter: Interpreter, code: Int32Array, constants: Float64Array, free: Uint8Array, rows: number, iterations: number, goal = Infinity, linear?: Uint8Array): Fitted {
  let system = interpreter.gaussNewton(code, constants, free, rows);
  const count = free.reduce((total, each) => total + each, 0);
  let damping = 1e-4;
  let redundant = false;
  const held = new Float64Array(constants.length);
  for (let k = 0; k < iterations && Number.isFinite(system.sse) && system.slope !== 0; k++) {
    if (system.gram.length > kept.length) kept = new Float64Array(2 * system.gram.length);
    kept.set(system.gram);
    const { slope, sse } = system;
    held.set(constants);
    let better = false;
    for (let attempt = 0; attempt < 3 && !better; attempt++) {
      const step = solveStep(kept, count, damping);
      if (!step) return { ...system, redundant: true };
      redundant = step.redundant;
      move(constants, held, free, linear, step, slope);
      const next = interpreter.gaussNewton(code, constants, free, rows);
      better = next.sse < sse;
      if (better) system = next;
      damping = better ? damping / 10 : damping * 30;
    }
    if (!better) {
      constants.set(held);
      break;
    }
    if (system.sse > sse * (1 - 1e-4) || system.sse < 1e-28) break;
    if (system.sse * (system.sse / sse) ** (iterations - 1 - k) > goal) break;
  }
  return { sse: system.sse, slope: system.slope, intercept: system.intercept, redundant };
}

/** slope·(f + a·g) is linear in slope and slope·a: a coefficient follows from the new product and the new slope. */
function move(constants: Float64Array, from: Float64Array, free: Uint8Array, linear: Uint8Array | undefined, { change, slopeChange }: Step, slope: number): void {
  const newSlope = slope + slopeChange;
  const exact = linear && Math.abs(newSlope) > 1e-6 * Math.abs(slope);
  let next = 0;
  for (let k = 0; k < constants.length; k++) {
    if (!free[k]) constants[k] = from[k]!;
    else if (exact && linear[k]) constants[k] = (slope * from[k]! + change[next++]!) / newSlope;
    else constants[k] = from[k]! + change[next++]! / slope;
  }
}

/** `change`: of slope times each free constant. */
interface Step {
  change: Float64Array;
  slopeChange: number;
  redundant: boolean;
}

/** A damped step, from the upper triangle of the Gram matrix of 1, f, ∂f/∂c …, residual. */
function solveStep(gram: Float64Array, count: number, damping: number): Step | undefined {
  const n = count + 2;
  const size = count + 3;
  if (n * n > triangle.length) triangle = new Float64Array(n * n);
  const a = triangle;
  const x = new Float64Array(n);
  let place = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i; j < size; j++, place++) {
      if (j === size - 1) x[i] = i < 2 ? 0 : gram[place]!;
      else a[j * n + i] = gram[place]!;
    }
  }
  let redundant = false;
  for (let j = 0; j < n; j++) {
    const diagonal = a[j * n + j]!;
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= a[j * n + k]! ** 2;
    if (!(pivot > pivotShare * diagonal)) redundant = true;
    if (j >= 2) pivot += damping * Math.max(pivot, 1e-9 * diagonal);
    if (!(pivot > 1e-14 * diagonal) || !Number.isFinite(pivot)) return undefined;
    const root = Math.sqrt(pivot);
    a[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let value = a[i * n + j]!;
      for (let k = 0; k < j; k++) value -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = value / root;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= a[i * n + k]! * x[k]!;
    x[i]! /= a[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= a[k * n + i]! * x[k]!;
    x[i]! /= a[i * n + i]!;
  }
  return { change: x.subarray(2), slopeChange: x[1]!, redundant };
}
