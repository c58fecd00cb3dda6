/** Targets of the same rows, as the fitted model and the noise would have them. */
import type { Rng } from '../../math/random';
import type { Plan } from './plan';
import type { TermScores } from './purify';
import type { BoostingLoss } from './state';

/** What rows left out say: each row's residual (working scale; NaN where no sample left it out), and the noise of counts (√ of the dispersion). */
export interface Residuals { readonly each: Float64Array; readonly noise: number }

/** Of the other losses the targets are drawn from what the model says alone. */
export const drawsResiduals = (loss: BoostingLoss): boolean => loss === 'squared' || loss === 'huber' || loss === 'quantile';

export function drawTargets({ data, loss }: Plan, mean: TermScores, { each, noise }: Residuals, rng: Rng): Float64Array {
  const outputs = mean.intercept.length;
  const y = new Float64Array(new SharedArrayBuffer(8 * data.rows));
  const scores = new Float64Array(outputs);
  for (let i = 0; i < data.rows; i++) {
    for (let k = 0; k < outputs; k++) {
      scores[k] = mean.intercept[k]!;
      for (let j = 0; j < data.bins.length; j++) scores[k]! += mean.mains[j]![data.bins[j]![i]! * outputs + k]!;
    }
    switch (loss.name) {
      case 'logistic': y[i] = Number(rng.uniform() < 1 / (1 + Math.exp(-scores[0]!))); break;
      case 'softmax': y[i] = drawClass(scores, rng); break;
      case 'poisson': y[i] = drawCount(Math.exp(scores[0]!), noise, rng); break;
      // Another row's residual keeps the quantile; the row's own, of either sign, keeps where the noise is large.
      case 'quantile': y[i] = scores[0]! + residual(each, rng.integer(data.rows), rng); break;
      default: y[i] = scores[0]! + residual(each, i, rng) * (rng.uniform() < 0.5 ? -1 : 1);
    }
  }
  return y;
}

/** Of the row, or where it has none, of another. */
function residual(each: Float64Array, row: number, rng: Rng): number {
  for (let tries = 0, at = row; tries < 1000; tries++, at = rng.integer(each.length)) if (!Number.isNaN(each[at]!)) return each[at]!;
  return 0;
}

function drawClass(scores: Float64Array, rng: Rng): number {
  const largest = Math.max(...scores);
  const shares = Array.from(scores, score => Math.exp(score - largest));
  let left = rng.uniform() * shares.reduce((a, b) => a + b, 0);
  for (let k = 0; k < shares.length; k++) if ((left -= shares[k]!) < 0) return k;
  return shares.length - 1;
}

/**
 * A number of the given mean whose variance is noise² × mean: noise² times a Poisson number. A normal number cut at 0 would be too large on
 * average where counts are rare, the more so the rarer they are, which flattens the shapes.
 */
function drawCount(mean: number, noise: number, rng: Rng): number {
  const unit = noise ** 2;
  return unit > 0 ? unit * poisson(mean / unit, rng) : mean;
}

/** Mean from which on a Poisson number is drawn as a normal one. */
const normalFrom = 30;

function poisson(mean: number, rng: Rng): number {
  if (mean >= normalFrom) return Math.max(0, mean + Math.sqrt(mean) * rng.normal());
  // Inversion; beyond 200 nothing is left of the distribution.
  const u = rng.uniform();
  let term = Math.exp(-mean);
  let count = 0;
  for (let sum = term; u > sum && count < 200; sum += term) term *= mean / ++count;
  return count;
}
