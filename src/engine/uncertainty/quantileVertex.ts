/** Moves an interior-point solution of a quantile regression to the vertex beside it, where p rows are met exactly. */
import type { QuantileProblem } from './pinballLoss';
import { pinballLoss } from './pinballLoss';

/**
 * Some p rows with linearly independent features have residual 0 at a solution (Koenker 2005, section 2.2.1): those
 * whose dual variable is furthest from 0 and 1. β through them, where that loses nothing against `beta`.
 */
export function exactAtVertex(problem: QuantileProblem, tau: number, beta: Float64Array, d: Float64Array): Float64Array {
  const { n, p } = problem;
  const inner = Array.from({ length: n }, (_, i) => i)
    .filter(i => Math.min(d[i], 1 - d[i]) > 1e-9)
    .sort((a, b) => Math.abs(d[a] - 0.5) - Math.abs(d[b] - 0.5) || a - b);
  const vertex = inner.length < p ? undefined : through(problem, inner.slice(0, 4 * p));
  if (!vertex) return beta;
  const loss = pinballLoss(problem, tau, beta);
  return pinballLoss(problem, tau, vertex) <= loss * (1 + 1e-12) ? vertex : beta;
}

/** β that meets p of the listed rows, the first ones that are independent: elimination with the rows in order. */
function through({ x, y, p }: QuantileProblem, rows: readonly number[]): Float64Array | undefined {
  const kept: Float64Array[] = [];
  const pivots: number[] = [];
  for (const i of rows) {
    if (kept.length === p) break;
    const row = Float64Array.from({ length: p + 1 }, (_, j) => (j < p ? x[i * p + j] : y[i]));
    const size = Math.max(...row.subarray(0, p).map(Math.abs));
    kept.forEach((other, k) => {
      const factor = row[pivots[k]] / other[pivots[k]];
      if (factor !== 0) for (let j = 0; j <= p; j++) row[j] -= factor * other[j];
    });
    let pivot = 0;
    for (let j = 1; j < p; j++) if (Math.abs(row[j]) > Math.abs(row[pivot])) pivot = j;
    if (!(Math.abs(row[pivot]) > 1e-9 * size)) continue;
    kept.push(row);
    pivots.push(pivot);
  }
  if (kept.length < p) return undefined;
  const beta = new Float64Array(p);
  for (let k = p - 1; k >= 0; k--) {
    let rest = kept[k][p];
    for (let j = 0; j < p; j++) if (j !== pivots[k]) rest -= kept[k][j] * beta[j];
    beta[pivots[k]] = rest / kept[k][pivots[k]];
  }
  return beta;
}
