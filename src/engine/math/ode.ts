/** Initial value problems y' = f(t, y): Dormand–Prince 5(4) with error control and dense output, for what flows rather than steps. */
import type { WorkContext } from '../context';
import { DormandPrinceStep, type Derivative } from './dormandPrince';

export interface OdeOptions {
  /** A step's estimated error of each component is kept below absolute + relative · |y|; 1e-10 and 1e-12 unless told. */
  readonly relative?: number;
  readonly absolute?: number;
  /** Steps, rejected ones among them; 200,000 unless told. */
  readonly maxSteps?: number;
}

/** 'end': all times reached. 'maxSteps', 'notFinite' (f or y left the numbers, or the step shrank to nothing): stopped before. */
export type OdeStop = 'end' | 'maxSteps' | 'notFinite';

export interface OdeSolution {
  /** State at each of the asked times that was reached, in their order. */
  readonly states: readonly Float64Array[];
  /** Time reached. */
  readonly time: number;
  readonly steps: number;
  readonly rejected: number;
  readonly evaluations: number;
  readonly stopped: OdeStop;
}

/** Local errors, steps and their control as in Hairer, Nørsett & Wanner, Solving Ordinary Differential Equations I (1993), II.4. */
const safety = 0.9;
const steady = 0.04;
const exponent = 0.2 - 0.75 * steady;

/** Integrates from times[0], where y = start, and gives the states at `times` (ascending), those between steps by dense output of order 4. */
export async function integrate(
  f: Derivative, start: Float64Array, times: ArrayLike<number>, options: OdeOptions, context: WorkContext,
): Promise<OdeSolution> {
  const { relative = 1e-10, absolute = 1e-12, maxSteps = 200000 } = options;
  const step = new DormandPrinceStep(f, start, times[0]);
  const end = times[times.length - 1];
  const states: Float64Array[] = [start.slice()];
  let h = Math.min(end - times[0], step.firstSize(relative, absolute));
  let before = 1e-4;
  let shrunk = false;
  let steps = 0;
  let rejected = 0;
  const result = (stopped: OdeStop): OdeSolution => ({ states, time: step.time, steps, rejected, evaluations: step.evaluations, stopped });
  while (states.length < times.length) {
    if (steps + rejected >= maxSteps) return result('maxSteps');
    const pause = context.breathe();
    if (pause) await pause;
    if (!(h > 4e-16 * Math.abs(step.time))) return result('notFinite');
    const last = step.time + h * 1.0000001 >= end;
    if (last) h = end - step.time;
    const error = step.attempt(h, relative, absolute);
    if (!(error <= 1)) {
      rejected++;
      shrunk = true;
      h *= Number.isFinite(error) ? Math.max(0.2, safety / error ** 0.2) : 0.1;
      continue;
    }
    const reached = last ? end : step.time + h;
    while (states.length < times.length && times[states.length] <= reached) states.push(step.at(times[states.length]));
    step.accept(reached);
    steps++;
    const factor = (safety * before ** steady) / Math.max(error, 1e-10) ** exponent;
    h *= Math.min(shrunk ? 1 : 5, Math.max(0.2, factor));
    before = Math.max(error, 1e-4);
    shrunk = false;
  }
  return result('end');
}

export type FixedMethod = 'euler' | 'rk5';

/**
 * The state at `end` after equal steps: Euler's, which for a gradient flow is gradient descent, or the fifth-order solution of
 * Dormand & Prince. `seen` gets the state after each step (index from 1) and must copy what it keeps.
 */
export function fixedSteps(
  f: Derivative, start: Float64Array, from: number, end: number, steps: number, method: FixedMethod, seen?: (index: number, y: Float64Array) => void,
): Float64Array {
  const h = (end - from) / steps;
  const y = start.slice();
  const slope = new Float64Array(y.length);
  const step = method === 'rk5' ? new DormandPrinceStep(f, start, from) : undefined;
  for (let i = 0; i < steps; i++) {
    const t = from + i * h;
    if (step) {
      step.attempt(h, 1, 1);
      step.accept(from + (i + 1) * h);
      y.set(step.state);
    } else {
      f(t, y, slope);
      for (let k = 0; k < y.length; k++) y[k] += h * slope[k];
    }
    seen?.(i + 1, y);
  }
  return y;
}
