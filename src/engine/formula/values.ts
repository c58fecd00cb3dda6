// Values of a formula on rows, and its derivatives by any of its inputs, in plain double arithmetic: exact to rounding, for
// final fits and constraints. The search has a faster interpreter of its own. Derivatives by the adjoint method, block by block.
import type { Expression, FunctionName } from './expression';
import { children, freeNumbers } from './expression';

/** Inputs by the index of their variable: a column of values, or one number for all rows. */
export type Inputs = readonly (Float64Array | number)[];

/** Rows computed at a time: the columns of all nodes stay in the cache. */
const blockRows = 1024;

/** A node ready to be computed: parts come before it in the list. */
interface Step {
  node: Expression;
  parts: number[];
  /** Index among the free numbers, or −1. */
  free: number;
}

/** What derivatives are wanted by. */
export interface Wanted {
  /** Indices of variables. */
  variables?: readonly number[];
  /** True for all free numbers, in the order of `freeNumbers`. */
  numbers?: boolean;
}

/** A formula ready to be computed many times, with other numbers each time if need be. */
export class Evaluator {
  private readonly steps: Step[] = [];
  private readonly results: Float64Array[];
  private readonly adjoints: Float64Array[] = [];
  private readonly scratch = new Float64Array(blockRows);
  readonly numbers: Float64Array;

  constructor(of: Expression) {
    let free = 0;
    const add = (node: Expression): number => {
      // The order of freeNumbers: parents first, which for leaves is the order of parts.
      const own = node.kind === 'number' && node.free ? free++ : -1;
      const parts = children(node).map(add);
      this.steps.push({ node, parts, free: own });
      return this.steps.length - 1;
    };
    add(of);
    this.numbers = Float64Array.from(freeNumbers(of), ({ value }) => value);
    // Numbers of the structure are written once and stay.
    this.results = this.steps.map(({ node }) => new Float64Array(blockRows).fill(node.kind === 'number' ? node.value : 0));
  }

  /** One value a row. `numbers`: other values for the free numbers. */
  values(inputs: Inputs, rows: number, numbers: ArrayLike<number> = this.numbers): Float64Array {
    const out = new Float64Array(rows);
    for (let from = 0; from < rows; from += blockRows) {
      const count = Math.min(blockRows, rows - from);
      this.forward(inputs, from, count, numbers);
      out.set(this.results.at(-1)!.subarray(0, count), from);
    }
    return out;
  }

  /** Values, and a column of derivatives for each wanted variable, then for each free number if wanted. */
  derivatives(inputs: Inputs, rows: number, { variables = [], numbers: byNumbers = false }: Wanted, numbers: ArrayLike<number> = this.numbers): { values: Float64Array; derivatives: Float64Array[] } {
    const values = new Float64Array(rows);
    const derivatives = Array.from({ length: variables.length + (byNumbers ? this.numbers.length : 0) }, () => new Float64Array(rows));
    if (!this.adjoints.length) this.adjoints.push(...this.steps.map(() => new Float64Array(blockRows)));
    const active = this.activeSteps(variables, byNumbers);
    for (let from = 0; from < rows; from += blockRows) {
      const count = Math.min(blockRows, rows - from);
      this.forward(inputs, from, count, numbers);
      values.set(this.results.at(-1)!.subarray(0, count), from);
      this.backward(count, active);
      this.steps.forEach(({ node, free }, k) => {
        const to = node.kind === 'variable' ? variables.indexOf(node.index) : byNumbers && free >= 0 ? variables.length + free : -1;
        if (to >= 0) for (let i = 0; i < count; i++) derivatives[to]![from + i]! += this.adjoints[k]![i]!;
      });
    }
    return { values, derivatives };
  }

  private forward(inputs: Inputs, from: number, count: number, numbers: ArrayLike<number>): void {
    this.steps.forEach(({ node, parts, free }, k) => {
      const out = this.results[k]!;
      const part = (j: number): Float64Array => this.results[parts[j]!]!;
      switch (node.kind) {
        case 'number':
          if (free >= 0) out.fill(numbers[free]!, 0, count);
          break;
        case 'variable': {
          const input = inputs[node.index]!;
          if (typeof input === 'number') out.fill(input, 0, count);
          else out.set(input.subarray(from, from + count));
          break;
        }
        case 'sum':
          if (parts.length) out.set(part(0).subarray(0, count));
          for (let j = 1; j < parts.length; j++) for (let i = 0, a = part(j); i < count; i++) out[i]! += a[i]!;
          break;
        case 'product':
          this.multiply(node.factors, parts, out, count);
          break;
        case 'power':
          raise(part(0), part(1), out, count, node.exponent);
          break;
        case 'call':
          for (let i = 0, a = part(0), f = functions[node.name]; i < count; i++) out[i] = f(a[i]!);
      }
    });
  }

  /** A factor that is a power −1 divides, which rounds once instead of twice. */
  private multiply(factors: readonly Expression[], parts: number[], out: Float64Array, count: number): void {
    out.fill(1, 0, count);
    const divisors: Float64Array[] = [];
    factors.forEach((factor, j) => {
      if (factor.kind === 'power' && isExactly(factor.exponent, -1)) divisors.push(this.results[this.steps[parts[j]!]!.parts[0]!]!);
      else for (let i = 0, a = this.results[parts[j]!]!; i < count; i++) out[i]! *= a[i]!;
    });
    for (const a of divisors) for (let i = 0; i < count; i++) out[i]! /= a[i]!;
  }

  /** 1 for nodes that hold something that derivatives are wanted by; nothing is handed down to others. */
  private activeSteps(variables: readonly number[], byNumbers: boolean): Uint8Array {
    const active = new Uint8Array(this.steps.length);
    this.steps.forEach(({ node, parts, free }, k) => {
      const own = node.kind === 'variable' ? variables.includes(node.index) : byNumbers && free >= 0;
      active[k] = own || parts.some(part => active[part]) ? 1 : 0;
    });
    return active;
  }

  private backward(count: number, active: Uint8Array): void {
    this.adjoints.forEach((adjoint, k) => active[k] && adjoint.fill(0, 0, count));
    this.adjoints.at(-1)!.fill(1, 0, count);
    for (let k = this.steps.length - 1; k >= 0; k--) if (active[k]) this.pass(k, count, active);
  }

  /** Hands the adjoint of node k down to its parts. */
  private pass(k: number, count: number, active: Uint8Array): void {
    const { node, parts } = this.steps[k]!;
    const own = this.adjoints[k]!;
    const value = this.results[k]!;
    switch (node.kind) {
      case 'sum':
        for (const part of parts) if (active[part]) for (let i = 0, to = this.adjoints[part]!; i < count; i++) to[i]! += own[i]!;
        break;
      case 'product':
        parts.forEach((part, j) => active[part] && this.passProduct(parts, j, own, count));
        break;
      case 'power':
        this.passPower(parts, own, value, count, active);
        break;
      case 'call': {
        const to = this.adjoints[parts[0]!]!;
        const x = this.results[parts[0]!]!;
        for (let i = 0, slope = slopes[node.name]; i < count; i++) to[i]! += own[i]! * slope(x[i]!, value[i]!);
        break;
      }
      default:
    }
  }

  /** Adjoint times all other factors: never the product divided by the factor, which may be 0. */
  private passProduct(parts: number[], j: number, own: Float64Array, count: number): void {
    const { scratch } = this;
    scratch.set(own.subarray(0, count));
    parts.forEach((part, l) => {
      if (l !== j) for (let i = 0, a = this.results[part]!; i < count; i++) scratch[i]! *= a[i]!;
    });
    for (let i = 0, to = this.adjoints[parts[j]!]!; i < count; i++) to[i]! += scratch[i]!;
  }

  private passPower(parts: number[], own: Float64Array, value: Float64Array, count: number, active: Uint8Array): void {
    const [base, raised] = parts.map(part => this.results[part]!) as [Float64Array, Float64Array];
    const [toBase, toExponent] = parts.map(part => this.adjoints[part]!) as [Float64Array, Float64Array];
    if (active[parts[0]!]) for (let i = 0; i < count; i++) toBase[i]! += own[i]! * raised[i]! * wholeOrPower(base[i]!, raised[i]! - 1);
    if (!active[parts[1]!]) return;
    // At a base of 0 the power stays 0 under a small change of a positive exponent.
    for (let i = 0; i < count; i++) toExponent[i]! += base[i] === 0 && raised[i]! > 0 ? 0 : own[i]! * value[i]! * Math.log(base[i]!);
  }
}

/** Values of a formula on rows of columns. */
export const valuesOf = (of: Expression, inputs: Inputs, rows: number): Float64Array => new Evaluator(of).values(inputs, rows);

export const isExactly = (of: Expression, value: number): boolean => of.kind === 'number' && !of.free && of.value === value;

function raise(base: Float64Array, exponent: Float64Array, out: Float64Array, count: number, node: Expression): void {
  if (isExactly(node, 0.5)) for (let i = 0; i < count; i++) out[i] = Math.sqrt(base[i]!);
  else for (let i = 0; i < count; i++) out[i] = wholeOrPower(base[i]!, exponent[i]!);
}

/** Small whole powers by multiplication, which is exact to their last digit where Math.pow need not be. */
function wholeOrPower(base: number, exponent: number): number {
  switch (exponent) {
    case -2: return 1 / (base * base);
    case -1: return 1 / base;
    case 0: return 1;
    case 1: return base;
    case 2: return base * base;
    case 3: return base * base * base;
    default: return base ** exponent;
  }
}

const functions: Record<FunctionName, (x: number) => number> = {
  exp: Math.exp, log: Math.log, sin: Math.sin, cos: Math.cos, tan: Math.tan, asin: Math.asin, acos: Math.acos, atan: Math.atan,
  tanh: Math.tanh, abs: Math.abs,
};

/** Derivatives of the functions, from the argument and the value. */
const slopes: Record<FunctionName, (x: number, value: number) => number> = {
  exp: (_, value) => value,
  log: x => 1 / x,
  sin: x => Math.cos(x),
  cos: x => -Math.sin(x),
  tan: (_, value) => 1 + value * value,
  asin: x => 1 / Math.sqrt((1 - x) * (1 + x)),
  acos: x => -1 / Math.sqrt((1 - x) * (1 + x)),
  atan: x => 1 / (1 + x * x),
  tanh: (_, value) => (1 - value) * (1 + value),
  abs: x => Math.sign(x),
};
