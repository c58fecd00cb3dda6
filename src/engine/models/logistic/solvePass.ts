/** One pass over the rows of a binary logistic likelihood: deviance, gradient and Hessian at given coefficients. */
import type { WorkContext } from '../../context';
import { blockRows, packColumn, packColumnRows } from '../../math/columns';
import type { ColumnScaling } from '../../math/columns';
import { addCross, mirror } from '../../math/gram';
import { RFactor } from '../../math/qr';
import { SparseGram, sparseRows } from '../../math/sparseGram';

/** The rows and columns a likelihood is computed on; coefficients live in the scaled coordinates of `scaling`. */
export interface BinaryData {
  /** stride × p, column-major. */
  readonly X: Float64Array;
  readonly stride: number;
  /** 0 or 1 for each row of X. */
  readonly y: ArrayLike<number>;
  readonly scaling: ColumnScaling;
  /** Columns of X that take part. */
  readonly kept: Int32Array;
  /** 1 when a column of ones goes first. */
  readonly lead: number;
  /** Rows that take part; all when absent. */
  readonly rows?: Int32Array;
  readonly n: number;
}

export interface PassResult {
  readonly deviance: number;
  readonly gradient: Float64Array;
  /** Σ w z zᵀ, q × q, full. Empty when not wanted. */
  readonly hessian: Float64Array;
  /** Rows whose linear predictor is not strictly on the side of their class. */
  readonly wrong: number;
  /** Σ p(1−p). */
  readonly weight: number;
  /** Largest change of a linear predictor since the last pass with the same `eta`. */
  readonly change: number;
  readonly largest: number;
}

/** Fills block with [1 Z] of rows start … (positions in data.rows when it has them); returns the number of rows. */
export function packBlock(data: BinaryData, start: number, block: Float64Array): number {
  const { X, stride, scaling, kept, lead, rows, n } = data;
  const count = Math.min(blockRows, n - start);
  if (lead) block.fill(1, 0, count);
  for (let k = 0; k < kept.length; k++) {
    const at = (k + lead) * blockRows;
    if (rows) packColumnRows(X, stride, kept[k], rows, start, count, scaling, block, at);
    else packColumn(X, stride, kept[k], start, count, scaling, block, at);
  }
  return count;
}

/** Linear predictors of a packed block. */
function predictBlock(block: Float64Array, count: number, beta: Float64Array, out: Float64Array): void {
  const q = beta.length;
  let j = 0;
  if (q % 2 === 1) {
    const b = beta[0];
    for (let i = 0; i < count; i++) out[i] = b * block[i];
    j = 1;
  } else out.fill(0, 0, count);
  for (; j < q; j += 2) {
    const a = beta[j];
    const b = beta[j + 1];
    const p = j * blockRows;
    const r = p + blockRows;
    for (let i = 0; i < count; i++) out[i] += a * block[p + i] + b * block[r + i];
  }
}

/**
 * Deviance, gradient and (unless `hessian` is false) Hessian at beta. `eta`, of length n, holds the last linear
 * predictors and receives the new ones.
 */
export async function binaryPass(
  data: BinaryData, beta: Float64Array, eta: Float64Array, context: WorkContext, hessian = true,
): Promise<PassResult> {
  const q = beta.length;
  const block = new Float64Array(blockRows * q);
  const weighted = new Float64Array(hessian ? blockRows * q : 0); // not used where the design is sparse
  const predictor = new Float64Array(blockRows);
  const residual = new Float64Array(blockRows);
  const weights = new Float64Array(blockRows);
  const sums = new Float64Array(5); // deviance/2, wrong, weight, change, largest
  const gradient = new Float64Array(q);
  const matrix = new Float64Array(hessian ? q * q : 0);
  const sparse = hessian ? sparseGram(data) : undefined;
  for (let start = 0; start < data.n; start += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = packBlock(data, start, block);
    predictBlock(block, count, beta, predictor);
    likelihoodBlock(data, start, count, predictor, eta, residual, weights, sums);
    for (let j = 0; j < q; j++) {
      const at = j * blockRows;
      let s = 0;
      for (let i = 0; i < count; i++) s += block[at + i] * residual[i];
      gradient[j] += s;
      if (hessian && !sparse) for (let i = 0; i < count; i++) weighted[at + i] = block[at + i] * weights[i];
    }
    if (sparse) sparse.add(block, count, weights, rowOf(data, start));
    else if (hessian) addCross(weighted, block, blockRows, count, q, matrix);
  }
  sparse?.finish(matrix);
  if (hessian) mirror(matrix, q);
  return { deviance: 2 * sums[0], gradient, hessian: matrix, wrong: sums[1], weight: sums[2], change: sums[3], largest: sums[4] };
}

/** For designs with many dummy columns, whose cross-products are mostly zeros. */
export function sparseGram(data: BinaryData): SparseGram | undefined {
  const { X, stride, kept, lead, scaling } = data;
  const rows = sparseRows(X, stride, X.length / stride);
  return rows && new SparseGram(rows, kept, lead, scaling);
}

/** The row of X behind the i-th row of the block that starts at `start`. */
export function rowOf({ rows }: BinaryData, start: number): (i: number) => number {
  return rows ? i => rows[start + i] : i => start + i;
}

/** Residuals y − p and weights p(1−p) without cancellation, and Σ log(1 + exp(−s η)) by products of 1 + t. */
function likelihoodBlock(
  data: BinaryData, start: number, count: number, predictor: Float64Array, eta: Float64Array, residual: Float64Array, weights: Float64Array, sums: Float64Array,
): void {
  const { y, rows } = data;
  let loss = 0;
  let product = 1;
  let wrong = 0;
  let weight = 0;
  let change = sums[3];
  let largest = sums[4];
  for (let i = 0; i < count; i++) {
    const e = predictor[i];
    const size = Math.abs(e);
    const t = Math.exp(-size);
    const inverse = 1 / (1 + t);
    const positive = y[rows ? rows[start + i] : start + i] > 0.5;
    const right = positive ? e > 0 : e < 0;
    const w = t * inverse * inverse;
    const miss = right ? t * inverse : inverse;
    residual[i] = positive ? miss : -miss;
    weights[i] = w;
    weight += w;
    if (!right) {
      wrong++;
      loss += size;
    }
    if (t < 1e-4) loss += t - 0.5 * t * t + (t * t * t) / 3;
    else {
      product *= 1 + t;
      if (product > 1e250) {
        loss += Math.log(product);
        product = 1;
      }
    }
    const moved = Math.abs(e - eta[start + i]);
    if (moved > change) change = moved;
    if (size > largest) largest = size;
    eta[start + i] = e;
  }
  sums[0] += loss + Math.log(product);
  sums[1] += wrong;
  sums[2] += weight;
  sums[3] = change;
  sums[4] = largest;
}

/** Triangle of [√w Z, (y−p)/√w]: for designs too nearly dependent for cross-products. (q+1) × (q+1). */
export async function weightedTriangle(data: BinaryData, beta: Float64Array, context: WorkContext): Promise<RFactor> {
  const q = beta.length;
  const factor = new RFactor(q + 1);
  const block = new Float64Array(blockRows * (q + 1));
  const predictor = new Float64Array(blockRows);
  const root = new Float64Array(blockRows);
  for (let start = 0; start < data.n; start += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = packBlock(data, start, block);
    predictBlock(block, count, beta, predictor);
    for (let i = 0; i < count; i++) {
      const e = predictor[i];
      const t = Math.exp(-Math.abs(e));
      const positive = data.y[data.rows ? data.rows[start + i] : start + i] > 0.5;
      // √w = √t/(1+t); (y−p)/√w = ±√t on the right side, ±1/√t on the wrong one.
      root[i] = Math.max(Math.sqrt(t) / (1 + t), 1e-100);
      const miss = (positive ? e > 0 : e < 0) ? t / (1 + t) : 1 / (1 + t);
      block[q * blockRows + i] = (positive ? miss : -miss) / root[i];
    }
    for (let j = 0; j < q; j++) for (let i = 0, at = j * blockRows; i < count; i++) block[at + i] *= root[i];
    factor.add(block, blockRows, count);
  }
  return factor;
}
