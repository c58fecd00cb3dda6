// Shorter ways to write a formula that the canonical form leaves open: factors common to the terms of a sum in front of
// brackets, a number that all terms share, 1/(1/u) and negative powers of sums. A rewrite is taken if it has fewer nodes.
import { canonical, coefficientOf, isPositive, multiplied, scaled, type Domain } from './canonical';
import { complexity } from './complexity';
import type { Expression, NumberNode } from './expression';
import { children, exact, power, product, sum, withChildren } from './expression';
import { keyOf } from './key';

/** The formula written shorter where that is possible; the same function. */
export function compact(of: Expression, domain: Domain): Expression {
  const parts = children(of);
  const node = parts.length ? withChildren(of, parts.map(part => compact(part, domain))) : of;
  if (node.kind === 'sum') return compactSum(joinedLogarithms(node.terms));
  if (node.kind !== 'product' && node.kind !== 'power') return node;
  return samePowers(outOfPowers(node.kind === 'product' ? flat(node.factors) : node, domain));
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

/** Takes the pair of terms out of whose common factors most is gained, again and again. */
function compactSum(given: Expression[]): Expression {
  let terms = given;
  if (terms.length === 1) return terms[0]!;
  for (;;) {
    let best: { terms: Expression[]; nodes: number } | undefined;
    const now = complexity({ kind: 'sum', terms });
    for (const key of new Set(terms.flatMap(term => factorsOf(term).map(factor => factor.key)))) {
      const with_ = terms.filter(term => factorsOf(term).some(factor => factor.key === key));
      if (with_.length < 2) continue;
      const bracket = gathered(with_);
      if (!bracket) continue;
      const next = [...terms.filter(term => !with_.includes(term)), bracket];
      const nodes = next.length === 1 ? complexity(next[0]!) : complexity({ kind: 'sum', terms: next });
      if (nodes < (best?.nodes ?? now)) best = { terms: next, nodes };
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

/** 2a + 4b = 2 (a + 2b): the smallest number in front of the bracket, where that leaves whole numbers inside. */
function withoutSharedNumber(terms: Expression[]): Expression {
  const whole: Expression = { kind: 'sum', terms };
  const split = terms.map(coefficientOf);
  const numbers = split.map(([by]) => by);
  const least = numbers.reduce((a, b) => (Math.abs(b.value) < Math.abs(a.value) ? b : a));
  const size = Math.abs(least.value);
  const ratios = numbers.map(({ value }) => Math.round(value / size));
  const fits = numbers.every(({ value, free }, k) => !free && Math.abs(value / size - ratios[k]!) < 1e-12 * Math.abs(ratios[k]!));
  if (size === 1 || !fits || ratios.some(r => Math.abs(r) > 12)) return whole;
  const name = least.name?.replace(/^-/, '');
  const bracket: Expression = { kind: 'sum', terms: split.map(([, rest], k) => scaled(exact(ratios[k]!), rest)) };
  const short: Expression = { kind: 'product', factors: [exact(size, name), bracket] };
  return complexity(short) < complexity(whole) ? short : whole;
}
