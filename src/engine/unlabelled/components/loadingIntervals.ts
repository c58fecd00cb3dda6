/** How sure the loadings are: bootstrap samples of the rows, each sample's components turned to match those of all rows. */
import type { WorkContext } from '../../context';
import { symmetricEigen } from '../../math/eigen';
import { jacobiSvd } from '../../math/jacobiSvd';
import { Rng } from '../../math/random';
import type { Matrix } from '../shared/matrix';
import { quantile } from '../shared/quantile';

export interface LoadingIntervals {
  readonly repeats: number;
  /** Groups of rows that were drawn as one; as many as rows where each was drawn by itself. */
  readonly groups: number;
  /** 2.5 and 97.5 % quantiles; component c, column j at c·columns + j. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Of the share of the variance of each component. */
  readonly shareLow: readonly number[];
  readonly shareHigh: readonly number[];
}

/** More rows than that are drawn in so many random groups, whose sums of products are added up once. */
const mostGroups = 500;

/**
 * Intervals of the loadings √variance · weight of the first `kept` components, in the matrix's units. The samples' first components are
 * turned together (orthogonal Procrustes; Schönemann 1966), because a component's sign and, among equal variances, its direction are free.
 */
export async function loadingIntervals(matrix: Matrix, vectors: Float64Array, variances: ArrayLike<number>, kept: number, standardised: boolean, seed: number, context: WorkContext): Promise<LoadingIntervals> {
  const { rows, columns } = matrix;
  const groups = Math.min(rows, columns > 60 ? 200 : mostGroups);
  const sums = await groupSums(matrix, groups, new Rng(seed).fork('groups'), context);
  const repeats = Math.max(50, Math.min(200, Math.round(2e10 / (6 * columns ** 3 + groups * columns ** 2))));
  const target = loadingsOf(vectors, variances, kept, columns);
  const draws = Array.from({ length: kept * columns }, () => new Float64Array(repeats));
  const shares = Array.from({ length: kept }, () => new Float64Array(repeats));
  for (let repeat = 0; repeat < repeats; repeat++) {
    await context.breathe();
    const cross = drawnCovariance(sums, columns, groups, new Rng(seed).fork(`loadings ${repeat}`), standardised);
    const trace = cross.reduce((sum, v, at) => sum + (at % (columns + 1) === 0 ? v : 0), 0);
    const { values, vectors: found } = await symmetricEigen(cross, columns, context);
    const order = [...values.keys()].sort((a, b) => values[b] - values[a]).slice(0, kept);
    const sorted = new Float64Array(kept * columns);
    order.forEach((from, to) => sorted.set(found.subarray(from * columns, (from + 1) * columns), to * columns));
    const loadings = loadingsOf(sorted, order.map(from => Math.max(0, values[from])), kept, columns);
    const turned = procrustes(loadings, target, kept, columns);
    turned.forEach((value, at) => { draws[at][repeat] = value; });
    order.forEach((from, c) => { shares[c][repeat] = trace > 0 ? Math.max(0, values[from]) / trace : 0; });
  }
  const at = (list: readonly Float64Array[], p: number): number[] => list.map(values => quantile(values.slice().sort(), p));
  return { repeats, groups, low: Float64Array.from(at(draws, 0.025)), high: Float64Array.from(at(draws, 0.975)), shareLow: at(shares, 0.025), shareHigh: at(shares, 0.975) };
}

function loadingsOf(vectors: Float64Array, variances: ArrayLike<number>, kept: number, columns: number): Float64Array {
  return Float64Array.from({ length: kept * columns }, (_, at) => vectors[at] * Math.sqrt(variances[Math.floor(at / columns)]));
}

/** By group: rows, sums, and the lower triangle of the sums of products. */
interface Sums { readonly counts: Float64Array; readonly sums: Float64Array; readonly products: Float64Array }

async function groupSums({ data, rows, columns }: Matrix, groups: number, rng: Rng, context: WorkContext): Promise<Sums> {
  const triangle = (columns * (columns + 1)) / 2;
  const [counts, sums, products] = [new Float64Array(groups), new Float64Array(groups * columns), new Float64Array(groups * triangle)];
  for (let i = 0; i < rows; i++) {
    if ((i & 4095) === 0) await context.breathe();
    const group = groups === rows ? i : rng.integer(groups);
    counts[group]++;
    for (let a = 0, at = group * triangle; a < columns; a++) {
      const x = data[i * columns + a];
      sums[group * columns + a] += x;
      for (let b = 0; b <= a; b++) products[at++] += x * data[i * columns + b];
    }
  }
  return { counts, sums, products };
}

function drawnCovariance({ counts, sums, products }: Sums, columns: number, groups: number, rng: Rng, standardised: boolean): Float64Array {
  const triangle = products.length / groups;
  const times = new Int32Array(groups);
  for (let g = 0; g < groups; g++) times[rng.integer(groups)]++;
  const total = new Float64Array(columns);
  const product = new Float64Array(triangle);
  let n = 0;
  for (let g = 0; g < groups; g++) {
    if (times[g] === 0) continue;
    n += times[g] * counts[g];
    for (let j = 0; j < columns; j++) total[j] += times[g] * sums[g * columns + j];
    for (let t = 0; t < triangle; t++) product[t] += times[g] * products[g * triangle + t];
  }
  const cross = new Float64Array(columns * columns);
  for (let a = 0, at = 0; a < columns; a++) {
    for (let b = 0; b <= a; b++, at++) {
      cross[a * columns + b] = (product[at] - (total[a] * total[b]) / n) / (n - 1);
      cross[b * columns + a] = cross[a * columns + b];
    }
  }
  if (standardised) rescale(cross, columns, n);
  return cross;
}

/** Correlations × n/(n − 1), as columns standardised with divisor n have; a column that does not vary in the sample is 0. */
function rescale(cross: Float64Array, columns: number, n: number): void {
  const scale = Float64Array.from({ length: columns }, (_, j) => (cross[j * columns + j] > 1e-14 ? Math.sqrt(n / (n - 1) / cross[j * columns + j]) : 0));
  for (let a = 0; a < columns; a++) for (let b = 0; b < columns; b++) cross[a * columns + b] *= scale[a] * scale[b];
}

/** The rotation or reflection of the components (rows of `loadings`) that brings them nearest to `target`: T = U Vᵀ of target·loadingsᵀ = U S Vᵀ. */
export function procrustes(loadings: Float64Array, target: Float64Array, kept: number, columns: number): Float64Array {
  const cross = new Float64Array(kept * kept);
  for (let a = 0; a < kept; a++) {
    for (let b = 0; b < kept; b++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += target[a * columns + j] * loadings[b * columns + j];
      cross[b * kept + a] = sum;
    }
  }
  const { u, v } = jacobiSvd(cross, kept);
  const turned = new Float64Array(kept * columns);
  for (let a = 0; a < kept; a++) {
    for (let b = 0; b < kept; b++) {
      let weight = 0;
      for (let s = 0; s < kept; s++) weight += u[s * kept + a] * v[s * kept + b];
      for (let j = 0; j < columns; j++) turned[a * columns + j] += weight * loadings[b * columns + j];
    }
  }
  return turned;
}
