/** How much more a mean over rows in their order varies because rows next to each other are alike: tests that take rows for independent would cry wolf. */

/** Orders of autoregression that are tried: a multiple of log10 n, as in Schwert (1989, Journal of Business & Economic Statistics 7). */
const orders = (n: number): number => Math.min(Math.floor(10 * Math.log10(n)), Math.floor(n / 10));
/** More memory than this cannot be told from drift (Andrews & Monahan 1992 cut at 0.97). */
const mostMemory = 0.97;

export interface Memory {
  /** Long-run variance over the variance, 1 for rows without memory; never less. */
  readonly inflation: number;
  /** Correlation of each row with the next, of what neither a change of level nor a trend explains. */
  readonly next: number;
}

/**
 * The long-run variance of a series by an autoregression (Berk 1974, Annals of Statistics 2) whose order Akaike's criterion chooses, of what is left when a
 * change of level after the row `early` and a trend are taken out, so that drift does not count as memory.
 */
export function memoryOf(values: Float64Array, early: number): Memory {
  const rest = withoutDrift(values, early);
  const r = autocorrelations(rest, orders(rest.length));
  const { coefficients, variance } = autoregression(r, rest.length);
  // Estimates fall short by about (1 + 3φ) / n for a mean alone (Kendall 1954), and by as much again for each other term taken out.
  const order = coefficients.length;
  const sum = order === 0 ? 0 : coefficients.reduce((a, b) => a + b, 0);
  const corrected = order === 0 ? 0 : Math.min(mostMemory, sum + (3 * (1 + 3 * Math.max(0, sum))) / rest.length);
  return { inflation: Math.max(1, variance / (1 - corrected) ** 2), next: r[1] ?? 0 };
}

/** Residuals of least squares on 1, the row number and the step. */
function withoutDrift(values: Float64Array, early: number): Float64Array {
  const n = values.length;
  const step = Float64Array.from(values, (_, i) => (i < early ? 0 : 1));
  const place = Float64Array.from(values, (_, i) => i / n);
  const basis: Float64Array[] = [];
  for (const column of [new Float64Array(n).fill(1), place, step]) {
    const left = residual(column, basis);
    const norm = Math.sqrt(dot(left, left));
    if (norm > 1e-6 * Math.sqrt(n)) basis.push(left.map(v => v / norm));
  }
  return residual(values, basis);
}

function residual(values: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const left = Float64Array.from(values);
  for (const direction of basis) {
    const weight = dot(left, direction);
    for (let i = 0; i < left.length; i++) left[i]! -= weight * direction[i]!;
  }
  return left;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** At the lags 0 … most; all 0 but the first for a series that does not vary. */
function autocorrelations(values: Float64Array, most: number): Float64Array {
  const own = dot(values, values);
  const r = new Float64Array(most + 1);
  r[0] = 1;
  if (!(own > 0)) return r;
  for (let lag = 1; lag <= most; lag++) r[lag] = dot(values.subarray(lag), values.subarray(0, values.length - lag)) / own;
  return r;
}

/** Yule–Walker equations by Levinson's and Durbin's recursion; `variance`: of the innovations over that of the series. */
function autoregression(r: Float64Array, n: number): { readonly coefficients: readonly number[]; readonly variance: number } {
  let coefficients: number[] = [];
  let variance = 1;
  let best = { coefficients, variance, score: 0 };
  for (let order = 1; order < r.length && variance > 1e-9; order++) {
    const reflection = coefficients.reduce((left, c, i) => left - c * r[order - 1 - i]!, r[order]!) / variance;
    coefficients = [...coefficients.map((c, i) => c - reflection * coefficients[order - 2 - i]!), reflection];
    variance *= 1 - reflection * reflection;
    const score = n * Math.log(Math.max(1e-12, variance)) + 2 * order;
    if (score < best.score) best = { coefficients, variance, score };
  }
  return best;
}
