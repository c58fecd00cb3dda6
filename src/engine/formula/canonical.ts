// Canonical form: sums and products flat and sorted, like terms and equal bases collected, numbers folded, inverse
// functions cancelled. Only rewrites that hold wherever the original is defined; those that need a sign ask `positive`.
import type { Expression, NumberNode } from './expression';
import { children, exact, fitted, withChildren } from './expression';
import { structureKey, keyOf } from './key';

/** What is known of the variables: `positive[i]` where variable i is above zero on every row. */
export interface Domain {
  positive: readonly boolean[];
}
const anywhere: Domain = { positive: [] };

/** The canonical form of a formula. */
export function canonical(of: Expression, domain: Domain = anywhere): Expression {
  const parts = children(of);
  const node = parts.length ? withChildren(of, parts.map(part => canonical(part, domain))) : of;
  switch (node.kind) {
    case 'sum':
      return makeSum(node.terms);
    case 'product':
      return makeProduct(node.factors, domain);
    case 'power':
      return makePower(node.base, node.exponent, domain);
    case 'call':
      return makeCall(node, domain);
    default:
      return node;
  }
}

/** Two numbers folded by `operation`: fitted if one of them was. */
function fold(a: NumberNode, b: NumberNode, operation: (a: number, b: number) => number): NumberNode {
  const value = operation(a.value, b.value);
  return a.free || b.free ? fitted(value) : exact(value);
}

/** The product of two numbers; what is 1 leaves the other as it is written, fractions stay fractions. */
export function multiplied(a: NumberNode, b: NumberNode): NumberNode {
  if (a.value === 1 && !a.free) return b;
  if (b.value === 1 && !b.free) return a;
  return tidied(fold(a, b, (x, y) => x * y));
}

/** A term as its number and the rest; the rest of a plain number is undefined. */
export function coefficientOf(term: Expression): [NumberNode, Expression | undefined] {
  if (term.kind === 'number') return [term, undefined];
  if (term.kind !== 'product' || term.factors[0]!.kind !== 'number') return [exact(1), term];
  const rest = term.factors.slice(1);
  return [term.factors[0], rest.length === 1 ? rest[0]! : { kind: 'product', factors: rest }];
}

/** A number times a formula that has no number in front. */
export function scaled(by: NumberNode, of: Expression | undefined): Expression {
  if (!of || by.value === 0) return by;
  if (by.value === 1 && !by.free) return of;
  return { kind: 'product', factors: of.kind === 'product' ? [by, ...of.factors] : [by, of] };
}

function makeSum(given: Expression[]): Expression {
  const like = new Map<string, [NumberNode, Expression | undefined]>();
  for (const term of given.flatMap(each => (each.kind === 'sum' ? each.terms : [each]))) {
    const [by, rest] = coefficientOf(term);
    const key = rest ? keyOf(rest) : '';
    const before = like.get(key);
    like.set(key, [before ? fold(before[0], by, (a, b) => a + b) : by, rest]);
  }
  const terms = [...like.values()].filter(([by, rest]) => by.value !== 0 || (by.free && !rest)).map(([by, rest]) => scaled(by, rest));
  if (terms.length === 0) return exact(0);
  return terms.length === 1 ? terms[0]! : { kind: 'sum', terms: sorted(terms) };
}

const rank: Record<Expression['kind'], number> = { number: 0, variable: 1, power: 2, product: 3, call: 4, sum: 5 };

function sorted(parts: Expression[]): Expression[] {
  const keys = new Map(parts.map(part => [part, structureKey(part)]));
  return [...parts].sort((a, b) => rank[a.kind] - rank[b.kind] || (keys.get(a)! < keys.get(b)! ? -1 : keys.get(a)! > keys.get(b)! ? 1 : 0));
}

function makeProduct(given: Expression[], domain: Domain): Expression {
  let by: NumberNode = exact(1);
  const bases = new Map<string, [Expression, Expression[]]>();
  const take = (factor: Expression): void => {
    if (factor.kind === 'product') return factor.factors.forEach(take);
    if (factor.kind === 'number') return void (by = multiplied(by, factor));
    const [base, exponent] = factor.kind === 'power' ? [factor.base, factor.exponent] : [factor, exact(1)];
    const found = bases.get(keyOf(base));
    if (found) found[1].push(exponent);
    else bases.set(keyOf(base), [base, [exponent]]);
  };
  given.forEach(take);
  if (by.value === 0) return by;
  const factors: Expression[] = [];
  for (const [base, exponents] of bases.values()) {
    const raised = exponents.length === 1 ? rebuilt(base, exponents[0]!) : makePower(base, makeSum(exponents), domain);
    if (raised.kind === 'number') by = multiplied(by, raised);
    else if (raised.kind === 'product') {
      // A power of a product opened into factors: these may meet bases that stand here already.
      return makeProduct([by, ...factors, raised, ...[...bases.values()].slice(factors.length + 1).map(([b, e]) => rebuilt(b, e.length === 1 ? e[0]! : makeSum(e)))], domain);
    } else factors.push(raised);
  }
  const exps = factors.filter(each => each.kind === 'call' && each.name === 'exp');
  if (exps.length > 1) {
    const rest = factors.filter(each => !exps.includes(each));
    const joined: Expression = { kind: 'call', name: 'exp', argument: makeSum(exps.map(each => children(each)[0]!)) };
    return makeProduct([by, ...rest, joined], domain);
  }
  if (factors.length === 0) return by;
  const only = factors.length === 1 ? factors[0]! : undefined;
  // A number in front of a sum goes inside it if that frees the sum of a number: 2 (x + y) stays, c (c x + c) opens.
  if (only?.kind === 'sum' && (by.free || by.value === -1 || only.terms.some(hasFreeFactor))) {
    return makeSum(only.terms.map(term => times(by, term)));
  }
  return scaled(by, only ?? { kind: 'product', factors: sorted(factors) });
}

const hasFreeFactor = (term: Expression): boolean => coefficientOf(term)[0].free;

/** A number times a term, its own number folded in. */
function times(by: NumberNode, term: Expression): Expression {
  const [own, rest] = coefficientOf(term);
  return scaled(multiplied(by, own), rest);
}

const rebuilt = (base: Expression, exponent: Expression): Expression =>
  exponent.kind === 'number' && exponent.value === 1 ? base : { kind: 'power', base, exponent };

/** Is the formula above zero wherever it is defined? False where it is not known. */
export function isPositive(of: Expression, domain: Domain): boolean {
  switch (of.kind) {
    case 'number':
      return of.value > 0;
    case 'variable':
      return domain.positive[of.index] ?? false;
    case 'sum':
      return of.terms.every(term => isPositive(term, domain));
    case 'product':
      return of.factors.every(factor => isPositive(factor, domain));
    case 'power':
      return isPositive(of.base, domain) || (of.exponent.kind === 'number' && of.exponent.value % 2 === 0);
    case 'call':
      return of.name === 'exp';
  }
}

function makePower(base: Expression, exponent: Expression, domain: Domain): Expression {
  if (exponent.kind !== 'number') return { kind: 'power', base, exponent };
  if (exponent.value === 0) return exact(1);
  if (exponent.value === 1 && !exponent.free) return base;
  const whole = Number.isInteger(exponent.value) && !exponent.free;
  if (base.kind === 'number') {
    const value = Math.pow(base.value, exponent.value);
    if (Number.isFinite(value)) return base.free || exponent.free ? fitted(value) : exactPower(base, exponent, value);
  }
  if (base.kind === 'power' && base.exponent.kind === 'number' && (whole || isPositive(base.base, domain))) {
    const inner = base.exponent;
    // (x^p)^q = x^(pq) for whole q, unless p was a root whose sign test would be lost for the worse: that only widens the domain.
    return makePower(base.base, tidied(fold(inner, exponent, (a, b) => a * b)), domain);
  }
  if (base.kind === 'product' && (whole || base.factors.every(factor => isPositive(factor, domain)))) {
    return makeProduct(base.factors.map(factor => makePower(factor, exponent, domain)), domain);
  }
  if (base.kind === 'product') {
    // (p s)^q = p^q s^q where p is positive, whatever the sign of s.
    const [positive, others] = [base.factors.filter(factor => isPositive(factor, domain)), base.factors.filter(factor => !isPositive(factor, domain))];
    if (positive.length) {
      const rest = others.length === 1 ? others[0]! : makeProduct(others, domain);
      return makeProduct([...positive.map(factor => makePower(factor, exponent, domain)), { kind: 'power', base: rest, exponent }], domain);
    }
  }
  if (base.kind === 'call' && base.name === 'exp' && whole) {
    return { kind: 'call', name: 'exp', argument: makeProduct([exponent, base.argument], domain) };
  }
  return { kind: 'power', base, exponent };
}

/** √2, 1/3 and the like stay as they are written; whole results are folded. */
function exactPower(base: NumberNode, exponent: NumberNode, value: number): Expression {
  return Number.isInteger(value) || Math.abs(exponent.value) >= 1 ? exact(value) : { kind: 'power', base, exponent };
}

/** Numbers that are whole, or small fractions, after rounding errors of a product. */
export function tidied(of: NumberNode): NumberNode {
  if (of.free || Math.abs(of.value) > 1e3) return of;
  for (let q = 1; q <= 12; q++) {
    const p = Math.round(of.value * q);
    if (Math.abs(of.value * q - p) < 1e-12) return exact(p / q, [1, 2, 4, 5, 8, 10].includes(q) ? undefined : `${p}/${q}`);
  }
  return of;
}

function makeCall(node: Extract<Expression, { kind: 'call' }>, domain: Domain): Expression {
  const { name, argument } = node;
  if (argument.kind === 'number' && !argument.name) {
    const value = Math[name](argument.value);
    if (Number.isFinite(value) && (argument.free || Number.isInteger(value))) return argument.free ? fitted(value) : exact(value);
  }
  if (name === 'log' && argument.kind === 'call' && argument.name === 'exp') return argument.argument;
  if (name === 'exp') {
    if (argument.kind === 'call' && argument.name === 'log') return argument.argument;
    const raised = expOfLog(argument);
    if (raised) return makePower(...raised, domain);
    const opened = expOfSum(argument, domain);
    if (opened) return opened;
  }
  if (name === 'abs' && isPositive(argument, domain)) return argument;
  const flipped = leadingMinus(argument);
  if (flipped && (name === 'cos' || name === 'abs')) return { kind: 'call', name, argument: flipped };
  if (flipped && (name === 'sin' || name === 'tan' || name === 'asin' || name === 'atan' || name === 'tanh')) {
    return makeProduct([exact(-1), { kind: 'call', name, argument: flipped }], domain);
  }
  return node;
}

/** exp(p log u) = u^p. */
function expOfLog(argument: Expression): [Expression, Expression] | undefined {
  if (argument.kind !== 'product') return undefined;
  const logarithm = argument.factors.find(factor => factor.kind === 'call' && factor.name === 'log');
  if (logarithm?.kind !== 'call') return undefined;
  return [logarithm.argument, makeProduct(argument.factors.filter(factor => factor !== logarithm), anywhere)];
}

/** exp(c + f) = e^c · exp f, so that no formula holds two numbers where one will do. */
function expOfSum(argument: Expression, domain: Domain): Expression | undefined {
  if (argument.kind !== 'sum') return undefined;
  const number = argument.terms.find((term): term is NumberNode => term.kind === 'number' && term.free);
  if (!number || Math.abs(number.value) > 300) return undefined;
  const rest = makeSum(argument.terms.filter(term => term !== number));
  return makeProduct([fitted(Math.exp(number.value)), { kind: 'call', name: 'exp', argument: rest }], domain);
}

/** The argument without its minus sign, if its number in front is negative. */
function leadingMinus(of: Expression): Expression | undefined {
  if (of.kind === 'sum') return of.terms.every(term => coefficientOf(term)[0].value < 0) ? makeSum(of.terms.map(term => times(exact(-1), term))) : undefined;
  const [by, rest] = coefficientOf(of);
  return rest && by.value < 0 ? times(exact(-1), of) : undefined;
}
