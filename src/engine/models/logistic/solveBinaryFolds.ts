/** Binary logistic regression on "all folds but one", for every fold, starting from the fit to all rows. */
import { columnScaling } from '../../math/columns';
import { factorHessian, inverseRoot, newtonStep } from '../../math/newton';
import { complement, rowsByFold } from '../linear/solveFolds';
import { iterate, logisticBinary, toScaled } from './solveBinary';
import type { BinaryInput, IterationEnd } from './solveBinary';
import { binaryResult, divergentShare, oneClass } from './solveBinaryResult';
import type { BinaryFit } from './solveBinaryResult';
import { binaryPass } from './solvePass';
import type { BinaryData, PassResult } from './solvePass';

export interface BinaryFoldInput extends BinaryInput {
  /** Fold 0 … folds−1 of each row; negative: the row is never tested and trains always. */
  readonly foldOfRow: Int32Array;
  readonly folds: number;
  /** The fit to all rows; fitted here when absent. */
  readonly full?: BinaryFit;
}

/** Mean squared step of the linear predictors before the last step: the step then taken leaves about its square. */
const foldTolerance = 1e-11;

/** One fit per fold on the rows outside of it: what `logisticBinary` gives on those rows, to about 1e-9 (1e-6 from 100,000 rows on). */
export async function logisticBinaryFolds(input: BinaryFoldInput): Promise<BinaryFit[]> {
  const { X, n, p, y, intercept, context, foldOfRow, folds } = input;
  const full = input.full ?? (await logisticBinary(input));
  const rows = rowsByFold(foldOfRow, folds);
  if (full.separation) return eachFromScratch(input, rows);
  const scaling = await columnScaling(X, n, p, intercept, context);
  const kept = Int32Array.from(Array.from({ length: p }, (_, j) => j).filter((j) => !full.aliased[j]));
  const data: BinaryData = { X, stride: n, n, y, scaling, kept, lead: intercept ? 1 : 0 };
  const start = toScaled(data, full.intercept, full.coefficients);
  const passes: PassResult[] = [];
  for (const list of rows) passes.push(await binaryPass({ ...data, rows: list, n: list.length }, start, new Float64Array(list.length), context));
  const result: BinaryFit[] = [];
  for (let k = 0; k < folds; k++) {
    const training = complement(foldOfRow, k, n - rows[k].length);
    const positives = countPositives(y, training);
    if (positives === 0 || positives === training.length) {
      result.push(oneClass({ ...input, n: training.length }, positives));
      continue;
    }
    const foldData: BinaryData = { ...data, rows: training, n: training.length };
    const first = firstStep(passes, k, start);
    const end = first && (settledEnd(first, training.length) ?? (await iterate(foldData, first.beta, context, Infinity, foldTolerance)));
    if (!end || end.failed || !isOrdinary(end, foldData.n)) result.push(await fromScratch(input, training));
    else result.push(binaryResult(input, foldData, end, positives, full.aliasedBy));
  }
  return result;
}

/** Converged, with at most a few rows separated. */
function isOrdinary(end: IterationEnd, n: number): boolean {
  return end.separation === undefined || (end.separation.kind === 'quasi' && end.separation.rows <= divergentShare * n);
}

interface FirstStep {
  readonly beta: Float64Array;
  /** gᵀH⁻¹g: twice the expected gain in log-likelihood. */
  readonly decrement: number;
  /** The sums over the training rows at the full fit. */
  readonly pass: PassResult;
  readonly root: Float64Array;
}

/** Newton's first step away from the full fit, from the sums of the other folds; undefined when they lack rank. */
function firstStep(passes: readonly PassResult[], left: number, start: Float64Array): FirstStep | undefined {
  const q = start.length;
  const gradient = new Float64Array(q);
  const hessian = new Float64Array(q * q);
  const sums = { deviance: 0, wrong: 0, weight: 0, change: 0, largest: 0 };
  passes.forEach((pass, fold) => {
    if (fold === left) return;
    for (let j = 0; j < q; j++) gradient[j] += pass.gradient[j];
    for (let i = 0; i < hessian.length; i++) hessian[i] += pass.hessian[i];
    sums.deviance += pass.deviance;
    sums.wrong += pass.wrong;
    sums.weight += pass.weight;
    sums.largest = Math.max(sums.largest, pass.largest);
  });
  const factor = factorHessian(hessian, q);
  if (!factor || factor.pivot < 1e-10) return undefined;
  const step = newtonStep(factor, gradient);
  let decrement = 0;
  for (let j = 0; j < q; j++) decrement += step[j] * gradient[j];
  return { beta: start.map((b, j) => b + step[j]), decrement, pass: { ...sums, gradient, hessian }, root: inverseRoot(factor) };
}

/** From this many rows on the first step is the last one where it is small enough. */
const oneStepRows = 100000;
/** Mean squared change of the linear predictors by the first step; what Newton's method leaves is about its square. */
const smallStep = 1e-4;

/**
 * With many rows a fold's optimum is so near the full one that a second pass over the rows changes its predictions by
 * less than 1e-4 of their own standard error: the first step is taken as the fit.
 */
function settledEnd({ beta, decrement, pass, root }: FirstStep, rows: number): IterationEnd | undefined {
  if (rows < oneStepRows || !(decrement <= smallStep * pass.weight) || pass.wrong === 0) return undefined;
  return { beta, pass: { ...pass, deviance: pass.deviance - decrement }, root, iterations: 1, converged: true, failed: false };
}

function countPositives(y: Float64Array, rows: Int32Array): number {
  let count = 0;
  for (const i of rows) if (y[i] > 0.5) count++;
  return count;
}

async function eachFromScratch(input: BinaryFoldInput, rows: readonly Int32Array[]): Promise<BinaryFit[]> {
  const result: BinaryFit[] = [];
  for (let k = 0; k < input.folds; k++) result.push(await fromScratch(input, complement(input.foldOfRow, k, input.n - rows[k].length)));
  return result;
}

/** A fit of its own on a copy of the rows: aliased columns and separation are found anew. */
function fromScratch({ X, n, p, y, intercept, context }: BinaryFoldInput, rows: Int32Array): Promise<BinaryFit> {
  const m = rows.length;
  const copy = new Float64Array(m * p);
  for (let j = 0; j < p; j++) for (let i = 0; i < m; i++) copy[j * m + i] = X[j * n + rows[i]];
  return logisticBinary({ X: copy, n: m, p, y: Float64Array.from(rows, (i) => y[i]), intercept, context });
}
