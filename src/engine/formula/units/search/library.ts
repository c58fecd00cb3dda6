// Sums of terms with the right unit: under each transform of the target all simple products of powers that give its unit are
// the library, then these times functions of pure numbers.
import type { Expression } from '../../expression';
import { difference, product } from '../../expression';
import { functionsOf } from '../../stages/library/factors';
import { sparse, type Proposal } from '../../stages/library/sparse';
import type { Way } from '../../stages/library/targets';
import { termOf, type Term } from '../../stages/library/terms';
import { back, powers, transformed, type Power } from './transforms';
import { likePairs, pureLeaves } from './leaves';
import { productExpression, productsOf, type TypedRows } from './typedRows';

/** The ways that units allow, each with the dimension of what it asks for. */
function typedWays(typed: TypedRows, around?: Float64Array): { way: Way; wanted: number[] }[] {
  return powers.flatMap(power => {
    const whole = transformed(typed.rows.target, power, around);
    return whole ? [{ way: { name: names[power], ...whole, back: (of: Expression) => back(of, power, whole.sign) }, wanted: typed.target.map(e => power * e) }] : [];
  });
}
const names: Record<Power, Way['name']> = { 1: 'plain', [-1]: 'reciprocal', 2: 'square', [-2]: 'reciprocalSquare' };

/** Products of powers with the dimension `wanted`, as terms. */
function monomialTerms(typed: TypedRows, wanted: readonly number[], keep: number): Term[] {
  return productsOf(typed, wanted, { largest: 24, keep, pure: 2 })
    .map(({ exponents }) => termOf(productExpression(typed, exponents), typed.rows)).filter(term => term !== undefined);
}

/** Sums of products of powers. */
export function* typedSums(typed: TypedRows, around?: Float64Array): Generator<undefined, Proposal[]> {
  const found: Proposal[] = [];
  for (const { way, wanted } of typedWays(typed, around)) {
    const terms = monomialTerms(typed, wanted, 120);
    yield undefined;
    if (terms.length > 1) found.push(...(yield* sparse(terms, way, typed.rows, { largest: 8, width: 10, keep: 3 })));
  }
  return found.sort((a, b) => a.bits - b.bits);
}

/** Sums of such products, each perhaps times a function of a pure number. */
export function* typedFunctions(typed: TypedRows, around?: Float64Array): Generator<undefined, Proposal[]> {
  const factors = factorsOf(typed);
  const found: Proposal[] = [];
  if (factors.length === 0) return found;
  for (const { way, wanted } of typedWays(typed, around)) {
    const plain = monomialTerms(typed, wanted, 40);
    const terms = [...plain];
    for (const factor of factors) {
      for (const front of plain.slice(0, Math.max(6, Math.floor(400 / factors.length)))) {
        const expression: Expression = front.expression.kind === 'number' ? factor.expression : product(front.expression, factor.expression);
        terms.push({ expression, values: factor.values.map((v, i) => v * front.values[i]!), cost: front.cost + factor.cost - 8 });
      }
      if (terms.length > 500) break;
    }
    yield undefined;
    found.push(...(yield* sparse(terms, way, typed.rows, { largest: 6, width: 8, keep: 3 })));
  }
  return found.sort((a, b) => a.bits - b.bits);
}

/** Functions of single pure numbers and of differences of those that the rows give. */
function factorsOf(typed: TypedRows): Term[] {
  const leaves = pureLeaves(typed).map(({ expression }) => expression);
  const apart = likePairs(typed).filter(([i]) => typed.dimensions[i]!.every(e => e === 0)).slice(0, 3)
    .map(([i, j]) => difference(typed.expressions[j]!, typed.expressions[i]!));
  return [...leaves, ...apart].slice(0, 10).flatMap(argument => functionsOf(argument, typed.rows));
}
