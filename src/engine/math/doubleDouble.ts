/**
 * Arithmetic on unevaluated sums high + low of two doubles (about 32 digits; Dekker 1971, Knuth). Results of one pair
 * are read back with pairHigh() and pairLow(). Operands must stay within about 1e±140, which scaled columns do.
 */

const splitter = 134217729; // 2^27 + 1
let high = 0;
let low = 0;

export const pairHigh = (): number => high;
export const pairLow = (): number => low;

/** (a + aLow) · (b + bLow) */
export function multiplyPair(a: number, aLow: number, b: number, bLow: number): void {
  const p = a * b;
  const ca = splitter * a;
  const a1 = ca - (ca - a);
  const a2 = a - a1;
  const cb = splitter * b;
  const b1 = cb - (cb - b);
  const b2 = b - b1;
  const e = a1 * b1 - p + a1 * b2 + a2 * b1 + a2 * b2 + (a * bLow + aLow * b);
  high = p + e;
  low = e - (high - p);
}

/** (a + aLow) + (b + bLow) */
export function addPair(a: number, aLow: number, b: number, bLow: number): void {
  const s = a + b;
  const t = s - a;
  const e = a - (s - t) + (b - t) + (aLow + bLow);
  high = s + e;
  low = e - (high - s);
}

/** (a + aLow) / (b + bLow) */
export function dividePair(a: number, aLow: number, b: number, bLow: number): void {
  const q1 = a / b;
  multiplyPair(b, bLow, q1, 0);
  addPair(a, aLow, -high, -low);
  const q2 = high / b;
  multiplyPair(b, bLow, q2, 0);
  const p = high;
  const pLow = low;
  // Remainder after both quotient digits.
  multiplyPair(b, bLow, q1, 0);
  addPair(a, aLow, -high, -low);
  addPair(high, low, -p, -pLow);
  const q3 = high / b;
  const s = q1 + q2;
  const e = q2 - (s - q1) + q3;
  high = s + e;
  low = e - (high - s);
}

/** x[i] −= (a + aLow) · (b + bLow), x as a pair of arrays. */
export function subtractScaled(x: Float64Array, xLow: Float64Array, i: number, a: number, aLow: number, b: number, bLow: number): void {
  multiplyPair(a, aLow, b, bLow);
  addPair(x[i], xLow[i], -high, -low);
  x[i] = high;
  xLow[i] = low;
}

/** Dot product of two stretches of one matrix given as a pair of arrays. */
export function dot(a: Float64Array, aLow: Float64Array, p: number, q: number, n: number): void {
  let sum = 0;
  let rest = 0;
  for (let i = 0; i < n; i++) {
    const x = a[p + i];
    const y = a[q + i];
    const m = x * y;
    const cx = splitter * x;
    const x1 = cx - (cx - x);
    const x2 = x - x1;
    const cy = splitter * y;
    const y1 = cy - (cy - y);
    const y2 = y - y1;
    const e = x1 * y1 - m + x1 * y2 + x2 * y1 + x2 * y2 + (x * aLow[q + i] + aLow[p + i] * y);
    const s = sum + m;
    const t = s - sum;
    const f = sum - (s - t) + (m - t) + (rest + e);
    sum = s + f;
    rest = f - (sum - s);
  }
  high = sum;
  low = rest;
}

/** Adds factor · (stretch at p) to the stretch at q. */
export function axpy(a: Float64Array, aLow: Float64Array, p: number, q: number, n: number, factor: number, factorLow: number): void {
  const cf = splitter * factor;
  const f1 = cf - (cf - factor);
  const f2 = factor - f1;
  for (let i = 0; i < n; i++) {
    const x = a[p + i];
    const m = x * factor;
    const cx = splitter * x;
    const x1 = cx - (cx - x);
    const x2 = x - x1;
    const e = x1 * f1 - m + x1 * f2 + x2 * f1 + x2 * f2 + (x * factorLow + aLow[p + i] * factor);
    const y = a[q + i];
    const s = y + m;
    const t = s - y;
    const g = y - (s - t) + (m - t) + (aLow[q + i] + e);
    const sum = s + g;
    a[q + i] = sum;
    aLow[q + i] = g - (sum - s);
  }
}
