// Factors taken into a bracket beside them where that is shorter: 1 / ((1 − (a/b)²) b²) = 1 / (b² − a²).
import { canonical, isPositive, type Domain } from './canonical';
import { complexity } from './complexity';
import type { Expression } from './expression';
import { exact, power, product, sum } from './expression';

interface Raised { base: Expression; exponent: number }

/** The shortest way to take one factor into one bracket; the formula itself where none is shorter. */
export function intoBrackets(of: Expression, domain: Domain): Expression {
  if (of.kind !== 'product') return of;
  let best: Expression = of;
  for (const bracket of of.factors) {
    const around = raised(bracket);
    if (around?.base.kind !== 'sum') continue;
    for (const factor of of.factors) {
      const share = factor === bracket ? undefined : shareOf(raised(factor), around.exponent, domain);
      if (!share) continue;
      const inside = sum(...around.base.terms.map(term => canonical(product(term, share), domain)));
      const rest = of.factors.filter(each => each !== bracket && each !== factor);
      const whole = canonical({ kind: 'product', factors: [...rest, { kind: 'power', base: inside, exponent: exact(around.exponent) }] }, domain);
      if (complexity(whole) < complexity(best)) best = whole;
    }
  }
  return best;
}

function raised(of: Expression): Raised | undefined {
  if (of.kind !== 'power') return { base: of, exponent: 1 };
  return of.exponent.kind === 'number' && !of.exponent.free ? { base: of.base, exponent: of.exponent.value } : undefined;
}

/** What multiplies the terms of a bracket with this exponent when the factor goes into it; undefined where that is no whole power, or would divide them: 0 may be allowed. */
function shareOf(factor: Raised | undefined, exponent: number, domain: Domain): Expression | undefined {
  if (!factor || factor.base.kind === 'number' || factor.base.kind === 'sum') return undefined;
  const share = factor.exponent / exponent;
  return share > 0 && Number.isInteger(share) && (Number.isInteger(exponent) || isPositive(factor.base, domain)) ? power(factor.base, share) : undefined;
}
