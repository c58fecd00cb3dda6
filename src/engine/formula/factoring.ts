// Polynomials among the terms of a sum, as products: x³ + 3x² + 3x + 1 = (x + 1)³, a² − 2ab + b² = (a − b)², 1 + 2xy + x²y² = (1 + xy)².
// Terms form a polynomial where their exponents lie on a line: a monomial m times numbers times powers of one other monomial t.
import { canonical, multiplied, scaled } from './canonical';
import type { Expression, NumberNode } from './expression';
import { exact, fitted, power } from './expression';
import { divisor, factorPolynomial, type Coefficients } from '../math/integerPolynomial';
import { monomial, monomialOf, padded, type Monomial } from './monomials';

/** Degrees beyond this are no polynomials that were meant. */
const highestDegree = 12;
/** Numbers of a polynomial are whole multiples of the smallest one divided by up to this. */
const greatestDenominator = 48;

/** The sum with one polynomial of `fewest` terms or more factored, for each that there is; each a list of terms. */
export function factorings(terms: readonly Expression[], fewest = 3): Expression[][] {
  if (terms.length < fewest) return [];
  const atoms: Expression[] = [];
  const monomials = terms.flatMap((term): Monomial[] => monomialOf(term, atoms));
  return linesOf(monomials.map(each => padded(each, atoms.length)), fewest).flatMap(line => {
    const product = factoredLine(line, atoms);
    const taken = new Set(line.members.map(({ term }) => term));
    return product ? [[...terms.filter(term => !taken.has(term)), product]] : [];
  });
}

/** Terms whose exponents are start + k·step for whole k. */
interface Line {
  readonly members: readonly Monomial[];
  readonly start: readonly number[];
  readonly step: readonly number[];
  /** k of each member. */
  readonly places: readonly number[];
}

function linesOf(monomials: readonly Monomial[], fewest: number): Line[] {
  const lines = new Map<string, Line>();
  for (const [i, a] of monomials.entries()) {
    for (const b of monomials.slice(i + 1)) {
      const line = lineThrough(a, b, monomials);
      if (line && line.members.length >= fewest) lines.set(line.members.map(member => monomials.indexOf(member)).join(), line);
    }
  }
  return [...lines.values()].flatMap(line => [line, ...refined(line)]);
}

/** x⁴ − 1 is a polynomial of x too, not only of x⁴. */
function refined({ members, start, step, places }: Line): Line[] {
  const unit = step.every(Number.isInteger) ? step.reduce((a, b) => divisor(a, Math.abs(b)), 0) : 1;
  return unit > 1 ? [{ members, start, step: step.map(s => s / unit), places: places.map(k => k * unit) }] : [];
}

function lineThrough(a: Monomial, b: Monomial, all: readonly Monomial[]): Line | undefined {
  const direction = b.exponents.map((e, k) => e - a.exponents[k]!);
  const found = all.flatMap(each => {
    const t = along(a.exponents, direction, each.exponents);
    return t === undefined ? [] : [{ each, t }];
  });
  // Multiples of a common step; exponents are halves, so that these are fractions of small whole numbers.
  const least = found.reduce((low, { t }) => Math.min(low, t), Infinity);
  const steps = found.map(({ t }) => Math.round((t - least) * fine));
  if (steps.some((s, k) => Math.abs(s - (found[k]!.t - least) * fine) > 1e-6)) return undefined;
  const unit = steps.reduce(divisor, 0);
  return {
    members: found.map(({ each }) => each), places: steps.map(s => s / unit), step: direction.map(d => (d * unit) / fine),
    start: a.exponents.map((e, k) => e + direction[k]! * least),
  };
}

/** Common multiple of the small numbers that exponents differ by. */
const fine = 27720;

/** t with at = from + t·direction. */
function along(from: readonly number[], direction: readonly number[], at: readonly number[]): number | undefined {
  const k = direction.findIndex(d => d !== 0);
  if (k < 0) return undefined;
  const t = (at[k]! - from[k]!) / direction[k]!;
  return at.every((e, j) => Math.abs(e - from[j]! - t * direction[j]!) < 1e-9) ? t : undefined;
}

function factoredLine({ members, places, start, step }: Line, atoms: readonly Expression[]): Expression | undefined {
  const degree = Math.max(...places);
  const whole = degree <= highestDegree ? wholeMultiples(members.map(({ by }) => by)) : undefined;
  if (!whole) return undefined;
  const coefficients = new Array<number>(degree + 1).fill(0);
  places.forEach((place, k) => { coefficients[place]! += whole.multiples[k]!; });
  const factored = factorPolynomial(coefficients);
  // One factor by itself, as it stood: nothing was found.
  if (!factored || !factored.factors.some(({ coefficients: own, power: p }) => p > 1 || own.length < coefficients.length)) return undefined;
  // With t = A/B each factor of degree g is (Σ cₖ Aᵏ B^(g−k)) / B^g.
  const [above, below] = [step.map(s => Math.max(0, s)), step.map(s => Math.max(0, -s))];
  const outside = monomial(start.map((e, k) => e - below[k]! * degree), atoms);
  const brackets = factored.factors.map(({ coefficients: own, power: p }) => {
    const bracket = homogeneous(own, above, below, atoms);
    return p === 1 ? bracket : power(bracket, p);
  });
  const by = whole.unitTimes(factored.content);
  if (!by) return undefined;
  const factors = [...outside, ...brackets].flatMap(each => (each.kind === 'product' ? each.factors : [each]));
  return scaled(by, factors.length === 1 ? factors[0]! : { kind: 'product', factors });
}

function homogeneous(coefficients: Coefficients, above: readonly number[], below: readonly number[], atoms: readonly Expression[]): Expression {
  const degree = coefficients.length - 1;
  const terms = coefficients.flatMap((c, k): Expression[] => {
    if (c === 0) return [];
    const factors = monomial(above.map((e, j) => e * k + below[j]! * (degree - k)), atoms);
    return [scaled(exact(c), factors.length === 0 ? undefined : factors.length === 1 ? factors[0]! : { kind: 'product', factors })];
  });
  return canonical({ kind: 'sum', terms });
}

/** Numbers as whole multiples of one. */
interface WholeMultiples {
  readonly multiples: readonly number[];
  /** That one times a whole number; undefined where it could not be written. */
  unitTimes(whole: number): NumberNode | undefined;
}

/** Undefined where they are no multiples of one number. */
function wholeMultiples(numbers: readonly NumberNode[]): WholeMultiples | undefined {
  const free = numbers.some(number => number.free);
  const decimal = !free && numbers.every(({ name }) => name === undefined);
  for (const scale of decimal ? [1, 10, 100, 1000] : []) {
    const multiples = numbers.map(({ value }) => Math.round(value * scale));
    if (numbers.every(({ value }, k) => Math.abs(value * scale - multiples[k]!) < 1e-9)) return { multiples, unitTimes: whole => exact(whole / scale) };
  }
  const least = numbers.reduce((a, b) => (Math.abs(b.value) < Math.abs(a.value) ? b : a));
  for (let q = 1; q <= greatestDenominator; q++) {
    const ratios = numbers.map(({ value }) => (value / least.value) * q);
    const multiples = ratios.map(Math.round);
    if (!ratios.every((r, k) => Math.abs(r - multiples[k]!) < 1e-9 * Math.max(1, Math.abs(r)))) continue;
    return { multiples, unitTimes: whole => (free ? fitted((least.value * whole) / q) : fraction(least, whole, q)) };
  }
  return undefined;
}

/** A number times a fraction; one with a root or π in its name is left alone. */
function fraction(number: NumberNode, above: number, below: number): NumberNode | undefined {
  if (above === below) return number;
  return /[a-z]/i.test(number.name ?? '') ? undefined : multiplied(number, multiplied(exact(above), exact(1 / below)));
}
