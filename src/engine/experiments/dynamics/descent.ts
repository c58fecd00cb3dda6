/** Full-batch gradient descent with or without momentum, the sharpness (largest eigenvalue of the Hessian) looked at along the way. */
import type { LiveCurve } from '../../../protocol/engine';
import { derivedContext, type WorkContext } from '../../context';
import { lanczos } from '../../math/lanczos';
import { Rng } from '../../math/random';
import type { CurvedLoss } from './denseLoss';

export interface DescentOptions {
  readonly learningRate: number;
  /** Heavy ball; 0: none. */
  readonly momentum: number;
  readonly steps: number;
  /** Times at which the sharpness is measured, at most 200. */
  readonly measurements: number;
}

export interface DescentRun {
  /**
   * 'diverged': the loss left the numbers or grew to a million times that of the start; 'still': the loss did not change at all;
   * 'stopped': the person asked to finish before all steps were done.
   */
  readonly ended: 'steps' | 'diverged' | 'still' | 'stopped';
  readonly steps: number;
  readonly loss: { readonly steps: readonly number[]; readonly values: readonly number[] };
  readonly sharpness: { readonly steps: readonly number[]; readonly values: readonly number[]; readonly residuals: readonly number[] };
  readonly path: { readonly steps: readonly number[]; readonly weights: readonly Float64Array[] };
}

const mostPoints = 200;
/** A path that is asked to end has so many points at least: of fewer there is nothing to see. */
const fewestPoints = 10;
/** Of the residual, which bounds the error of the sharpness; that itself is far smaller, about the square of it. */
const tolerance = 1e-3;
const mostProducts = 60;

/**
 * Follows the training; losses and weights of at most 200 steps are kept, evenly spaced, the first and the last always. A run that
 * diverges is shown up to there.
 */
export async function followDescent(loss: CurvedLoss, start: Float64Array, options: DescentOptions, context: WorkContext): Promise<DescentRun> {
  const run = await follow(loss, start, options, context);
  if (run.ended !== 'diverged' || run.steps === 0) return run;
  return { ...await follow(loss, start, { ...options, steps: run.steps - 1 }, silent(context)), ended: 'diverged', steps: run.steps };
}

/** The same way a second time: its progress would go back, and to finish it is to go it to its end. */
function silent(context: WorkContext): WorkContext {
  const { finishing: _finishing, onFinish: _onFinish, ...rest } = derivedContext(context, () => undefined);
  return rest;
}

async function follow(loss: CurvedLoss, start: Float64Array, options: DescentOptions, context: WorkContext): Promise<DescentRun> {
  const { learningRate, momentum, steps } = options;
  const keep = evenly(steps, mostPoints);
  const measure = evenly(steps, Math.min(mostPoints, options.measurements));
  const kept = { steps: [] as number[], values: [] as number[], weights: [] as Float64Array[] };
  const meter = new SharpnessMeter(loss);
  const w = start.slice();
  const move = new Float64Array(w.length);
  const gradient = new Float64Array(w.length);
  const result = (ended: DescentRun['ended'], done: number): DescentRun => ({
    ended, steps: done, loss: { steps: kept.steps, values: kept.values }, sharpness: meter.record, path: { steps: kept.steps, weights: kept.weights },
  });
  for (let k = 0; k <= steps; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    const value = loss.gradient(w, gradient);
    if (!(Math.abs(value) <= 1e6 * Math.max(1e-300, Math.abs(kept.values[0] ?? value)))) return result('diverged', k);
    if (keep.has(k)) {
      kept.steps.push(k);
      kept.values.push(value);
      kept.weights.push(w.slice());
    }
    const asked = keep.has(k) && k < steps && kept.values.length >= fewestPoints && context.finishing?.() === true;
    if (measure.has(k) || asked) await meter.measure(w, k, context);
    if (asked) return result('stopped', k);
    if (keep.has(k)) context.progress('Following the training of a network', steps > 0 ? k / steps : 1, liveCurve(kept, meter.record, options));
    for (let i = 0; i < w.length; i++) w[i] += move[i] = momentum * move[i] - learningRate * gradient[i];
  }
  return result(steps > 0 && kept.values.every(value => value === kept.values[0]) ? 'still' : 'steps', steps);
}

/** Both lines are numbers about 1, so that they share an axis. */
function liveCurve(loss: { steps: number[]; values: number[] }, sharpness: { steps: number[]; values: number[] }, { learningRate, momentum }: DescentOptions): LiveCurve {
  const bound = (2 * (1 + momentum)) / learningRate;
  const lines = [
    { name: 'Loss over that at the start', x: [...loss.steps], y: loss.values.map(value => value / (loss.values[0] || 1)) },
    { name: 'Sharpness over its bound', x: [...sharpness.steps], y: sharpness.values.map(value => value / bound) },
  ];
  return { title: 'Training so far', xTitle: 'Step', yTitle: 'Share', lines: lines.filter(({ x }) => x.length > 0), canFinish: true };
}

class SharpnessMeter {
  readonly record = { steps: [] as number[], values: [] as number[], residuals: [] as number[] };
  private top: Float64Array | undefined;
  private readonly rng = new Rng(1).fork('sharpness');

  constructor(private readonly loss: CurvedLoss) {}

  async measure(w: Float64Array, step: number, context: WorkContext): Promise<void> {
    const { pairs: [pair] } = await lanczos(this.loss.hessianAt(w), w.length, { start: this.start(), tolerance, maxProducts: mostProducts }, context);
    if (!pair) return;
    this.top = pair.vector;
    this.record.steps.push(step);
    this.record.values.push(pair.value);
    this.record.residuals.push(pair.residual);
  }

  /** Half the eigenvector before, half random: from the former alone a direction at right angles that has become sharper is not seen. */
  private start(): Float64Array | undefined {
    const spread = this.top && 1 / Math.sqrt(this.top.length);
    return this.top?.map(value => value + spread! * this.rng.normal());
  }
}

function evenly(steps: number, points: number): Set<number> {
  const count = Math.min(steps + 1, Math.max(2, points));
  return new Set(Array.from({ length: count }, (_, i) => Math.round((i * steps) / (count - 1))));
}
