/** Limited-memory BFGS (Liu & Nocedal 1989) with a backtracking line search that keeps the curvature positive. */

export interface Objective {
  readonly value: number;
  readonly gradient: Float64Array;
  /** Ends the search here. */
  readonly stop?: boolean;
}

export interface LbfgsResult {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

export interface LbfgsOptions {
  /** Largest |gradient| at which the search ends. */
  readonly gradientTolerance: number;
  readonly iterations: number;
  readonly memory?: number;
  /** Approximate inverse Hessian, applied to a copy of a gradient. */
  readonly precondition?: (gradient: Float64Array) => Float64Array;
}

export async function minimiseLbfgs(
  start: Float64Array, evaluate: (x: Float64Array) => Promise<Objective>, options: LbfgsOptions,
): Promise<LbfgsResult> {
  const memory = options.memory ?? 10;
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  let x = start;
  let now = await evaluate(x);
  for (let iteration = 1; iteration <= options.iterations; iteration++) {
    if (now.stop || largest(now.gradient) <= options.gradientTolerance) return { x, ...now, iterations: iteration, converged: true };
    let direction = twoLoop(now.gradient, pairs, options.precondition);
    let slope = dot(direction, now.gradient);
    if (!(slope < 0)) {
      pairs.length = 0;
      direction = twoLoop(now.gradient, pairs, options.precondition);
      slope = dot(direction, now.gradient);
    }
    let length = pairs.length === 0 && !options.precondition ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    let next: Objective | undefined;
    let nextX = x;
    for (let k = 0; k < 40; k++) {
      const step = length;
      nextX = x.map((v, j) => v + step * direction[j]);
      next = await evaluate(nextX);
      if (next.stop || next.value <= now.value + 1e-4 * length * slope) break;
      // Minimum of the parabola through both values and the slope, kept within [0.1, 0.5] of the step.
      const parabola = (-slope * length) / (2 * (next.value - now.value - slope * length));
      length *= Math.min(0.5, Math.max(0.1, Number.isFinite(parabola) ? parabola : 0.1));
      next = undefined;
    }
    if (!next) return { x, ...now, iterations: iteration, converged: largest(now.gradient) <= 1e3 * options.gradientTolerance };
    remember(pairs, memory, x, nextX, now.gradient, next.gradient);
    x = nextX;
    now = next;
  }
  return { x, ...now, iterations: options.iterations, converged: false };
}

function remember(pairs: { s: Float64Array; y: Float64Array; rho: number }[], memory: number, x: Float64Array, next: Float64Array, g: Float64Array, nextG: Float64Array): void {
  const s = next.map((v, j) => v - x[j]);
  const y = nextG.map((v, j) => v - g[j]);
  const curvature = dot(s, y);
  if (curvature <= 1e-12 * dot(y, y)) return;
  pairs.push({ s, y, rho: 1 / curvature });
  if (pairs.length > memory) pairs.shift();
}

function twoLoop(
  gradient: Float64Array, pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[], precondition?: (g: Float64Array) => Float64Array,
): Float64Array {
  let r: Float64Array = gradient.map((g) => -g);
  const alpha = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i];
    alpha[i] = rho * dot(s, r);
    for (let j = 0; j < r.length; j++) r[j] -= alpha[i] * y[j];
  }
  if (precondition) r = precondition(r);
  else if (pairs.length > 0) {
    const { y, rho } = pairs[pairs.length - 1];
    const scale = 1 / (rho * dot(y, y));
    for (let j = 0; j < r.length; j++) r[j] *= scale;
  }
  for (let i = 0; i < pairs.length; i++) {
    const { s, y, rho } = pairs[i];
    const beta = rho * dot(y, r);
    for (let j = 0; j < r.length; j++) r[j] += (alpha[i] - beta) * s[j];
  }
  return r;
}

function dot(a: Float64Array, b: Float64Array): number {
  let s = 0;
  for (let i = 0; i < a.length; i++) s += a[i] * b[i];
  return s;
}

function largest(a: Float64Array): number {
  let m = 0;
  for (const x of a) m = Math.max(m, Math.abs(x));
  return m;
}
