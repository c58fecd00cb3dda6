// Quotients of polynomials: y Q = P is linear in the numbers of both once one number of Q is set to 1. Which one is tried in
// turn; the rows are weighted by 1/|Q| of the round before, so that misfits of y count (Sanathanan & Koerner 1963).
import type { Expression } from '../../expression';
import { power, product, sum, exact } from '../../expression';
import type { SearchRows } from '../../searchRows';
import { exactRational } from './exactRationals';
import { polynomialTerms } from './polynomials';
import { solveLinear } from '../../../math/levenbergMarquardt';
import { needed, scoreOf, subsetProblem, weighted, type Proposal } from './sparse';
import { bestSubsets } from './subsets';
import { weightedSum, type Term } from './terms';

/** Highest degree of numerator and denominator by number of variables. */
const degrees = [0, 6, 4, 3, 2, 2, 2];
const rounds = 3;

export function* rationals(rows: SearchRows): Generator<undefined, Proposal[]> {
  const degree = degrees[rows.variables];
  if (degree === undefined) return [];
  const whole = yield* exactRational(rows);
  if (whole) return [whole];
  const terms = rows.variables === 2 ? polynomialTerms(rows, 8, 4) : polynomialTerms(rows, degree);
  const found: Proposal[] = [];
  for (let one = 0; one < Math.min(terms.length, 1 + rows.variables * (rows.variables > 1 ? 2 : 1)); one++) {
    found.push(...(yield* withUnit(one, terms, rows)));
  }
  return found.sort((a, b) => a.bits - b.bits).slice(0, 8);
}

/** Quotients whose denominator has the number 1 before term `one`. */
function* withUnit(one: number, terms: readonly Term[], rows: SearchRows): Generator<undefined, Proposal[]> {
  const found: Proposal[] = [];
  let weights: Float64Array = rows.weights ?? new Float64Array(rows.rows).fill(1);
  // Above the line the terms, below them all but the unit.
  const columns = [...terms.map(({ values }) => values), ...terms.map(({ values }) => values.map((v, i) => -v * rows.target[i]!))];
  const unit = columns[terms.length + one]!.map(v => -v);
  for (let round = 0; round < rounds; round++) {
    const scaled = columns.map(column => weighted(column, weights));
    if (scaled.includes(undefined)) return found;
    const target = unit.map((v, i) => v * weights[i]!);
    const costs = columns.map((_, j) => terms[j % terms.length]!.cost);
    const options = { largest: 14, width: 6 };
    const problem = yield* subsetProblem(scaled.map(each => each!.column), target, costs, rows, options);
    const subsets = yield* bestSubsets({ ...problem, barred: new Set([terms.length + one]) }, 4);
    let best: { proposal: Proposal; below: Float64Array } | undefined;
    for (const { members } of subsets) {
      const made = quotientOf(members, one, terms, scaled.map(each => each!), target, rows);
      yield undefined;
      if (!made) continue;
      found.push(made.proposal);
      if (!best || made.proposal.bits < best.proposal.bits) best = made;
    }
    if (!best) return found;
    weights = reweighted(best.below, rows.weights);
  }
  return found;
}

/** 1/|Q|, bounded where the denominator passes zero. */
function reweighted(below: Float64Array, weights: Float64Array | undefined): Float64Array {
  const sizes = below.map(Math.abs);
  const middle = Float64Array.from(sizes).sort()[sizes.length >> 1]! || 1;
  return sizes.map((q, i) => ((weights?.[i] ?? 1) * middle) / Math.max(q, 1e-3 * middle));
}

function quotientOf(
  members: number[], one: number, terms: readonly Term[], columns: { column: Float64Array; length: number }[], target: Float64Array, rows: SearchRows,
): { proposal: Proposal; below: Float64Array } | undefined {
  const { solution } = solveLinear({ residuals: target.map(v => -v), jacobian: members.map(j => columns[j]!.column) });
  const kept = needed(solution);
  if (kept.length < members.length) return quotientOf(kept.map(k => members[k]!), one, terms, columns, target, rows);
  const numbers = solution.map((c, k) => c / columns[members[k]!]!.length);
  const m = terms.length;
  const above = members.map((j, k) => [j, numbers[k]!] as const).filter(([j]) => j < m);
  const others = members.map((j, k) => [j - m, numbers[k]!] as const).filter(([j]) => j >= 0);
  if (above.length === 0 || others.length === 0) return undefined;
  const below = Float64Array.from(terms[one]!.values);
  for (const [j, c] of others) for (let i = 0; i < below.length; i++) below[i]! += c * terms[j]!.values[i]!;
  const numerator = weightedSum(above.map(([j]) => terms[j]!.expression), above.map(([, c]) => c));
  const unit: Expression = terms[one]!.expression.kind === 'number' ? exact(1) : terms[one]!.expression;
  const denominator = sum(unit, ...others.map(([j, c]) => weightedSum([terms[j]!.expression], [c])));
  const expression = product(numerator, power(denominator, -1));
  const bits = scoreOf(expression, rows) + members.reduce((total, j) => total + terms[j % m]!.cost, 0) + terms[one]!.cost;
  return Number.isFinite(bits) ? { proposal: { expression, bits }, below } : undefined;
}
