/** Follows the training of one problem by a first-order optimiser. */
import type { WorkContext } from '../../context';
import { Rng } from '../../math/random';
import type { Losses, OptimisationProblem } from './problem';
import type { RunEnd, Trajectory, TrajectoryPoint } from './result';
import { updateOf, type UpdateId } from './updates';

export interface DescentOptions {
  readonly optimiser: UpdateId;
  readonly rate: number;
  readonly passes: number;
  /** Rows of a step; gradient descent ('gd') takes all whatever this is. */
  readonly batchSize: number;
  /** Of the order of the rows: the same for all optimisers. */
  readonly seed: number;
}

/** A loss so many times that of the start has left for good. */
const gone = 1e6;

export async function descend(problem: OptimisationProblem, options: DescentOptions, context: WorkContext): Promise<Trajectory> {
  const { optimiser, rate, passes, seed } = options;
  const batchSize = optimiser === 'gd' ? problem.rows : Math.min(problem.rows, options.batchSize);
  const batches = Math.ceil(problem.rows / batchSize);
  const w = problem.start.slice();
  const update = updateOf(optimiser, problem.size, problem.weights);
  const gradient = new Float64Array(problem.size);
  const order = Int32Array.from({ length: problem.rows }, (_, i) => i);
  const rng = new Rng(seed).fork('batches');
  const start = await problem.losses(w);
  const points: TrajectoryPoint[] = [{ pass: 0, steps: 0, seconds: 0, ...start }];
  const looks = new Set(looksAt(passes));
  let seconds = 0;
  let steps = 0;
  for (let pass = 1; pass <= passes; pass++) {
    if (batches > 1) rng.shuffle(order);
    for (let b = 0; b < batches; b++) {
      const batch = order.subarray(Math.floor((b * order.length) / batches), Math.floor(((b + 1) * order.length) / batches));
      const from = performance.now();
      const pending = problem.gradient(w, batch, gradient);
      const loss = pending instanceof Promise ? await pending : pending;
      if (!(loss <= gone * start.train)) return { end: 'diverged', points };
      update(w, gradient, rate);
      seconds += (performance.now() - from) / 1000;
      steps++;
      const pause = context.breathe();
      if (pause) await pause;
    }
    if (!looks.has(pass)) continue;
    const now = await problem.losses(w);
    if (!(now.train <= gone * start.train) || !Number.isFinite(now.heldOut)) return { end: 'diverged', points };
    points.push({ pass, steps, seconds, ...now });
  }
  return { end: endOf(start, points[points.length - 1]!), points };
}

/** The passes after which losses are looked at: each of the first twenty, then some forty more, the last always. */
export function looksAt(passes: number): number[] {
  const later = Array.from({ length: 40 }, (_, i) => Math.round(20 + ((passes - 20) * (i + 1)) / 40));
  return [...new Set([...Array.from({ length: 20 }, (_, i) => i + 1), ...later, passes])].filter(pass => pass >= 1 && pass <= passes).sort((a, b) => a - b);
}

export function endOf(start: Losses, last: Losses): RunEnd {
  if (last.train > start.train * (1 + 1e-9)) return 'above';
  return start.train - last.train < 1e-3 * start.train ? 'still' : 'trained';
}
