// The WebAssembly interpreter of formulas against Math.* and against evaluations in plain JavaScript.
import { describe, expect, it } from 'vitest';
import { Interpreter, isWhole } from '../../../src/engine/formula/interpreter';
import { arity, instruction, operandOf, operationOf, operations as op, type Operation } from '../../../src/engine/formula/program';
import { Rng } from '../../../src/engine/math/random';

type One = (x: number, n: number) => number;
const ones: Record<string, One> = {
  negate: x => -x, invert: x => 1 / x, square: x => x * x, cube: x => x * x * x, root: Math.sqrt, exp: Math.exp, log: Math.log, sin: Math.sin, cos: Math.cos,
  tan: Math.tan, asin: Math.asin, acos: Math.acos, atan: Math.atan, tanh: Math.tanh, abs: Math.abs, whole: (x, n) => x ** n,
};
const twos: Record<string, (a: number, b: number) => number> = {
  add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b, divide: (a, b) => a / b, power: (a, b) => a ** b,
};
const byCode = Object.fromEntries(Object.entries(op).map(([name, code]) => [code, name]));

const named = (name: string, operand = 0): number => instruction(op[name as keyof typeof op] as Operation, operand);
const x0 = instruction(op.variable, 0);
const x1 = instruction(op.variable, 1);
const none = new Float64Array(0);

/** The largest relative error, where Math has a finite value; throws where one has a value and the other none, or their infinities differ. */
function largestError(mine: Float64Array, reference: Float64Array, inputs: (i: number) => unknown): number {
  let largest = 0;
  reference.forEach((right, i) => {
    const value = mine[i]!;
    if (!Number.isFinite(right)) expect(value, `at ${String(inputs(i))}`).toBe(right);
    else if (right !== value) {
      const error = Math.abs(value - right) / Math.max(Math.abs(right), 1e-300);
      if (!(error <= 1e-13)) throw new Error(`at ${String(inputs(i))}: ${value} instead of ${right}`);
      largest = Math.max(largest, error);
    }
  });
  return largest;
}

const special = [0, 1, -1, 0.5, -0.5, NaN, Infinity, -Infinity, 1e-320, -1e-320, 2.2250738585072014e-308, 5e-324, 1.7e308, -1.7e308, Math.PI, Math.PI / 2, 1e5, 1e-8, -1e-8, 1e22, 745.2, -745.2, 709.78, -708.4, 710];

/** Random arguments: around 0, over many magnitudes, near multiples of π/2, and the special ones. */
function hardArguments(): Float64Array {
  const random = new Rng(5);
  const values = [...special];
  for (let k = 0; k < 4000; k++) {
    const sign = random.uniform() < 0.5 ? -1 : 1;
    values.push(sign * 2 * random.uniform(), sign * 10 ** (16 * random.uniform() - 11), sign * random.integer(60_000) * (Math.PI / 2), sign * 700 * random.uniform());
    values.push(sign * (1 - 10 ** (-15 * random.uniform())));
  }
  return Float64Array.from(values);
}

describe('the interpreter of formulas', () => {
  it.each(Object.keys(ones))('computes %s as Math does, for hard arguments too', name => {
    const x = hardArguments();
    const interpreter = new Interpreter([x]);
    for (const n of name === 'whole' ? [-7, -2, 0, 1, 5, 12] : [0]) {
      const code = Int32Array.of(x0, named(name, n));
      const reference = x.map(v => ones[name]!(v, n));
      expect(largestError(interpreter.evaluate(code, none), reference, i => x[i])).toBeLessThan(2e-15);
    }
  });

  it.each(Object.keys(twos))('computes %s as JavaScript does', name => {
    const random = new Rng(7);
    const pairs: [number, number][] = special.flatMap(a => special.map((b): [number, number] => [a, b]));
    for (let k = 0; k < 5000; k++) pairs.push([Math.exp(20 * random.normal()), 5 * random.normal()], [random.normal() * 3, random.integer(21) - 10], [1 + random.normal() * 0.01, 1e4 * random.normal()]);
    const a = Float64Array.from(pairs, pair => pair[0]);
    const b = Float64Array.from(pairs, pair => pair[1]);
    const mine = new Interpreter([a, b]).evaluate(Int32Array.of(x0, x1, named(name)), none);
    expect(largestError(mine, a.map((v, i) => twos[name]!(v, b[i]!)), i => pairs[i])).toBeLessThan(1e-14);
  });

  it('has no value for a negative base with a broken exponent', () => {
    const mine = new Interpreter([Float64Array.of(-2, -2, 2), Float64Array.of(0.5, 3, 0.5)]).evaluate(Int32Array.of(x0, x1, named('power')), none);
    expect([...mine.slice(0, 2)]).toEqual([NaN, -8]);
    expect(mine[2]).toBeCloseTo(Math.SQRT2, 14);
  });

  it('evaluates random programs as plain JavaScript does, whatever the number of rows', () => {
    const random = new Rng(11);
    for (const rows of [1, 2, 3, 5, 255, 256, 257, 1000]) {
      const columns = Array.from({ length: 3 }, () => Float64Array.from({ length: rows }, () => 2 * random.normal()));
      const interpreter = new Interpreter(columns);
      for (let k = 0; k < 40; k++) {
        const { code, constants } = randomProgram(random, 3 + random.integer(60));
        expect(isWhole(code, 3, constants.length)).toBe(true);
        const shaken = columns.map(column => column.map(v => v * (1 + 1e-14)));
        compare(interpreter.evaluate(code, constants), plain(code, constants, columns, rows), plain(code, constants, shaken, rows));
      }
    }
  });

  it('takes programs longer and with more constants than its first memory holds', () => {
    const x = Float64Array.of(1, 2, 3);
    const code = [x0];
    const constants: number[] = [];
    for (let k = 0; k < 300; k++) {
      code.push(instruction(op.constant, k), named('add'));
      constants.push(k);
    }
    const interpreter = new Interpreter([x], Float64Array.of(2, 4, 6));
    expect([...interpreter.evaluate(Int32Array.from(code), Float64Array.from(constants))]).toEqual([44851, 44852, 44853]);
    const { columns } = interpreter.jacobian(Int32Array.from(code), Float64Array.from(constants), new Uint8Array(300).fill(1));
    expect(columns.length).toBe(300);
    expect(columns.every(column => column.every(v => v === 1))).toBe(true);
    expect(interpreter.linearFit(Int32Array.of(x0), none).slope).toBeCloseTo(2, 12);
  });

  it('fits the line through the target, weighted, and over a part of the rows', () => {
    const random = new Rng(3);
    const rows = 301;
    const x = Float64Array.from({ length: rows }, () => random.normal());
    const y = x.map(v => 3 - 2 * v * v + 0.1 * random.normal() + 1e3);
    const w = x.map(() => random.uniform());
    const interpreter = new Interpreter([x], y, w);
    for (const part of [rows, 64]) {
      const fit = interpreter.linearFit(Int32Array.of(x0, named('square')), none, part);
      const reference = plainLine(x.slice(0, part).map(v => v * v), y.slice(0, part), w.slice(0, part));
      expect(fit.slope).toBeCloseTo(reference.slope, 9);
      expect(fit.intercept).toBeCloseTo(reference.intercept, 9);
      expect(fit.sse / reference.sse).toBeCloseTo(1, 9);
    }
    expect(interpreter.linearFit(Int32Array.of(x0, named('log')), none).sse).toBe(Infinity);
    const flat = interpreter.linearFit(Int32Array.of(instruction(op.constant, 0)), Float64Array.of(0.1));
    expect(flat.slope).toBe(0);
    expect(flat.intercept).toBeCloseTo(plainLine(x, y, w).mean, 9);
  });

  it('differentiates every operation by its constants as finite differences do', () => {
    const random = new Rng(9);
    const x = Float64Array.from({ length: 300 }, () => 0.05 + 0.9 * random.uniform());
    const interpreter = new Interpreter([x]);
    const c0 = instruction(op.constant, 0);
    const c1 = instruction(op.constant, 1);
    for (const name of [...Object.keys(ones), ...Object.keys(twos)]) {
      const inner = [c0, x0, named('multiply')];
      const operation = name in ones ? [named(name, -3)] : [c1, x0, named('add'), named(name)];
      for (const code of [[...inner, ...operation], name in ones ? [c0, ...operation, x0, named('multiply')] : [c1, x0, named('add'), ...inner, named(name), c1, named('multiply')]]) {
        checkJacobian(interpreter, Int32Array.from(code), Float64Array.of(0.8, 0.3), name);
      }
    }
  });

  it('differentiates random programs, constants used twice and constants that are fixed', () => {
    const random = new Rng(21);
    const columns = Array.from({ length: 3 }, () => Float64Array.from({ length: 40 }, () => 0.5 + random.uniform()));
    const interpreter = new Interpreter(columns);
    let checked = 0;
    for (let k = 0; k < 200; k++) {
      const { code, constants } = randomProgram(random, 3 + random.integer(25));
      if (interpreter.evaluate(code, constants).every(v => Math.abs(v) < 1e3)) {
        checkJacobian(interpreter, code, constants, `program ${k}: ${Array.from(code, w => `${byCode[w & 255]} ${w >> 8}`).join(", ")}`, 1e-3);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(40);
  });

  it('builds the normal equations of a Gauss–Newton step', () => {
    const random = new Rng(2);
    const x = Float64Array.from({ length: 77 }, () => random.uniform());
    const y = x.map(v => Math.sin(3 * v) + 0.1 * random.normal());
    const code = Int32Array.of(instruction(op.constant, 1), x0, named('multiply'), named('sin'), instruction(op.constant, 0), named('add'));
    const constants = Float64Array.of(0.5, 2);
    const interpreter = new Interpreter([x], y);
    const { slope, intercept, sse, gram } = interpreter.gaussNewton(code, constants, [0, 1]);
    const system = [...gram];
    const f = x.map(v => Math.sin(2 * v) + 0.5);
    const columns = [x.map(() => 1), f, x.map(v => v * Math.cos(2 * v)), y.map((v, i) => v - intercept - slope * f[i]!)];
    const expected = columns.flatMap((a, i) => columns.slice(i).map(b => a.reduce((total, v, k) => total + v * b[k]!, 0)));
    expected.forEach((value, k) => expect(system[k]).toBeCloseTo(value, 9));
    expect(sse).toBeCloseTo(expected.at(-1)!, 9);
  });

  it('knows programs that are not whole', () => {
    expect(isWhole(Int32Array.of(x0, named('add')), 1, 0)).toBe(false);
    expect(isWhole(Int32Array.of(x0, x0), 1, 0)).toBe(false);
    expect(isWhole(Int32Array.of(x1), 1, 0)).toBe(false);
    expect(isWhole(Int32Array.of(instruction(op.constant, 0)), 1, 0)).toBe(false);
    expect(isWhole(Int32Array.of(x0, x0, named('multiply')), 1, 0)).toBe(true);
  });
});

function plain(code: Int32Array, constants: Float64Array, columns: Float64Array[], rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    const stack: number[] = [];
    for (const word of code) {
      const operation = operationOf(word);
      const name = byCode[operation]!;
      if (operation === op.variable) stack.push(columns[operandOf(word)]![i]!);
      else if (operation === op.constant) stack.push(constants[operandOf(word)]!);
      else if (arity(operation) === 1) stack.push(ones[name]!(stack.pop()!, operandOf(word)));
      else {
        const b = stack.pop()!;
        stack.push(twos[name]!(stack.pop()!, b));
      }
    }
    return stack[0]!;
  });
}

function randomProgram(random: Rng, nodes: number): { code: Int32Array; constants: Float64Array } {
  const code: number[] = [];
  let depth = 0;
  const close = (): void => {
    code.push(named(Object.keys(twos)[random.integer(5)]!));
    depth--;
  };
  while (code.length + depth <= nodes) {
    if (depth === 0 || random.uniform() < 0.5) {
      code.push(random.uniform() < 0.4 ? instruction(op.constant, random.integer(4)) : instruction(op.variable, random.integer(3)));
      depth++;
    } else if (depth > 1 && random.uniform() < 0.6) close();
    else code.push(named(Object.keys(ones)[random.integer(16)]!, [-3, -2, -1, 1, 2, 3, 4][random.integer(7)]));
  }
  while (depth > 1) close();
  return { code: Int32Array.from(code), constants: Float64Array.from({ length: 4 }, () => random.normal()) };
}

/** The values agree as far as they are determined: `shaken` is the reference for inputs that are off by 1e-14. */
function compare(mine: Float64Array, reference: Float64Array, shaken: Float64Array): void {
  reference.forEach((right, i) => {
    const value = mine[i]!;
    const determined = Math.abs(shaken[i]! - right) < 1e-6 * Math.abs(right);
    if (!determined) return;
    if (!(Math.abs(value - right) <= 1e-9 * Math.abs(right) + 100 * Math.abs(shaken[i]! - right))) throw new Error(`row ${i}: ${value} instead of ${right}`);
  });
}

function checkJacobian(interpreter: Interpreter, code: Int32Array, constants: Float64Array, name: string, tolerance = 1e-6): void {
  const free = Float64Array.from(constants, (_, k) => (k === 2 ? 0 : 1));
  const { values, columns } = interpreter.jacobian(code, constants, free);
  expect([...values], name).toEqual([...interpreter.evaluate(code, constants)]);
  let next = 0;
  for (let k = 0; k < constants.length; k++) {
    if (!free[k]) continue;
    const column = columns[next++]!;
    const h = 1e-5;
    const at = (by: number): Float64Array => interpreter.evaluate(code, constants.map((v, j) => (j === k ? v + by : v)));
    const [up, down, up2, down2] = [at(h), at(-h), at(2 * h), at(-2 * h)];
    const scale = 1 + values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    column.forEach((d, i) => {
      const numeric = (8 * (up[i]! - down[i]!) - (up2[i]! - down2[i]!)) / (12 * h);
      // Near poles differences say nothing, which shows where two of them disagree.
      const rough = (up[i]! - down[i]!) / (2 * h);
      if (!(Math.abs(rough - numeric) <= 1e-4 * (1 + Math.abs(numeric)))) return;
      if (!(Math.abs(d - numeric) <= tolerance * (scale + Math.abs(numeric)))) throw new Error(`${name}, constant ${k}, row ${i}: ${d} instead of ${numeric}`);
    });
  }
}

function plainLine(f: Float64Array, y: Float64Array, w: Float64Array): { slope: number; intercept: number; sse: number; mean: number } {
  const mass = w.reduce((a, b) => a + b, 0);
  const meanOf = (v: Float64Array): number => v.reduce((total, each, i) => total + w[i]! * each, 0) / mass;
  const [fMean, mean] = [meanOf(f), meanOf(y)];
  let [ff, fy] = [0, 0];
  f.forEach((v, i) => {
    ff += w[i]! * (v - fMean) ** 2;
    fy += w[i]! * (v - fMean) * (y[i]! - mean);
  });
  const slope = fy / ff;
  const intercept = mean - slope * fMean;
  return { slope, intercept, mean, sse: y.reduce((total, v, i) => total + w[i]! * (v - intercept - slope * f[i]!) ** 2, 0) };
}
