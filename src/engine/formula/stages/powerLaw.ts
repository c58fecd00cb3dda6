// The oldest law finder: a straight line in logarithms is a product of powers, one in half logarithms an exponential.
import type { Expression } from '../expression';
import { call, fitted, power, product, sum, variable } from '../expression';
import { weightedLeastSquares } from '../leastSquares';
import { signOf, weightsUnder } from '../rowWeights';
import type { SearchRows } from '../searchRows';

/** c Π xᵢ^pᵢ and c exp(Σ kᵢ xᵢ), where the target has one sign. */
export function powerLaws({ columns, target, domain, weights }: SearchRows): Expression[] {
  const sign = signOf(target);
  if (!sign) return [];
  const by = weightsUnder('logarithm', target, weights)!;
  const logY = target.map(y => Math.log(Math.abs(y)));
  const ones = new Float64Array(target.length).fill(1);
  const found: Expression[] = [];
  const positive = columns.map((_, k) => k).filter(k => domain.positive[k]);
  const powers = weightedLeastSquares([ones, ...positive.map(k => columns[k]!.map(Math.log))], logY, by);
  if (powers) {
    const factors = positive.map((k, j) => ({ base: variable(k), p: powers[j + 1]! })).filter(({ p }) => Math.abs(p) > 0.02);
    found.push(product(fitted(sign * Math.exp(powers[0]!)), ...factors.map(({ base, p }) => power(base, fitted(p)))));
  }
  const rates = weightedLeastSquares([ones, ...columns], logY, by);
  if (rates) {
    const terms = columns.map((_, k) => product(fitted(rates[k + 1]!), variable(k)));
    found.push(product(fitted(sign * Math.exp(rates[0]!)), call('exp', sum(...terms))));
  }
  return found;
}
