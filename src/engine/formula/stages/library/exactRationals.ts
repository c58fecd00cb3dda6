// Quotients of polynomials that fit to the last digit: for growing degrees all numbers of P − y Q = 0 at once. At the lowest degrees that hold
// the quotient the solution is the only one, so that nothing needs to be chosen; what is 0 in it goes.
import { solveLinear } from '../../../math/levenbergMarquardt';
import { exact, power, product, sum, type Expression } from '../../expression';
import type { SearchRows } from '../../searchRows';
import { exponentsUpTo, polynomialTerms } from './polynomials';
import { scoreOf, weighted, type Proposal } from './sparse';
import { weightedSum, type Term } from './terms';

/** Numbers in all, those that are not 0, variables, and degree at most: with many numbers a quotient comes as near to any smooth function as rounding. */
const most = { numbers: 42, kept: 7, variables: 5, degree: 6 };
/** Misfit of the linear equations that rounding explains, as a share of their size, squared. */
const rounding = 1e-26;
/** A number of a column of unit length below this share of the largest is 0. */
const nothing = 1e-6;

/** The quotient of least degree that fits to the last digit, if there is one. */
export function* exactRational(rows: SearchRows): Generator<undefined, Proposal | undefined> {
  if (rows.variables > most.variables) return undefined;
  const counts = Array.from({ length: most.degree + 1 }, (_, degree) => exponentsUpTo(rows.variables, degree).length);
  const pairs = counts.flatMap((p, above) => counts.flatMap((q, below) => (below > 0 && p + q <= Math.min(most.numbers, rows.rows / 2) ? [{ above, below, numbers: p + q }] : [])));
  const highest = Math.max(0, ...pairs.flatMap(({ above, below }) => [above, below]));
  const terms = polynomialTerms(rows, highest);
  // A monomial without finite values has left the library, and with it the count of each degree.
  if (terms.length !== counts[highest]) return undefined;
  for (const { above, below } of pairs.sort((a, b) => a.numbers - b.numbers)) {
    for (let unit = 0; unit <= rows.variables; unit++) {
      const found = solved(terms.slice(0, counts[above]), terms.slice(0, counts[below]), unit, rows);
      yield undefined;
      if (found) return found;
    }
  }
  return undefined;
}

/** P/Q with the number 1 before term `unit` of Q; undefined where that does not fit. */
function solved(above: readonly Term[], below: readonly Term[], unit: number, rows: SearchRows): Proposal | undefined {
  const lower = below.filter((_, j) => j !== unit);
  const looked = Math.min(rows.rows, 4 * (above.length + lower.length) + 50);
  const ones = new Float64Array(looked).fill(1);
  const column = (term: Term, withTarget: boolean): ReturnType<typeof weighted> => weighted(term.values.slice(0, looked).map((v, i) => (withTarget ? -v * rows.target[i]! : v)), ones);
  const all = [...above.map(term => ({ term, isAbove: true, unit: column(term, false) })), ...lower.map(term => ({ term, isAbove: false, unit: column(term, true) }))];
  const right = below[unit]!.values.slice(0, looked).map((v, i) => v * rows.target[i]!);
  const size = right.reduce((total, v) => total + v * v, 0);
  let kept = all.filter(each => each.unit !== undefined);
  for (;;) {
    const { solution, sse, rank } = solveLinear({ residuals: right.map(v => -v), jacobian: kept.map(each => each.unit!.column) });
    // With dependent columns the solution would be one of many, and hold all of them.
    if (!(sse <= rounding * size) || rank < kept.length) return undefined;
    const largest = solution.reduce((a, c) => Math.max(a, Math.abs(c)), 0);
    const needed = kept.filter((_, j) => Math.abs(solution[j]!) > nothing * largest);
    if (needed.length === kept.length) return kept.length > most.kept ? undefined : quotient(kept.map((each, j) => ({ ...each, number: solution[j]! / each.unit!.length })), below[unit]!, rows);
    kept = needed;
  }
}

function quotient(parts: readonly { term: Term; isAbove: boolean; number: number }[], unit: Term, rows: SearchRows): Proposal | undefined {
  const [above, below] = [parts.filter(({ isAbove }) => isAbove), parts.filter(({ isAbove }) => !isAbove)];
  if (above.length === 0 || below.length === 0) return undefined;
  const one: Expression = unit.expression.kind === 'number' ? exact(1) : unit.expression;
  const denominator = sum(one, ...below.map(({ term, number }) => weightedSum([term.expression], [number])));
  const expression = product(weightedSum(above.map(({ term }) => term.expression), above.map(({ number }) => number)), power(denominator, -1));
  const bits = scoreOf(expression, rows) + parts.reduce((total, { term }) => total + term.cost, 0) + unit.cost;
  return Number.isFinite(bits) ? { expression, bits } : undefined;
}
