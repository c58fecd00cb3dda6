/** Principal components of a matrix by its singular values: rows are reduced to a triangle by reflections, never to sums of products. */
import { jacobiSvd } from '../../math/jacobiSvd';
import { RFactor } from '../../math/qr';
import type { Matrix } from '../shared/matrix';

export interface Decomposed {
  readonly columns: number;
  /** Components with a variance above rounding: at most min(rows − 1, columns). */
  readonly components: number;
  readonly means: Float64Array;
  /** Component c at c·columns; length 1, the weight largest in size positive. */
  readonly vectors: Float64Array;
  /** Variances of the scores, divisor rows − 1, falling. */
  readonly variances: Float64Array;
}

const block = 1024;
/** Singular values below this share of the largest, times the larger side, are rounding. */
const rounding = 2 ** -52;

/**
 * X − means = U S Vᵀ. Tall data: QR by Householder, then one-sided Jacobi on R; wide data the same on the transpose. `breathe` is
 * awaited between blocks of rows.
 */
export async function svdOf(matrix: Matrix, breathe: () => Promise<void> | void): Promise<Decomposed> {
  const means = columnMeans(matrix);
  const { rows, columns } = matrix;
  const tall = rows >= columns;
  const side = Math.min(rows, columns);
  const r = tall ? await tallFactor(matrix, means, breathe) : await wideFactor(matrix, means, breathe);
  const { v, values } = jacobiSvd(r, side);
  let components = 0;
  while (components < side && values[components] > 0 && values[components] > rounding * Math.max(rows, columns) * values[0]) components++;
  components = Math.min(components, rows - 1);
  const vectors = tall ? v.slice(0, components * columns) : wideVectors(matrix, means, v, components);
  for (let c = 0; c < components; c++) orient(vectors.subarray(c * columns, (c + 1) * columns));
  return { columns, components, means, vectors, variances: Float64Array.from(values.subarray(0, components), value => (value * value) / (rows - 1)) };
}

function columnMeans({ data, rows, columns }: Matrix): Float64Array {
  const means = new Float64Array(columns);
  for (let turn = 0; turn < 2; turn++) {
    const rest = new Float64Array(columns);
    for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++, at++) rest[j] += data[at] - means[j];
    // The second turn takes out what rounding left.
    for (let j = 0; j < columns; j++) means[j] += rest[j] / rows;
  }
  return means;
}

async function tallFactor({ data, rows, columns }: Matrix, means: Float64Array, breathe: () => Promise<void> | void): Promise<Float64Array> {
  const factor = new RFactor(columns);
  const part = new Float64Array(block * columns);
  for (let from = 0; from < rows; from += block) {
    const pause = breathe();
    if (pause) await pause;
    const count = Math.min(block, rows - from);
    for (let i = 0; i < count; i++) for (let j = 0; j < columns; j++) part[j * block + i] = data[(from + i) * columns + j] - means[j];
    factor.add(part, block, count);
  }
  return factor.r;
}

/** R of Xᵀ = Q R. */
async function wideFactor({ data, rows, columns }: Matrix, means: Float64Array, breathe: () => Promise<void> | void): Promise<Float64Array> {
  const factor = new RFactor(rows);
  const part = new Float64Array(block * rows);
  for (let from = 0; from < columns; from += block) {
    const pause = breathe();
    if (pause) await pause;
    const count = Math.min(block, columns - from);
    for (let i = 0; i < rows; i++) for (let j = 0; j < count; j++) part[i * block + j] = data[i * columns + from + j] - means[from + j];
    factor.add(part, block, count);
  }
  return factor.r;
}

/** R = A S Bᵀ, so Xᵀ B has the components' directions; two rounds of Gram–Schmidt take out what small singular values let in. */
function wideVectors({ data, rows, columns }: Matrix, means: Float64Array, b: Float64Array, components: number): Float64Array {
  const vectors = new Float64Array(components * columns);
  for (let c = 0; c < components; c++) {
    const own = vectors.subarray(c * columns, (c + 1) * columns);
    for (let i = 0; i < rows; i++) {
      const weight = b[c * rows + i];
      for (let j = 0; j < columns; j++) own[j] += weight * (data[i * columns + j] - means[j]);
    }
    for (let turn = 0; turn < 2; turn++) {
      for (let other = 0; other < c; other++) {
        const earlier = vectors.subarray(other * columns, (other + 1) * columns);
        let dot = 0;
        for (let j = 0; j < columns; j++) dot += own[j] * earlier[j];
        for (let j = 0; j < columns; j++) own[j] -= dot * earlier[j];
      }
      const length = Math.sqrt(own.reduce((sum, v) => sum + v * v, 0));
      for (let j = 0; j < columns; j++) own[j] /= length;
    }
  }
  return vectors;
}

/** The weight that is largest in size is positive; of equally large ones the first. */
export function orient(vector: Float64Array): void {
  let most = 0;
  for (let j = 1; j < vector.length; j++) if (Math.abs(vector[j]) > Math.abs(vector[most]) * (1 + 1e-9)) most = j;
  if (vector[most] < 0) for (let j = 0; j < vector.length; j++) vector[j] = -vector[j];
}
