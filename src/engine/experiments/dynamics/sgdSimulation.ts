/** Runs SGD on a linear problem for long, and measures how the weights spread around the minimum along each mode. */
import type { WorkContext } from '../../context';
import { Rng } from '../../math/random';
import type { LinearProblem } from './linearProblem';
import { modeCoordinates } from './quadratic';

export interface SgdRun {
  readonly learningRate: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly seed: number;
}

export interface MeasuredVariance {
  /** By mode; undefined where the run is too short for it. */
  readonly modes: readonly ({ readonly variance: number; readonly standardError: number } | undefined)[];
  readonly burnIn: number;
  readonly ended: 'stationary' | 'diverged';
  /** Steps done. */
  readonly reached: number;
}

/** Time constants of a mode that are left out before measuring, and the independent looks it must then have had. */
const burnInTimes = 6;
const fewestLooks = 100;

/**
 * Starts at the minimum and leaves out burnInTimes / (η λ) steps of the slowest measured mode. Second moments are about the minimum,
 * which is the mean. Their standard errors are those of an AR(1) process with ρ = 1 − ηλ, looked at every so many steps: its squares have the correlation ρ^2k.
 */
export async function measureVariance(problem: LinearProblem, run: SgdRun, context: WorkContext): Promise<MeasuredVariance> {
  const { learningRate: rate, batchSize, steps, seed } = run;
  const { size, rank, values } = problem;
  const measurable = Array.from({ length: rank }, (_, k) => burnInTimes / (rate * values[k]) <= 0.2 * steps && looks(rate * values[k], 0.8 * steps, 1) >= fewestLooks);
  const slowest = measurable.lastIndexOf(true);
  const burnIn = slowest < 0 ? steps : Math.ceil(burnInTimes / Math.min(1, rate * values[slowest]));
  const every = Math.max(1, Math.floor(0.5 / (rate * values[0])));
  const sums = new Float64Array(size);
  const w = problem.minimum.slice();
  const rng = new Rng(seed).fork('sgd');
  const gradient = new Float64Array(size);
  let seen = 0;
  for (let step = 1; step <= steps && slowest >= 0; step++) {
    const pause = context.breathe();
    if (pause) await pause;
    batchGradient(problem, w, batchSize, rng, gradient);
    for (let i = 0; i < size; i++) w[i] -= rate * gradient[i];
    if (step % 64 === 0 && !w.every(value => Math.abs(value) < 1e6)) return { modes: [], burnIn, ended: 'diverged', reached: step };
    if (step <= burnIn || step % every !== 0) continue;
    modeCoordinates(problem, w).forEach((value, k) => { sums[k] += value * value; });
    seen++;
  }
  const modes = measurable.map((can, k) => {
    if (!can || seen === 0) return undefined;
    const variance = sums[k] / seen;
    return { variance, standardError: variance * Math.sqrt(2 / looks(rate * values[k], seen, every)) };
  });
  return { modes, burnIn, ended: 'stationary', reached: steps };
}

/** Independent squares among n correlated ones, `every` steps apart: n (1 − ρ²) / (1 + ρ²) with the correlation ρ from one to the next. */
function looks(curvature: number, n: number, every: number): number {
  const square = (1 - curvature) ** (2 * every);
  return (n * (1 - square)) / (1 + square);
}

/** Mean gradient of rows drawn with replacement. */
function batchGradient({ z, y, size, rows, ridge }: LinearProblem, w: Float64Array, batchSize: number, rng: Rng, out: Float64Array): void {
  for (let j = 0; j < size; j++) out[j] = ridge * w[j];
  for (let b = 0; b < batchSize; b++) {
    const i = Math.floor(rng.uniform() * rows);
    const at = i * size;
    let residual = -y[i];
    for (let j = 0; j < size; j++) residual += z[at + j] * w[j];
    residual /= batchSize;
    for (let j = 0; j < size; j++) out[j] += residual * z[at + j];
  }
}
