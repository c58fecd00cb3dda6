/** Principal axes of the path of weights during training: from hundreds of weights to a picture of two. */
import type { WorkContext } from '../../context';
import { symmetricEigen } from '../../math/eigen';

export interface PathAxes {
  /** Unit vectors, at most as many as asked for and as the path has directions. */
  readonly axes: readonly Float64Array[];
  /** Share of the path's variance (about the mean of its points) along each axis. */
  readonly shares: readonly number[];
  /** Coordinates of each point along the axes, seen from the last point. */
  readonly coordinates: readonly (readonly number[])[];
}

/** PCA of points in many dimensions, through the cross-products of the points (Li et al. 2018, section 7; Lorch 2016). */
export async function pathAxes(points: readonly Float64Array[], count: number, context: WorkContext): Promise<PathAxes> {
  const m = points.length;
  const mean = new Float64Array(points[0].length);
  for (const point of points) for (let i = 0; i < mean.length; i++) mean[i] += point[i] / m;
  const centred = points.map(point => point.map((value, i) => value - mean[i]));
  const gram = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    const pause = context.breathe();
    if (pause) await pause;
    for (let b = 0; b <= a; b++) gram[a * m + b] = gram[b * m + a] = dot(centred[a], centred[b]);
  }
  const { values, vectors } = await symmetricEigen(gram, m, context);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const order = [...values.keys()].sort((a, b) => values[b] - values[a]).slice(0, count).filter(k => values[k] > 1e-12 * total);
  const axes = order.map(k => combination(centred, vectors.subarray(k * m, (k + 1) * m), Math.sqrt(values[k])));
  const last = points[m - 1];
  return {
    axes, shares: order.map(k => values[k] / total),
    coordinates: points.map(point => axes.map(axis => axis.reduce((sum, value, i) => sum + value * (point[i] - last[i]), 0))),
  };
}

function combination(rows: readonly Float64Array[], weights: Float64Array, length: number): Float64Array {
  const out = new Float64Array(rows[0].length);
  rows.forEach((row, r) => { for (let i = 0; i < out.length; i++) out[i] += (weights[r] / length) * row[i]; });
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
