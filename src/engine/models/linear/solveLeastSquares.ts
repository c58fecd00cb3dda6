/**
 * Ordinary least squares with rank detection. Three ways to the same small triangle, chosen by size and conditioning:
 * Gram-Schmidt in double-double arithmetic on all rows (small data: results limited only by the rounding of the input),
 * cross-products of centred, scaled columns with one step of refinement (large, well-conditioned), and blocked
 * Householder reflections (large, ill-conditioned or rank-deficient).
 */
import type { WorkContext } from '../../context';
import { UserError } from '../../../protocol/errors';
import { blockRows, columnScaling, packColumn } from '../../math/columns';
import type { ColumnScaling } from '../../math/columns';
import { addGram } from '../../math/gram';
import { cholesky, frobenius, invertUpper } from '../../math/cholesky';
import { RFactor, orthogonalise } from '../../math/qr';
import type { Orthogonalised } from '../../math/qr';
import { assemble } from './solveAssemble';
import type { LeastSquaresFit, Problem } from './solveAssemble';

export interface LeastSquaresInput {
  /** n × p, column-major, without the intercept's ones. Never changed. */
  readonly X: Float64Array;
  readonly n: number;
  readonly p: number;
  readonly y: Float64Array;
  readonly intercept: boolean;
  readonly context: WorkContext;
}

/** Multiplications in double-double arithmetic that are affordable (about a quarter of a second). */
const doubleDoubleBudget = 2.5e6;
/** Largest condition number of the scaled columns for which cross-products keep ten digits of the standard errors. */
const gramCondition = 1000;

/** Fits y on X by least squares. Throws UserError('numerical') when values are not finite or too large to square. */
export async function leastSquares(input: LeastSquaresInput): Promise<LeastSquaresFit> {
  const { X, n, p, y, intercept, context } = input;
  const columns = await columnScaling(X, n, p, intercept, context);
  const response = await columnScaling(y, n, 1, intercept, context);
  requireFinite(columns, response);
  const problem: Problem = { X, n, stride: n, p, y, intercept, columns, response, noise: noiseNorms(columns, n) };
  const q = p + (intercept ? 1 : 0);
  if (n * Math.min(n, q + 1) * (q + 1) <= doubleDoubleBudget) return assemble(problem, exactFactor(problem), true);
  if (n > 4 * (p + 1)) {
    const quick = await gramFactor(problem, context);
    if (quick) return assemble(problem, quick, false);
  }
  return assemble(problem, await householderFactor(problem, context), false);
}

export function requireFinite(columns: ColumnScaling, response?: ColumnScaling): void {
  const bad = (scaling: ColumnScaling): boolean => {
    for (let j = 0; j < scaling.columns; j++) {
      if (!Number.isFinite(scaling.largest[j]) || !Number.isFinite(scaling.mean[j]) || !Number.isFinite(scaling.scale[j])) return true;
    }
    return false;
  };
  if (bad(columns) || (response && bad(response))) throw new UserError('numerical', 'The data hold values that are not finite numbers.');
}

/** Half a unit in the last place of the largest value, times √n, in each column's scale. */
export function noiseNorms(columns: ColumnScaling, n: number): Float64Array {
  const noise = new Float64Array(columns.columns);
  for (let j = 0; j < noise.length; j++) noise[j] = 2 ** -53 * columns.largest[j] * columns.inverse[j] * Math.sqrt(n);
  return noise;
}

// ---------------------------------------------------------------- small data: double-double on all rows

/** Columns: the ones (with an intercept), X uncentred but shifted by a double, y. Everything after that is exact to 30 digits. */
function exactFactor(problem: Problem): Orthogonalised {
  const { X, n, p, y, intercept, columns, response } = problem;
  const lead = intercept ? 1 : 0;
  const width = p + lead + 1;
  const matrix = new Float64Array(n * width);
  const low = new Float64Array(n * width);
  if (lead) matrix.fill(1, 0, n);
  for (let j = 0; j < p; j++) shiftColumn(X, j * n, n, columns.mean[j], columns.inverse[j], matrix, low, (j + lead) * n);
  shiftColumn(y, 0, n, response.mean[0], response.inverse[0], matrix, low, (p + lead) * n);
  return orthogonalise(matrix, n, p + lead, { ...judging(problem), doubleDouble: true, low });
}

/** (x − mean) · inverse as high + low without any rounding. */
function shiftColumn(
  x: Float64Array, from: number, n: number, mean: number, inverse: number, high: Float64Array, low: Float64Array, at: number,
): void {
  for (let i = 0; i < n; i++) {
    const a = x[from + i] * inverse;
    const b = -mean * inverse;
    const s = a + b;
    const t = s - a;
    high[at + i] = s;
    low[at + i] = a - (s - t) + (b - t);
  }
}

// ---------------------------------------------------------------- large data

/** Same layout as `exactFactor` from the triangle of Householder reflections. */
async function householderFactor(problem: Problem, context: WorkContext): Promise<Orthogonalised> {
  const { X, n, p, y, columns, response } = problem;
  const width = p + 1 + (problem.intercept ? 1 : 0);
  if (n <= 2 * width) return factorDirectly(problem);
  const factor = new RFactor(width);
  const rows = Math.min(n, Math.max(blockRows, 2 * width));
  const block = new Float64Array(rows * width);
  for (let start = 0; start < n; start += rows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = Math.min(rows, n - start);
    packRows(X, n, p, y, problem.intercept, columns, response, start, count, rows, block);
    factor.add(block, rows, count);
  }
  return factorOfTriangle(factor.r, Math.min(width, n), width, problem);
}

/** Fewer rows than a triangle would hold: orthogonalises them as they are. */
function factorDirectly(problem: Problem): Orthogonalised {
  const { X, n, p, y, intercept, columns, response } = problem;
  const width = p + 1 + (intercept ? 1 : 0);
  const matrix = new Float64Array(n * width);
  packRows(X, n, p, y, intercept, columns, response, 0, n, n, matrix);
  return orthogonalise(matrix, n, width - 1, { ...judging(problem), doubleDouble: false });
}

/** How columns are judged, in the layout [1 X]. */
function judging({ p, intercept, columns, noise }: Problem): { leading: number; excluded: Uint8Array; noise: Float64Array } {
  const leading = intercept ? 1 : 0;
  const excluded = new Uint8Array(p + leading);
  const noises = new Float64Array(p + leading);
  noises.set(noise, leading);
  if (intercept) excluded.set(columns.constant, leading);
  return { leading, excluded, noise: noises };
}

/** Packs [1 X y] of some rows, centred and scaled. */
export function packRows(
  X: Float64Array, n: number, p: number, y: Float64Array, intercept: boolean, columns: ColumnScaling, response: ColumnScaling,
  start: number, count: number, stride: number, block: Float64Array,
): void {
  const lead = intercept ? 1 : 0;
  if (lead) block.fill(1, 0, count);
  for (let j = 0; j < p; j++) packColumn(X, n, j, start, count, columns, block, (j + lead) * stride);
  packColumn(y, n, 0, start, count, response, block, (p + lead) * stride);
}

/** Rank-revealing factorisation of a triangle R of [1 X y] (width × width). */
export function factorOfTriangle(r: Float64Array, rows: number, width: number, problem: Problem): Orthogonalised {
  const q = width - 1;
  const matrix = new Float64Array(rows * width);
  for (let j = 0; j < width; j++) for (let i = 0; i < Math.min(rows, j + 1); i++) matrix[j * rows + i] = r[j * width + i];
  const doubleDouble = rows * q * q <= doubleDoubleBudget;
  return orthogonalise(matrix, rows, q, { ...judging(problem), doubleDouble });
}

/** Cross-products, Cholesky and one refinement; undefined when the columns are too nearly dependent for that. */
async function gramFactor(problem: Problem, context: WorkContext): Promise<Orthogonalised | undefined> {
  const { X, n, p, y, intercept, columns, response } = problem;
  const lead = intercept ? 1 : 0;
  const width = p + lead + 1;
  const q = width - 1;
  const gram = new Float64Array(width * width);
  const block = new Float64Array(blockRows * width);
  for (let start = 0; start < n; start += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = Math.min(blockRows, n - start);
    packRows(X, n, p, y, intercept, columns, response, start, count, blockRows, block);
    addGram(block, blockRows, count, width, gram);
  }
  const quick = solveGram(gram, width, gramCondition);
  if (!quick) return undefined;
  const { solution, root } = quick;
  const remainder = await refine(problem, context, solution, root, q);
  return { ...quick, remainder };
}

/** Solution of the normal equations held in a Gram of [A y]; undefined when the condition number exceeds the limit. */
export function solveGram(gram: Float64Array, width: number, limit: number): Orthogonalised | undefined {
  const q = width - 1;
  const scale = new Float64Array(q);
  for (let j = 0; j < q; j++) {
    scale[j] = Math.sqrt(gram[j * width + j]);
    if (!(scale[j] > 0)) return undefined;
  }
  const r = new Float64Array(q * q);
  for (let j = 0; j < q; j++) for (let i = 0; i <= j; i++) r[j * q + i] = gram[j * width + i] / (scale[i] * scale[j]);
  const smallest = cholesky(r, q);
  if (!(smallest * limit * limit > 1)) return undefined;
  const inverse = invertUpper(r, q);
  if (frobenius(r) * frobenius(inverse) > limit * Math.sqrt(q)) return undefined;
  const root = new Float64Array(q * q);
  for (let j = 0; j < q; j++) {
    for (let i = 0; i <= j; i++) {
      root[j * q + i] = inverse[j * q + i] / scale[i];
      r[j * q + i] *= scale[j];
    }
  }
  const right = gram.slice(q * width, q * width + q);
  const yy = gram[q * width + q];
  // Qᵀy = Wᵀ Aᵀy, then the solution W Qᵀy.
  const solution = new Float64Array(q);
  const remainders = new Float64Array(q);
  let remainder = yy;
  for (let k = 0; k < q; k++) {
    let s = 0;
    for (let i = 0; i <= k; i++) s += root[k * q + i] * right[i];
    remainders[k] = remainder;
    remainder -= s * s;
    for (let i = 0; i <= k; i++) solution[i] += root[k * q + i] * s;
  }
  const kept = Int32Array.from({ length: q }, (_, j) => j);
  return {
    kept, aliased: new Int32Array(0), solution, root, r, combinations: new Float64Array(0), remainder: Math.max(0, remainder), remainders,
    smallestShare: Math.sqrt(smallest),
  };
}

/** One step of iterative refinement with true residuals. Changes `solution`; returns the residual sum of squares. */
async function refine(problem: Problem, context: WorkContext, solution: Float64Array, root: Float64Array, q: number): Promise<number> {
  const { X, n, p, y, intercept, columns, response } = problem;
  const gradient = new Float64Array(q);
  const block = new Float64Array(blockRows * (q + 1));
  let rss = 0;
  for (let start = 0; start < n; start += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = Math.min(blockRows, n - start);
    packRows(X, n, p, y, intercept, columns, response, start, count, blockRows, block);
    const at = q * blockRows;
    for (let j = 0; j < q; j++) {
      const b = solution[j];
      const from = j * blockRows;
      for (let i = 0; i < count; i++) block[at + i] -= b * block[from + i];
    }
    for (let i = 0; i < count; i++) rss += block[at + i] * block[at + i];
    for (let j = 0; j < q; j++) {
      const from = j * blockRows;
      let s = 0;
      for (let i = 0; i < count; i++) s += block[from + i] * block[at + i];
      gradient[j] += s;
    }
  }
  let gain = 0;
  for (let k = 0; k < q; k++) {
    let s = 0;
    for (let i = 0; i <= k; i++) s += root[k * q + i] * gradient[i];
    gain += s * s;
    for (let i = 0; i <= k; i++) solution[i] += root[k * q + i] * s;
  }
  return Math.max(0, rss - gain);
}
