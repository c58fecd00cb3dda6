// Shorter ways to write a formula that the canonical form leaves open: factors common to the terms of a sum in front of
// brackets, a number that all terms share, 1/(1/u) and negative powers of sums. A rewrite is taken if it has fewer nodes.
import { canonical, coefficientOf, isPositive, multiplied, scaled, tidied, type Domain } from './canonical';
import { complexity } from './complexity';
import type { Expression, NumberNode } from './expression';
import { children, exact, power, product, sum, withChildren } from './expression';
import { dividedSums } from './division';
import { factorings } from './factoring';
import { intoBrackets } from './intoBrackets';
import { keyOf } from './key';

/** The formula written shorter where that is possible; the same function. */
export function compact(of: Expression, domain: Domain): Expression {
  const parts = children(of);
  const node = parts.length ? withChildren(of, parts.map(part => compact(part, domain))) : of;
  if (node.kind === 'sum') return compactSum(joinedLogarithms(node.terms));
  if (node.kind !== 'product' && node.kind !== 'power') return node;
  const steps = [tangents, withoutCommonFactor, divided, sharedOut, outOfPowers, intoBrackets, samePowers];
  return steps.reduce((best, step) => step(best, domain), node.kind === 'product' ? flat(node.factors) : node);
}

/** sin u / cos u = tan u. */
function tangents(of: Expression): Expression {
  if (of.kind !== 'product') return of;
  const parts = of.factors.map(factor => {
    const [base, exponent] = factor.kind === 'power' ? [factor.base, factor.exponent] : [factor, exact(1)];
    return { factor, name: base.kind === 'call' ? base.name : '', argument: base.kind === 'call' ? keyOf(base.argument) : '', base, exponent: exponent.kind === 'number' && !exponent.free ? exponent.value : NaN };
  });
  for (const sine of parts.filter(({ name }) => name === 'sin')) {
    const cosine = parts.find(({ name, argument, exponent }) => name === 'cos' && argument === sine.argument && exponent === -sine.exponent);
    if (!cosine || sine.base.kind !== 'call') continue;
    return tangents(flat([...of.factors.filter(factor => factor !== sine.factor && factor !== cosine.factor), rebuilt({ ...sine.base, name: 'tan' }, sine.exponent)]));
  }
  return of;
}

const rebuilt = (base: Expression, exponent: number): Expression => (exponent === 1 ? base : power(base, exponent));

/** −3 x / (1 − x/10) = 30 x / (x − 10), (8/3) / (2/3 + 1/x) = 4 / (1 + 1.5/x): a number of a bracket goes to the number in front, as long as that is shorter. */
function sharedOut(of: Expression): Expression {
  if (of.kind !== 'product') return of;
  let best: Expression = of;
  const [by] = coefficientOf(of);
  for (const factor of by.free ? [] : of.factors) {
    const [base, exponent] = factor.kind === 'power' ? [factor.base, factor.exponent] : [factor, exact(1)];
    if (base.kind !== 'sum' || exponent.kind !== 'number' || exponent.free || !Number.isInteger(exponent.value)) continue;
    const split = base.terms.map(coefficientOf);
    for (const shared of split.some(([own]) => own.free) ? [] : split.flatMap(([own]) => [own.value, -own.value])) {
      const ratios = split.map(([own]) => tidied(exact(own.value / shared)));
      if (Math.abs(shared) === 1 || !ratios.every(({ value }) => isSimple(value) || isSimple(1 / value) || isShort(value))) continue;
      const bracket: Expression = { kind: 'sum', terms: split.map(([, rest], k) => scaled(ratios[k]!, rest)) };
      const whole = flat([multiplied(by, tidied(exact(shared ** exponent.value))), ...of.factors.filter(each => each !== factor && each !== by), rebuilt(bracket, exponent.value)]);
      if (complexity(whole) < complexity(best)) best = whole;
    }
  }
  return best;
}

/** (10 + 5x² − x y) / (1 + x²/2) = 10 − x y / (1 + x²/2), as long as that is shorter. */
function divided(of: Expression): Expression {
  if (of.kind !== 'product') return of;
  let best: Expression = of;
  for (const below of of.factors) {
    if (below.kind !== 'power' || below.base.kind !== 'sum' || below.exponent.kind !== 'number' || below.exponent.free || below.exponent.value !== -1) continue;
    for (const above of of.factors) {
      const found = above.kind === 'sum' ? dividedSums(above, below.base.terms) : undefined;
      if (!found) continue;
      const rest = found.remainder.length === 0 ? [] : [flat([compactSum([...found.remainder]), below])];
      const whole = flat([...of.factors.filter(factor => factor !== above && factor !== below), compactSum([...found.quotient, ...rest])]);
      if (complexity(whole) < complexity(best)) best = whole;
    }
  }
  return best;
}

/** (x + 1)⁴ / (x³ + 1) = (x + 1)³ / (x² − x + 1): sums above and below a fraction line as products, as long as something cancels. */
function withoutCommonFactor(of: Expression, domain: Domain): Expression {
  if (of.kind !== 'product') return of;
  const isBracket = (part: Expression): boolean => part.kind === 'sum' || part.kind === 'product';
  const below = of.factors.filter(factor => factor.kind === 'power' && isBracket(factor.base) && factor.exponent.kind === 'number' && factor.exponent.value < 0);
  const above = of.factors.filter(factor => factor.kind === 'sum' || (factor.kind === 'power' && isBracket(factor.base)));
  if (below.length === 0 || above.length === below.length) return of;
  const opened = of.factors.map(factor => {
    const [base, exponent] = factor.kind === 'power' ? [factor.base, factor.exponent] : [factor, exact(1)];
    if (base.kind !== 'sum' || exponent.kind !== 'number' || exponent.free || !Number.isInteger(exponent.value)) return factor;
    const whole = factorings(base.terms, 2).findLast(terms => terms.length === 1);
    return whole ? power(whole[0]!, exponent) : factor;
  });
  const short = canonical({ kind: 'product', factors: opened }, domain);
  return complexity(short) < complexity(of) ? short : of;
}

/** Factors taken out of powers of sums: (1/v² − 1/c²)^-½ = v (1 − v²/c²)^-½, as long as that is shorter. */
function outOfPowers(of: Expression, domain: Domain): Expression {
  let best = of;
  for (;;) {
    let next: Expression | undefined;
    const factors = best.kind === 'product' ? best.factors : [best];
    for (const factor of factors) {
      if (factor.kind !== 'power' || factor.base.kind !== 'sum' || factor.exponent.kind !== 'number' || factor.exponent.free) continue;
      const others = factors.filter(each => each !== factor);
      for (const pulled of pullable(factor.base.terms, factor.exponent.value, domain)) {
        const base = sum(...factor.base.terms.map(term => product(term, power(pulled, -1))));
        const whole = canonical(product(...others, power(pulled, factor.exponent), { ...factor, base }), domain);
        if (complexity(whole) < complexity(next ?? best)) next = whole;
      }
    }
    if (!next) return best;
    best = next;
  }
}

/** a² b² / c² = (a b / c)²: factors with one exponent, but for its sign, under one power. */
function samePowers(of: Expression): Expression {
  if (of.kind !== 'product') return of;
  const groups = new Map<number, Expression[]>();
  const others: Expression[] = [];
  for (const factor of of.factors) {
    const size = factor.kind === 'power' && factor.exponent.kind === 'number' && !factor.exponent.free ? Math.abs(factor.exponent.value) : 1;
    if (size === 1) others.push(factor);
    else groups.set(size, [...(groups.get(size) ?? []), factor]);
  }
  const joined = [...groups].flatMap(([size, factors]): Expression[] => {
    if (factors.length < 2) return factors;
    const bases = factors.map(factor => (factor as { base: Expression }).base);
    const signs = factors.map(factor => Math.sign(((factor as { exponent: Expression }).exponent as { value: number }).value));
    const allBelow = signs.every(sign => sign < 0);
    const named = size === 0.5 ? '1/2' : undefined;
    return [power(product(...bases.map((base, k) => (signs[k]! < 0 && !allBelow ? power(base, -1) : base))), exact(allBelow ? -size : size, allBelow ? undefined : named))];
  });
  const all = [...others, ...joined];
  const short: Expression = all.length === 1 ? all[0]! : { kind: 'product', factors: all };
  return complexity(short) < complexity(of) ? short : of;
}

/** Powers of factors of the terms that may leave a power of their sum: positive ones, or any if the exponent is whole. */
function pullable(terms: Expression[], exponent: number, domain: Domain): Expression[] {
  const all = terms.flatMap(factorsOf).filter(({ base }) => Number.isInteger(exponent) || isPositive(base, domain));
  return [...new Map(all.map(({ key, base, exponent: e }) => [`${key}^${e}`, power(base, e)])).values()];
}

/** A product without products in it, its number in front. */
function flat(given: Expression[]): Expression {
  const all = given.flatMap(factor => (factor.kind === 'product' ? factor.factors : [factor]));
  const numbers = all.filter(factor => factor.kind === 'number');
  const rest = all.filter(factor => factor.kind !== 'number');
  const by = numbers.reduce<NumberNode>(multiplied, exact(1));
  const factors = by.value === 1 && !by.free ? rest : [by, ...rest];
  return factors.length === 1 ? factors[0]! : { kind: 'product', factors };
}

/** log a + log b − log c = log(a b / c). */
function joinedLogarithms(terms: Expression[]): Expression[] {
  const isLogarithm = (term: Expression): boolean => {
    const [by, rest] = coefficientOf(term);
    return Math.abs(by.value) === 1 && !by.free && rest?.kind === 'call' && rest.name === 'log';
  };
  const logarithms = terms.filter(isLogarithm);
  if (logarithms.length < 2) return terms;
  const arguments_ = logarithms.map(term => {
    const [by, rest] = coefficientOf(term);
    const inside = children(rest!)[0]!;
    return by.value < 0 ? power(inside, -1) : inside;
  });
  return [...terms.filter(term => !isLogarithm(term)), { kind: 'call', name: 'log', argument: flat(arguments_) }];
}

/** Takes out the common factors, or factors the polynomial, by which most is gained, again and again. */
function compactSum(given: Expression[]): Expression {
  let terms = given;
  if (terms.length === 1) return terms[0]!;
  for (;;) {
    let best: { terms: Expression[]; nodes: number } | undefined;
    const now = complexity({ kind: 'sum', terms });
    const take = (next: Expression[]): void => {
      const nodes = next.length === 1 ? complexity(next[0]!) : complexity({ kind: 'sum', terms: next });
      if (nodes < (best?.nodes ?? now)) best = { terms: next, nodes };
    };
    factorings(terms).forEach(take);
    for (const key of new Set(terms.flatMap(term => factorsOf(term).map(factor => factor.key)))) {
      const with_ = terms.filter(term => factorsOf(term).some(factor => factor.key === key));
      if (with_.length < 2) continue;
      const bracket = gathered(with_);
      if (bracket) take([...terms.filter(term => !with_.includes(term)), bracket]);
    }
    if (!best) break;
    terms = best.terms;
    if (terms.length === 1) return terms[0]!;
  }
  return withoutSharedNumber(terms);
}

interface Factor {
  /** Of the base. */
  key: string;
  base: Expression;
  exponent: number;
}

/** The factors of a term that have a number as exponent. */
function factorsOf(term: Expression): Factor[] {
  const [, rest] = coefficientOf(term);
  const factors = rest?.kind === 'product' ? rest.factors : rest ? [rest] : [];
  return factors.flatMap(factor => {
    if (factor.kind === 'power') return factor.exponent.kind === 'number' && !factor.exponent.free ? [{ key: keyOf(factor.base), base: factor.base, exponent: factor.exponent.value }] : [];
    return [{ key: keyOf(factor), base: factor, exponent: 1 }];
  });
}

/** Terms as their common factors times a bracket. */
function gathered(terms: Expression[]): Expression | undefined {
  const all = terms.map(factorsOf);
  const common: Expression[] = [];
  for (const { key, base, exponent } of all[0]!) {
    const exponents = all.map(factors => factors.find(each => each.key === key)?.exponent);
    if (exponents.some(e => e === undefined || Math.sign(e) !== Math.sign(exponent))) continue;
    const least = exponents.reduce<number>((a, e) => (Math.abs(e!) < Math.abs(a) ? e! : a), exponent);
    common.push(least === 1 ? base : power(base, least));
  }
  if (!common.length) return undefined;
  const inverse = common.map(factor => (factor.kind === 'power' ? power(factor.base, -(factor.exponent as { value: number }).value) : power(factor, -1)));
  const bracket = compactSum(terms.map(term => canonical(product(term, ...inverse))));
  return flat([...common, bracket]);
}

/** 2a + 4b = 2 (a + 2b), 10a + 10b/3 = 10 (a + b/3): a number in front of the bracket, where that leaves simple ones inside. */
function withoutSharedNumber(terms: Expression[]): Expression {
  const whole: Expression = { kind: 'sum', terms };
  const split = terms.map(coefficientOf);
  const numbers = split.map(([by]) => by);
  if (numbers.some(({ free }) => free)) return whole;
  let best: Expression = whole;
  for (const shared of numbers) {
    const size = Math.abs(shared.value);
    const ratios = size === 1 ? [] : numbers.map(({ value }) => tidied(exact(value / size)));
    // Whole numbers and fractions up to twelve: others are as long as what stood there.
    if (ratios.length === 0 || !ratios.every(({ value }) => isSimple(value) || isSimple(1 / value))) continue;
    const bracket: Expression = { kind: 'sum', terms: split.map(([, rest], k) => scaled(ratios[k]!, rest)) };
    const short: Expression = { kind: 'product', factors: [exact(size, shared.name?.replace(/^-/, '')), bracket] };
    if (complexity(short) < complexity(best)) best = short;
  }
  return best;
}

const isSimple = (value: number): boolean => Math.abs(value) <= 12 && Math.abs(value - Math.round(value)) < 1e-12 * Math.abs(value);

/** Written with one digit after the point. */
const isShort = (value: number): boolean => Math.abs(value) <= 12 && Math.abs(10 * value - Math.round(10 * value)) < 1e-11;
