/**
 * What is assumed of the prior's standard deviation τ before the data: half-t with 4 degrees of freedom (Gelman 2006). In
 * the linear model τ is in units of the noise, in logistic ones in log-odds, whose own noise is logistic; its scale is
 * such that √p·τ is about as large as the noise, whatever the number p of columns.
 */

/** Degrees of freedom: enough for the weights to have a mean and a variance even where the data do not bound them (separated classes). */
export const hyperDf = 4;
/** Standard deviation of the standard logistic distribution. */
const logisticSd = Math.PI / Math.sqrt(3);

/** Scale of τ of p standardised columns. */
export function hyperScale(columns: number, logistic: boolean): number {
  return (logistic ? logisticSd : 1) / Math.sqrt(Math.max(1, columns));
}

/** ln of the density of u = ln τ, normalised. The constant: Γ(5/2)/Γ(2) · 2/√(4π) = 3/4. */
export function logHyperDensity(u: number, scale: number): number {
  const t = Math.exp(u) / scale;
  return u - Math.log(scale) + Math.log(0.75) - 0.5 * (hyperDf + 1) * Math.log1p((t * t) / hyperDf);
}

export interface HyperNodes { readonly precision: Float64Array; readonly log: Float64Array }

/** ln τ from `low` to `high` in even steps: precisions 1/τ² and ln (density × step). */
function nodesBetween(low: number, high: number, step: number, scale: number): HyperNodes {
  const nodes = Array.from({ length: Math.ceil((high - low) / step) + 1 }, (_, k) => low + k * step);
  return { precision: Float64Array.from(nodes, u => Math.exp(-2 * u)), log: Float64Array.from(nodes, u => logHyperDensity(u, scale) + Math.log(step)) };
}

/** Nodes for the width of a single weight: all but 1e-4 of the hyperprior, and far beyond for weights that dwarf the noise. */
export function hyperNodes(scale: number): HyperNodes {
  return nodesBetween(Math.log(scale) - 10, Math.log(scale) + 12, 0.2, scale);
}

/**
 * What sampling takes of the widths: those below 2 % of the scale (1.4 % of the hyperprior) are left out. They all say that
 * the weight is about 0, but make a spike there that no step size of a sampler fits.
 */
const leastSampled = -4;
export function sampledNodes(scale: number): HyperNodes {
  return nodesBetween(Math.log(scale) + leastSampled, Math.log(scale) + 12, 0.2, scale);
}

/**
 * ln ∫ τ^−m exp(−S/(2τ²)) p(τ) dτ: the prior of m weights with sum of squares S, τ integrated out (up to a constant), and
 * its derivative with respect to S, which is −½ E[1/τ²]. `single`: sampledNodes, for few weights; many make a narrow peak of their own.
 */
export function scaleFreePrior(squares: number, count: number, scale: number, single: HyperNodes): { readonly log: number; readonly slope: number } {
  const { precision, log } = count > 4 ? peakNodes(squares, count, scale) : single;
  const terms = log.map((value, k) => value + 0.5 * count * Math.log(precision[k]) - 0.5 * squares * precision[k]);
  const largest = terms.reduce((m, t) => Math.max(m, t), -Infinity);
  let sum = 0;
  let slope = 0;
  for (let k = 0; k < terms.length; k++) {
    const weight = Math.exp(terms[k] - largest);
    sum += weight;
    slope -= 0.5 * precision[k] * weight;
  }
  return { log: largest + Math.log(sum), slope: slope / sum };
}

/** About τ² = S/m, where the integrand of `scaleFreePrior` peaks with standard deviation 1/√(2m) of ln τ. */
function peakNodes(squares: number, count: number, scale: number): HyperNodes {
  const least = Math.log(scale) + leastSampled;
  const peak = Math.max(least, 0.5 * Math.log(Math.max(squares, 1e-30) / count));
  const sd = 1 / Math.sqrt(2 * count);
  return nodesBetween(Math.max(least, peak - 8 * sd), peak + Math.max(10 * sd, 25 / (count - 1)), 0.4 * sd, scale);
}
