// All expressions found so far, each once: how it is made and its values on the sampled rows, in flat arrays.
import type { Expression, FunctionName } from '../expression';
import { call, difference, exact, fitted, power, product, quotient, squareRoot, sum, variable } from '../expression';

/** How an expression is made of earlier ones. */
export const makes = {
  variable: 0, number: 1, add: 2, subtract: 3, multiply: 4, divide: 5,
  square: 6, root: 7, exp: 8, log: 9, sin: 10, cos: 11, tanh: 12, scaled: 13,
} as const;
export type Make = (typeof makes)[keyof typeof makes];

/** A function of a variable times a number, such as exp(0.4 x): the number is a guess that a fit makes right. */
export interface ScaledFunction {
  name: 'exp' | 'sin' | 'cos';
  variable: number;
  by: number;
}

export class Arena {
  readonly scaledFunctions: ScaledFunction[] = [];
  readonly values: Float64Array;
  readonly make: Uint8Array;
  /** First part; of a variable its index, of a number its value. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  count = 0;
  private readonly table: Int32Array;
  private readonly keys: Float64Array;
  private readonly mask: number;
  private readonly weights: Float64Array;

  constructor(readonly rows: number, readonly capacity: number) {
    this.values = new Float64Array(rows * capacity);
    this.make = new Uint8Array(capacity);
    this.first = new Int32Array(capacity);
    this.second = new Int32Array(capacity);
    const places = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.table = new Int32Array(places).fill(-1);
    this.keys = new Float64Array(places);
    this.mask = places - 1;
    // Fixed weights without a pattern, so that different columns rarely have equal sums.
    this.weights = Float64Array.from({ length: rows }, (_, i) => Math.sin(12.9898 * (i + 1)) * 43758.5453 % 1);
  }

  get full(): boolean {
    return this.count >= this.capacity;
  }

  /** Adds the column `values` unless an equal one (to 1e-9) is there; the new index or −1. */
  add(values: Float64Array, make: Make, first: number, second: number): number {
    const key = this.keyOf(values);
    let place = mixed(key) & this.mask;
    while (this.table[place]! >= 0) {
      if (this.keys[place] === key) return -1;
      place = (place + 1) & this.mask;
    }
    const index = this.count++;
    this.table[place] = index;
    this.keys[place] = key;
    this.values.set(values, index * this.rows);
    this.make[index] = make;
    this.first[index] = first;
    this.second[index] = second;
    return index;
  }

  /** A number that equal columns share: two weighted sums relative to the column's size, rounded to some nine digits. */
  private keyOf(values: Float64Array): number {
    let size = 0;
    let weighted = 0;
    for (let i = 0; i < this.rows; i++) {
      const v = values[i]!;
      size += Math.abs(v);
      weighted += v * this.weights[i]!;
    }
    const exponent = Math.floor(Math.log2(size));
    const scale = 2 ** exponent;
    return Math.round((size / scale) * 2 ** 21) * 2 ** 31 + Math.round((weighted / scale) * 2 ** 30) + exponent * 1e-3;
  }

  column(index: number): Float64Array {
    return this.values.subarray(index * this.rows, (index + 1) * this.rows);
  }

  /** The tree of expression `index`. */
  expression(index: number): Expression {
    return this.tree(this.make[index] as Make, this.first[index]!, this.second[index]!);
  }

  /** The tree of a step that need not be stored. */
  tree(make: Make, first: number, second: number): Expression {
    if (make !== makes.scaled) return treeOf(make, first, second, at => this.expression(at));
    const { name, variable: of, by } = this.scaledFunctions[first]!;
    return call(name, product(fitted(by), variable(of)));
  }
}

/** The tree of one step, its parts looked up by `part`. */
function treeOf(make: Make, first: number, second: number, part: (index: number) => Expression): Expression {
  switch (make) {
    case makes.variable:
      return variable(first);
    case makes.number:
      return exact(first);
    case makes.add:
      return sum(part(first), part(second));
    case makes.subtract:
      return difference(part(first), part(second));
    case makes.multiply:
      return product(part(first), part(second));
    case makes.divide:
      return quotient(part(first), part(second));
    case makes.square:
      return power(part(first), 2);
    case makes.root:
      return squareRoot(part(first));
    default:
      return call(functionNamesOf[make]!, part(first));
  }
}
const functionNamesOf: Partial<Record<Make, FunctionName>> = {
  [makes.exp]: 'exp', [makes.log]: 'log', [makes.sin]: 'sin', [makes.cos]: 'cos', [makes.tanh]: 'tanh',
};

const scratch = new Float64Array(1);
const bits = new Int32Array(scratch.buffer);

/** A 32-bit hash of a double. */
function mixed(of: number): number {
  scratch[0] = of;
  let h = Math.imul(bits[0]! ^ (bits[1]! >>> 3), 0x9e3779b1) ^ bits[1]!;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 1;
}
