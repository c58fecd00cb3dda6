/** What an optimiser is given: a start, gradients of batches of training rows, and the losses to look at on the way. */
import { UserError } from '../../../protocol/errors';
import type { Dataset } from '../../data/dataset';
import { sampleRows } from '../../data/sample';

export interface Losses { readonly train: number; readonly heldOut: number }

export interface OptimisationProblem {
  /** Parameters, in one flat vector. */
  readonly size: number;
  /** Training rows, numbered from 0. */
  readonly rows: number;
  readonly start: Float64Array;
  /** 1 for weights, which AdamW shrinks; 0 for biases. */
  readonly weights: Uint8Array;
  /** Relative size of the rounding of losses: 0 in double precision. */
  readonly rounding: number;
  /** Mean loss of the batch at w; its gradient is written to `out`. */
  gradient(w: Float64Array, batch: Int32Array, out: Float64Array): number | Promise<number>;
  losses(w: Float64Array): Losses | Promise<Losses>;
  dispose(): void;
}

export type OptimisedFamily = 'linear' | 'logistic' | 'neural';

/** Training rows beyond this are sampled down: thousands of passes are made over them. */
export const mostRows = 20000;

/** Throws UserError where the family and the target do not go together. */
export function checkFamily(family: string, { target }: Dataset): asserts family is OptimisedFamily {
  if (family !== 'linear' && family !== 'logistic' && family !== 'neural') {
    throw new UserError('badOption', `Optimisers can be compared on the linear, logistic and neural models, not on "${family}".`);
  }
  if (family === 'linear' && target.task !== 'regression') throw new UserError('badOption', 'Linear regression explains numbers; compare optimisers on the logistic or the neural model.');
  if (family === 'logistic' && target.task !== 'classification') throw new UserError('badOption', 'Logistic regression explains classes; compare optimisers on the linear or the neural model.');
}

/** The rows, or a sample of them. */
export function fewEnough(rows: Int32Array, seed: number): Int32Array {
  return rows.length <= mostRows ? rows : sampleRows(rows.length, mostRows, seed).map(i => rows[i]);
}

/** The target's numbers at the rows, as (value − mean) / deviation of the first so many; class codes as they are. */
export function targetAt({ target }: Dataset, rows: Int32Array, training: number): Float64Array {
  if (target.task === 'classification') return Float64Array.from(rows, row => target.codes[row]);
  const y = Float64Array.from(rows, row => target.values[row]);
  const scale = scaleOf(y.subarray(0, training));
  if (!scale) throw new UserError('numerical', `"${target.name}" does not vary in the training rows of a fold.`);
  return y.map(value => (value - scale.mean) / scale.deviation);
}

/** Mean and standard deviation (divided by n); undefined for what does not vary. */
export function scaleOf(values: Float64Array): { mean: number; deviation: number } | undefined {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value / n, 0);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / n, 0));
  return Number.isFinite(deviation) && deviation > 1e-12 * Math.abs(mean) && deviation > 0 ? { mean, deviation } : undefined;
}
