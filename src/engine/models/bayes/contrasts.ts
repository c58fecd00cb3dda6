/**
 * What is reported of a logistic posterior, as linear functions of the likelihood's coefficients: weights in the unit of
 * their column, the intercept at x = 0. With a weight for every class the data fix only their differences, so each is taken
 * against the mean of the classes (weights sum to zero over the classes).
 */
import type { BinaryData } from '../logistic/solvePass';

/** Σ factor · coefficient. */
export interface Contrast { readonly at: Int32Array; readonly factor: Float64Array }

/** Index vector · (p + 1) + (0 for the intercept, else column + 1); undefined where there is no parameter. */
export function reportedContrasts({ kept, lead, scaling }: BinaryData, vectors: number, p: number): (Contrast | undefined)[] {
  const q = kept.length + lead;
  const all: (Contrast | undefined)[] = new Array<Contrast | undefined>(vectors * (p + 1)).fill(undefined);
  const place = (v: number, index: number, own: readonly (readonly [number, number])[]): void => {
    const terms = Array.from({ length: vectors }, (_, u) => {
      const share = (u === v ? 1 : 0) - (vectors > 1 ? 1 / vectors : 0);
      return own.map(([k, factor]) => [u * q + k, share * factor] as const);
    }).flat();
    all[v * (p + 1) + index] = { at: Int32Array.from(terms, t => t[0]), factor: Float64Array.from(terms, t => t[1]) };
  };
  for (let v = 0; v < vectors; v++) {
    if (lead) place(v, 0, [[0, 1], ...Array.from(kept, (j, k) => [k + lead, -scaling.inverse[j] * (scaling.mean[j] + scaling.meanLow[j])] as const)]);
    kept.forEach((j, k) => place(v, j + 1, [[k + lead, scaling.inverse[j]]]));
  }
  return all;
}

export function contrastMean({ at, factor }: Contrast, beta: ArrayLike<number>): number {
  let s = 0;
  for (let i = 0; i < at.length; i++) s += factor[i] * beta[at[i]];
  return s;
}

/** Standard deviation under the covariance W Wᵀ, W upper, m × m. */
export function contrastSd({ at, factor }: Contrast, root: Float64Array, m: number): number {
  let sum = 0;
  for (let k = 0; k < m; k++) {
    let s = 0;
    for (let i = 0; i < at.length; i++) if (at[i] <= k) s += factor[i] * root[k * m + at[i]];
    sum += s * s;
  }
  return Math.sqrt(sum);
}

/** The same under a full covariance. */
export function contrastSdUnder({ at, factor }: Contrast, covariance: Float64Array, m: number): number {
  let sum = 0;
  for (let a = 0; a < at.length; a++) for (let b = 0; b < at.length; b++) sum += factor[a] * factor[b] * covariance[at[a] * m + at[b]];
  return Math.sqrt(Math.max(0, sum));
}

/** Covariance of (vectors × size) parameters after each vector is taken against the mean of all, in place. */
export function centreVectors(matrix: Float64Array, vectors: number, size: number): Float64Array {
  if (vectors < 2) return matrix;
  const m = vectors * size;
  const centreRuns = (from: number, step: number): void => {
    let mean = 0;
    for (let v = 0; v < vectors; v++) mean += matrix[from + v * step] / vectors;
    for (let v = 0; v < vectors; v++) matrix[from + v * step] -= mean;
  };
  for (let a = 0; a < m; a++) for (let i = 0; i < size; i++) centreRuns(a * m + i, size);
  for (let b = 0; b < m; b++) for (let i = 0; i < size; i++) centreRuns(i * m + b, size * m);
  return matrix;
}
