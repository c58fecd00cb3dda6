// AssemblyScript, not TypeScript: the operations of a formula's postfix program (src/engine/formula/program.ts),
// each as one loop over a block of rows. An operand is a pointer and a mask: −1 for a column, 0 for one value for all rows.
import { acos, asin, atan, cos, exp, log, pick, power, sin, tan, tanh, wholePower } from './elementary';

/** Codes of the operations, as in program.ts. */
export const enum Op {
  variable, constant, add, subtract, multiply, divide, power, negate, invert, square, cube, root, exp, log, sin, cos, tan, asin, acos, atan, tanh, abs, whole,
}

@inline function two(op: i32, a: v128, b: v128): v128 {
  if (op == Op.add) return f64x2.add(a, b);
  if (op == Op.subtract) return f64x2.sub(a, b);
  if (op == Op.multiply) return f64x2.mul(a, b);
  return f64x2.div(a, b);
}

@inline function one(op: i32, a: v128, n: i32): v128 {
  if (op == Op.negate) return f64x2.neg(a);
  if (op == Op.invert) return f64x2.div(f64x2.splat(1), a);
  if (op == Op.square) return f64x2.mul(a, a);
  if (op == Op.cube) return f64x2.mul(f64x2.mul(a, a), a);
  if (op == Op.root) return f64x2.sqrt(a);
  if (op == Op.exp) return exp(a);
  if (op == Op.log) return log(a);
  if (op == Op.sin) return sin(a);
  if (op == Op.cos) return cos(a);
  if (op == Op.tan) return tan(a);
  if (op == Op.asin) return asin(a);
  if (op == Op.acos) return acos(a);
  if (op == Op.atan) return atan(a);
  if (op == Op.tanh) return tanh(a);
  if (op == Op.abs) return f64x2.abs(a);
  return wholePower(a, n);
}

// Cheap operations take two pairs of rows a turn, so that the loop's own work weighs less; columns are padded to four rows.
@inline function twoLoop(op: i32, a: usize, aMask: usize, b: usize, bMask: usize, out: usize, end: usize): void {
  const a2 = a + (16 & aMask);
  const b2 = b + (16 & bMask);
  for (let i: usize = 0; i < end; i += 32) {
    const first = two(op, v128.load(a + (i & aMask)), v128.load(b + (i & bMask)));
    const second = two(op, v128.load(a2 + (i & aMask)), v128.load(b2 + (i & bMask)));
    v128.store(out + i, first);
    v128.store(out + i, second, 16);
  }
}

@inline function powerLoop(a: usize, aMask: usize, b: usize, bMask: usize, out: usize, end: usize): void {
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, power(v128.load(a + (i & aMask)), v128.load(b + (i & bMask))));
}

@inline function oneLoop(op: i32, a: usize, out: usize, end: usize, n: i32 = 0): void {
  if (op > Op.root) for (let i: usize = 0; i < end; i += 16) v128.store(out + i, one(op, v128.load(a + i), n));
  else {
    for (let i: usize = 0; i < end; i += 32) {
      const first = one(op, v128.load(a + i), n);
      const second = one(op, v128.load(a + i, 16), n);
      v128.store(out + i, first);
      v128.store(out + i, second, 16);
    }
  }
}

/** out = a op b for `end` bytes. */
export function runTwo(op: i32, a: usize, aMask: usize, b: usize, bMask: usize, out: usize, end: usize): void {
  switch (op) {
    case Op.add: twoLoop(Op.add, a, aMask, b, bMask, out, end); break;
    case Op.subtract: twoLoop(Op.subtract, a, aMask, b, bMask, out, end); break;
    case Op.multiply: twoLoop(Op.multiply, a, aMask, b, bMask, out, end); break;
    case Op.divide: twoLoop(Op.divide, a, aMask, b, bMask, out, end); break;
    default: powerLoop(a, aMask, b, bMask, out, end);
  }
}

/** out = op a for `end` bytes. */
export function runOne(op: i32, a: usize, out: usize, end: usize, n: i32): void {
  switch (op) {
    case Op.negate: oneLoop(Op.negate, a, out, end); break;
    case Op.invert: oneLoop(Op.invert, a, out, end); break;
    case Op.square: oneLoop(Op.square, a, out, end); break;
    case Op.cube: oneLoop(Op.cube, a, out, end); break;
    case Op.root: oneLoop(Op.root, a, out, end); break;
    case Op.exp: oneLoop(Op.exp, a, out, end); break;
    case Op.log: oneLoop(Op.log, a, out, end); break;
    case Op.sin: oneLoop(Op.sin, a, out, end); break;
    case Op.cos: oneLoop(Op.cos, a, out, end); break;
    case Op.tan: oneLoop(Op.tan, a, out, end); break;
    case Op.asin: oneLoop(Op.asin, a, out, end); break;
    case Op.acos: oneLoop(Op.acos, a, out, end); break;
    case Op.atan: oneLoop(Op.atan, a, out, end); break;
    case Op.tanh: oneLoop(Op.tanh, a, out, end); break;
    case Op.abs: oneLoop(Op.abs, a, out, end); break;
    default: oneLoop(Op.whole, a, out, end, n);
  }
}

/** Derivative of op at a with value v, times g. */
@inline function slope(op: i32, g: v128, a: v128, v: v128, n: i32): v128 {
  if (op == Op.negate) return f64x2.neg(g);
  if (op == Op.invert) return f64x2.neg(f64x2.mul(g, f64x2.mul(v, v)));
  if (op == Op.square) return f64x2.mul(g, f64x2.add(a, a));
  if (op == Op.cube) return f64x2.mul(g, f64x2.mul(f64x2.splat(3), f64x2.mul(a, a)));
  if (op == Op.root) return f64x2.div(f64x2.mul(f64x2.splat(0.5), g), v);
  if (op == Op.exp) return f64x2.mul(g, v);
  if (op == Op.log) return f64x2.div(g, a);
  if (op == Op.sin) return f64x2.mul(g, cos(a));
  if (op == Op.cos) return f64x2.neg(f64x2.mul(g, sin(a)));
  if (op == Op.tan) return f64x2.mul(g, f64x2.add(f64x2.splat(1), f64x2.mul(v, v)));
  if (op == Op.asin) return f64x2.div(g, f64x2.sqrt(f64x2.sub(f64x2.splat(1), f64x2.mul(a, a))));
  if (op == Op.acos) return f64x2.neg(f64x2.div(g, f64x2.sqrt(f64x2.sub(f64x2.splat(1), f64x2.mul(a, a)))));
  if (op == Op.atan) return f64x2.div(g, f64x2.add(f64x2.splat(1), f64x2.mul(a, a)));
  if (op == Op.tanh) return f64x2.mul(g, f64x2.sub(f64x2.splat(1), f64x2.mul(v, v)));
  if (op == Op.abs) return pick(f64x2.lt(a, f64x2.splat(0)), f64x2.neg(g), g);
  return n == 0 ? f64x2.splat(0) : f64x2.mul(g, f64x2.mul(f64x2.splat(<f64>n), wholePower(a, n - 1)));
}

@inline function slopeLoop(op: i32, g: usize, a: usize, aMask: usize, v: usize, out: usize, end: usize, n: i32 = 0): void {
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, slope(op, v128.load(g + i), v128.load(a + (i & aMask)), v128.load(v + (i & aMask)), n));
}

/** out = g · op′(a), v = op(a); a and v share the mask. */
export function slopeOne(op: i32, g: usize, a: usize, aMask: usize, v: usize, out: usize, end: usize, n: i32): void {
  switch (op) {
    case Op.negate: slopeLoop(Op.negate, g, a, aMask, v, out, end); break;
    case Op.invert: slopeLoop(Op.invert, g, a, aMask, v, out, end); break;
    case Op.square: slopeLoop(Op.square, g, a, aMask, v, out, end); break;
    case Op.cube: slopeLoop(Op.cube, g, a, aMask, v, out, end); break;
    case Op.root: slopeLoop(Op.root, g, a, aMask, v, out, end); break;
    case Op.exp: slopeLoop(Op.exp, g, a, aMask, v, out, end); break;
    case Op.log: slopeLoop(Op.log, g, a, aMask, v, out, end); break;
    case Op.sin: slopeLoop(Op.sin, g, a, aMask, v, out, end); break;
    case Op.cos: slopeLoop(Op.cos, g, a, aMask, v, out, end); break;
    case Op.tan: slopeLoop(Op.tan, g, a, aMask, v, out, end); break;
    case Op.asin: slopeLoop(Op.asin, g, a, aMask, v, out, end); break;
    case Op.acos: slopeLoop(Op.acos, g, a, aMask, v, out, end); break;
    case Op.atan: slopeLoop(Op.atan, g, a, aMask, v, out, end); break;
    case Op.tanh: slopeLoop(Op.tanh, g, a, aMask, v, out, end); break;
    case Op.abs: slopeLoop(Op.abs, g, a, aMask, v, out, end); break;
    default: slopeLoop(Op.whole, g, a, aMask, v, out, end, n);
  }
}

/** out = g · ∂(a op b)/∂a. */
export function slopeFirst(op: i32, g: usize, a: usize, aMask: usize, b: usize, bMask: usize, out: usize, end: usize): void {
  for (let i: usize = 0; i < end; i += 16) {
    const gi = v128.load(g + i);
    const bi = v128.load(b + (i & bMask));
    if (op == Op.multiply) v128.store(out + i, f64x2.mul(gi, bi));
    else if (op == Op.divide) v128.store(out + i, f64x2.div(gi, bi));
    else v128.store(out + i, f64x2.mul(f64x2.mul(gi, bi), power(v128.load(a + (i & aMask)), f64x2.sub(bi, f64x2.splat(1)))));
  }
}

/** out = g · ∂(a op b)/∂b, v = a op b. */
export function slopeSecond(op: i32, g: usize, a: usize, aMask: usize, b: usize, bMask: usize, v: usize, vMask: usize, out: usize, end: usize): void {
  for (let i: usize = 0; i < end; i += 16) {
    const gi = v128.load(g + i);
    const ai = v128.load(a + (i & aMask));
    const vi = v128.load(v + (i & vMask));
    if (op == Op.multiply) v128.store(out + i, f64x2.mul(gi, ai));
    else if (op == Op.divide) v128.store(out + i, f64x2.neg(f64x2.mul(gi, f64x2.div(vi, v128.load(b + (i & bMask))))));
    else v128.store(out + i, f64x2.mul(gi, pick(f64x2.eq(vi, f64x2.splat(0)), f64x2.splat(0), f64x2.mul(vi, log(ai)))));
  }
}
