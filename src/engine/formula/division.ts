// Quotients of polynomials with what can be divided taken out: (10 + 5x² − x y) / (1 + x²/2) = 10 − x y / (1 + x²/2).
import { canonical, multiplied, scaled, tidied } from './canonical';
import type { Expression, NumberNode } from './expression';
import { exact, fitted, product } from './expression';
import { monomial, monomialOf, padded, type Monomial } from './monomials';

/** Terms of a product multiplied out, at most. */
const mostTerms = 24;
const mostSteps = 6;

export interface Divided {
  readonly quotient: readonly Expression[];
  readonly remainder: readonly Expression[];
}

/** Takes multiples of the lower sum out of the upper one as long as that leaves fewer terms; undefined where none does. */
export function dividedSums(above: Expression, below: readonly Expression[]): Divided | undefined {
  const upper = multipliedOut(above);
  if (!upper || upper.length > mostTerms) return undefined;
  const terms = termsOf(canonical({ kind: 'sum', terms: upper }));
  const atoms: Expression[] = [];
  const divisors = below.flatMap(term => monomialOf(term, atoms));
  const split = terms.map(term => monomialOf(term, atoms));
  if (divisors.length < below.length) return undefined;
  const others = terms.filter((_, k) => split[k]!.length === 0);
  const pad = (each: Monomial): Monomial => padded(each, atoms.length);
  const lower = divisors.map(pad);
  let rest = split.flat().map(pad);
  const quotient: Expression[] = [];
  for (let step = 0; step < mostSteps && rest.length > 0; step++) {
    let best: { rest: Monomial[]; by: Monomial } | undefined;
    for (const p of rest) {
      for (const q of lower) {
        const by = ratio(p, q);
        const left = minus(rest, lower.map(each => times(by, each)));
        if (left.length < (best?.rest ?? rest).length) best = { rest: left, by };
      }
    }
    if (!best) break;
    quotient.push(written(best.by, atoms));
    rest = best.rest;
  }
  return quotient.length === 0 ? undefined : { quotient, remainder: [...others, ...rest.map(each => written(each, atoms))] };
}

const termsOf = (of: Expression): Expression[] => (of.kind === 'sum' ? of.terms : [of]);

/** Terms of products of sums, and of whole powers of them, multiplied out; undefined where they are too many. */
function multipliedOut(of: Expression): Expression[] | undefined {
  if (of.kind === 'sum') return gathered(of.terms.map(multipliedOut));
  const factors = of.kind === 'product' ? of.factors : [of];
  let terms: Expression[] = [exact(1)];
  for (const factor of factors) {
    const count = factor.kind === 'power' && factor.base.kind === 'sum' && factor.exponent.kind === 'number' && !factor.exponent.free && [2, 3, 4].includes(factor.exponent.value) ? factor.exponent.value : 1;
    const base = count > 1 ? (factor as { base: Expression }).base : factor;
    for (let k = 0; k < count; k++) {
      const own = base.kind === 'sum' ? multipliedOut(base) : [base];
      if (!own || terms.length * own.length > mostTerms) return undefined;
      terms = terms.flatMap(a => own.map(b => canonical(product(a, b))));
    }
  }
  return terms;
}

const gathered = (parts: (Expression[] | undefined)[]): Expression[] | undefined => (parts.includes(undefined) ? undefined : parts.flatMap(part => part!));

const ratio = (p: Monomial, q: Monomial): Monomial => ({ term: p.term, by: multiplied(p.by, inverse(q.by)), exponents: p.exponents.map((e, k) => e - q.exponents[k]!) });
const times = (a: Monomial, b: Monomial): Monomial => ({ term: b.term, by: multiplied(a.by, b.by), exponents: a.exponents.map((e, k) => e + b.exponents[k]!) });

function inverse(of: NumberNode): NumberNode {
  return of.free ? fitted(1 / of.value) : tidied(exact(1 / of.value));
}

function minus(from: readonly Monomial[], less: readonly Monomial[]): Monomial[] {
  const left = new Map(from.map(each => [each.exponents.join(), each]));
  for (const each of less) {
    const key = each.exponents.join();
    const before = left.get(key);
    const value = (before?.by.value ?? 0) - each.by.value;
    const free = each.by.free || before?.by.free === true;
    if (Math.abs(value) <= 1e-9 * Math.abs(each.by.value)) left.delete(key);
    else left.set(key, { ...each, by: free ? fitted(value) : tidied(exact(value)) });
  }
  return [...left.values()];
}

function written({ by, exponents }: Monomial, atoms: readonly Expression[]): Expression {
  const factors = monomial(exponents, atoms);
  return scaled(by, factors.length === 0 ? undefined : factors.length === 1 ? factors[0]! : { kind: 'product', factors });
}
