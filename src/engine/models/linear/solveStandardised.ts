/**
 * The standardised least-squares problem that penalised fits solve: columns to mean 0 and population standard deviation 1
 * (a constant column becomes 0), y centred. Held either as cross-products (few columns: cost independent of the number
 * of rows from here on) or as the standardised rows themselves (more columns than rows).
 */
import type { WorkContext } from '../../context';
import { blockRows, columnScaling, packColumnRows } from '../../math/columns';
import type { ColumnScaling } from '../../math/columns';
import { addGram, mirror } from '../../math/gram';
import { requireFinite } from './solveLeastSquares';

/** n ½-scaled objective: ½/n ‖y − Zw‖² in terms of Z'Z/n, Z'y/n, y'y/n. */
export interface Standardised {
  readonly n: number;
  readonly p: number;
  /** Mean and population standard deviation of each column; sd 0 for constant columns. */
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  readonly yMean: number;
  /** Σ(y−ȳ)²/n. */
  readonly yy: number;
  /** Z'y/n. */
  readonly zy: Float64Array;
  /** Z'Z/n, p × p, full; or absent, and then `z` holds the rows. */
  readonly gram?: Float64Array;
  /** Z, n × p column-major, and centred y. */
  readonly z?: Float64Array;
  readonly y?: Float64Array;
}

export interface PenalisedData {
  /** n × p, column-major. */
  readonly X: Float64Array;
  readonly n: number;
  readonly p: number;
  readonly y: Float64Array;
  readonly intercept: boolean;
  readonly context: WorkContext;
}

/** Sums over some rows of [X y] in a common scaling: they add up over folds. */
export interface Moments {
  readonly n: number;
  /** Cross-products of [1 X y], (p+2)², upper triangle. */
  readonly gram: Float64Array;
}

/** Columns from which on rows are kept instead of cross-products. */
const mostGramColumns = 1500;

export function prefersGram(n: number, p: number): boolean {
  return p <= mostGramColumns && (p <= n || p <= 100);
}

export interface Scalings {
  readonly columns: ColumnScaling;
  readonly response: ColumnScaling;
}

export async function commonScaling({ X, n, p, y, intercept, context }: PenalisedData): Promise<Scalings> {
  const columns = await columnScaling(X, n, p, intercept, context);
  const response = await columnScaling(y, n, 1, intercept, context);
  requireFinite(columns, response);
  return { columns, response };
}

export async function momentsOf(data: PenalisedData, scalings: Scalings, rows: Int32Array): Promise<Moments> {
  const { X, n, p, y, context } = data;
  const width = p + 2;
  const gram = new Float64Array(width * width);
  const block = new Float64Array(blockRows * width);
  for (let start = 0; start < rows.length; start += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = Math.min(blockRows, rows.length - start);
    block.fill(1, 0, count);
    for (let j = 0; j < p; j++) packColumnRows(X, n, j, rows, start, count, scalings.columns, block, (j + 1) * blockRows);
    packColumnRows(y, n, 0, rows, start, count, scalings.response, block, (p + 1) * blockRows);
    addGram(block, blockRows, count, width, gram);
  }
  return { n: rows.length, gram };
}

export function addMoments(parts: readonly Moments[]): Moments {
  const gram = new Float64Array(parts[0].gram.length);
  let n = 0;
  for (const part of parts) {
    n += part.n;
    for (let i = 0; i < gram.length; i++) gram[i] += part.gram[i];
  }
  return { n, gram };
}

/** Mean and sd by which columns are standardised. */
export interface Location {
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

/** Columns whose variance is below this share of their squared range count as constant. */
const zeroVariance = 1e-20;

/**
 * Standardises moments; by `location` when given (a fold standardised as all rows were), else by their own mean and sd.
 * Columns are centred at their own mean in any case when there is an intercept.
 */
export function standardiseMoments(moments: Moments, scalings: Scalings, p: number, intercept: boolean, location?: Location): Standardised {
  const { n, gram } = moments;
  const { columns, response } = scalings;
  const width = p + 2;
  const at = (i: number, j: number): number => gram[j * width + i] / n;
  const means = new Float64Array(width);
  if (intercept) for (let j = 1; j < width; j++) means[j] = at(0, j);
  const inverse = new Float64Array(p);
  const mean = new Float64Array(p);
  const sd = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    const variance = at(j + 1, j + 1) - means[j + 1] ** 2;
    const varies = variance > zeroVariance && !(intercept && columns.constant[j]);
    sd[j] = location ? location.sd[j] : varies ? Math.sqrt(variance) * columns.scale[j] : 0;
    mean[j] = columns.mean[j] + columns.meanLow[j] + means[j + 1] * columns.scale[j];
    inverse[j] = sd[j] > 0 && varies ? columns.scale[j] / sd[j] : 0;
  }
  const scaleY = response.scale[0];
  const full = new Float64Array(p * p);
  const zy = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    for (let i = 0; i <= j; i++) full[j * p + i] = (at(i + 1, j + 1) - means[i + 1] * means[j + 1]) * inverse[i] * inverse[j];
    zy[j] = (at(j + 1, p + 1) - means[j + 1] * means[p + 1]) * inverse[j] * scaleY;
    if (!location && inverse[j] > 0) full[j * p + j] = 1;
  }
  return {
    n, p, mean, sd, yMean: response.mean[0] + response.meanLow[0] + means[p + 1] * scaleY,
    yy: (at(p + 1, p + 1) - means[p + 1] ** 2) * scaleY * scaleY, zy, gram: mirror(full, p),
  };
}

/** Standardises the listed rows themselves. */
export async function standardiseRows(data: PenalisedData, rows: Int32Array, location?: Location): Promise<Standardised> {
  const { X, n: stride, p, y, intercept, context } = data;
  const n = rows.length;
  const own = await columnScaling(X, stride, p, intercept, context, rows);
  const response = await columnScaling(y, stride, 1, intercept, context, rows);
  requireFinite(own, response);
  const z = new Float64Array(n * p);
  const centred = new Float64Array(n);
  packColumnRows(y, stride, 0, rows, 0, n, response, centred, 0);
  let yy = 0;
  for (let i = 0; i < n; i++) {
    centred[i] *= response.scale[0];
    yy += (centred[i] * centred[i]) / n;
  }
  const sd = new Float64Array(p);
  const mean = new Float64Array(p);
  const zy = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    const pause = context.breathe();
    if (pause) await pause;
    packColumnRows(X, stride, j, rows, 0, n, own, z, j * n);
    let square = 0;
    for (let i = j * n; i < (j + 1) * n; i++) square += z[i] * z[i];
    const varies = square > 0 && !(intercept && own.constant[j]);
    sd[j] = location ? location.sd[j] : varies ? Math.sqrt(square / n) * own.scale[j] : 0;
    mean[j] = own.mean[j] + own.meanLow[j];
    const factor = sd[j] > 0 && varies ? own.scale[j] / sd[j] : 0;
    let s = 0;
    for (let i = 0; i < n; i++) {
      z[j * n + i] *= factor;
      s += z[j * n + i] * centred[i];
    }
    zy[j] = s / n;
  }
  return { n, p, mean, sd, yMean: response.mean[0] + response.meanLow[0], yy, zy, z, y: centred };
}

/** Coefficients and intercept in the data's units from standardised ones. */
export function ownUnits(problem: Standardised, w: Float64Array, intercept: boolean): { intercept: number; coefficients: Float64Array } {
  const coefficients = new Float64Array(problem.p);
  let constant = problem.yMean;
  for (let j = 0; j < problem.p; j++) {
    if (!(problem.sd[j] > 0) || w[j] === 0) continue;
    coefficients[j] = w[j] / problem.sd[j];
    constant -= coefficients[j] * problem.mean[j];
  }
  return { intercept: intercept ? constant : 0, coefficients };
}
