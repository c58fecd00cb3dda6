/** WebAssembly code of what is done number by number: activations, their derivatives, products, sums of columns. */
import type { Assembler, Local, Locals } from './assembler';
import { f32x4, i32, i32x4, loopWhile, repeatWhile, v128, when, type Code } from './instructions';

const float = 4;
const four = 16;

/** From vectors of the inputs to the vector of results; may set variables on the way. */
type Formula = (inputs: Local[], locals: Locals) => { before: Code; result: Code };

/**
 * A function of `inputs` places, a target place and a count that applies a formula to each number: to two vectors at a
 * time, so that one computes while the other waits, then to one, then to single numbers: nothing beyond is written.
 */
export function defineElementwise(assembler: Assembler, name: string, inputs: number, formula: Formula): void {
  assembler.define(name, inputs + 2, (parameters, locals) => {
    const count = parameters[inputs + 1];
    const places = parameters.slice(0, inputs + 1);
    const target = parameters[inputs];
    const pair = [0, 1].map(() => {
      const values = Array.from({ length: inputs }, () => locals.v128());
      return { values, ...formula(values, locals) };
    });
    const [{ values, before, result }] = pair;
    const advance = (numbers: number): Code => [
      places.map(place => place.set(i32.add(place.get, i32.const(numbers * float)))), count.set(i32.sub(count.get, i32.const(numbers))),
    ];
    const vectors = (used: typeof pair): Code => loopWhile(i32.atLeast(count.get, i32.const(4 * used.length)), [
      used.map((one, v) => one.values.map((value, i) => value.set(v128.load(places[i].get, v * four)))),
      used.map(one => one.before),
      used.map((one, v) => v128.store(target.get, one.result, v * four)),
      advance(4 * used.length),
    ]);
    const singles = loopWhile(i32.greaterThan(count.get, i32.const(0)), [
      values.map((value, i) => value.set(v128.loadSplat(places[i].get))), before, v128.storeLane(target.get, result, 0), advance(1),
    ]);
    return [vectors(pair), vectors(pair.slice(0, 1)), singles];
  });
}

const zero = f32x4.const(0);
const one = f32x4.const(1);

export const relu: Formula = ([x]) => ({ before: [], result: f32x4.max(x.get, zero) });

/** tanh |x| = e / (e + 2) with e = exp(2 |x|) − 1, which loses no digits near 0; beyond 9 it is 1 in single precision. */
export const tanh: Formula = ([x], locals) => {
  const e = locals.v128();
  const twice = f32x4.min(f32x4.mul(f32x4.abs(x.get), f32x4.const(2)), f32x4.const(18));
  const sign = v128.and(x.get, f32x4.const(-0));
  return { before: exponential(twice, true, e, locals), result: v128.or(f32x4.div(e.get, f32x4.add(e.get, f32x4.const(2))), sign) };
};

export const sigmoid: Formula = ([x], locals) => logistic(x.get, x.get, locals);

const geluScale = 2 * Math.sqrt(2 / Math.PI);
const geluCube = 0.044715;

/** ½ x (1 + tanh u) = x σ(2 u) with 2 u = 2 √(2/π) (x + 0.044715 x³). */
export const gelu: Formula = ([x], locals) => {
  const u = locals.v128();
  const { before, result } = logistic(u.get, u.get, locals);
  return { before: [u.set(geluArgument(x)), before], result: f32x4.mul(x.get, result) };
};

function geluArgument(x: Local): Code {
  const square = f32x4.mul(x.get, x.get);
  return f32x4.mul(x.get, f32x4.add(f32x4.const(geluScale), f32x4.mul(f32x4.const(geluScale * geluCube), square)));
}

/** Inputs: results of relu, delta. */
export const reluSlope: Formula = ([h, delta]) => ({ before: [], result: v128.and(delta.get, f32x4.greaterThan(h.get, zero)) });

/** Inputs: results of tanh, delta: delta (1 − h²). */
export const tanhSlope: Formula = ([h, delta]) =>
  ({ before: [], result: f32x4.mul(delta.get, f32x4.sub(one, f32x4.mul(h.get, h.get))) });

/** Inputs: results of the sigmoid, delta: delta h (1 − h). */
export const sigmoidSlope: Formula = ([h, delta]) =>
  ({ before: [], result: f32x4.mul(delta.get, f32x4.mul(h.get, f32x4.sub(one, h.get))) });

/** Inputs: arguments of gelu, delta: delta (s + x s (1 − s) (2 u)′), s = σ(2 u). Beyond ±20 s is 0 or 1 to all digits. */
export const geluSlope: Formula = ([argument, delta], locals) => {
  const x = locals.v128();
  const u = locals.v128();
  const s = locals.v128();
  const { before, result } = logistic(u.get, u.get, locals);
  const inner = f32x4.add(f32x4.const(geluScale), f32x4.mul(f32x4.const(3 * geluScale * geluCube), f32x4.mul(x.get, x.get)));
  const bend = f32x4.mul(f32x4.mul(x.get, inner), f32x4.mul(s.get, f32x4.sub(one, s.get)));
  return {
    before: [x.set(f32x4.max(f32x4.min(argument.get, f32x4.const(20)), f32x4.const(-20))), u.set(geluArgument(x)), before, s.set(result)],
    result: f32x4.mul(delta.get, f32x4.add(s.get, bend)),
  };
};

export const product: Formula = ([x, y]) => ({ before: [], result: f32x4.mul(x.get, y.get) });

/** σ(x) = 1 / (1 + exp −x), by exp −|x| on either side, so that small values keep their digits. */
function logistic(x: Code, signed: Code, locals: Locals): { before: Code; result: Code } {
  const e = locals.v128();
  const size = f32x4.max(f32x4.neg(f32x4.abs(x)), f32x4.const(-87));
  const numerator = v128.select(e.get, one, f32x4.lessThan(signed, zero));
  return { before: exponential(size, false, e, locals), result: f32x4.div(numerator, f32x4.add(one, e.get)) };
}

/** ln 2 in two parts, the first with zeros at its end: n · first is exact for |n| < 2⁹ (Cody & Waite 1980). */
const ln2High = 0.693359375;
const ln2Low = Math.LN2 - ln2High;
/** 1.5 · 2²³: added, it leaves the nearest integer in the low bits of the significand. */
const rounding = 12582912;

/**
 * target = exp(x), or exp(x) − 1 with `minusOne`, for −88 < x < 88: x = n ln 2 + r with |r| ≤ ½ ln 2, exp(r) − 1 by its
 * Taylor series up to r⁷ (relative error below 2·10⁻⁸), and 2ⁿ (exp(r) − 1) + 2ⁿ, or + (2ⁿ − 1).
 */
function exponential(x: Code, minusOne: boolean, target: Local, locals: Locals): Code {
  const n = locals.v128();
  const r = locals.v128();
  const power = locals.v128();
  const square = locals.v128();
  /** 1/a + r/b, for Estrin's scheme: pairs do not wait for each other. */
  const pair = (a: number, b: number): Code => f32x4.add(f32x4.mul(r.get, f32x4.const(1 / b)), f32x4.const(1 / a));
  const series = f32x4.add(pair(2, 6), f32x4.mul(square.get, f32x4.add(pair(24, 120), f32x4.mul(square.get, pair(720, 5040)))));
  return [
    r.set(x),
    n.set(f32x4.add(f32x4.mul(r.get, f32x4.const(Math.LOG2E)), f32x4.const(rounding))),
    // The exponent's bits are the low bits of n + 127; those of `rounding` itself are shifted out.
    power.set(i32x4.shl(i32x4.add(n.get, i32x4.const(127)), i32.const(23))),
    n.set(f32x4.sub(n.get, f32x4.const(rounding))),
    r.set(f32x4.sub(f32x4.sub(r.get, f32x4.mul(n.get, f32x4.const(ln2High))), f32x4.mul(n.get, f32x4.const(ln2Low)))),
    square.set(f32x4.mul(r.get, r.get)),
    target.set(f32x4.add(r.get, f32x4.mul(square.get, series))),
    target.set(f32x4.add(f32x4.mul(power.get, target.get), minusOne ? f32x4.sub(power.get, one) : power.get)),
  ];
}

/** Arguments: source, rows, columns, target: adds the sums of the columns. Sixteen columns, then four, then one at a time. */
export function defineAddColumnSums(assembler: Assembler): void {
  assembler.define('addColumnSums', 4, ([source, rows, columns, target], locals) => {
    const sums = Array.from({ length: 4 }, () => locals.v128());
    const stride = locals.i32();
    const left = locals.i32();
    const from = locals.i32();
    const columnsAt = (vectors: number, width: number): Code => {
      const used = sums.slice(0, vectors);
      return [
        used.map((sum, v) => sum.set(width === 1 ? v128.loadSplat(target.get) : v128.load(target.get, v * four))),
        from.set(source.get),
        left.set(rows.get),
        repeatWhile(i32.greaterThan(left.get, i32.const(0)), [
          used.map((sum, v) => sum.set(f32x4.add(sum.get, width === 1 ? v128.loadSplat(from.get) : v128.load(from.get, v * four)))),
          from.set(i32.add(from.get, stride.get)),
          left.set(i32.sub(left.get, i32.const(1))),
        ]),
        used.map((sum, v) => width === 1 ? v128.storeLane(target.get, sum.get, 0) : v128.store(target.get, sum.get, v * four)),
        source.set(i32.add(source.get, i32.const(width * float))),
        target.set(i32.add(target.get, i32.const(width * float))),
        columns.set(i32.sub(columns.get, i32.const(width))),
      ];
    };
    const sixteens = loopWhile(i32.atLeast(columns.get, i32.const(16)), columnsAt(4, 16));
    const fours = loopWhile(i32.atLeast(columns.get, i32.const(4)), columnsAt(1, 4));
    const ones = loopWhile(i32.greaterThan(columns.get, i32.const(0)), columnsAt(1, 1));
    return [stride.set(i32.mul(columns.get, i32.const(float))), when(i32.greaterThan(rows.get, i32.const(0)), [sixteens, fours, ones])];
  });
}
