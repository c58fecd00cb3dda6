/**
 * Multinomial logistic regression by maximum likelihood: Newton's method with the full Hessian and step halving on
 * centred, scaled columns; the first class is the reference. Separation is proved by a direction, as for two classes.
 */
import type { WorkContext } from '../../context';
import { columnScaling } from '../../math/columns';
import { CompensatedSum } from '../../math/compensatedSum';
import { minimiseLbfgs } from '../../math/lbfgs';
import { factorHessian, inverseRoot, newtonStep } from '../../math/newton';
import type { ScaledCholesky } from '../../math/newton';
import type { AliasedColumn } from '../linear/solveAssemble';
import { complement, rowsByFold } from '../linear/solveFolds';
import { leastSquares } from '../linear/solveLeastSquares';
import { divergentShare } from './solveBinaryResult';
import { multinomialPass, verifyMultinomial } from './solveMultinomialPass';
import type { MultinomialData, MultinomialPass } from './solveMultinomialPass';

export interface MultinomialInput {
  /** n × p, column-major, without the intercept's ones. Never changed. */
  readonly X: Float64Array;
  readonly n: number;
  readonly p: number;
  /** Class index 0 … classes−1 of each row; class 0 is the reference. */
  readonly y: Int32Array;
  readonly classes: number;
  readonly intercept: boolean;
  readonly context: WorkContext;
}

export interface MultinomialSeparation {
  readonly kind: 'complete' | 'quasi';
  readonly rows: number;
  /** Columns that the direction uses. */
  readonly columns: Int32Array;
  /** Classes whose coefficients diverge. */
  readonly ofClasses: Int32Array;
}

export interface MultinomialFit {
  readonly classes: number;
  readonly n: number;
  readonly p: number;
  /** One per class; 0 for the reference. Classes without rows have −Infinity intercepts replaced by their shrunken log share. */
  readonly intercepts: Float64Array;
  /** One array of length p per class; zeros for the reference and for aliased columns. */
  readonly coefficients: readonly Float64Array[];
  readonly aliased: Uint8Array;
  readonly aliasedBy: readonly AliasedColumn[];
  /** Number of estimated coefficients. */
  readonly rank: number;
  readonly converged: boolean;
  readonly iterations: number;
  readonly separation?: MultinomialSeparation;
  /** Separation of at most 5 % of the rows: single infinite coefficients, the others as usual. */
  readonly divergent?: MultinomialSeparation;
  readonly deviance: number;
  readonly nullDeviance: number;
  readonly logLik: number;
  readonly aic: number;
  readonly bic: number;
  /** Per class, length p+1, intercept first; NaN for the reference, aliased columns, under separation and beyond the Newton limit. */
  readonly standardErrors: readonly Float64Array[];
  /** Why there are no standard errors, when there are none. */
  readonly noErrors?: 'separated' | 'tooManyCoefficients';
}

const mostIterations = 60;
const stepTolerance = 1e-18;
/** The same where a pass over the rows is long: the errors then rest on weights that are off by less than 1e-6. */
const longTolerance = 1e-13;
/** Coefficients up to which the full Hessian is formed. */
const mostNewton = 1200;
const sampledAbove = 100000;

/** Fits all rows. Needs at least two classes with rows; classes without rows keep zero probability in effect. */
export async function logisticMultinomial(input: MultinomialInput): Promise<MultinomialFit> {
  const { X, n, p, y, intercept, context } = input;
  const linear = await leastSquares({ X, n, p, y: Float64Array.from(y), intercept, context });
  const kept = Int32Array.from(Array.from({ length: p }, (_, j) => j).filter((j) => !linear.aliased[j]));
  const data = await dataOf(input, kept);
  const q = kept.length + data.lead;
  const saturated = q >= n;
  const start = startOf(data);
  if (saturated) return result(input, data, saturatedEnd(await multinomialPass(data, start, context, false), start, data), linear.aliasedBy);
  const end = q * data.free > mostNewton ? await largeScale(data, start, context) : await iterate(data, (await sampleStart(input, data)) ?? start, context, n > sampledAbove ? longTolerance : stepTolerance);
  return result(input, data, end, linear.aliasedBy);
}

async function dataOf({ X, n, p, y, classes, intercept, context }: MultinomialInput, kept: Int32Array): Promise<MultinomialData> {
  const scaling = await columnScaling(X, n, p, intercept, context);
  return { X, stride: n, n, y, scaling, kept, lead: intercept ? 1 : 0, classes, free: classes - 1 };
}

/** Intercepts at the log shares of the classes, all else 0. */
function startOf(data: MultinomialData): Float64Array {
  const q = data.kept.length + data.lead;
  const beta = new Float64Array(data.free * q);
  if (!data.lead) return beta;
  const counts = classCounts(data);
  for (let k = 0; k < data.free; k++) beta[k * q] = Math.log(Math.max(counts[k + 1], 0.5) / Math.max(counts[0], 0.5));
  return beta;
}

function classCounts({ y, rows, n, classes }: MultinomialData): Float64Array {
  const counts = new Float64Array(classes);
  for (let i = 0; i < n; i++) counts[y[rows ? rows[i] : i]]++;
  return counts;
}

/** Coefficients of a fit to every k-th part of many rows. */
async function sampleStart(input: MultinomialInput, data: MultinomialData): Promise<Float64Array | undefined> {
  if (data.n <= sampledAbove) return undefined;
  const step = Math.floor(data.n / 30000);
  const rows = Int32Array.from({ length: Math.floor(data.n / step) }, (_, i) => i * step + ((i * 7919) % step));
  const sample: MultinomialData = { ...data, rows, n: rows.length };
  if (classCounts(sample).some((c) => c === 0)) return undefined;
  const end = await iterate(sample, startOf(sample), input.context, 1e-6);
  return end.converged ? end.beta : undefined;
}

interface End {
  readonly beta: Float64Array;
  readonly pass: MultinomialPass;
  /** Of the Hessian, for the standard errors. */
  readonly factor?: ScaledCholesky;
  readonly converged: boolean;
  readonly iterations: number;
  readonly separation?: { complete: boolean; rows: number; direction: Float64Array };
  readonly noErrors?: MultinomialFit['noErrors'];
}

function saturatedEnd(pass: MultinomialPass, beta: Float64Array, data: MultinomialData): End {
  const direction = new Float64Array(beta.length).fill(1);
  return { beta, pass, converged: false, iterations: 0, separation: { complete: true, rows: data.n, direction } };
}

async function iterate(data: MultinomialData, start: Float64Array, context: WorkContext, tolerance = stepTolerance): Promise<End> {
  let beta = start;
  let pass = await multinomialPass(data, beta, context);
  let lastDeviance = Infinity;
  let last: ScaledCholesky | undefined;
  let settled: End | undefined;
  for (let iteration = 1; iteration <= mostIterations; iteration++) {
    if (pass.wrong === 0) {
      const separation = await verifyMultinomial(data, beta, context);
      return { beta, pass, converged: false, iterations: iteration, separation };
    }
    if (!settled && Math.abs(pass.deviance - lastDeviance) < 1e-8 * (pass.deviance + 0.1)) settled = { beta, pass, factor: last, converged: true, iterations: iteration };
    const m = beta.length;
    const factor = factorHessian(pass.hessian, m) ?? factorHessian(jittered(pass.hessian, m), m);
    if (!factor) return settled ?? { beta, pass, converged: false, iterations: iteration };
    const step = newtonStep(factor, pass.gradient);
    let decrement = 0;
    for (let j = 0; j < m; j++) decrement += step[j] * pass.gradient[j];
    last = factor;
    if (decrement <= tolerance * pass.weight) {
      const stepped = beta.map((b, j) => b + step[j]);
      return { beta: stepped, pass: { ...pass, deviance: pass.deviance - decrement }, factor, converged: true, iterations: iteration };
    }
    if (settled && (iteration - settled.iterations) % 3 === 2) {
      const from = settled.beta;
      const separation = (await verifyMultinomial(data, step, context)) ?? (await verifyMultinomial(data, beta.map((b, j) => b - from[j]), context));
      if (separation) return { ...settled, separation };
    }
    const next = await halving(data, beta, step, pass, context);
    lastDeviance = pass.deviance;
    if (!next) return { beta, pass, factor, converged: decrement < 1e-8 * pass.weight, iterations: iteration };
    ({ beta, pass } = next);
  }
  return settled ?? { beta, pass, converged: false, iterations: mostIterations };
}

/** Adds a trace of the diagonal: only to get through nearly singular steps; the fixed point does not move. */
function jittered(hessian: Float64Array, m: number): Float64Array {
  const copy = hessian.slice();
  let largest = 0;
  for (let j = 0; j < m; j++) largest = Math.max(largest, copy[j * m + j]);
  for (let j = 0; j < m; j++) copy[j * m + j] += 1e-10 * copy[j * m + j] + 1e-14 * largest;
  return copy;
}

async function halving(data: MultinomialData, beta: Float64Array, step: Float64Array, pass: MultinomialPass, context: WorkContext) {
  for (let share = 1, k = 0; k < 20; k++, share /= 2) {
    const next = beta.map((b, j) => b + share * step[j]);
    const result = await multinomialPass(data, next, context);
    if (result.deviance <= pass.deviance * (1 + 1e-12) + 1e-300) return { beta: next, pass: result };
  }
  return undefined;
}

/** Many coefficients: limited-memory BFGS, which gives no standard errors. */
async function largeScale(data: MultinomialData, start: Float64Array, context: WorkContext): Promise<End> {
  let separation: End['separation'];
  const found = await minimiseLbfgs(start, async (beta) => {
    const pass = await multinomialPass(data, beta, context, false);
    if (pass.wrong === 0) separation = await verifyMultinomial(data, beta, context);
    return { value: pass.deviance / 2, gradient: pass.gradient.map((g) => -g), stop: separation !== undefined };
  }, { gradientTolerance: 1e-7 * data.n, iterations: 500 });
  const pass = await multinomialPass(data, found.x, context, false);
  return { beta: found.x, pass, converged: found.converged && !separation, iterations: found.iterations, separation, noErrors: 'tooManyCoefficients' };
}

function result(input: MultinomialInput, data: MultinomialData, end: End, aliasedBy: readonly AliasedColumn[]): MultinomialFit {
  const { p, classes, intercept } = input;
  const { kept, lead, n, free, scaling } = data;
  const q = kept.length + lead;
  const intercepts = new Float64Array(classes);
  const coefficients = Array.from({ length: classes }, () => new Float64Array(p));
  const aliased = new Uint8Array(p).fill(1);
  for (const j of kept) aliased[j] = 0;
  for (let c = 0; c < free; c++) {
    const constant = new CompensatedSum();
    if (lead) constant.add(end.beta[c * q]);
    for (let k = 0; k < kept.length; k++) {
      const j = kept[k];
      const b = end.beta[c * q + k + lead] * scaling.inverse[j];
      coefficients[c + 1][j] = b;
      constant.addProduct(-b, scaling.mean[j]);
      constant.addProduct(-b, scaling.meanLow[j]);
    }
    if (intercept) intercepts[c + 1] = constant.value();
  }
  const described = end.separation && describe(end.separation, data);
  const limited = described?.kind === 'quasi' && described.rows <= divergentShare * n;
  const separated = described !== undefined && !limited;
  const rank = free * q;
  const { deviance } = end.pass;
  const noErrors = separated ? 'separated' : end.noErrors;
  return {
    classes, n, p, intercepts, coefficients, aliased, aliasedBy, rank, converged: end.converged && !separated, iterations: end.iterations,
    ...(separated ? { separation: described } : limited ? { divergent: described } : {}),
    deviance, nullDeviance: nullDeviance(data), logLik: -deviance / 2, aic: deviance + 2 * rank, bic: deviance + rank * Math.log(n),
    standardErrors: errors(data, separated || !end.factor ? undefined : inverseRoot(end.factor), p), ...(noErrors ? { noErrors } : {}),
  };
}

function nullDeviance(data: MultinomialData): number {
  if (!data.lead) return 2 * data.n * Math.log(data.classes);
  let sum = 0;
  for (const c of classCounts(data)) if (c > 0) sum += c * Math.log(c / data.n);
  return -2 * sum;
}

function describe(found: { complete: boolean; rows: number; direction: Float64Array }, data: MultinomialData): MultinomialSeparation {
  const { kept, lead, free, n } = data;
  const q = kept.length + lead;
  const columns: number[] = [];
  const ofClasses: number[] = [];
  for (let k = 0; k < kept.length; k++) {
    for (let c = 0; c < free; c++) {
      if (Math.abs(found.direction[c * q + k + lead]) > 1e-4) {
        columns.push(kept[k]);
        break;
      }
    }
  }
  for (let c = 0; c < free; c++) if (found.direction.subarray(c * q, (c + 1) * q).some((d) => Math.abs(d) > 1e-4)) ofClasses.push(c + 1);
  return { kind: found.complete ? 'complete' : 'quasi', rows: found.complete ? n : found.rows, columns: Int32Array.from(columns), ofClasses: Int32Array.from(ofClasses) };
}

/** Standard errors in the data's units; the intercept's row of W is moved from the means to zero. */
function errors(data: MultinomialData, root: Float64Array | undefined, p: number): Float64Array[] {
  const { kept, lead, free, classes, scaling } = data;
  const q = kept.length + lead;
  const m = free * q;
  const result = Array.from({ length: classes }, () => new Float64Array(p + 1).fill(NaN));
  if (!root) return result;
  for (let c = 0; c < free; c++) {
    const first = new Float64Array(m);
    for (let k = 0; k < q; k++) {
      const row = c * q + k;
      const j = kept[k - lead];
      const weight = k < lead ? 1 : -(scaling.mean[j] + scaling.meanLow[j]) * scaling.inverse[j];
      let s = 0;
      for (let a = row; a < m; a++) {
        const x = root[a * m + row];
        s += x * x;
        if (lead) first[a] += weight * x;
      }
      if (k >= lead) result[c + 1][j + 1] = Math.sqrt(s) * scaling.inverse[j];
    }
    if (lead) result[c + 1][0] = Math.sqrt(first.reduce((sum, x) => sum + x * x, 0));
  }
  return result;
}

export interface MultinomialFoldInput extends MultinomialInput {
  readonly foldOfRow: Int32Array;
  readonly folds: number;
  readonly full?: MultinomialFit;
}

/** One fit per fold on the rows outside of it, started from the fit to all rows where that exists. */
export async function logisticMultinomialFolds(input: MultinomialFoldInput): Promise<MultinomialFit[]> {
  const { X, n, p, y, context, foldOfRow, folds } = input;
  const full = input.full ?? (await logisticMultinomial(input));
  const rows = rowsByFold(foldOfRow, folds);
  const kept = Int32Array.from(Array.from({ length: p }, (_, j) => j).filter((j) => !full.aliased[j]));
  const data = full.separation || full.rank > mostNewton ? undefined : await dataOf(input, kept);
  const start = data && scaledStart(data, full);
  const fits: MultinomialFit[] = [];
  for (let k = 0; k < folds; k++) {
    const training = complement(foldOfRow, k, n - rows[k].length);
    if (data && start) {
      const part: MultinomialData = { ...data, rows: training, n: training.length };
      const end = classCounts(part).every((c) => c > 0) ? await iterate(part, start, context, 1e-11) : undefined;
      if (end?.converged && !end.separation) {
        fits.push(result({ ...input, n: training.length }, part, end, full.aliasedBy));
        continue;
      }
    }
    const m = training.length;
    const copy = new Float64Array(m * p);
    for (let j = 0; j < p; j++) for (let i = 0; i < m; i++) copy[j * m + i] = X[j * n + training[i]];
    fits.push(await logisticMultinomial({ ...input, X: copy, n: m, y: Int32Array.from(training, (i) => y[i]) }));
  }
  return fits;
}

function scaledStart({ kept, lead, free, scaling }: MultinomialData, full: MultinomialFit): Float64Array {
  const q = kept.length + lead;
  const beta = new Float64Array(free * q);
  for (let c = 0; c < free; c++) {
    let constant = full.intercepts[c + 1];
    for (let k = 0; k < kept.length; k++) {
      const j = kept[k];
      const b = full.coefficients[c + 1][j];
      beta[c * q + k + lead] = b * scaling.scale[j];
      constant += b * (scaling.mean[j] + scaling.meanLow[j]);
    }
    if (lead) beta[c * q] = constant;
  }
  return beta;
}
