/** Least squares and logistic regression on the standardised design, in double precision: problems whose optimum is known. */
import type { Head } from '../../compute/network/description';
import type { Dataset } from '../../data/dataset';
import { encodeRows } from '../../data/design';
import { prepareRows } from '../../models/shared/prepared';
import { headOf, type HeadMaths } from '../dynamics/heads';
import { scaleOf, targetAt, type Losses, type OptimisationProblem } from './problem';

export interface ConvexData {
  /** Training rows first, then the held-out ones; rows × columns, row-major, the last column all 1. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly columns: number;
  readonly training: number;
  readonly head: Head;
  readonly outputs: number;
}

/** Columns with mean 0 and standard deviation 1 in the training rows, those that do not vary there left out. */
export function convexData(dataset: Dataset, train: Int32Array, test: Int32Array): ConvexData {
  const { encoding, design } = prepareRows(dataset, train);
  const other = encodeRows(encoding, dataset.table, test);
  const n = train.length;
  const m = test.length;
  const kept = Array.from({ length: design.columns }, (_, j) => ({ j, scale: scaleOf(design.data.subarray(j * n, (j + 1) * n)) })).filter(item => item.scale !== undefined);
  const columns = kept.length + 1;
  const x = new Float64Array((n + m) * columns).fill(1);
  kept.forEach(({ j, scale }, to) => {
    const { mean, deviation } = scale!;
    for (let i = 0; i < n; i++) x[i * columns + to] = (design.data[j * n + i] - mean) / deviation;
    for (let i = 0; i < m; i++) x[(n + i) * columns + to] = (other.data[j * m + i] - mean) / deviation;
  });
  const { target } = dataset;
  const classes = target.task === 'classification' ? target.classes.length : 0;
  const both = new Int32Array(n + m);
  both.set(train);
  both.set(test, n);
  return { x, y: targetAt(dataset, both, n), columns, training: n, head: classes > 2 ? 'softmax' : classes === 2 ? 'logistic' : 'identity', outputs: classes > 2 ? classes : 1 };
}

/** Parameters: columns × outputs, row-major; all start at 0. */
export class ConvexProblem implements OptimisationProblem {
  readonly size: number;
  readonly rows: number;
  readonly start: Float64Array;
  readonly weights: Uint8Array;
  readonly rounding = 0;
  readonly maths: HeadMaths;
  private readonly everyRow: Int32Array;
  private readonly held: Int32Array;

  constructor(readonly data: ConvexData) {
    const { columns, outputs, training, y } = data;
    this.size = columns * outputs;
    this.rows = training;
    this.start = new Float64Array(this.size);
    this.weights = new Uint8Array(this.size).fill(1, 0, (columns - 1) * outputs);
    this.maths = headOf(data.head);
    this.everyRow = Int32Array.from({ length: training }, (_, i) => i);
    this.held = Int32Array.from({ length: y.length - training }, (_, i) => training + i);
  }

  gradient(w: Float64Array, batch: Int32Array, out: Float64Array): number {
    const { data: { outputs }, maths } = this;
    const f = this.outputsAt(w, batch);
    const y = this.targets(batch);
    const slope = new Float64Array(f.length);
    maths.slope(f, y, outputs, slope);
    this.addTransposed(slope, batch, out.fill(0));
    return maths.loss(f, y, outputs);
  }

  losses(w: Float64Array): Losses {
    return { train: this.lossAt(w, this.everyRow), heldOut: this.lossAt(w, this.held) };
  }

  lossAt(w: Float64Array, rows: Int32Array): number {
    return this.maths.loss(this.outputsAt(w, rows), this.targets(rows), this.data.outputs);
  }

  outputsAt(w: Float64Array, rows: Int32Array): Float64Array {
    const { x, columns, outputs } = this.data;
    const f = new Float64Array(rows.length * outputs);
    for (let i = 0; i < rows.length; i++) {
      const from = rows[i] * columns;
      for (let k = 0; k < outputs; k++) {
        let sum = 0;
        for (let j = 0; j < columns; j++) sum += x[from + j] * w[j * outputs + k];
        f[i * outputs + k] = sum;
      }
    }
    return f;
  }

  /** out += Xᵀ s over the rows. */
  addTransposed(s: Float64Array, rows: Int32Array, out: Float64Array): void {
    const { x, columns, outputs } = this.data;
    for (let i = 0; i < rows.length; i++) {
      const from = rows[i] * columns;
      for (let j = 0; j < columns; j++) for (let k = 0; k < outputs; k++) out[j * outputs + k] += x[from + j] * s[i * outputs + k];
    }
  }

  targets(rows: Int32Array): Float64Array {
    return Float64Array.from(rows, row => this.data.y[row]);
  }

  dispose(): void {
    // Nothing is held beyond the arrays.
  }
}
