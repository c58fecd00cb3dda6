// The derivative of a formula by one of its variables, as a formula again; zeros and ones are left out on the way.
import type { Expression, FunctionName } from './expression';
import { call, exact, negative, power, product, sum, walk } from './expression';
import { isExactly } from './values';

/** ∂ of / ∂ variable `index`. A derivative of |u| is u′ u / |u|, which has no value at 0. */
export function derivative(of: Expression, index: number): Expression {
  switch (of.kind) {
    case 'number':
      return exact(0);
    case 'variable':
      return exact(of.index === index ? 1 : 0);
    case 'sum':
      return added(of.terms.map(term => derivative(term, index)));
    case 'product':
      return added(of.factors.map((factor, k) => multiplied([derivative(factor, index), ...of.factors.filter((_, j) => j !== k)])));
    case 'power':
      return powerRule(of.base, of.exponent, index);
    case 'call':
      return multiplied([derivative(of.argument, index), slope(of.name, of.argument)]);
  }
}

/** True if the variable occurs. */
export function holds(of: Expression, index: number): boolean {
  let found = false;
  walk(of, node => {
    if (node.kind === 'variable' && node.index === index) found = true;
  });
  return found;
}

function powerRule(base: Expression, exponent: Expression, index: number): Expression {
  const parts: Expression[] = [];
  if (holds(base, index)) {
    const lower = exponent.kind === 'number' && !exponent.free ? exact(exponent.value - 1) : sum(exponent, exact(-1));
    const raised = isExactly(lower, 0) ? exact(1) : isExactly(lower, 1) ? base : power(base, lower);
    parts.push(multiplied([derivative(base, index), exponent, raised]));
  }
  if (holds(exponent, index)) parts.push(multiplied([derivative(exponent, index), power(base, exponent), call('log', base)]));
  return added(parts);
}

function slope(name: FunctionName, u: Expression): Expression {
  const oneMinusSquare = sum(exact(1), negative(power(u, 2)));
  switch (name) {
    case 'exp': return call('exp', u);
    case 'log': return power(u, -1);
    case 'sin': return call('cos', u);
    case 'cos': return negative(call('sin', u));
    case 'tan': return sum(exact(1), power(call('tan', u), 2));
    case 'asin': return power(oneMinusSquare, exact(-0.5, '-1/2'));
    case 'acos': return negative(power(oneMinusSquare, exact(-0.5, '-1/2')));
    case 'atan': return power(sum(exact(1), power(u, 2)), -1);
    case 'tanh': return sum(exact(1), negative(power(call('tanh', u), 2)));
    case 'abs': return product(u, power(call('abs', u), -1));
  }
}

function added(terms: Expression[]): Expression {
  const kept = terms.filter(term => !isExactly(term, 0));
  return kept.length === 0 ? exact(0) : kept.length === 1 ? kept[0]! : sum(...kept);
}

function multiplied(factors: Expression[]): Expression {
  if (factors.some(factor => isExactly(factor, 0))) return exact(0);
  const kept = factors.filter(factor => !isExactly(factor, 1));
  return kept.length === 0 ? exact(1) : kept.length === 1 ? kept[0]! : product(...kept);
}
