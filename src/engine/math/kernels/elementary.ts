// AssemblyScript, not TypeScript: elementary functions on two doubles at once (f64x2), as a formula's rows need them.
// Reductions and coefficients: Sun's fdlibm (log, sin, cos, asin) and Moshier's Cephes (exp, atan, tanh); errors of one or
// two units in the last place. NaN and ±∞ come out as from JavaScript's Math.

import {
  wholeBiased, expLeast, expMost, logOfE, expHigh, expLow, oneHalf, exponentBase, fiftyFour, two, leastNormal, twoTo54, one, ln2Low, ln2High,
  infinity, minusInfinity, notANumber, quarterHigh, quarterMiddle, quarterLow, twoOverPi, large, whole, halfPi, halfPiLow, pi, piLow,
  atanFar, atanNear, minusOne, quarterPi, quarterPiLow, tanhNear, baseMost, powerMost, expSafe, rootHalfShift, exponentBits, mantissaBits,
  rootHalfBits, oneBit, twoBit, signBits, upperBits, expP, expQ, logEven, logOdd, sinSeries, cosSeries, asinP, asinQ, atanP, atanQ, tanhP,
  tanhQ,
} from './numbers';

/** A number of numbers.ts in both lanes. */
@inline function number(at: usize): v128 {
  return v128.load64_splat(at);
}

/** b·c + the k-th number of a table. */
@inline function step(table: usize, k: usize, b: v128, c: v128): v128 {
  return f64x2.add(number(table + (k << 3)), f64x2.mul(b, c));
}

// Polynomials of 3 to 6 coefficients.
@inline function series3(t: usize, z: v128): v128 {
  return step(t, 0, z, step(t, 1, z, number(t + 16)));
}
@inline function series4(t: usize, z: v128): v128 {
  return step(t, 0, z, step(t, 1, z, step(t, 2, z, number(t + 24))));
}
@inline function series5(t: usize, z: v128): v128 {
  return step(t, 0, z, series4(t + 8, z));
}
@inline function series6(t: usize, z: v128): v128 {
  return step(t, 0, z, series5(t + 8, z));
}

/** a where the mask's bits are set, else b. */
@inline export function pick(mask: v128, a: v128, b: v128): v128 {
  return v128.bitselect(a, b, mask);
}


/** 2^k for whole k in −1022 … 1023. */
@inline function powerOfTwo(k: v128): v128 {
  return i64x2.shl(f64x2.add(k, number(wholeBiased)), 52);
}

/** e^x: x = k ln 2 + r, e^r = 1 + 2rP(r²)/(Q(r²) − rP(r²)), then two factors 2^(k/2), so that subnormal and infinite results come out right. */
@inline export function exp(x: v128): v128 {
  const inside = f64x2.pmin(f64x2.pmax(x, number(expLeast)), number(expMost));
  const k = f64x2.nearest(f64x2.mul(inside, number(logOfE)));
  const r = f64x2.sub(f64x2.sub(inside, f64x2.mul(k, number(expHigh))), f64x2.mul(k, number(expLow)));
  const z = f64x2.mul(r, r);
  const p = f64x2.mul(r, series3(expP, z));
  const q = series4(expQ, z);
  const e = f64x2.add(number(one), f64x2.mul(number(two), f64x2.div(p, f64x2.sub(q, p))));
  const half = f64x2.floor(f64x2.mul(k, number(oneHalf)));
  return f64x2.mul(f64x2.mul(e, powerOfTwo(half)), powerOfTwo(f64x2.sub(k, half)));
}

/** x = 2^k·m with m in [√½, √2): k of a positive finite x, as a double. */
@inline function exponentOf(x: v128, tiny: v128): v128 {
  const e = i64x2.shr_u(i64x2.add(x, number(rootHalfShift)), 52);
  const k = f64x2.sub(v128.or(e, number(exponentBits)), number(exponentBase));
  return f64x2.sub(k, v128.and(tiny, number(fiftyFour)));
}

@inline function mantissaOf(x: v128): v128 {
  const moved = i64x2.add(x, number(rootHalfShift));
  return i64x2.add(v128.and(moved, number(mantissaBits)), number(rootHalfBits));
}

/** log(1 + f) = f − correction: the correction, to about 10⁻¹⁷, for f in [√½ − 1, √2 − 1); `low` is added to the logarithm. */
@inline function correction(f: v128, low: v128): v128 {
  const s = f64x2.div(f, f64x2.add(number(two), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const even = f64x2.mul(w, series3(logEven, w));
  const odd = f64x2.mul(z, series4(logOdd, w));
  const square = f64x2.mul(number(oneHalf), f64x2.mul(f, f));
  return f64x2.sub(square, f64x2.add(f64x2.mul(s, f64x2.add(square, f64x2.add(even, odd))), low));
}

/** Natural logarithm. */
@inline export function log(x: v128): v128 {
  const tiny = f64x2.lt(x, number(leastNormal));
  const scaled = pick(tiny, f64x2.mul(x, number(twoTo54)), x);
  const k = exponentOf(scaled, tiny);
  const f = f64x2.sub(mantissaOf(scaled), number(one));
  const inner = f64x2.sub(f, correction(f, f64x2.mul(k, number(ln2Low))));
  const result = f64x2.add(f64x2.mul(k, number(ln2High)), inner);
  const proper = pick(f64x2.lt(x, number(infinity)), result, x);
  return pick(f64x2.gt(x, f64x2.splat(0)), proper, pick(f64x2.eq(x, f64x2.splat(0)), number(minusInfinity), number(notANumber)));
}

/** x less the nearest multiple q of π/2, in three steps (Cody and Waite): right to the last places up to |q| = 2²⁰. */
@inline function reduced(x: v128, q: v128): v128 {
  const first = f64x2.sub(x, f64x2.mul(q, number(quarterHigh)));
  return f64x2.sub(f64x2.sub(first, f64x2.mul(q, number(quarterMiddle))), f64x2.mul(q, number(quarterLow)));
}

@inline function nearestQuarter(x: v128): v128 {
  return f64x2.nearest(f64x2.mul(x, number(twoOverPi)));
}

/** Whether an argument is finite and too large for {@link reduced}. */
@inline function isLarge(x: v128): bool {
  const size = f64x2.abs(x);
  return v128.any_true(v128.and(f64x2.gt(size, number(large)), f64x2.lt(size, number(infinity))));
}

/** sin r for |r| ≤ π/4. */
@inline function sinNear(r: v128, z: v128): v128 {
  return f64x2.add(r, f64x2.mul(f64x2.mul(r, z), series6(sinSeries, z)));
}

/** cos r for |r| ≤ π/4, from z = r². */
@inline function cosNear(z: v128): v128 {
  const series = series6(cosSeries, z);
  const half = f64x2.mul(number(oneHalf), z);
  const w = f64x2.sub(number(one), half);
  return f64x2.add(w, f64x2.add(f64x2.sub(f64x2.sub(number(one), w), half), f64x2.mul(f64x2.mul(z, z), series)));
}

/** sin (shift 0) or cos (shift 1): the quarter turn says which series and which sign. */
@inline function wave(x: v128, shift: i64): v128 {
  const q = nearestQuarter(x);
  const r = reduced(x, q);
  const z = f64x2.mul(r, r);
  const quarter = i64x2.add(f64x2.add(q, number(whole)), i64x2.splat(shift));
  const usesSin = i64x2.eq(v128.and(quarter, number(oneBit)), i64x2.splat(0));
  const sign = i64x2.shl(v128.and(quarter, number(twoBit)), 62);
  return v128.xor(pick(usesSin, sinNear(r, z), cosNear(z)), sign);
}

function each(x: v128, a: f64, b: f64): v128 {
  return f64x2.replace_lane(f64x2.replace_lane(x, 0, a), 1, b);
}
function sinLarge(x: v128): v128 {
  return each(x, Math.sin(f64x2.extract_lane(x, 0)), Math.sin(f64x2.extract_lane(x, 1)));
}
function cosLarge(x: v128): v128 {
  return each(x, Math.cos(f64x2.extract_lane(x, 0)), Math.cos(f64x2.extract_lane(x, 1)));
}

@inline export function sin(x: v128): v128 {
  return isLarge(x) ? sinLarge(x) : wave(x, 0);
}

@inline export function cos(x: v128): v128 {
  return isLarge(x) ? cosLarge(x) : wave(x, 1);
}

@inline export function tan(x: v128): v128 {
  if (isLarge(x)) return f64x2.div(sinLarge(x), cosLarge(x));
  const q = nearestQuarter(x);
  const r = reduced(x, q);
  const z = f64x2.mul(r, r);
  const s = sinNear(r, z);
  const c = cosNear(z);
  const even = i64x2.eq(v128.and(f64x2.add(q, number(whole)), number(oneBit)), i64x2.splat(0));
  return f64x2.div(pick(even, s, f64x2.neg(c)), pick(even, c, s));
}

/** R(z) with asin x = x + xR(x²) for |x| ≤ ½. */
@inline function asinSeries(z: v128): v128 {
  const p = f64x2.mul(z, series6(asinP, z));
  const q = series5(asinQ, z);
  return f64x2.div(p, q);
}

/** asin t of t = |x| ≤ ½, or asin √((1 − |x|)/2) beyond, of which asin and acos are made. */
@inline function asinPart(size: v128, far: v128): v128 {
  const w = f64x2.mul(number(oneHalf), f64x2.sub(number(one), size));
  const z = pick(far, w, f64x2.mul(size, size));
  const t = pick(far, f64x2.sqrt(w), size);
  return f64x2.add(t, f64x2.mul(t, asinSeries(z)));
}

@inline function signOf(x: v128): v128 {
  return v128.and(x, number(signBits));
}

@inline export function asin(x: v128): v128 {
  const size = f64x2.abs(x);
  const far = f64x2.gt(size, number(oneHalf));
  const part = asinPart(size, far);
  const beyond = f64x2.sub(number(halfPi), f64x2.sub(f64x2.mul(number(two), part), number(halfPiLow)));
  return v128.or(pick(far, beyond, part), signOf(x));
}

@inline export function acos(x: v128): v128 {
  const size = f64x2.abs(x);
  const far = f64x2.gt(size, number(oneHalf));
  const part = asinPart(size, far);
  const sign = signOf(x);
  const near = f64x2.sub(number(halfPi), f64x2.sub(v128.xor(part, sign), number(halfPiLow)));
  const twice = f64x2.mul(number(two), part);
  const below = f64x2.sub(number(pi), f64x2.sub(twice, number(piLow)));
  return pick(far, pick(f64x2.lt(x, f64x2.splat(0)), below, twice), near);
}

/** atan: beyond tan(3π/8) by −1/x, between by (x − 1)/(x + 1). */
@inline export function atan(x: v128): v128 {
  const size = f64x2.abs(x);
  const far = f64x2.gt(size, number(atanFar));
  const middle = v128.andnot(f64x2.gt(size, number(atanNear)), far);
  const up = pick(far, number(minusOne), pick(middle, f64x2.sub(size, number(one)), size));
  const down = pick(far, size, pick(middle, f64x2.add(size, number(one)), number(one)));
  const t = f64x2.div(up, down);
  const z = f64x2.mul(t, t);
  const p = series5(atanP, z);
  const q = series6(atanQ, z);
  const near = f64x2.add(t, f64x2.mul(t, f64x2.mul(z, f64x2.div(p, q))));
  const base = pick(far, number(halfPi), v128.and(middle, number(quarterPi)));
  const rest = pick(far, number(halfPiLow), v128.and(middle, number(quarterPiLow)));
  return v128.or(f64x2.add(base, f64x2.add(near, rest)), signOf(x));
}

@inline export function tanh(x: v128): v128 {
  const size = f64x2.abs(x);
  const z = f64x2.mul(x, x);
  const p = series3(tanhP, z);
  const q = series4(tanhQ, z);
  const near = f64x2.add(x, f64x2.mul(f64x2.mul(x, z), f64x2.div(p, q)));
  const far = f64x2.sub(number(one), f64x2.div(number(two), f64x2.add(exp(f64x2.add(size, size)), number(one))));
  return pick(f64x2.lt(size, number(tanhNear)), near, v128.or(far, signOf(x)));
}

function scalarPower(a: v128, b: v128): v128 {
  return each(a, onePower(f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0)), onePower(f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1)));
}

/** As Math.pow, which leaves 1 to a power of ±∞ without a value. */
function onePower(a: f64, b: f64): f64 {
  return Math.abs(a) == 1 && !isFinite(b) ? NaN : Math.pow(a, b);
}

/**
 * a^b. For positive normal a: e^(b log a) with the logarithm as a sum of two doubles and b times it as Dekker's exact product,
 * since a relative error of the exponent grows b log a times.
 */
@inline export function power(a: v128, b: v128): v128 {
  const usual = v128.and(v128.and(f64x2.gt(a, number(leastNormal)), f64x2.lt(a, number(baseMost))), f64x2.lt(f64x2.abs(b), number(powerMost)));
  if (!i64x2.all_true(usual)) return scalarPower(a, b);
  const k = exponentOf(a, f64x2.splat(0));
  const f = f64x2.sub(mantissaOf(a), number(one));
  const c = f64x2.neg(correction(f, f64x2.mul(k, number(ln2Low))));
  const inner = f64x2.add(f, c);
  const innerRest = rest(f, c, inner);
  const main = f64x2.mul(k, number(ln2High));
  const high = f64x2.add(main, inner);
  const low = f64x2.add(rest(main, inner, high), innerRest);
  const product = f64x2.mul(b, high);
  const bHigh = upper(b);
  const bLow = f64x2.sub(b, bHigh);
  const highHigh = upper(high);
  const highLow = f64x2.sub(high, highHigh);
  const lost = f64x2.add(f64x2.add(f64x2.add(f64x2.sub(f64x2.mul(bHigh, highHigh), product), f64x2.mul(bHigh, highLow)), f64x2.mul(bLow, highHigh)), f64x2.mul(bLow, highLow));
  const result = exp(product);
  const more = f64x2.add(lost, f64x2.mul(b, low));
  return pick(f64x2.lt(f64x2.abs(product), number(expSafe)), f64x2.add(result, f64x2.mul(result, more)), result);
}

/** What a + b loses when rounded to s (Knuth). */
@inline function rest(a: v128, b: v128, s: v128): v128 {
  const t = f64x2.sub(s, a);
  return f64x2.add(f64x2.sub(a, f64x2.sub(s, t)), f64x2.sub(b, t));
}

/** The upper 26 bits of a double's mantissa. */
@inline function upper(x: v128): v128 {
  return v128.and(x, number(upperBits));
}

/** x to a whole power by repeated squaring. */
@inline export function wholePower(x: v128, n: i32): v128 {
  let left = n < 0 ? -n : n;
  let result = number(one);
  let square = x;
  while (left != 0) {
    if (left & 1) result = f64x2.mul(result, square);
    left >>= 1;
    if (left != 0) square = f64x2.mul(square, square);
  }
  return n < 0 ? f64x2.div(number(one), result) : result;
}
