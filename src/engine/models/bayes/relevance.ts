/**
 * A width of its own for each weight, integrated out: the prior of weight j is ∫ N(0, τ²) p(τ) dτ, and expectation
 * propagation (Minka 2001) finds normal factors exp(−½ t w² + v w) that stand for these priors, with the exact mixture for
 * each weight given all that is known of the others.
 */
import type { HyperNodes } from './hyperprior';

export interface Sites {
  readonly precision: Float64Array;
  /** Precision times mean. */
  readonly shift: Float64Array;
}

/** Posterior of one weight: a normal for each width. */
export interface Tilted { readonly shares: Float64Array; readonly means: Float64Array; readonly scales: Float64Array; readonly mean: number; readonly variance: number }

/** `precision`, `shift`: of everything but the weight's own prior, as a normal in the weight. */
export function tilted(precision: number, shift: number, nodes: HyperNodes): Tilted {
  const { precision: lambda, log } = nodes;
  const total = lambda.map(l => Math.max(0, precision) + l);
  const means = total.map(a => shift / a);
  const logs = log.map((value, k) => value + 0.5 * Math.log(lambda[k] / total[k]) + 0.5 * shift * means[k]);
  const largest = logs.reduce((m, v) => Math.max(m, v), -Infinity);
  const shares = logs.map(v => Math.exp(v - largest));
  const sum = shares.reduce((a, b) => a + b, 0);
  let mean = 0;
  for (let k = 0; k < shares.length; k++) { shares[k] /= sum; mean += shares[k] * means[k]; }
  let variance = 0;
  for (let k = 0; k < shares.length; k++) variance += shares[k] * (1 / total[k] + (means[k] - mean) ** 2);
  return { shares, means, scales: total.map(a => 1 / Math.sqrt(a)), mean, variance };
}

const damping = 0.7;

/**
 * One parallel update of all sites from the marginals (mean, variance) of the weights under them. Gives the new sites, the
 * mixture of each weight and the largest move, in the posterior precision and standard deviation of its weight.
 */
export function updateSites(sites: Sites, mean: ArrayLike<number>, variance: ArrayLike<number>, nodesOf: (j: number) => HyperNodes) {
  const precision = sites.precision.slice();
  const shift = sites.shift.slice();
  const marginals: Tilted[] = [];
  let moved = 0;
  for (let j = 0; j < precision.length; j++) {
    const own = 1 / variance[j] - precision[j];
    const cavity = Math.max(own, 1e-12 / variance[j]);
    const cavityShift = mean[j] / variance[j] - shift[j];
    const found = tilted(cavity, cavityShift, nodesOf(j));
    marginals.push(found);
    // A wide prior under a sharp likelihood: a site may not take away what the likelihood has.
    const wanted = Math.max(1 / found.variance - cavity, 1e-6 * cavity);
    const wantedShift = found.mean * (cavity + wanted) - cavityShift;
    const total = cavity + wanted;
    moved = Math.max(moved, Math.abs(wanted - precision[j]) / total, Math.abs(wantedShift - shift[j]) / Math.sqrt(total));
    precision[j] += damping * (wanted - precision[j]);
    shift[j] += damping * (wantedShift - shift[j]);
  }
  return { sites: { precision, shift }, marginals, moved };
}
