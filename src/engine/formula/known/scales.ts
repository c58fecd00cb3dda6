// Where to look for a parameter when nobody says: a magnitude, and places if it is a shift, read off its neighbours in the
// formula. In exp(-b x) a b is of the size of 1 / x; in (x - b)² it lies among the values of x; an exponent is near 1.
import type { Expression } from '../expression';
import { children, variablesOf } from '../expression';
import { Evaluator, type Inputs } from '../values';

export interface ParameterScale {
  magnitude: number;
  /** The range that a shift lies in. */
  range?: [number, number];
  /** Values of a rate within a sine, a quarter turn over the rows apart: the least squares has a dip of its own for each few of them. */
  rates?: number[];
}

/** Rates that are tried for a sine: up to so many quarter turns over the range of the rows. */
const quarterTurns = 240;

/** Scale of every parameter, from its first mention. `inputs`: a column for each variable of the data, 1 for each parameter. */
export function parameterScales(of: Expression, inputs: Inputs, rows: number, first: number, parameters: number): ParameterScale[] {
  const values = (node: Expression): Float64Array => new Evaluator(node).values(inputs, rows);
  const size = (node: Expression): number => typicalSize(values(node));
  return Array.from({ length: parameters }, (_, k) => {
    const path = pathTo(of, first + k);
    return path ? scaleAlong(path, size, values) : { magnitude: 1 };
  });
}

/** From the parameter up to the root. */
function pathTo(of: Expression, index: number): Expression[] | undefined {
  if (of.kind === 'variable') return of.index === index ? [of] : undefined;
  for (const part of children(of)) {
    const path = pathTo(part, index);
    if (path) return [...path, of];
  }
  return undefined;
}

function scaleAlong(path: readonly Expression[], size: (node: Expression) => number, values: (node: Expression) => Float64Array): ParameterScale {
  // What the node on the path is of the parameter p: factor · p^exponent.
  let factor = 1;
  let exponent = 1;
  const solve = (wanted: number): number => {
    const ratio = wanted / factor;
    return exponent === 1 ? ratio : Math.abs(ratio) ** (1 / exponent);
  };
  for (let k = 1; k < path.length; k++) {
    const node = path[k]!;
    const own = path[k - 1]!;
    const others = children(node).filter(part => part !== own);
    if (node.kind === 'product') {
      const numbers = others.every(part => variablesOf(part).length === 0);
      const span = !numbers && inSine(path.slice(k + 1)) ? extent(others.map(values)) : 0;
      const rates = span > 0 ? Array.from({ length: quarterTurns }, (_, turn) => Math.abs(solve(((turn + 1) * Math.PI) / (2 * span)))) : undefined;
      for (const part of others) factor *= numbers ? values(part)[0]! : size(part) || 1;
      if (!numbers && !nextIsPlain(path[k + 1])) return { magnitude: sane(Math.abs(solve(1))), ...(rates && { rates }) };
    } else if (node.kind === 'power' && node.base === own && node.exponent.kind === 'number') {
      exponent *= node.exponent.value;
      factor = Math.sign(factor) * Math.abs(factor) ** node.exponent.value;
    } else if (node.kind === 'sum') return shift(others, values, solve, exponent);
    else return { magnitude: sane(Math.abs(solve(1))) };
  }
  return { magnitude: sane(Math.abs(solve(1))) };
}

/** True if sums and products lead up to a sine, cosine or tangent. */
function inSine(above: readonly Expression[]): boolean {
  const first = above.find(node => node.kind !== 'sum' && node.kind !== 'product');
  return first?.kind === 'call' && (first.name === 'sin' || first.name === 'cos' || first.name === 'tan');
}

/** Range of the product of columns. */
function extent(columns: readonly Float64Array[]): number {
  const product = columns.reduce((a, b) => a.map((x, i) => x * b[i]!));
  return maximum(product) - minimum(product);
}

/** A power or product above still belongs to the parameter's own term. */
const nextIsPlain = (node: Expression | undefined): boolean => node !== undefined && (node.kind === 'product' || (node.kind === 'power' && node.exponent.kind === 'number'));

function shift(others: readonly Expression[], values: (node: Expression) => Float64Array, solve: (wanted: number) => number, exponent: number): ParameterScale {
  const columns = others.map(values).filter(column => column.every(Number.isFinite));
  const total = columns.reduce<Float64Array | undefined>((sum, column) => (sum ? sum.map((x, i) => x + column[i]!) : column), undefined);
  if (!total) return { magnitude: sane(Math.abs(solve(1))) };
  const magnitude = sane(Math.abs(solve(typicalSize(total) || 1)));
  const ends = [solve(-minimum(total)), solve(-maximum(total))];
  if (exponent !== 1 || ends[0] === ends[1] || !ends.every(Number.isFinite)) return { magnitude };
  return { magnitude, range: [Math.min(...ends), Math.max(...ends)] };
}

const minimum = (of: Float64Array): number => of.reduce((a, b) => Math.min(a, b), Infinity);
const maximum = (of: Float64Array): number => of.reduce((a, b) => Math.max(a, b), -Infinity);

function typicalSize(of: Float64Array): number {
  const sizes = of.filter(Number.isFinite).map(Math.abs).sort();
  return sizes.length ? sizes[sizes.length >> 1]! || sizes.at(-1)! : 1;
}

const sane = (magnitude: number): number => (magnitude > 1e-200 && magnitude < 1e200 ? magnitude : 1);
