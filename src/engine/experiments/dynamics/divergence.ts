/** Where gradient descent, with or without momentum, begins to diverge: found by running it, not from eigenvalues. */
import type { WorkContext } from '../../context';
import type { DifferentiableLoss } from './gradientFlow';

export interface Onset {
  /** Learning rates between which divergence sets in: `stable` did not diverge, `diverging` did. */
  readonly stable: number;
  readonly diverging: number;
  /** The middle of the two. */
  readonly learningRate: number;
  readonly runs: number;
}

export interface OnsetOptions {
  /** Weight of the step before (heavy ball); 0 unless told. */
  readonly momentum?: number;
  /** Steps of each run; 4,000 unless told. */
  readonly steps?: number;
  /** Relative width at which the search ends; 0.001 unless told. */
  readonly tolerance?: number;
}

/** Doubles or halves the learning rate until it is passed, then halves the interval. Undefined where nothing up to 2^60 times `first` diverges. */
export async function measureOnset(loss: DifferentiableLoss, start: Float64Array, first: number, options: OnsetOptions, context: WorkContext): Promise<Onset | undefined> {
  const { tolerance = 0.001 } = options;
  let runs = 0;
  const diverges = async (rate: number): Promise<boolean> => {
    runs++;
    return divergesWith(loss, start, rate, options, context);
  };
  let stable = first;
  while (await diverges(stable)) {
    stable /= 2;
    if (runs > 60) return undefined;
  }
  let diverging = 2 * stable;
  while (!(await diverges(diverging))) {
    stable = diverging;
    diverging *= 2;
    if (runs > 60) return undefined;
  }
  while (diverging - stable > tolerance * stable) {
    const middle = (stable + diverging) / 2;
    if (await diverges(middle)) diverging = middle;
    else stable = middle;
  }
  return { stable, diverging, learningRate: (stable + diverging) / 2, runs };
}

/**
 * Whether the gradient is still growing in the last quarter of a run: on a quadratic an unstable mode grows by a constant factor and
 * takes over from all others. Runs end early once the gradient is a million times, or a billionth of, what it was.
 */
export async function divergesWith(
  loss: DifferentiableLoss, start: Float64Array, rate: number, { momentum = 0, steps = 4000 }: OnsetOptions, context: WorkContext,
): Promise<boolean> {
  const w = start.slice();
  const move = new Float64Array(w.length);
  const gradient = new Float64Array(w.length);
  const quarter = Math.max(1, Math.floor(steps / 4));
  let first = 0;
  // The largest within a quarter, since with momentum the gradient swings.
  let before = 0;
  let largest = 0;
  for (let k = 0; k < 4 * quarter; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    loss.gradient(w, gradient);
    const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
    if (k === 0) first = norm;
    if (!(norm <= 1e6 * first)) return true;
    largest = Math.max(largest, norm);
    if (k % quarter === quarter - 1 && k < 3 * quarter) {
      if (largest < 1e-9 * first) return false;
      before = largest;
      largest = 0;
    }
    for (let i = 0; i < w.length; i++) {
      move[i] = momentum * move[i] - rate * gradient[i];
      w[i] += move[i];
    }
  }
  return largest > before;
}
