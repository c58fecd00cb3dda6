/**
 * The covariance of a linear predictor's coefficients about the centre of the data, which keeps its digits when columns
 * have large offsets: parameters (a, b_1 … b_p) with η = a + Σ b_j (x_j − centre_j), or η = Σ b_j x_j without intercept.
 */
import { cholesky, invertUpper } from '../../math/cholesky';
import { readNumbers, readObject, writeNumbers } from './json';

export interface CentredCovariance {
  /** Number of columns p. */
  readonly columns: number;
  readonly intercept: boolean;
  /** Zeros without an intercept. */
  readonly centre: Float64Array;
  /** (p+1)², index 0 is a; rows and columns of aliased or absent parameters are 0. */
  readonly matrix: Float64Array;
}

/** Var(η) of one row of a design block (column j at data[j·stride + i]). */
export function predictorVariance(covariance: CentredCovariance, data: Float64Array, i: number, stride: number, work: Float64Array): number {
  const { columns, centre, matrix, intercept } = covariance;
  const m = columns + 1;
  work[0] = intercept ? 1 : 0;
  for (let j = 0; j < columns; j++) work[j + 1] = data[j * stride + i] - centre[j];
  let sum = 0;
  for (let a = 0; a < m; a++) {
    const wa = work[a];
    if (wa === 0) continue;
    let inner = 0.5 * matrix[a * m + a] * wa;
    for (let b = 0; b < a; b++) inner += matrix[a * m + b] * work[b];
    sum += 2 * wa * inner;
  }
  return Math.max(0, sum);
}

/** From the covariance of (b_0, b) about zero to that of (a, b) about `centre`: a = b_0 + Σ centre_j b_j. */
export function centreCovariance(raw: Float64Array, centre: Float64Array, intercept: boolean): CentredCovariance {
  const columns = centre.length;
  const m = columns + 1;
  const matrix = raw.slice();
  if (intercept) {
    const cross = new Float64Array(m);
    for (let a = 0; a < m; a++) {
      let sum = raw[a];
      for (let j = 0; j < columns; j++) sum += centre[j] * raw[(j + 1) * m + a];
      cross[a] = sum;
    }
    let variance = cross[0];
    for (let j = 0; j < columns; j++) variance += centre[j] * cross[j + 1];
    matrix[0] = Math.max(0, variance);
    for (let a = 1; a < m; a++) { matrix[a] = cross[a]; matrix[a * m] = cross[a]; }
  }
  return { columns, intercept, centre, matrix };
}

/** The lower triangle by rows; undefined where a number is not finite. */
export function writeCovariance(covariance: CentredCovariance | undefined): unknown {
  if (!covariance) return undefined;
  const m = covariance.columns + 1;
  const lower: number[] = [];
  for (let a = 0; a < m; a++) for (let b = 0; b <= a; b++) lower.push(covariance.matrix[a * m + b]);
  return { centre: writeNumbers(covariance.centre), lower: writeNumbers(lower) };
}

export function readCovariance(json: unknown, columns: number, intercept: boolean): CentredCovariance | undefined {
  if (json === undefined || json === null) return undefined;
  const object = readObject(json, 'the covariance');
  const m = columns + 1;
  const lower = readNumbers(object['lower'], 'the covariance', (m * (m + 1)) / 2);
  const matrix = new Float64Array(m * m);
  let next = 0;
  for (let a = 0; a < m; a++) for (let b = 0; b <= a; b++) { matrix[a * m + b] = lower[next]; matrix[b * m + a] = lower[next++]; }
  return { columns, intercept, centre: readNumbers(object['centre'], 'the covariance', columns), matrix };
}

/**
 * Generalised variance inflation GVIF^(1/df) of each term's columns (Fox & Monette 1992): det V_jj · det (V⁻¹)_jj of the
 * coefficients' covariance without the intercept. Groups of column indices; NaN where it has no meaning.
 */
export function generalisedInflation(covariance: CentredCovariance, groups: readonly (readonly number[])[]): number[] {
  const m = covariance.columns + 1;
  const kept = groups.flat().filter(j => covariance.matrix[(j + 1) * m + j + 1] > 0).sort((a, b) => a - b);
  const q = kept.length;
  const place = new Map(kept.map((j, k) => [j, k]));
  const sd = kept.map(j => Math.sqrt(covariance.matrix[(j + 1) * m + j + 1]));
  const correlation = new Float64Array(q * q);
  for (let a = 0; a < q; a++) for (let b = 0; b < q; b++) correlation[a * q + b] = covariance.matrix[(kept[a] + 1) * m + kept[b] + 1] / (sd[a] * sd[b]);
  const factor = correlation.slice();
  if (q === 0 || !(cholesky(factor, q) > 0)) return groups.map(() => NaN);
  const inverse = invertUpper(factor, q);
  const precision = (a: number, b: number): number => {
    let sum = 0;
    for (let k = Math.max(a, b); k < q; k++) sum += inverse[k * q + a] * inverse[k * q + b];
    return sum;
  };
  return groups.map(group => {
    const own = group.map(j => place.get(j)).filter(k => k !== undefined);
    if (own.length === 0) return NaN;
    const first = own.map(a => own.map(b => correlation[a * q + b]));
    const second = own.map(a => own.map(b => precision(a, b)));
    return Math.max(1, (determinant(first) * determinant(second)) ** (1 / own.length));
  });
}

/** Determinant of a small positive definite matrix. */
function determinant(matrix: number[][]): number {
  const n = matrix.length;
  const flat = new Float64Array(n * n);
  for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) flat[b * n + a] = matrix[a][b];
  if (!(cholesky(flat, n) > 0)) return NaN;
  let product = 1;
  for (let k = 0; k < n; k++) product *= flat[k * n + k] ** 2;
  return product;
}
