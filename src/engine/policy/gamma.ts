/** Random numbers of the gamma and chi-square distributions. */
import type { Rng } from '../math/random';

/** Whole shapes up to this are sums of exponential numbers: most counts of a log are small. */
const mostSummed = 4;

/** Gamma with the given shape above 0 and scale 1 (Marsaglia & Tsang 2000; shapes below 1 by a power of a uniform number). */
export function gammaVariate(rng: Rng, shape: number): number {
  if (shape < 1) return gammaVariate(rng, shape + 1) * rng.uniform() ** (1 / shape);
  if (shape <= mostSummed && Number.isInteger(shape)) {
    let product = 1;
    for (let k = 0; k < shape; k++) product *= 1 - rng.uniform();
    return -Math.log(product);
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal();
    const root = 1 + c * x;
    const v = root * root * root;
    if (v <= 0) continue;
    const u = 1 - rng.uniform();
    // Nearly all draws are accepted without a logarithm.
    if (u < 1 - 0.0331 * (x * x) * (x * x)) return d * v;
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

export function chiSquareVariate(rng: Rng, degrees: number): number {
  return 2 * gammaVariate(rng, degrees / 2);
}
