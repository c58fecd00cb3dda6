// Ordinary least squares of a target on a few columns, for proposals: small, fast, through the normal equations of scaled columns.
import { cholesky, choleskySolve } from '../math/cholesky';

/** One coefficient a column; undefined where the columns depend on each other. */
export function leastSquares(columns: readonly Float64Array[], target: Float64Array): Float64Array | undefined {
  const m = columns.length;
  const scales = columns.map(column => Math.sqrt(column.reduce((total, v) => total + v * v, 0)) || 1);
  const gram = new Float64Array(m * m);
  const right = new Float64Array(m);
  for (let j = 0; j < m; j++) {
    right[j] = dot(columns[j]!, target) / scales[j]!;
    for (let i = 0; i <= j; i++) gram[j * m + i] = dot(columns[i]!, columns[j]!) / (scales[i]! * scales[j]!);
  }
  if (!right.every(Number.isFinite) || !(cholesky(gram, m) > 1e-12)) return undefined;
  return choleskySolve(gram, m, right).map((v, j) => v / scales[j]!);
}

/** The same with rows that count by weights. */
export function weightedLeastSquares(columns: readonly Float64Array[], target: Float64Array, weights: Float64Array | undefined): Float64Array | undefined {
  if (!weights) return leastSquares(columns, target);
  const times = (column: Float64Array): Float64Array => column.map((v, i) => v * weights[i]!);
  return leastSquares(columns.map(times), times(target));
}

export function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}
