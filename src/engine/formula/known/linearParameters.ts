// Which parameters of a formula enter it linearly, all at once: those are solved for exactly, and only the others searched.
import { derivative, holds } from '../derivative';
import type { Expression } from '../expression';
import { exact, product, sum, variable, variablesOf } from '../expression';

/**
 * The largest set found of parameters (given as indices of variables) in which the formula is linear: no derivative by one
 * of them holds any of them.
 */
export function linearParameters(of: Expression, parameters: readonly number[]): number[] {
  const slopes = new Map(parameters.map(k => [k, derivative(of, k)]));
  const candidates = parameters.filter(k => holds(of, k) && !holds(slopes.get(k)!, k));
  let best: number[] = [];
  candidates.forEach((_, from) => {
    const chosen: number[] = [];
    for (const k of [...candidates.slice(from), ...candidates.slice(0, from)]) {
      if (chosen.every(other => !holds(slopes.get(k)!, other) && !holds(slopes.get(other)!, k))) chosen.push(k);
    }
    if (chosen.length > best.length) best = chosen;
  });
  return best.sort((a, b) => a - b);
}

/**
 * N − y D for a formula N / D: zero where the formula holds, and linear in the parameters of both for a ratio of
 * polynomials. Undefined where there is no denominator with parameters. `y`: index of the variable that stands for the result.
 */
export function withoutDenominator(of: Expression, y: number, isParameter: (index: number) => boolean): { equation: Expression; denominator: Expression } | undefined {
  const factors = of.kind === 'product' ? of.factors : [of];
  const below = factors.filter(factor => factor.kind === 'power' && factor.exponent.kind === 'number' && factor.exponent.value === -1 && variablesOf(factor).some(isParameter));
  if (!below.length) return undefined;
  const denominator = product(...below.map(factor => (factor as { base: Expression }).base));
  const above = product(...factors.filter(factor => !below.includes(factor)));
  return { equation: sum(above, product(exact(-1), variable(y), denominator)), denominator };
}
