/**
 * Distribution functions for tests and intervals: normal, Student t, chi-square, F.
 * Tails keep their relative precision (about 1e-13) down to the smallest positive double, because a p-value of 1e-200
 * is printed as such. Own code rather than a library: the incomplete beta function is only needed with its power
 * term in saddle-point form (Loader 2000), which holds for a million degrees of freedom too.
 */

const sqrt2Pi = 2.5066282746310002;

/** Σ c[k] x^k. */
function polynomial(c: readonly number[], x: number): number {
  let value = 0;
  for (let k = c.length - 1; k >= 0; k--) value = value * x + c[k];
  return value;
}

// ---------------------------------------------------------------- normal

const codyA = [2.2352520354606839287, 161.02823106855587881, 1067.6894854603709582, 18154.981253343561249, 0.065682337918207449113];
const codyB = [47.20258190468824187, 976.09855173777669322, 10260.932208618978205, 45507.789335026729956];
const codyC = [0.39894151208813466764, 8.8831497943883759412, 93.506656132177855979, 597.27027639480026226, 2494.5375852903726711, 6848.1904505362823326, 11602.651437647350124, 9842.7148383839780218, 1.0765576773720192317e-8];
const codyD = [22.266688044328115691, 235.38790178262499861, 1519.377599407554805, 6485.558298266760755, 18615.571640885098091, 34900.952721145977266, 38912.003286093271411, 19685.429676859990727];
/** exp(-x²/2) without losing the low bits of x². */
function gaussian(x: number): number {
  const head = Math.trunc(x * 16) / 16;
  return Math.exp(-head * head * 0.5) * Math.exp(-(x - head) * (x + head) * 0.5);
}

/** Upper tail P(Z > x) for x ≥ 0.67448975 (Cody 1969, as in R's pnorm). */
function normalTailOutside(x: number): number {
  if (x > 38.6) return 0;
  if (x < 5.656854249492381) {
    let top = codyC[8] * x;
    let bottom = x;
    for (let i = 0; i < 7; i++) {
      top = (top + codyC[i]) * x;
      bottom = (bottom + codyD[i]) * x;
    }
    return (gaussian(x) * (top + codyC[7])) / (bottom + codyD[7]);
  }
  // Laplace's continued fraction of Mills' ratio.
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / fraction;
  return gaussian(x) / (sqrt2Pi * fraction);
}

/** P(Z > x) of the standard normal. */
export function normalUpper(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (Math.abs(x) <= 0.67448975) return 0.5 - normalCentre(x);
  return x > 0 ? normalTailOutside(x) : 1 - normalTailOutside(-x);
}

/** P(0 < Z < x), signed, for |x| ≤ 0.67448975. */
function normalCentre(x: number): number {
  const s = x * x;
  let top = codyA[4] * s;
  let bottom = s;
  for (let i = 0; i < 3; i++) {
    top = (top + codyA[i]) * s;
    bottom = (bottom + codyB[i]) * s;
  }
  return (x * (top + codyA[3])) / (bottom + codyB[3]);
}

/** P(Z ≤ x) of the standard normal. */
export function normalCdf(x: number): number {
  return normalUpper(-x);
}

/** Two-sided p-value P(|Z| > |z|). */
export function normalTwoSided(z: number): number {
  return Math.min(1, 2 * normalUpper(Math.abs(z)));
}

const as241a = [3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727];
const as241b = [1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061, 28729.085735721942674, 5226.495278852854561];
const as241c = [1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4];
const as241d = [1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459, 0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9];
const as241e = [6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123, 0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7];
const as241f = [1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4, 1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15];

/** x with P(Z ≤ x) = p (Wichura 1988, AS 241). */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(as241a, r)) / polynomial(as241b, r);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const x = r <= 5 ? polynomial(as241c, r - 1.6) / polynomial(as241d, r - 1.6) : polynomial(as241e, r - 5) / polynomial(as241f, r - 5);
  return q < 0 ? -x : x;
}

// ---------------------------------------------------------------- power terms (Loader 2000)

/** ln Γ(n+1) − ln(√(2πn) (n/e)^n) for n > 0. */
function stirlingError(n: number): number {
  let sum = 0;
  let m = n;
  // The recurrence δ(n) = δ(n+1) + (n+½) ln(1+1/n) − 1 needs no gamma function.
  while (m < 16) {
    sum += (m + 0.5) * Math.log1p(1 / m) - 1;
    m += 1;
  }
  const s = 1 / (m * m);
  return sum + (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - (691 / 360360) * s) * s) * s) * s) * s) / m;
}

/** Deviance term x ln(x/m) + m − x. */
function devianceTerm(x: number, m: number): number {
  if (Math.abs(x - m) < 0.1 * (x + m)) {
    const v = (x - m) / (x + m);
    let sum = (x - m) * v;
    let term = 2 * x * v;
    for (let j = 1; j < 1000; j++) {
      term *= v * v;
      const next = sum + term / (2 * j + 1);
      if (next === sum) return next;
      sum = next;
    }
    return sum;
  }
  return x * Math.log(x / m) + m - x;
}

// ---------------------------------------------------------------- incomplete beta

/** x^a y^b / B(a, b) with y = 1 − x given apart. */
function betaPower(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  const logarithm = stirlingError(n) - stirlingError(a) - stirlingError(b) - devianceTerm(a, n * x) - devianceTerm(b, n * y);
  return Math.exp(logarithm) * Math.sqrt((a / n) * b) * (1 / sqrt2Pi);
}

/**
 * Continued fraction F with I_x(a, b) = x^a y^b / B(a, b) · F, for x < (a+1)/(a+b+2). The form of DiDonato & Morris
 * (1992, TOMS 708): all its terms are computed from x and y without cancellation, also for a million degrees of freedom.
 */
function betaFraction(a: number, b: number, x: number, y: number): number {
  const lambda = a > b ? (a + b) * y - b : a - (a + b) * x;
  const c = 1 + lambda;
  const c0 = b / a;
  const c1 = 1 + 1 / a;
  let p = 1;
  let s = a + 1;
  let an = 0;
  let bn = 1;
  let anNext = 1;
  let bnNext = c / c1;
  let r = c1 / c;
  for (let n = 1; n < 100000; n++) {
    const t = n / a;
    const w = n * (b - n) * x;
    const e = a / s;
    const alpha = p * (p + c0) * e * e * (w * x);
    const beta = n + w / s + ((t + 1) / (c1 + t + t)) * (c + n * (y + 1));
    p = t + 1;
    s += 2;
    const top = alpha * an + beta * anNext;
    an = anNext;
    const bottom = alpha * bn + beta * bnNext;
    bn = bnNext;
    const last = r;
    r = top / bottom;
    if (Math.abs(r - last) <= 1e-16 * r) break;
    an /= bottom;
    bn /= bottom;
    anNext = r;
    bnNext = 1;
  }
  return r;
}

/** Regularised incomplete beta I_x(a, b), with y = 1 − x given apart so that neither end loses digits. a, b > 0. */
export function incompleteBeta(a: number, b: number, x: number, y: number): number {
  if (!(x > 0)) return x === 0 ? 0 : NaN;
  if (!(y > 0)) return y === 0 ? 1 : NaN;
  const power = betaPower(a, b, x, y);
  return x < (a + 1) / (a + b + 2) ? power * betaFraction(a, b, x, y) : 1 - power * betaFraction(b, a, y, x);
}

// ---------------------------------------------------------------- Student t

/** Two-sided p-value P(|T| > |t|) with df > 0 degrees of freedom (Infinity: normal). */
export function tTwoSided(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return NaN;
  if (df === Infinity) return normalTwoSided(t);
  const size = Math.abs(t);
  if (size === 0) return 1;
  if (size === Infinity) return 0;
  // With r = t²/df: x = 1/(1+r), y = r/(1+r). Beyond 1e150 the square would overflow.
  if (size > 1e150) return tFarTail(size, df);
  const r = (size * size) / df;
  if (r === 0) return 1;
  return incompleteBeta(df / 2, 0.5, 1 / (1 + r), r / (1 + r));
}

/** P(|T| > t) for t so large that the leading term is exact: x^a / (a B(a, ½)), x = df/t², a = df/2. */
function tFarTail(t: number, df: number): number {
  const a = df / 2;
  return Math.exp(a * (Math.log(df) - 2 * Math.log(t)) - Math.log(a) - logBetaHalf(a));
}

/** ln B(a, ½) = ln Γ(a) − ln Γ(a+½) + ln √π, each gamma by Stirling's formula with its error term. */
function logBetaHalf(a: number): number {
  const n = a + 0.5;
  const difference = stirlingError(a) - stirlingError(n) - a * Math.log1p(0.5 / a) + 0.5;
  return difference + 0.5 * Math.log(Math.PI / a);
}

/** P(T ≤ t). */
export function tCdf(t: number, df: number): number {
  const half = tTwoSided(t, df) / 2;
  return t > 0 ? 1 - half : half;
}

/** Natural logarithm of the t density. */
function tDensityLog(t: number, df: number): number {
  const n = df / 2;
  const r = t * t / df;
  return -0.5 * Math.log(df) - logBetaHalf(n) - (n + 0.5) * Math.log1p(r);
}

/** t > 0 with P(T > t) = upper, 0 < upper < ½: Newton in (ln t, ln P), kept inside a bracket. */
function tQuantileUpper(upper: number, df: number): number {
  if (df === 1) return 1 / Math.tan(Math.PI * upper);
  if (df === 2) return (1 - 2 * upper) * Math.sqrt(1 / (2 * upper * (1 - upper)));
  const z = -normalQuantile(upper);
  // Cornish-Fisher start; for heavy tails the leading term of the tail.
  const z2 = z * z;
  let t = z * (1 + (z2 + 1) / (4 * df) + ((5 * z2 + 16) * z2 + 3) / (96 * df * df));
  const logTarget = Math.log(upper);
  let low = 0;
  let high = Infinity;
  for (let k = 0; k < 200; k++) {
    const p = tTwoSided(t, df) / 2;
    if (p > upper) low = t;
    else high = t;
    const slope = -(t * Math.exp(tDensityLog(t, df))) / p;
    let next = t * Math.exp((logTarget - Math.log(p)) / slope);
    if (!(next > low && next < high)) next = high === Infinity ? 2 * Math.max(t, 1e-300) : (low + high) / 2;
    if (Math.abs(next - t) <= 4e-16 * t) return next;
    // Newton has converged when the step is at rounding level.
    if (Math.abs(next - t) <= 1e-9 * t) {
      const q = tTwoSided(next, df) / 2;
      return next * Math.exp((logTarget - Math.log(q)) / slope);
    }
    t = next;
  }
  return t;
}

/** t with P(T ≤ t) = p. */
export function tQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1) || !(df > 0)) return NaN;
  if (df === Infinity) return normalQuantile(p);
  if (p === 0.5) return 0;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  return p < 0.5 ? -tQuantileUpper(p, df) : tQuantileUpper(1 - p, df);
}

/** t with P(|T| ≤ t) = level: the factor of a two-sided interval. */
export function tFactor(level: number, df: number): number {
  if (df === Infinity) return normalFactor(level);
  return df > 0 ? tQuantileUpper((1 - level) / 2, df) : NaN;
}

/** z with P(|Z| ≤ z) = level. */
export function normalFactor(level: number): number {
  return -normalQuantile((1 - level) / 2);
}

// ---------------------------------------------------------------- F and chi-square

/** P(F > f) with d1, d2 degrees of freedom. */
export function fUpper(f: number, d1: number, d2: number): number {
  if (Number.isNaN(f) || !(d1 > 0 && d2 > 0)) return NaN;
  if (f <= 0) return 1;
  if (f === Infinity) return 0;
  if (d2 === Infinity) return chiSquareUpper(f * d1, d1);
  const r = (f / d2) * d1;
  return incompleteBeta(d2 / 2, d1 / 2, 1 / (1 + r), r === Infinity ? 1 : r / (1 + r));
}

/** x^a e^(−x) / Γ(a). */
function gammaPower(a: number, x: number): number {
  return Math.exp(-stirlingError(a) - devianceTerm(a, x)) * Math.sqrt(a) * (1 / sqrt2Pi);
}

/** Regularised upper incomplete gamma Q(a, x), a > 0, x ≥ 0. */
export function incompleteGammaUpper(a: number, x: number): number {
  if (!(x >= 0 && a > 0)) return NaN;
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  const power = gammaPower(a, x);
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; k < 1000000; k++) {
      term *= x / (a + k);
      sum += term;
      if (term < sum * 1e-17) break;
    }
    return 1 - power * sum;
  }
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let k = 1; k < 1000000; k++) {
    const term = -k * (k - a);
    b += 2;
    d = term * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + term / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return power * h;
}

/** P(X > x) of chi-square with df degrees of freedom. */
export function chiSquareUpper(x: number, df: number): number {
  if (Number.isNaN(x) || !(df > 0)) return NaN;
  return x <= 0 ? 1 : incompleteGammaUpper(df / 2, x / 2);
}
