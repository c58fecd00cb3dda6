/** The clusters on a map of the first two principal components: counts of rows in cells, never rows. */
import { binCounts, framedRange, type BinnedMap } from '../shared/binned';
import { svdOf, type Decomposed } from '../components/svd';
import type { Matrix } from '../shared/matrix';

export interface ClusterMap extends Omit<BinnedMap, 'counts'> {
  /** One list of bins² counts a cluster, row of y by row of y from the lowest. */
  readonly counts: readonly (readonly number[])[];
  /** Rows beyond the frame, which stand at its edge, as their centres do. */
  readonly beyond: number;
  /** Scores of the centres. */
  readonly centres: readonly { readonly x: number; readonly y: number }[];
  /** Share of the variance of the prepared columns that x and y show. */
  readonly shares: readonly [number, number];
  /** Direction of each prepared number: weights of x and y, strongest first. */
  readonly arrows: readonly { readonly name: string; readonly x: number; readonly y: number }[];
}

/** `names`: of the prepared numbers. */
export async function clusterMap(
  matrix: Matrix, names: readonly string[], centres: Float64Array, labels: Int32Array, k: number, breathe: () => Promise<void> | void,
): Promise<ClusterMap> {
  const parts = await svdOf(matrix, breathe);
  const scores = [0, 1].map(component => scoresOf(parts, component, matrix.data, matrix.rows, matrix.columns));
  const { counts, ...frame } = binCounts(scores[0], scores[1], labels, k, undefined, { x: framedRange(scores[0]), y: framedRange(scores[1]) });
  const outside = (value: number, { low, high }: { low: number; high: number }): boolean => value < low || value > high;
  const inside = (value: number, { low, high }: { low: number; high: number }): number => Math.min(high, Math.max(low, value));
  const beyond = labels.reduce((sum, _, i) => sum + Number(outside(scores[0][i], frame.x) || outside(scores[1][i], frame.y)), 0);
  const of = scoresOf.bind(undefined, parts);
  const [x, y] = [of(0, centres, k, matrix.columns), of(1, centres, k, matrix.columns)];
  const total = parts.variances.reduce((sum, v) => sum + v, 0);
  const weight = (component: number, j: number): number => (component < parts.components ? parts.vectors[component * matrix.columns + j] : 0);
  return {
    ...frame, counts, beyond, centres: Array.from({ length: k }, (_, c) => ({ x: inside(x[c], frame.x), y: inside(y[c], frame.y) })),
    shares: [0, 1].map(c => (c < parts.components && total > 0 ? parts.variances[c] / total : 0)) as [number, number],
    arrows: names.map((name, j) => ({ name, x: weight(0, j), y: weight(1, j) })).sort((a, b) => Math.hypot(b.x, b.y) - Math.hypot(a.x, a.y)),
  };
}

function scoresOf(parts: Decomposed, component: number, data: Float64Array, rows: number, columns: number): Float64Array {
  const scores = new Float64Array(rows);
  if (component >= parts.components) return scores;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += (data[i * columns + j] - parts.means[j]) * parts.vectors[component * columns + j];
    scores[i] = sum;
  }
  return scores;
}
