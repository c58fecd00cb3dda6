/** Where the centres start: k-means++ (Arthur & Vassilvitskii 2007), the best of 2 + ⌊ln k⌋ draws each time, as scikit-learn does. */
import type { Rng } from '../../math/random';
import type { RowKernel } from './kernel';

/** k rows as centres (k × columns). Leaves the kernel's distances to the nearest of them. */
export function plusPlus(kernel: RowKernel, k: number, rng: Rng): Float64Array {
  const { rows, columns } = kernel;
  const centres = new Float64Array(k * columns);
  const first = kernel.row(rng.integer(rows));
  centres.set(first, 0);
  kernel.distances.fill(Infinity);
  let sum = kernel.approach(first);
  const draws = 2 + Math.floor(Math.log(k));
  for (let c = 1; c < k; c++) {
    const points = Array.from({ length: draws }, () => kernel.row(drawn(kernel.distances, sum, rng)).slice());
    const { best, sum: left } = kernel.approachBest(points);
    centres.set(points[best], c * columns);
    sum = left;
  }
  return centres;
}

/** A row at random, in proportion to its squared distance; any row where all are 0. */
export function drawn(distances: Float64Array, sum: number, rng: Rng): number {
  if (!(sum > 0)) return rng.integer(distances.length);
  let left = rng.uniform() * sum;
  let last = 0;
  for (let i = 0; i < distances.length; i++) {
    if (distances[i] === 0) continue;
    last = i;
    left -= distances[i];
    if (left < 0) return i;
  }
  return last;
}
