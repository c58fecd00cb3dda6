/** Least squares on "all folds but one", for every fold, from one pass over the data. */
import type { WorkContext } from '../../context';
import { columnScaling, packColumnRows } from '../../math/columns';
import { addGram } from '../../math/gram';
import { RFactor } from '../../math/qr';
import type { Orthogonalised } from '../../math/qr';
import { rowsByFold } from './solveFolds';
import { assemble } from './solveAssemble';
import type { LeastSquaresFit, Problem } from './solveAssemble';
import { factorOfTriangle, noiseNorms, requireFinite, solveGram } from './solveLeastSquares';
import type { LeastSquaresInput } from './solveLeastSquares';

export interface FoldInput extends LeastSquaresInput {
  /** Fold 0 … folds−1 of each row; negative: the row is never tested and trains always. */
  readonly foldOfRow: Int32Array;
  readonly folds: number;
}

/** Cross-products keep eight digits below this condition number; beyond it the folds' triangles are combined. */
const gramCondition = 1e4;
/** Below this many multiplications the triangles are as fast. */
const smallWork = 2e7;

/** One fit per fold, on the rows outside of it. Equal to `leastSquares` on those rows up to rounding. */
export async function leastSquaresFolds(input: FoldInput): Promise<LeastSquaresFit[]> {
  const { X, n, p, y, intercept, context, folds } = input;
  const columns = await columnScaling(X, n, p, intercept, context);
  const response = await columnScaling(y, n, 1, intercept, context);
  requireFinite(columns, response);
  const problem: Problem = { X, n, stride: n, p, y, intercept, columns, response, noise: noiseNorms(columns, n) };
  const rows = rowsByFold(input.foldOfRow, folds);
  const width = p + 1 + (intercept ? 1 : 0);
  const factors = n * width * width > smallWork ? await fromGrams(problem, rows, width, context) : undefined;
  const solved = factors ?? (await fromTriangles(problem, rows, width, context));
  return solved.map((factor, k) => assemble({ ...problem, n: n - rows[k].length }, factor, false));
}

/** Calls `use` with packed blocks [1 X y] of the listed rows. */
async function eachBlock(
  problem: Problem, rows: Int32Array, height: number, block: Float64Array, context: WorkContext, use: (count: number) => void,
): Promise<void> {
  const { X, stride, p, y, intercept, columns, response } = problem;
  const lead = intercept ? 1 : 0;
  for (let start = 0; start < rows.length; start += height) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = Math.min(height, rows.length - start);
    if (lead) block.fill(1, 0, count);
    for (let j = 0; j < p; j++) packColumnRows(X, stride, j, rows, start, count, columns, block, (j + lead) * height);
    packColumnRows(y, stride, 0, rows, start, count, response, block, (p + lead) * height);
    use(count);
  }
}

async function fromGrams(problem: Problem, rows: Int32Array[], width: number, context: WorkContext): Promise<Orthogonalised[] | undefined> {
  const height = 256;
  const block = new Float64Array(height * width);
  const grams: Float64Array[] = [];
  for (const list of rows) {
    const gram = new Float64Array(width * width);
    await eachBlock(problem, list, height, block, context, (count) => addGram(block, height, count, width, gram));
    grams.push(gram);
  }
  const result: Orthogonalised[] = [];
  for (let k = 0; k + 1 < rows.length; k++) {
    const sum = new Float64Array(width * width);
    for (let f = 0; f < grams.length; f++) if (f !== k) for (let i = 0; i < sum.length; i++) sum[i] += grams[f][i];
    const solved = solveGram(sum, width, gramCondition);
    if (!solved) return undefined;
    result.push(solved);
  }
  return result;
}

/** Triangles of the folds before and after each fold, stacked: two merges per fold. */
async function fromTriangles(problem: Problem, rows: Int32Array[], width: number, context: WorkContext): Promise<Orthogonalised[]> {
  const height = Math.max(256, 2 * width);
  const block = new Float64Array(height * width);
  const triangles: RFactor[] = [];
  for (const list of rows) {
    const factor = new RFactor(width);
    await eachBlock(problem, list, height, block, context, (count) => factor.add(block, height, count));
    triangles.push(factor);
  }
  const folds = rows.length - 1;
  const after: RFactor[] = new Array<RFactor>(folds + 1);
  after[folds] = triangles[folds];
  for (let k = folds - 1; k > 0; k--) {
    after[k] = after[k + 1].clone();
    after[k].merge(triangles[k]);
    const pause = context.breathe();
    if (pause) await pause;
  }
  const before = new RFactor(width);
  const result: Orthogonalised[] = [];
  for (let k = 0; k < folds; k++) {
    const all = before.clone();
    all.merge(after[k + 1]);
    result.push(factorOfTriangle(all.r, Math.min(width, all.rows), width, problem));
    before.merge(triangles[k]);
    const pause = context.breathe();
    if (pause) await pause;
  }
  return result;
}
