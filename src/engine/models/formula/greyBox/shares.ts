/** What the known part, the rest and neither explain of the target's variance: shares that add to 1. */
import { Rng } from '../../../math/random';

export interface Share {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

export interface Shares {
  readonly known: Share;
  readonly rest: Share;
  readonly noise: Share;
  /** What the rest adds to the known part: (var(y − known) − var(y − known − rest)) / var(y). That parts happen to go together does not widen its interval. */
  readonly added: Share;
  /** 2 cov(known, rest) / var(y): what the parts explain in common, half of which counts to each. */
  readonly shared: number;
  readonly rows: number;
  /** On rows that had no part in the fits. */
  readonly heldOut: boolean;
}

/** The target and both parts' predictions on the same rows. */
export interface PartValues {
  readonly y: Float64Array;
  readonly known: Float64Array;
  readonly rest: Float64Array;
}

/** Draws of rows, and rows that a draw takes at most. */
const draws = { count: 300, rows: 5000 };

/**
 * Shapley's value of each part in the share of variance that a set of parts explains, 1 − var(y − set) / var(y) (Lindeman, Merenda & Gold 1980
 * for R²): known = (2 cov(known, y) − var(known) − cov(known, rest)) / var(y), the rest likewise, noise = var(y − known − rest) / var(y).
 * Intervals: percentiles over draws of the rows with replacement. Undefined where y does not vary.
 */
export function sharesOf(values: PartValues, heldOut: boolean, level: number, seed: number): Shares | undefined {
  const n = values.y.length;
  const found = n < 2 ? undefined : sharesOn(values, undefined);
  if (!found) return undefined;
  const rng = new Rng(seed).fork('shares');
  const drawn = Array.from({ length: draws.count }, () => sharesOn(values, Int32Array.from({ length: Math.min(n, draws.rows) }, () => rng.integer(n)))).filter(each => each !== undefined);
  const shrink = Math.sqrt(Math.min(1, draws.rows / n));
  const share = (of: 'known' | 'rest' | 'noise' | 'added'): Share => {
    const sorted = drawn.map(each => tidied(found[of] + (each[of] - found[of]) * shrink)).sort((a, b) => a - b);
    const at = (quantile: number): number => sorted[Math.round(quantile * (sorted.length - 1))]!;
    return sorted.length < draws.count / 2 ? { value: tidied(found[of]) } : { value: tidied(found[of]), low: at((1 - level) / 2), high: at((1 + level) / 2) };
  };
  return { known: share('known'), rest: share('rest'), noise: share('noise'), added: share('added'), shared: found.shared, rows: n, heldOut };
}

/** What only rounding leaves of a share is none. */
const tidied = (share: number): number => (Math.abs(share) < 1e-12 ? 0 : share);

interface Found { readonly known: number; readonly rest: number; readonly noise: number; readonly added: number; readonly shared: number }

/** `rows`: places, all when absent. */
function sharesOn({ y, known, rest }: PartValues, rows: Int32Array | undefined): Found | undefined {
  const n = rows ? rows.length : y.length;
  let [my, mk, mr] = [0, 0, 0];
  for (let j = 0; j < n; j++) {
    const i = rows ? rows[j]! : j;
    my += y[i]! / n;
    mk += known[i]! / n;
    mr += rest[i]! / n;
  }
  let [total, kk, rr, kr, ky, ry] = [0, 0, 0, 0, 0, 0];
  for (let j = 0; j < n; j++) {
    const i = rows ? rows[j]! : j;
    const [t, k, r] = [y[i]! - my, known[i]! - mk, rest[i]! - mr];
    total += t * t;
    kk += k * k;
    rr += r * r;
    kr += k * r;
    ky += k * t;
    ry += r * t;
  }
  if (!(total > 0) || !Number.isFinite(kk + rr)) return undefined;
  const own = { known: (2 * ky - kk - kr) / total, rest: (2 * ry - rr - kr) / total };
  return { ...own, noise: 1 - own.known - own.rest, added: (2 * ry - 2 * kr - rr) / total, shared: (2 * kr) / total };
}
