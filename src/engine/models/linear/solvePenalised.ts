/**
 * Ridge, lasso and elastic net over a path of penalties, and the choice of a penalty by cross-validation. Columns are
 * standardised inside (population sd), the intercept is not penalised. Objectives, with Z standardised:
 * ridge ‖y − b₀ − Zw‖² + λ‖w‖²; lasso and elastic net 1/(2n) ‖y − b₀ − Zw‖² + λ(ρ‖w‖₁ + ½(1−ρ)‖w‖²), ρ = 1 for the lasso.
 */
import type { WorkContext } from '../../context';
import { WorkingSet, gramQuadratic, rowsQuadratic, solveLasso } from './solveLassoPath';
import { complement, rowsByFold } from './solveFolds';
import { ridgePath } from './solveRidgePath';
import { addMoments, commonScaling, momentsOf, ownUnits, prefersGram, standardiseMoments, standardiseRows } from './solveStandardised';
import type { Location, Moments, PenalisedData, Scalings, Standardised } from './solveStandardised';

export type Penalty = 'ridge' | 'lasso' | 'elasticNet';

export interface PenalisedInput extends PenalisedData {
  readonly penalty: Penalty;
  /** ρ of the elastic net, 0 < ρ ≤ 1; default 0.5. */
  readonly l1Ratio?: number;
  /** Penalties, largest first; by default `lambdaPath`. */
  readonly lambdas?: Float64Array;
  /** Number of penalties of the default path; default 100. */
  readonly count?: number;
}

export interface PenalisedPath {
  readonly penalty: Penalty;
  readonly lambdas: Float64Array;
  readonly intercepts: Float64Array;
  /** In the data's units, one array of length p per penalty. */
  readonly coefficients: readonly Float64Array[];
  /** Per standard deviation of each column. */
  readonly standardised: readonly Float64Array[];
  readonly nonzero: Int32Array;
  /** Effective degrees of freedom without the intercept: trace for ridge, number of non-zero coefficients for the lasso. */
  readonly df: Float64Array;
  readonly mean: Float64Array;
  /** Population standard deviations; 0 for constant columns, whose coefficients are 0. */
  readonly sd: Float64Array;
}

export interface PenalisedCvInput extends PenalisedInput {
  /** Fold 0 … folds−1 of each row. */
  readonly foldOfRow: Int32Array;
  readonly folds: number;
  /**
   * 'training' (default) standardises by each training part; 'all' by all rows once, as scikit-learn's LassoCV on
   * standardised data does.
   */
  readonly standardise?: 'training' | 'all';
}

export interface PenalisedCv extends PenalisedPath {
  /** Mean over folds of the mean squared error, and its standard error (sd over folds / √folds). */
  readonly cvMean: Float64Array;
  readonly cvSe: Float64Array;
  /** Index of the smallest error, and of the largest penalty within one standard error of it. */
  readonly best: number;
  readonly oneSe: number;
}

/** Coefficients along the path of penalties. */
export async function penalisedPath(input: PenalisedInput): Promise<PenalisedPath> {
  const problem = await wholeProblem(input);
  const lambdas = input.lambdas ?? lambdaPath(problem, input);
  return solvePath(problem, input, lambdas, { mayStop: !input.lambdas, precision: exact });
}

/** The path on all rows with the cross-validated error of each penalty. */
export async function penalisedCv(input: PenalisedCvInput): Promise<PenalisedCv> {
  const gram = prefersGram(input.n, input.p);
  return gram ? cvByMoments(input) : cvByRows(input);
}

async function wholeProblem(input: PenalisedInput): Promise<Standardised> {
  const all = Int32Array.from({ length: input.n }, (_, i) => i);
  if (!prefersGram(input.n, input.p)) return standardiseRows(input, all);
  const scalings = await commonScaling(input);
  return standardiseMoments(await momentsOf(input, scalings, all), scalings, input.p, input.intercept);
}

/**
 * `count` penalties in equal ratios, largest first. Lasso: from the smallest penalty with no coefficient left, λmax =
 * max|Z'y|/(nρ), to 1e-4 of it (1e-2 when p > n). Ridge: from 1000 n r to 1e-6 n r (1e-3 n r when p > n), r the largest
 * correlation with y.
 */
export function lambdaPath(problem: Standardised, { penalty, l1Ratio, count = 100 }: Pick<PenalisedInput, 'penalty' | 'l1Ratio' | 'count'>): Float64Array {
  let largest = 0;
  for (const c of problem.zy) largest = Math.max(largest, Math.abs(c));
  let top = largest / ratioOf(penalty, l1Ratio);
  let bottom = top * (problem.p > problem.n ? 1e-2 : 1e-4);
  if (penalty === 'ridge') {
    const correlation = problem.yy > 0 && largest > 0 ? largest / Math.sqrt(problem.yy) : 1;
    top = 1000 * problem.n * correlation;
    bottom = (problem.p > problem.n ? 1e-6 : 1e-9) * top;
  }
  if (!(top > 0)) [top, bottom] = [1, 1e-4];
  return Float64Array.from({ length: count }, (_, k) => (k === 0 ? top : top * (bottom / top) ** (k / (count - 1))));
}

function ratioOf(penalty: Penalty, l1Ratio = 0.5): number {
  return penalty === 'lasso' ? 1 : Math.max(1e-3, Math.min(1, l1Ratio));
}

interface Purpose {
  /** The path may end early where smaller penalties no longer improve the fit. */
  readonly mayStop: boolean;
  /** Relative change at which coordinate descent ends. */
  readonly precision: number;
}

const exact = 1e-11;
/** For errors of training parts, of which three digits matter. */
const forErrors: Purpose = { mayStop: false, precision: 1e-7 };

async function solvePath(problem: Standardised, input: PenalisedInput, all: Float64Array, purpose: Purpose): Promise<PenalisedPath> {
  const { penalty, intercept, context } = input;
  const ridge = penalty === 'ridge' ? await ridgePath(problem, all, context) : undefined;
  const standardised = ridge?.standardised ?? (await lassoPath(problem, ratioOf(penalty, input.l1Ratio), all, purpose, context));
  const lambdas = all.slice(0, standardised.length);
  const intercepts = new Float64Array(lambdas.length);
  const nonzero = new Int32Array(lambdas.length);
  const coefficients: Float64Array[] = [];
  standardised.forEach((w, k) => {
    const own = ownUnits(problem, w, intercept);
    coefficients.push(own.coefficients);
    intercepts[k] = own.intercept;
    for (const x of w) if (x !== 0) nonzero[k]++;
  });
  const df = ridge?.df ?? Float64Array.from(nonzero);
  return { penalty, lambdas, intercepts, coefficients, standardised, nonzero, df, mean: problem.mean, sd: problem.sd };
}

async function lassoPath(problem: Standardised, ratio: number, lambdas: Float64Array, { mayStop, precision }: Purpose, context: WorkContext): Promise<Float64Array[]> {
  const { p, n, yy, zy } = problem;
  const quadratic = problem.gram ? gramQuadratic(problem.gram, p, zy) : rowsQuadratic(problem.z!, n, p, problem.y!);
  const set = new WorkingSet(quadratic);
  const w = new Float64Array(p);
  const result: Float64Array[] = [];
  let last = 0;
  for (const lambda of lambdas) {
    const pause = context.breathe();
    if (pause) await pause;
    const gradient = await solveLasso(quadratic, set, w, lambda * ratio, lambda * (1 - ratio), context, undefined, precision);
    result.push(w.slice());
    // Explained share of y's variance: w'Kw = w'(b − gradient).
    let explained = 0;
    for (const j of set.columns) explained += w[j] * (zy[j] + gradient[j]);
    explained /= yy;
    if (mayStop && result.length >= 5 && (explained > 0.9999 || explained - last < 1e-6 * explained)) break;
    last = explained;
  }
  return result;
}

/** Cross-validation from sums over folds: one pass over the data, then cost independent of its length. */
async function cvByMoments(input: PenalisedCvInput): Promise<PenalisedCv> {
  const { p, intercept, folds, context } = input;
  const scalings = await commonScaling(input);
  const parts: Moments[] = [];
  for (const rows of rowsByFold(input.foldOfRow, folds)) parts.push(await momentsOf(input, scalings, rows));
  const whole = standardiseMoments(addMoments(parts), scalings, p, intercept);
  const path = await solvePath(whole, input, input.lambdas ?? lambdaPath(whole, input), { mayStop: !input.lambdas, precision: exact });
  const { lambdas } = path;
  const location: Location | undefined = input.standardise === 'all' ? whole : undefined;
  const errors: Float64Array[] = [];
  for (let k = 0; k < folds; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    if (parts[k].n === 0) continue;
    const training = standardiseMoments(addMoments(parts.filter((_, f) => f !== k)), scalings, p, intercept, location);
    const fold = await solvePath(training, input, scaledPenalties(lambdas, input, training.n, whole.n), forErrors);
    errors.push(Float64Array.from(lambdas, (_, l) => momentError(parts[k], scalings, fold.coefficients[l], fold.intercepts[l])));
  }
  return choose(path, errors);
}

/** Ridge penalties act on a sum over rows: a training part gets its share, so that the shrinkage is comparable. */
function scaledPenalties(lambdas: Float64Array, { penalty }: PenalisedInput, n: number, all: number): Float64Array {
  return penalty === 'ridge' ? lambdas.map((l) => (l * n) / all) : lambdas;
}

/** Mean squared error on the rows behind `moments`: ‖y − b₀ − Xb‖²/n from cross-products in the common scaling. */
function momentError(
  { n, gram }: Moments, { columns, response }: Scalings, coefficients: Float64Array, intercept: number,
): number {
  const p = coefficients.length;
  const width = p + 2;
  const scaleY = response.scale[0];
  // r = y' − c·1 − X' b' in scaled coordinates.
  const b = new Float64Array(width);
  let constant = intercept - response.mean[0] - response.meanLow[0];
  for (let j = 0; j < p; j++) {
    b[j + 1] = (-coefficients[j] * columns.scale[j]) / scaleY;
    constant += coefficients[j] * (columns.mean[j] + columns.meanLow[j]);
  }
  b[0] = -constant / scaleY;
  b[p + 1] = 1;
  let sum = 0;
  for (let j = 0; j < width; j++) {
    if (b[j] === 0) continue;
    let s = 0;
    for (let i = 0; i < j; i++) s += gram[j * width + i] * b[i];
    sum += b[j] * (2 * s + gram[j * width + j] * b[j]);
  }
  return (Math.max(0, sum) / n) * scaleY * scaleY;
}

/** Cross-validation with more columns than rows: every training part is standardised and predicted row by row. */
async function cvByRows(input: PenalisedCvInput): Promise<PenalisedCv> {
  const { X, n, p, y, folds } = input;
  const rows = rowsByFold(input.foldOfRow, folds);
  const whole = await standardiseRows(input, Int32Array.from({ length: n }, (_, i) => i));
  const path = await solvePath(whole, input, input.lambdas ?? lambdaPath(whole, input), { mayStop: !input.lambdas, precision: exact });
  const { lambdas } = path;
  const location: Location | undefined = input.standardise === 'all' ? whole : undefined;
  const errors: Float64Array[] = [];
  for (let k = 0; k < folds; k++) {
    if (rows[k].length === 0) continue;
    const training = await standardiseRows(input, complement(input.foldOfRow, k, n - rows[k].length), location);
    const fold = await solvePath(training, input, scaledPenalties(lambdas, input, training.n, n), forErrors);
    const error = new Float64Array(lambdas.length);
    for (let l = 0; l < lambdas.length; l++) {
      const prediction = new Float64Array(rows[k].length).fill(fold.intercepts[l]);
      const b = fold.coefficients[l];
      for (let j = 0; j < p; j++) if (b[j] !== 0) for (let i = 0; i < prediction.length; i++) prediction[i] += b[j] * X[j * n + rows[k][i]];
      for (let i = 0; i < prediction.length; i++) error[l] += (y[rows[k][i]] - prediction[i]) ** 2 / prediction.length;
    }
    errors.push(error);
  }
  return choose(path, errors);
}

/** Mean error and its standard error over folds, the smallest, and the one-standard-error rule. */
export function chooseIndex(lambdas: Float64Array, errors: readonly Float64Array[]): { cvMean: Float64Array; cvSe: Float64Array; best: number; oneSe: number } {
  const folds = errors.length;
  const cvMean = new Float64Array(lambdas.length);
  const cvSe = new Float64Array(lambdas.length);
  let best = 0;
  for (let l = 0; l < lambdas.length; l++) {
    for (const error of errors) cvMean[l] += error[l] / folds;
    for (const error of errors) cvSe[l] += (error[l] - cvMean[l]) ** 2;
    cvSe[l] = folds > 1 ? Math.sqrt(cvSe[l] / (folds - 1) / folds) : 0;
    if (cvMean[l] < cvMean[best]) best = l;
  }
  let oneSe = best;
  for (let l = 0; l < lambdas.length; l++) if (lambdas[l] > lambdas[oneSe] && cvMean[l] <= cvMean[best] + cvSe[best]) oneSe = l;
  return { cvMean, cvSe, best, oneSe };
}

function choose(path: PenalisedPath, errors: readonly Float64Array[]): PenalisedCv {
  return { ...path, ...chooseIndex(path.lambdas, errors) };
}
