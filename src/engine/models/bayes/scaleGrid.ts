/** The posterior of ln τ, the prior's width, on a grid: even steps about its mode until the density is negligible. */

/** What is known at one value of ln τ. */
export interface ScalePoint {
  /** ln of (evidence × density of ln τ), up to a constant. */
  readonly log: number;
}

export interface ScaleGrid<P> {
  readonly points: readonly { readonly u: number; readonly share: number; readonly value: P }[];
  /** ln ∫ exp(log) du. */
  readonly logIntegral: number;
}

/** Density below exp(−drop) of the largest is left out. */
const drop = 8;
/** Of ln τ: nothing changes any more beyond. */
const farthest = 35;
const fewest = 0.05;
const coarsest = 0.6;

/**
 * `at` gives the point of a value of ln τ; neighbouring values follow each other, so that it can start from the last one.
 * Steps are 0.7 standard deviations of the peak: the trapezoid rule is then right to about 1e-5 (Trefethen & Weideman 2014).
 */
export async function integrateScale<P extends ScalePoint>(at: (u: number, near?: P) => Promise<P>, start: number): Promise<ScaleGrid<P>> {
  const peak = await climb(at, start);
  const step = Math.min(coarsest, Math.max(fewest, 0.7 * peak.sd));
  const found = [{ u: peak.u, value: peak.value }];
  let best = peak.value.log;
  for (const direction of [-1, 1]) {
    let near = peak.value;
    for (let k = 1; k * step < farthest; k++) {
      const u = peak.u + direction * k * step;
      near = await at(u, near);
      best = Math.max(best, near.log);
      if (!(near.log > best - drop)) break;
      found.push({ u, value: near });
    }
  }
  found.sort((a, b) => a.u - b.u);
  const raw = found.map(point => Math.exp(point.value.log - best));
  const sum = raw.reduce((a, b) => a + b, 0);
  return { points: found.map((point, k) => ({ ...point, share: raw[k] / sum })), logIntegral: best + Math.log(sum * step) };
}

/** The mode of ln τ and its standard deviation by curvature: steps uphill, then parabolas through three points, ever narrower. */
async function climb<P extends ScalePoint>(at: (u: number, near?: P) => Promise<P>, start: number): Promise<{ u: number; sd: number; value: P }> {
  let u = start;
  let value = await at(u);
  let step = 1;
  let [left, right] = [await at(u - step, value), await at(u + step, value)];
  for (let k = 0; k < 60; k++) {
    if (left.log > value.log && u - start > -farthest) { [u, right, value] = [u - step, value, left]; left = await at(u - step, value); continue; }
    if (right.log > value.log && u - start < farthest) { [u, left, value] = [u + step, value, right]; right = await at(u + step, value); continue; }
    const curvature = (2 * value.log - left.log - right.log) / step ** 2;
    const sd = curvature > 0 ? 1 / Math.sqrt(curvature) : coarsest / 0.7;
    if (step <= Math.max(1.2 * sd, fewest)) return { u, sd, value };
    const shift = curvature > 0 ? (right.log - left.log) / (2 * step * curvature) : 0;
    step = Math.max(step / 4, Math.min(step / 2, sd));
    if (Math.abs(shift) > 0.01 * step) { u += shift; value = await at(u, value); }
    [left, right] = [await at(u - step, value), await at(u + step, value)];
  }
  return { u, sd: coarsest / 0.7, value };
}
