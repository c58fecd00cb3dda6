// AssemblyScript, not TypeScript: runs a formula's postfix program over blocks of 256 rows, fits it to a target and
// differentiates it by its constants. Memory is laid out by src/engine/formula/interpreter.ts; every column is
// padded to a multiple of four rows (32 bytes), and no function here allocates.
import { Op, runOne, runTwo, slopeFirst, slopeOne, slopeSecond } from './operations';

/** Bytes of a block of a column. */
const block: usize = 2048;

/** Where the columns start, one after the other, and the bytes of each; then work space: `slots` blocks, and 32 bytes an instruction of tape. */
let columns: usize = 0;
let columnBytes: usize = 0;
let slots: usize = 0;
let tape: usize = 0;

export function layout(columnsAt: usize, bytes: usize, slotsAt: usize, tapeAt: usize): void {
  columns = columnsAt;
  columnBytes = bytes;
  slots = slotsAt;
  tape = tapeAt;
}

/** First address that is free for the caller. */
export function free(): usize {
  return __heap_base;
}

@inline function least(a: usize, b: usize): usize {
  return a < b ? a : b;
}

// The stack: an entry is a pointer and a mask, 8 bytes in all, kept at the tape's start while only values are wanted.
@inline function pointerAt(k: i32): usize {
  return load<u32>(tape + (<usize>k << 3));
}
@inline function maskAt(k: i32): usize {
  return load<u32>(tape + (<usize>k << 3), 4);
}
@inline function put(k: i32, pointer: usize, mask: usize): void {
  store<u32>(tape + (<usize>k << 3), <u32>pointer);
  store<u32>(tape + (<usize>k << 3), <u32>mask, 4);
}

/** The values of rows at byte offset `from`, `bytes` (≤ block) of them, to `out`. `constants`: each number twice, 16 bytes. */
function runBlock(code: usize, length: i32, constants: usize, from: usize, bytes: usize, out: usize): void {
  let top = -1;
  for (let k = 0; k < length; k++) {
    const word = load<i32>(code + (<usize>k << 2));
    const op = word & 0xff;
    const operand = word >> 8;
    if (op == Op.variable) put(++top, columns + <usize>operand * columnBytes + from, -1);
    else if (op == Op.constant) put(++top, constants + (<usize>operand << 4), 0);
    else {
      const binary = op <= Op.power;
      if (binary) top--;
      const a = pointerAt(top);
      const aMask = maskAt(top);
      const mask = binary ? aMask | maskAt(top + 1) : aMask;
      // One value for all rows must not lie where the column that it becomes part of is written.
      const target = mask == 0 ? slots + <usize>(length + top) * block : k == length - 1 ? out : slots + <usize>top * block;
      const end = mask != 0 ? bytes : 16;
      if (binary) runTwo(op, a, aMask, pointerAt(top + 1), maskAt(top + 1), target, end);
      else runOne(op, a, target, end, operand);
      put(top, target, mask);
    }
  }
  const last = pointerAt(0);
  if (last == out) return;
  const mask = maskAt(0);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(out + i, v128.load(last + (i & mask)));
}

/** Values of the first `bytes` of rows. */
export function evaluate(code: usize, length: i32, constants: usize, bytes: usize, out: usize): void {
  for (let from: usize = 0; from < bytes; from += block) runBlock(code, length, constants, from, least(block, bytes - from), out + from);
}

@inline function total(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/**
 * Weighted least squares of y on 1 and f over the first `bytes`; weights w sum to `mass`, y has the weighted mean `mean`.
 * Writes slope, intercept and the weighted sum of squared residuals to `result`; a value that is not finite makes it ∞.
 */
export function fitLine(f: usize, y: usize, w: usize, mass: f64, mean: f64, bytes: usize, result: usize): void {
  let sum = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(w + i), v128.load(f + i)));
  const centre = total(sum) / mass;
  const fMean = f64x2.splat(centre);
  const yMean = f64x2.splat(mean);
  let ff = f64x2.splat(0);
  let fy = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const d = f64x2.sub(v128.load(f + i), fMean);
    const wd = f64x2.mul(v128.load(w + i), d);
    ff = f64x2.add(ff, f64x2.mul(wd, d));
    fy = f64x2.add(fy, f64x2.mul(wd, f64x2.sub(v128.load(y + i), yMean)));
  }
  const square = total(ff);
  const slope = square > 1e-26 * centre * centre * mass ? total(fy) / square : 0;
  const b = f64x2.splat(slope);
  let rr = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const r = f64x2.sub(f64x2.sub(v128.load(y + i), yMean), f64x2.mul(b, f64x2.sub(v128.load(f + i), fMean)));
    rr = f64x2.add(rr, f64x2.mul(v128.load(w + i), f64x2.mul(r, r)));
  }
  const rest = total(rr);
  const fine = isFinite(square) && isFinite(rest) && isFinite(slope);
  store<f64>(result, fine ? slope : 0);
  store<f64>(result, fine ? mean - slope * centre : mean, 8);
  store<f64>(result, fine ? rest : Infinity, 16);
}

/** Evaluates and fits in one call. */
export function linearFit(code: usize, length: i32, constants: usize, y: usize, w: usize, mass: f64, mean: f64, bytes: usize, out: usize, result: usize): void {
  evaluate(code, length, constants, bytes, out);
  fitLine(out, y, w, mass, mean, bytes, result);
}

/** Σ w a b of two columns. */
export function dot(a: usize, b: usize, w: usize, bytes: usize): f64 {
  let sum = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(w + i), f64x2.mul(v128.load(a + i), v128.load(b + i))));
  return total(sum);
}

/** The Gram matrix Σ w a_i a_j of `count` columns, each `stride` bytes after the one before, upper triangle by rows to `result`. */
export function gram(at: usize, stride: usize, count: i32, w: usize, bytes: usize, result: usize): void {
  let place = result;
  for (let i = 0; i < count; i++) {
    for (let j = i; j < count; j++) {
      store<f64>(place, dot(at + <usize>i * stride, at + <usize>j * stride, w, bytes));
      place += 8;
    }
  }
}

// The tape: 32 bytes an instruction: value's pointer and mask, the two operands' instructions, the adjoint's pointer, whether a free constant is below.
@inline function cell(k: i32): usize {
  return tape + (<usize>k << 5);
}

/** Runs the program forward, keeping every value. `wanted[constant]`: the constant's column of the Jacobian, or −1. Returns the result's instruction. */
function forward(code: usize, length: i32, constants: usize, wanted: usize, from: usize, bytes: usize, stack: usize): void {
  let top = -1;
  for (let k = 0; k < length; k++) {
    const word = load<i32>(code + (<usize>k << 2));
    const op = word & 0xff;
    const operand = word >> 8;
    const at = cell(k);
    let active = 0;
    if (op == Op.variable) {
      store<u32>(at, <u32>(columns + <usize>operand * columnBytes + from));
      store<i32>(at, -1, 4);
      top++;
    } else if (op == Op.constant) {
      store<u32>(at, <u32>(constants + (<usize>operand << 4)));
      store<i32>(at, 0, 4);
      active = load<i32>(wanted + (<usize>operand << 2)) >= 0 ? 1 : 0;
      top++;
    } else {
      const binary = op <= Op.power;
      if (binary) top--;
      const a = load<i32>(stack + (<usize>top << 2));
      const b = binary ? load<i32>(stack + (<usize>top << 2), 4) : a;
      const aAt = cell(a);
      const bAt = cell(b);
      const mask = load<u32>(aAt, 4) | load<u32>(bAt, 4);
      const target = slots + <usize>k * block;
      const end = mask != 0 ? bytes : 16;
      if (binary) runTwo(op, load<u32>(aAt), load<u32>(aAt, 4), load<u32>(bAt), load<u32>(bAt, 4), target, end);
      else runOne(op, load<u32>(aAt), target, end, operand);
      store<u32>(at, <u32>target);
      store<u32>(at, mask, 4);
      store<i32>(at, a, 8);
      store<i32>(at, b, 12);
      active = load<i32>(aAt, 20) | load<i32>(bAt, 20);
    }
    store<i32>(at, active, 20);
    store<i32>(stack + (<usize>top << 2), k);
  }
}

/** Hands an instruction's adjoint on to its operands; adjoints that equal it share its place. */
function handOn(k: i32, word: i32, adjoints: usize, bytes: usize): void {
  const op = word & 0xff;
  const at = cell(k);
  const g: usize = load<u32>(at, 16);
  const a = load<i32>(at, 8);
  const b = load<i32>(at, 12);
  const aAt = cell(a);
  const bAt = cell(b);
  const ap: usize = load<u32>(aAt);
  const am: usize = load<u32>(aAt, 4);
  const toA = adjoints + <usize>a * block;
  if (op > Op.power) {
    store<u32>(aAt, <u32>toA, 16);
    slopeOne(op, g, ap, am, load<u32>(at), toA, bytes, word >> 8);
    return;
  }
  const bp: usize = load<u32>(bAt);
  const bm: usize = load<u32>(bAt, 4);
  const toB = adjoints + <usize>b * block;
  const plain = op == Op.add || op == Op.subtract;
  if (load<i32>(aAt, 20)) {
    store<u32>(aAt, <u32>(plain ? g : toA), 16);
    if (!plain) slopeFirst(op, g, ap, am, bp, bm, toA, bytes);
  }
  if (!load<i32>(bAt, 20)) return;
  store<u32>(bAt, <u32>(op == Op.add ? g : toB), 16);
  if (op == Op.subtract) slopeOne(Op.negate, g, g, -1, g, toB, bytes, 0);
  else if (op != Op.add) slopeSecond(op, g, ap, am, bp, bm, load<u32>(at), load<u32>(at, 4), toB, bytes);
}

/**
 * Values to `out`, and ∂f/∂c of every wanted constant c to jacobian + wanted[c]·stride, by one sweep back over the tape.
 * The slots hold 2·length + 1 blocks: values, adjoints, ones. `stack`: 4 bytes an instruction.
 */
export function jacobian(code: usize, length: i32, constants: usize, wanted: usize, bytes: usize, out: usize, at: usize, stride: usize, stack: usize): void {
  const adjoints = slots + <usize>length * block;
  const ones = adjoints + <usize>length * block;
  for (let i: usize = 0; i < block; i += 16) v128.store(ones + i, f64x2.splat(1));
  for (let from: usize = 0; from < bytes; from += block) {
    const part = least(block, bytes - from);
    forward(code, length, constants, wanted, from, part, stack);
    const last = cell(length - 1);
    const value: usize = load<u32>(last);
    const mask: usize = load<u32>(last, 4);
    for (let i: usize = 0; i < part; i += 16) v128.store(out + from + i, v128.load(value + (i & mask)));
    store<u32>(last, <u32>ones, 16);
    for (let k = length - 1; k >= 0; k--) {
      if (!load<i32>(cell(k), 20)) continue;
      const word = load<i32>(code + (<usize>k << 2));
      if ((word & 0xff) != Op.constant) {
        handOn(k, word, adjoints, part);
        continue;
      }
      const g: usize = load<u32>(cell(k), 16);
      const target = at + <usize>load<i32>(wanted + (<usize>(word >> 8) << 2)) * stride + from;
      for (let i: usize = 0; i < part; i += 16) v128.store(target + i, f64x2.add(v128.load(target + i), v128.load(g + i)));
    }
  }
}

/**
 * What a Gauss–Newton step on y ≈ intercept + slope·f(c) needs: values and derivatives at `at` (columns of `stride` bytes: ones, f,
 * every ∂f/∂c, residual), then their Gram matrix to `result`.
 */
export function gaussNewton(
  code: usize, length: i32, constants: usize, wanted: usize, count: i32, y: usize, w: usize, mass: f64, mean: f64, bytes: usize, at: usize, stride: usize,
  stack: usize, line: usize, result: usize,
): void {
  const derivatives = at + 2 * stride;
  const residual = derivatives + <usize>count * stride;
  const f = at + stride;
  for (let i = derivatives; i < residual; i += 16) v128.store(i, f64x2.splat(0));
  jacobian(code, length, constants, wanted, bytes, f, derivatives, stride, stack);
  fitLine(f, y, w, mass, mean, bytes, line);
  const slope = f64x2.splat(load<f64>(line));
  const intercept = f64x2.splat(load<f64>(line, 8));
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(at + i, f64x2.splat(1));
    v128.store(residual + i, f64x2.sub(f64x2.sub(v128.load(y + i), intercept), f64x2.mul(slope, v128.load(f + i))));
  }
  gram(at, stride, count + 3, w, bytes, result);
}
