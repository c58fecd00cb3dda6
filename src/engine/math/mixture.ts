/** Mixtures of normal or Student distributions: cdf, quantiles, moments, density. What a posterior is over a grid of a scale. */
import { normalCdf, normalQuantile, tCdf } from './distributions';

export interface Mixture {
  /** Shares, sum 1. */
  readonly shares: ArrayLike<number>;
  readonly means: ArrayLike<number>;
  /** Scales of the components: standard deviations for normal ones. 0: a point. */
  readonly scales: ArrayLike<number>;
  /** Degrees of freedom of all components; Infinity: normal. */
  readonly df: number;
}

export function mixtureMean({ shares, means }: Mixture): number {
  let sum = 0;
  for (let k = 0; k < shares.length; k++) sum += shares[k] * means[k];
  return sum;
}

/** Where a component has no variance (df ≤ 2), its scale stands for it. */
export function mixtureSd(mixture: Mixture): number {
  const { shares, means, scales, df } = mixture;
  const mean = mixtureMean(mixture);
  const widening = studentWidening(df);
  let sum = 0;
  for (let k = 0; k < shares.length; k++) sum += shares[k] * (widening * scales[k] ** 2 + (means[k] - mean) ** 2);
  return Math.sqrt(sum);
}

/** Variance of Student's t with scale 1; 1 where there is none. */
export function studentWidening(df: number): number {
  return Number.isFinite(df) && df > 2 ? df / (df - 2) : 1;
}

export function mixtureCdf({ shares, means, scales, df }: Mixture, x: number): number {
  let sum = 0;
  for (let k = 0; k < shares.length; k++) {
    if (!(shares[k] > 0)) continue;
    if (scales[k] > 0) {
      const z = (x - means[k]) / scales[k];
      sum += shares[k] * (Number.isFinite(df) ? tCdf(z, df) : normalCdf(z));
    } else if (x >= means[k]) sum += shares[k];
  }
  return sum;
}

/** Density at x up to a constant. */
export function mixtureDensity({ shares, means, scales, df }: Mixture, x: number): number {
  let sum = 0;
  for (let k = 0; k < shares.length; k++) {
    if (!(scales[k] > 0)) continue;
    const z = (x - means[k]) / scales[k];
    sum += (shares[k] / scales[k]) * (Number.isFinite(df) ? (1 + (z * z) / df) ** (-(df + 1) / 2) : Math.exp(-0.5 * z * z));
  }
  return sum;
}

/** x with cdf p, by the Illinois variant of false position on z(cdf), which is nearly straight; to 1e-9 of the spread. */
export function mixtureQuantile(mixture: Mixture, p: number): number {
  const mean = mixtureMean(mixture);
  const sd = mixtureSd(mixture);
  if (!(sd > 0)) return mean;
  const wanted = normalQuantile(p);
  const error = (x: number): number => Math.max(-38, Math.min(38, normalQuantile(mixtureCdf(mixture, x)))) - wanted;
  let [low, high] = [mean + sd * (wanted - 1), mean + sd * (wanted + 1)];
  let [below, above] = [error(low), error(high)];
  for (let reach = 2; below > 0 && reach < 1e15; reach *= 2) { low -= reach * sd; below = error(low); }
  for (let reach = 2; above < 0 && reach < 1e15; reach *= 2) { high += reach * sd; above = error(high); }
  for (let k = 0; k < 200 && high - low > 1e-10 * sd; k++) {
    // A plain halving now and then: next to a point mass the straight line is a poor guess.
    const x = k % 8 === 7 || above === below ? 0.5 * (low + high) : (low * above - high * below) / (above - below);
    const e = error(x);
    if (Math.abs(e) < 1e-9) return x;
    if (e > 0) { high = x; above = e; below *= 0.5; } else { low = x; below = e; above *= 0.5; }
  }
  return 0.5 * (low + high);
}
