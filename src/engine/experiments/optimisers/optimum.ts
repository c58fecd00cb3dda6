/** The exact optimum of least squares and logistic regression by Newton's method, and what theory says of gradient descent on it. */
import type { WorkContext } from '../../context';
import { symmetricEigen } from '../../math/eigen';
import { factorHessian, newtonStep } from '../../math/newton';
import type { ConvexProblem } from './convexProblem';

export interface Optimum { readonly w: Float64Array; readonly loss: number }

/** Multiplications of a Hessian beyond which it is not computed. */
const mostWork = 3e7;
const mostIterations = 100;

/** A loss below this is on its way to 0: classes that separate have no optimum, and what they come ever nearer to is 0. */
const vanishing = 1e-6;

/** Undefined where the Hessian is too large, or Newton's method does not settle. Classes that separate: the infimum 0. */
export async function exactOptimum(problem: ConvexProblem, context: WorkContext): Promise<Optimum | undefined> {
  const { size, rows } = problem;
  if (size * size * rows > mostWork) return undefined;
  const every = Int32Array.from({ length: rows }, (_, i) => i);
  const gradient = new Float64Array(size);
  let w: Float64Array = problem.start.slice();
  let loss = problem.gradient(w, every, gradient);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    await context.breathe();
    const hessian = hessianAt(problem, w, every);
    // Softmax and collinear columns have directions without curvature: a trace of it lets the others be solved for.
    const little = 1e-10 * Math.max(...Array.from({ length: size }, (_, j) => hessian[j * size + j]!));
    for (let j = 0; j < size; j++) hessian[j * size + j] += little;
    const factor = factorHessian(hessian, size);
    if (!factor) return undefined;
    const step = newtonStep(factor, gradient);
    const decrease = step.reduce((sum, value, j) => sum + value * gradient[j]!, 0);
    if (problem.data.head !== 'identity' && loss < vanishing) return { w, loss: 0 };
    if (!(decrease > 1e-15 * Math.max(1e-6, loss))) return { w, loss };
    const next = lineSearch(problem, every, w, step, loss, decrease);
    if (!next) return { w, loss };
    w = next;
    loss = problem.gradient(w, every, gradient);
  }
  return undefined;
}

function lineSearch(problem: ConvexProblem, every: Int32Array, w: Float64Array, step: Float64Array, loss: number, decrease: number): Float64Array | undefined {
  for (let length = 1; length > 1e-6; length /= 2) {
    const next = w.map((value, j) => value - length * step[j]!);
    if (problem.lossAt(next, every) <= loss - 1e-4 * length * decrease) return next;
  }
  return undefined;
}

/** ∇² of the mean loss, size × size: column by column, as Xᵀ C X e with C the curvature of the head. */
export function hessianAt(problem: ConvexProblem, w: Float64Array, rows: Int32Array): Float64Array {
  const { size, maths, data: { outputs, columns, x } } = problem;
  const f = problem.outputsAt(w, rows);
  const moved = new Float64Array(f.length);
  const curved = new Float64Array(f.length);
  const hessian = new Float64Array(size * size);
  for (let at = 0; at < size; at++) {
    const j = Math.floor(at / outputs);
    moved.fill(0);
    for (let i = 0; i < rows.length; i++) moved[i * outputs + (at % outputs)] = x[rows[i]! * columns + j]!;
    maths.curve(f, moved, outputs, curved);
    problem.addTransposed(curved, rows, hessian.subarray(at * size, (at + 1) * size));
  }
  return hessian;
}

/** Largest eigenvalue of the Hessian of least squares, and the smallest that is not 0. */
export async function curvatures(problem: ConvexProblem, context: WorkContext): Promise<{ readonly largest: number; readonly smallest: number } | undefined> {
  const { size, rows } = problem;
  if (problem.data.head !== 'identity' || size > 200 || size * size * rows > mostWork) return undefined;
  const every = Int32Array.from({ length: rows }, (_, i) => i);
  const { values } = await symmetricEigen(hessianAt(problem, problem.start, every), size, context);
  const largest = Math.max(...values);
  return { largest, smallest: Math.min(...values.filter(value => value > 1e-12 * largest)) };
}
