// Formulas that say the same with other parameters: two exponentials exchanged, a width and its opposite. Among equally
// good solutions the plainest is shown: smallest non-linear parameters, fewest negative ones, then the non-linear ones in
// ascending order; divisors, like periods, in descending order, so that the slowest term comes first either way.
import type { LeastSquaresSolution } from '../../math/levenbergMarquardt';
import { walk } from '../expression';
import type { FormulaSquares } from './leastSquares';

/** True if two sums of squares differ by no more than rounding and the end of a search. */
export function sameMinimum(a: number, b: number, { data: { response } }: FormulaSquares): boolean {
  if (!(a < Infinity && b < Infinity)) return false;
  let scale = 0;
  for (const y of response) scale += y * y;
  return Math.abs(a - b) <= 1e-7 * Math.max(a, b) + 1e-26 * scale;
}

/** The plainest of equally good solutions and of those that turned signs and exchanged parameters lead to. */
export function ordered(of: FormulaSquares, solutions: readonly LeastSquaresSolution[]): LeastSquaresSolution {
  let best = solutions.reduce((a, b) => (plainer(of, b.parameters, a.parameters) ? b : a));
  for (let round = 0; round < 8; round++) {
    const next = plainerForm(of, best);
    if (!next) return best;
    best = next;
  }
  return best;
}

function plainerForm(of: FormulaSquares, best: LeastSquaresSolution): LeastSquaresSolution | undefined {
  const others = of.others.map(k => best.parameters[k]!);
  for (const changed of changes(others)) {
    const parameters = of.completed(changed);
    if (!parameters || !plainer(of, parameters, best.parameters)) continue;
    const sse = of.sse(parameters);
    if (!(sse <= best.sse * 1.01 + 1e-300) && !sameMinimum(sse, best.sse, of)) continue;
    const solution = of.minimise(parameters, 200);
    if (sameMinimum(solution.sse, best.sse, of) && plainer(of, solution.parameters, best.parameters)) return solution;
  }
  return undefined;
}

/** A phase less its whole or half turns; one sign turned, or two; one exchange, or two. */
function* changes(values: readonly number[]): Generator<number[]> {
  const n = values.length;
  for (const turn of [2 * Math.PI, Math.PI]) {
    for (let k = 0; k < n; k++) if (Math.abs(values[k]!) > turn / 2) yield values.map((value, j) => (j === k ? value - turn * Math.round(value / turn) : value));
  }
  for (let k = 0; k < n; k++) yield values.map((value, j) => (j === k ? -value : value));
  const pairs: [number, number][] = [];
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) pairs.push([i, j]);
  for (const [i, k] of pairs) yield values.map((value, j) => (j === i || j === k ? -value : value));
  for (const pair of pairs) yield exchanged(values, pair);
  if (n > 8) return;
  for (const [k, first] of pairs.entries()) for (const second of pairs.slice(k + 1)) yield exchanged(exchanged(values, first), second);
}

function exchanged(values: readonly number[], [i, j]: readonly [number, number]): number[] {
  return values.map((value, k) => (k === i ? values[j]! : k === j ? values[i]! : value));
}

function plainer(of: FormulaSquares, a: Float64Array, b: Float64Array): boolean {
  const size = (p: Float64Array): number => of.others.reduce((sum, k) => sum + Math.abs(p[k]!), 0);
  if (Math.abs(size(a) - size(b)) > 1e-6 * size(b)) return size(a) < size(b);
  const negatives = (p: Float64Array): number => p.reduce((count, value) => count + (value < 0 ? 1 : 0), 0);
  const difference = negatives(a) - negatives(b);
  if (difference !== 0) return difference < 0;
  for (const k of of.others) if (Math.abs(a[k]! - b[k]!) > 1e-6 * Math.abs(b[k]!)) return divides(of, k) ? a[k]! > b[k]! : a[k]! < b[k]!;
  return false;
}

/** True if parameter k stands alone below a fraction line. */
function divides({ expression, data }: FormulaSquares, k: number): boolean {
  let found = false;
  walk(expression, node => {
    if (node.kind !== 'power' || node.exponent.kind !== 'number' || node.exponent.value >= 0) return;
    if (node.base.kind === 'variable' && node.base.index === data.columns.length + k) found = true;
  });
  return found;
}
