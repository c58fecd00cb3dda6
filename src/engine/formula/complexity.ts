// How long a formula is: the nodes of its tree as it is written (x − y, x/y and x^2 are three, √x and −x two).
import type { Expression } from './expression';
import { coefficientOf } from './canonical';
import { factorsOfName, nodesOfFactor } from './constantNames';

/** Nodes of the written formula. */
export function complexity(of: Expression): number {
  switch (of.kind) {
    case 'number':
      return nodesOfName(of.name) || (of.value < 0 && !of.free ? 2 : 1);
    case 'variable':
      return 1;
    case 'call':
      return 1 + complexity(of.argument);
    case 'power':
      return complexityOfPower(of);
    case 'sum':
      return complexityOfSum(of.terms);
    case 'product':
      return complexityOfProduct(of.factors);
  }
}

/** "pi" is one, "1/3" three, "sqrt(2)" two. */
const nodesOfName = (name: string | undefined): number => (name ? (name.match(/[a-z]+|\d+(\.\d+)?|[-+*/^]/gi)?.length ?? 1) : 0);

function complexityOfPower(of: Extract<Expression, { kind: 'power' }>): number {
  if (of.exponent.kind !== 'number') return 1 + complexity(of.base) + complexity(of.exponent);
  const value = of.exponent.value;
  if (value === 0.5) return 1 + complexity(of.base);
  if (value < 0) return 2 + complexityOfPower({ ...of, exponent: { ...of.exponent, value: -value } });
  return value === 1 ? complexity(of.base) : 2 + complexity(of.base);
}

/** A minus between terms replaces a plus; in front of all it counts. */
function complexityOfSum(terms: Expression[]): number {
  let nodes = terms.length - 1;
  let allNegative = true;
  for (const term of terms) {
    const [by, rest] = coefficientOf(term);
    const negative = by.value < 0 && !by.name;
    if (!negative) allNegative = false;
    nodes += rest && by.value === -1 && !by.free ? complexity(rest) : negative && !by.free ? complexity(term) - 1 : complexity(term);
  }
  return nodes + (allNegative ? 1 : 0);
}

/** Factors below a fraction line: one division for each, no reciprocals. A named number takes part on both sides. */
function complexityOfProduct(factors: Expression[]): number {
  let parts = 0;
  let nodes = 0;
  let above = 0;
  for (const factor of factors) {
    if (factor.kind === 'number' && factor.name) {
      const { above: top, below: bottom } = factorsOfName(factor.name);
      above += top.length;
      parts += top.length + bottom.length;
      nodes += [...top, ...bottom].reduce((total, each) => total + nodesOfFactor(each), 0);
      continue;
    }
    const below = factor.kind === 'power' && factor.exponent.kind === 'number' && factor.exponent.value < 0;
    parts++;
    if (!below) above++;
    if (factor.kind === 'number' && factor.value === -1 && !factor.free) continue;
    nodes += below ? complexity({ ...factor, exponent: { ...factor.exponent, value: -(factor.exponent as { value: number }).value } as Expression }) : complexity(factor);
  }
  return nodes + Math.max(0, parts - 1) + (above ? 0 : 2);
}
