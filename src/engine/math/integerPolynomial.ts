/** Factors of polynomials with whole coefficients: linear ones by their rational roots, and perfect powers of what is left. */

/** Coefficients from the constant up: [2, 0, 1] is x² + 2. */
export type Coefficients = readonly number[];

export interface PolynomialFactor {
  readonly coefficients: Coefficients;
  readonly power: number;
}

export interface Factored {
  /** The number in front; the factors have no common divisor, and a positive leading coefficient. */
  readonly content: number;
  readonly factors: readonly PolynomialFactor[];
}

/** Larger coefficients are no accident of a few whole numbers, and their products would not be exact. */
const largest = 1e9;
/** Divisors of one coefficient that are tried at most. */
const mostDivisors = 64;

/** Undefined where a coefficient is too large. The product of all, multiplied out, is the polynomial again. */
export function factorPolynomial(given: Coefficients): Factored | undefined {
  if (given.length < 2 || !given.at(-1) || !given.every(c => Number.isInteger(c) && Math.abs(c) <= largest)) return undefined;
  const sign = Math.sign(given.at(-1)!);
  const content = sign * given.reduce((a, b) => divisor(a, Math.abs(b)), 0);
  // Plus 0: no −0.
  let rest = given.map(c => c / content + 0);
  const factors: PolynomialFactor[] = [];
  for (let root = rationalRoot(rest); root; root = rationalRoot(rest)) {
    let power = 0;
    for (let next = divided(rest, root); next; next = divided(rest, root)) {
      rest = next;
      power++;
    }
    if (power === 0) break;
    factors.push({ coefficients: root, power });
  }
  if (rest.length > 1) factors.push(perfectPower(rest));
  return { content, factors };
}

export function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** q x − p for a root p/q in lowest terms. */
function rationalRoot(of: Coefficients): Coefficients | undefined {
  if (of.length < 2) return undefined;
  if (of[0] === 0) return [0, 1];
  for (const q of divisors(of.at(-1)!)) {
    for (const p of divisors(of[0]!)) {
      if (divisor(p, q) !== 1) continue;
      for (const signed of [p, -p]) if (vanishes(of, signed, q)) return [-signed, q];
    }
  }
  return undefined;
}

/** Whether the polynomial is 0 at p/q: Σ cₖ pᵏ q^(n−k), as long as that is exact. */
function vanishes(of: Coefficients, p: number, q: number): boolean {
  let value = 0;
  let scale = 1;
  for (let k = of.length - 1; k >= 0; k--) {
    value = value * p + of[k]! * scale;
    scale *= q;
    if (!Number.isSafeInteger(value) || !Number.isSafeInteger(scale)) return false;
  }
  return value === 0;
}

/** Positive divisors, small ones first. */
function divisors(of: number): number[] {
  const size = Math.abs(of);
  const small: number[] = [];
  for (let d = 1; d * d <= size && small.length < mostDivisors; d++) if (size % d === 0) small.push(d);
  return [...small, ...small.map(d => size / d).reverse()].filter((d, k, all) => d !== all[k - 1]);
}

/** The quotient, where nothing remains and its coefficients are whole. */
function divided(of: Coefficients, by: Coefficients): number[] | undefined {
  if (of.length < by.length) return undefined;
  const rest = [...of];
  const quotient = new Array<number>(of.length - by.length + 1).fill(0);
  for (let k = quotient.length - 1; k >= 0; k--) {
    const c = rest[k + by.length - 1]! / by.at(-1)!;
    if (!Number.isInteger(c)) return undefined;
    quotient[k] = c;
    by.forEach((b, j) => { rest[k + j]! -= c * b; });
  }
  return rest.every(c => c === 0) ? quotient : undefined;
}

/** The polynomial as the highest power that it is: x⁴ + 2x² + 1 = (x² + 1)². */
function perfectPower(of: Coefficients): PolynomialFactor {
  const degree = of.length - 1;
  for (let power = degree; power > 1; power--) {
    const root = degree % power === 0 ? rootOf(of, power) : undefined;
    if (root) return { coefficients: root, power };
  }
  return { coefficients: of, power: 1 };
}

/** The polynomial whose power this is: its coefficients from the highest down, each from one of the power's. */
function rootOf(of: Coefficients, power: number): Coefficients | undefined {
  const degree = (of.length - 1) / power;
  const leading = Math.round(of.at(-1)! ** (1 / power));
  if (leading ** power !== of.at(-1)) return undefined;
  const root = new Array<number>(degree + 1).fill(0);
  root[degree] = leading;
  for (let k = 1; k <= degree; k++) {
    const missing = of[of.length - 1 - k]! - raised(root, power)[of.length - 1 - k]!;
    root[degree - k] = missing / (power * leading ** (power - 1));
    if (!Number.isInteger(root[degree - k])) return undefined;
  }
  return raised(root, power).every((c, k) => c === of[k]) ? root : undefined;
}

function raised(of: Coefficients, power: number): number[] {
  let result: number[] = [1];
  for (let k = 0; k < power; k++) {
    const next = new Array<number>(result.length + of.length - 1).fill(0);
    result.forEach((a, i) => of.forEach((b, j) => { next[i + j]! += a * b; }));
    result = next;
  }
  return result;
}
