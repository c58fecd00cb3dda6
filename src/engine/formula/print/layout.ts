// How a formula is written, before any notation: differences, quotients and roots found in sums, products and powers, signs
// drawn to the front. Every notation prints this.
import { factorsOfName, type NamedFactor } from '../constantNames';
import type { Expression, FunctionName, NumberNode } from '../expression';

export type Layout =
  /** Not negative. `source`: the node that it came from, by which its standard error is found. */
  | { kind: 'number'; value: number; name?: string; source?: NumberNode }
  | { kind: 'variable'; index: number }
  | { kind: 'sum'; terms: Signed[] }
  | { kind: 'product'; above: Layout[]; below: Layout[] }
  | { kind: 'power'; base: Layout; exponent: Layout }
  | { kind: 'root'; of: Layout }
  | { kind: 'call'; name: FunctionName; argument: Layout }
  | { kind: 'negative'; of: Layout };

export interface Signed {
  negative: boolean;
  of: Layout;
}

export const whole = (value: number): Layout => ({ kind: 'number', value });

export function layout(of: Expression): Layout {
  const { negative, of: inner } = signed(of);
  return negative ? { kind: 'negative', of: inner } : inner;
}

function signed(of: Expression): Signed {
  switch (of.kind) {
    case 'number':
      return number(of);
    case 'variable':
      return plain({ kind: 'variable', index: of.index });
    case 'call':
      return plain({ kind: 'call', name: of.name, argument: layout(of.argument) });
    case 'sum':
      return sumOf(of);
    case 'product':
    case 'power':
      return productOf(of);
  }
}

const plain = (of: Layout): Signed => ({ negative: false, of });

function number(node: NumberNode): Signed {
  const negative = node.value < 0 || Object.is(node.value, -0);
  const name = node.name?.replace(/^-/, '');
  return { negative, of: { kind: 'number', value: Math.abs(node.value), ...(name && { name }), source: node } };
}

/** Terms in order, but a positive one first if there is one. */
function sumOf(of: Expression & { kind: 'sum' }): Signed {
  const terms: Signed[] = [];
  const collect = (node: Expression): void => {
    if (node.kind === 'sum') node.terms.forEach(collect);
    else terms.push(signed(node));
  };
  collect(of);
  if (terms.length === 0) return plain(whole(0));
  if (terms.length === 1) return terms[0]!;
  const first = Math.max(0, terms.findIndex(({ negative }) => !negative));
  return plain({ kind: 'sum', terms: [terms[first]!, ...terms.filter((_, k) => k !== first)] });
}

interface Parts {
  negative: boolean;
  above: Layout[];
  below: Layout[];
}

/** Numbers before other factors; powers with negative numbers below the line; a factor 1 left out. */
function productOf(of: Expression): Signed {
  const parts: Parts = { negative: false, above: [], below: [] };
  gather(of, parts);
  const { negative, below } = parts;
  const above = parts.above.filter(part => !isOne(part));
  below.sort((a, b) => Number(b.kind === 'number') - Number(a.kind === 'number'));
  above.sort((a, b) => Number(b.kind === 'number') - Number(a.kind === 'number'));
  if (!below.length && above.length <= 1) return { negative, of: above[0] ?? whole(1) };
  return { negative, of: { kind: 'product', above, below } };
}

function gather(node: Expression, parts: Parts): void {
  if (node.kind === 'product') return node.factors.forEach(factor => gather(factor, parts));
  if (node.kind === 'number') return gatherNumber(node, parts);
  if (node.kind === 'power') return gatherPower(node.base, node.exponent, parts);
  const { negative, of } = signed(node);
  if (negative) parts.negative = !parts.negative;
  parts.above.push(of);
}

/** A fraction by name is factors above and below. */
function gatherNumber(node: NumberNode, parts: Parts): void {
  const { negative, of } = number(node);
  if (negative) parts.negative = !parts.negative;
  if (!node.name?.includes('/')) return void parts.above.push(of);
  const named = ({ text, value }: NamedFactor): Layout => (/^\d+$/.test(text) ? whole(value) : { kind: 'number', value, name: text });
  const { above, below } = factorsOfName(node.name);
  parts.above.push(...above.map(named));
  parts.below.push(...below.map(named));
}

function gatherPower(base: Expression, exponent: Expression, parts: Parts): void {
  if (exponent.kind !== 'number' || exponent.free || exponent.value >= 0) return void parts.above.push(raised(base, exponent));
  const positive = { ...exponent, value: -exponent.value, ...(exponent.name && { name: exponent.name.replace(/^-/, '') }) };
  if (positive.value === 1 && (base.kind === 'product' || base.kind === 'number')) {
    const inside: Parts = { negative: false, above: [], below: [] };
    gather(base, inside);
    if (inside.negative) parts.negative = !parts.negative;
    parts.below.push(...inside.above.filter(part => !isOne(part)));
    parts.above.push(...inside.below);
    return;
  }
  parts.below.push(raised(base, positive));
}

function raised(base: Expression, exponent: Expression): Layout {
  if (exponent.kind === 'number' && !exponent.free) {
    if (exponent.value === 1) return layout(base);
    if (exponent.value === 0.5) return { kind: 'root', of: layout(base) };
  }
  return { kind: 'power', base: layout(base), exponent: layout(exponent) };
}

const isOne = (of: Layout): boolean => of.kind === 'number' && of.value === 1 && !of.source?.free;
