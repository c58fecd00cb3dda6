// Residuals of a formula in double-double arithmetic (about 31 digits), for rows that it fits almost to rounding: there the
// sum of squares in doubles is mostly rounding, and so are all standard errors. Data count as the decimals they are written as.
import { addPair, dividePair, multiplyPair, pairHigh, pairLow } from '../../math/doubleDouble';
import type { Expression, FunctionName } from '../expression';

/** high + low, unevaluated. */
type Pair = readonly [number, number];

const pair = (): Pair => [pairHigh(), pairLow()];
const zero: Pair = [0, 0];
const one: Pair = [1, 0];
const pi: Pair = [Math.PI, 1.2246467991473532e-16];
const e: Pair = [Math.E, 1.4456468917292502e-16];
const ln2: Pair = [Math.LN2, 2.3190468138462996e-17];

function add(a: Pair, b: Pair): Pair {
  addPair(a[0], a[1], b[0], b[1]);
  return pair();
}
function multiply(a: Pair, b: Pair): Pair {
  multiplyPair(a[0], a[1], b[0], b[1]);
  return pair();
}
function divide(a: Pair, b: Pair): Pair {
  dividePair(a[0], a[1], b[0], b[1]);
  return pair();
}
const opposite = ([high, low]: Pair): Pair => [-high, -low];
const subtract = (a: Pair, b: Pair): Pair => add(a, opposite(b));
const scaled = ([high, low]: Pair, powerOfTwo: number): Pair => [high * powerOfTwo, low * powerOfTwo];

/** A double as the shortest decimal that reads as it: digits · 10^exponent, exact for up to 30 digits. */
export function fromDecimal(value: number): Pair {
  if (!Number.isFinite(value) || Number.isInteger(value)) return [value, 0];
  const [, whole, part = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(value))!;
  const power = Number(exponent) - part.length;
  if (power < -60 || power > 22) return [value, 0];
  // At most 17 digits: both halves are exact doubles.
  const digits = (whole! + part).padStart(18, '0');
  let result = add([Number(digits.slice(0, -9)) * 1e9, 0], [Number(digits.slice(-9)), 0]);
  for (let left = -power; left > 0; left -= 22) result = divide(result, [10 ** Math.min(22, left), 0]);
  if (power > 0) result = multiply(result, [10 ** power, 0]);
  return value < 0 ? opposite(result) : result;
}

function exp(x: Pair): Pair {
  if (!(Math.abs(x[0]) < 700)) return [Math.exp(x[0]), 0];
  const k = Math.round(x[0] / Math.LN2);
  const r = scaled(subtract(x, multiply(ln2, [k, 0])), 1 / 256);
  let term = r;
  let sum = r;
  for (let n = 2; n < 10; n++) {
    term = divide(multiply(term, r), [n, 0]);
    sum = add(sum, term);
  }
  // (1 + s)² − 1 = 2 s + s², which keeps the digits of a small s.
  for (let n = 0; n < 8; n++) sum = add(scaled(sum, 2), multiply(sum, sum));
  return scaled(add(sum, one), 2 ** k);
}

/** One step of Newton doubles the digits of a double's logarithm. */
function log(x: Pair): Pair {
  const y = Math.log(x[0]);
  if (!Number.isFinite(y)) return [y, 0];
  return add([y, 0], subtract(multiply(x, exp([-y, 0])), one));
}

function sineAndCosine(x: Pair): [Pair, Pair] {
  const quarter = Math.round(x[0] / (Math.PI / 2));
  const r = subtract(x, multiply(scaled(pi, 0.5), [quarter, 0]));
  const square = opposite(multiply(r, r));
  const series = (first: Pair, from: number): Pair => {
    let term = first;
    let sum = first;
    for (let n = from; n < from + 26; n += 2) {
      term = divide(multiply(term, square), [n * (n + 1), 0]);
      sum = add(sum, term);
    }
    return sum;
  };
  const sine = series(r, 2);
  const cosine = series(one, 1);
  const turned: [Pair, Pair][] = [[sine, cosine], [cosine, opposite(sine)], [opposite(sine), opposite(cosine)], [opposite(cosine), sine]];
  return turned[((quarter % 4) + 4) % 4]!;
}

function tan(x: Pair): Pair {
  const [sine, cosine] = sineAndCosine(x);
  return divide(sine, cosine);
}

function asin(x: Pair): Pair {
  const y = Math.asin(x[0]);
  const [sine, cosine] = sineAndCosine([y, 0]);
  return add([y, 0], divide(subtract(x, sine), cosine));
}

/** atan x = y + atan((x − t) / (1 + x t)) with t = tan y. */
function atan(x: Pair): Pair {
  const y = Math.atan(x[0]);
  const t = tan([y, 0]);
  return add([y, 0], divide(subtract(x, t), add(one, multiply(x, t))));
}

function tanh(x: Pair): Pair {
  if (Math.abs(x[0]) > 40) return [Math.sign(x[0]), 0];
  const square = exp(scaled(x, 2));
  return divide(subtract(square, one), add(square, one));
}

function squareRoot(x: Pair): Pair {
  const y = Math.sqrt(x[0]);
  return y > 0 ? scaled(add([y, 0], divide(x, [y, 0])), 0.5) : [y, 0];
}

const functions: Record<FunctionName, (x: Pair) => Pair> = {
  exp, log, tan, asin, atan, tanh,
  sin: x => sineAndCosine(x)[0],
  cos: x => sineAndCosine(x)[1],
  acos: x => subtract(scaled(pi, 0.5), asin(x)),
  abs: x => (x[0] < 0 ? opposite(x) : x),
};

function power(base: Pair, exponent: Pair): Pair {
  const [n, rest] = exponent;
  if (rest === 0 && n === 0.5) return squareRoot(base);
  if (rest !== 0 || !Number.isInteger(n) || Math.abs(n) > 1000) return exp(multiply(exponent, log(base)));
  let result = one;
  for (let left = Math.abs(n), square = base; left > 0; left = Math.floor(left / 2)) {
    if (left % 2) result = multiply(result, square);
    if (left > 1) square = multiply(square, square);
  }
  return n < 0 ? divide(one, result) : result;
}

function value(of: Expression, inputs: readonly Pair[]): Pair {
  switch (of.kind) {
    case 'number':
      if (of.name === 'pi') return pi;
      if (of.name === 'e') return e;
      return number(of.value, of.name);
    case 'variable':
      return inputs[of.index]!;
    case 'sum':
      return of.terms.reduce<Pair>((sum, term) => add(sum, value(term, inputs)), zero);
    case 'product':
      return of.factors.reduce<Pair>((all, factor) => multiply(all, value(factor, inputs)), one);
    case 'power':
      return power(value(of.base, inputs), value(of.exponent, inputs));
    case 'call':
      return functions[of.name](value(of.argument, inputs));
  }
}

function number(value: number, name: string | undefined): Pair {
  const [, above, below] = /^(-?\d+)\/(\d+)$/.exec(name ?? '') ?? [];
  if (above && below) return value === 0.5 ? [0.5, 0] : divide([Number(above), 0], [Number(below), 0]);
  return fromDecimal(value);
}

/** Formula − response at each row. `parameters` follow the columns as variables and are taken as the doubles that they are. */
export function preciseResiduals(of: Expression, columns: readonly Float64Array[], response: Float64Array, parameters: Float64Array): Float64Array {
  const fixed = Array.from(parameters, (p): Pair => [p, 0]);
  return response.map((y, i) => {
    const inputs = [...columns.map(column => fromDecimal(column[i] ?? NaN)), ...fixed];
    return subtract(value(of, inputs), fromDecimal(y))[0];
  });
}
