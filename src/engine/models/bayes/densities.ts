/** Posterior densities of weights for drawing: a mixture over the widths of the prior, or normal or Student's t about the estimate. */
import type { Weight } from '../../../protocol/effects';
import { mixtureDensity, type Mixture } from '../../math/mixture';
import type { PosteriorDensity } from '../model';

const points = 81;
const reach = 4;

/** Density of a weight with its standard error on ±4 standard errors; empty without one. */
export function densityOf(weight: Weight, posterior: Mixture | { readonly df: number }): PosteriorDensity[] {
  const { estimate, standardError: sd, low, high } = weight;
  if (sd === undefined || !(sd > 0) || low === undefined || high === undefined || weight.feature === undefined) return [];
  const x = Array.from({ length: points }, (_, i) => estimate + sd * reach * ((2 * i) / (points - 1) - 1));
  // Components narrower than the grid are drawn half a step wide, so that a peak at 0 is neither missed nor endless.
  const step = (2 * reach * sd) / (points - 1);
  const drawn = 'shares' in posterior ? { ...posterior, scales: Array.from(posterior.scales, s => Math.max(s, step / 2)) }
    : { shares: [1], means: [estimate], scales: [sd], df: posterior.df };
  const shape = x.map(value => mixtureDensity(drawn, value));
  return [{ term: weight.term, ...(weight.class !== undefined && { class: weight.class }), estimate, low, high, x, density: normalised(x, shape) }];
}

/** Scaled so that the trapezoids sum to 1. */
function normalised(x: readonly number[], shape: readonly number[]): number[] {
  let area = 0;
  for (let i = 1; i < x.length; i++) area += 0.5 * (shape[i] + shape[i - 1]) * (x[i] - x[i - 1]);
  return shape.map(value => value / area);
}

/** Gaussian kernel density of samples (Silverman's rule) on a grid over their range. */
export function kernelDensity(samples: ArrayLike<number>, count = 61): { x: number[]; density: number[] } {
  const sorted = Float64Array.from(samples).sort();
  const n = sorted.length;
  let mean = 0;
  for (const s of sorted) mean += s / n;
  let variance = 0;
  for (const s of sorted) variance += (s - mean) ** 2 / Math.max(1, n - 1);
  const quartiles = (sorted[Math.floor(0.75 * (n - 1))] - sorted[Math.floor(0.25 * (n - 1))]) / 1.349;
  const spread = Math.min(Math.sqrt(variance), quartiles > 0 ? quartiles : Infinity);
  const width = 0.9 * (spread > 0 ? spread : 1e-12) * n ** -0.2;
  const low = sorted[0] - 2 * width;
  const high = sorted[n - 1] + 2 * width;
  const x = Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
  const shape = x.map(value => {
    let s = 0;
    for (const sample of sorted) s += Math.exp(-0.5 * ((value - sample) / width) ** 2);
    return s;
  });
  return { x, density: normalised(x, shape) };
}
