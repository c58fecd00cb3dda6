/** Parallel analysis (Horn 1965): components whose variance is more than columns without any connection would give. */
import type { WorkContext } from '../../context';
import { symmetricEigen } from '../../math/eigen';
import { Rng } from '../../math/random';
import type { Matrix } from '../shared/matrix';
import { quantile } from '../shared/quantile';

export interface ParallelAnalysis {
  /** 'permutation': every column's (a category's: all its numbers') rows shuffled by themselves; 'normal': independent normal columns of the same variances. */
  readonly reference: 'permutation' | 'normal';
  readonly repeats: number;
  /** Mean and 95 % quantile of the reference's variances, component by component. */
  readonly means: readonly number[];
  readonly thresholds: readonly number[];
  /** Leading components above their thresholds. */
  readonly keep: number;
}

export interface ParallelOptions {
  readonly seed: number;
  /** Absent: permutation up to 200,000 cells, normal beyond. */
  readonly reference?: 'permutation' | 'normal';
  /** Columns that are shuffled together; others alone. */
  readonly blocks: readonly { readonly start: number; readonly width: number }[];
  /** Divide by each column's deviation in the reference too; the data are standardised. */
  readonly standardised: boolean;
}

const permutedCells = 200_000;

/** `variances`: of the data's components, falling. Throws CancelledError. */
export async function parallelAnalysis(matrix: Matrix, means: Float64Array, variances: ArrayLike<number>, options: ParallelOptions, context: WorkContext): Promise<ParallelAnalysis> {
  const { rows, columns } = matrix;
  const side = Math.min(columns, rows - 1);
  const reference = options.reference ?? (rows * columns <= permutedCells ? 'permutation' : 'normal');
  const drawn = reference === 'permutation' ? shuffler(matrix, means, options.blocks) : normals(matrix, means, options.standardised);
  const cost = columns ** 3 * 6 + (reference === 'permutation' || rows <= columns ? rows * columns * columns : columns ** 3);
  const repeats = Math.max(40, Math.min(200, Math.round(1e9 / cost)));
  const byComponent = Array.from({ length: side }, () => new Float64Array(repeats));
  for (let repeat = 0; repeat < repeats; repeat++) {
    await context.breathe();
    const cross = drawn(new Rng(options.seed).fork(`parallel ${repeat}`));
    const { values } = await symmetricEigen(cross, columns, context);
    const falling = values.slice().sort().reverse();
    for (let c = 0; c < side; c++) byComponent[c][repeat] = Math.max(0, falling[c]);
  }
  const thresholds = byComponent.map(values => quantile(values.slice().sort(), 0.95));
  let keep = 0;
  while (keep < thresholds.length && keep < variances.length && variances[keep] > thresholds[keep]) keep++;
  return { reference, repeats, means: byComponent.map(values => values.reduce((sum, v) => sum + v, 0) / repeats), thresholds, keep };
}

/** Covariance matrix after shuffling. */
function shuffler({ data, rows, columns }: Matrix, means: Float64Array, blocks: ParallelOptions['blocks']): (rng: Rng) => Float64Array {
  const whole: { start: number; width: number }[] = [...blocks];
  for (let j = 0; j < columns; j++) if (!blocks.some(({ start, width }) => j >= start && j < start + width)) whole.push({ start: j, width: 1 });
  const shuffled = new Float64Array(rows * columns);
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  return rng => {
    for (const { start, width } of whole) {
      rng.shuffle(order);
      for (let i = 0; i < rows; i++) for (let j = start; j < start + width; j++) shuffled[i * columns + j] = data[order[i] * columns + j] - means[j];
    }
    return covariance(shuffled, rows, columns);
  };
}

export function covariance(centred: Float64Array, rows: number, columns: number): Float64Array {
  const cross = new Float64Array(columns * columns);
  for (let i = 0; i < rows; i++) {
    const at = i * columns;
    for (let a = 0; a < columns; a++) {
      const x = centred[at + a];
      for (let b = 0; b <= a; b++) cross[a * columns + b] += x * centred[at + b];
    }
  }
  for (let a = 0; a < columns; a++) {
    for (let b = 0; b <= a; b++) {
      cross[a * columns + b] /= rows - 1;
      cross[b * columns + a] = cross[a * columns + b];
    }
  }
  return cross;
}

/** A sample covariance of independent normal columns, by Bartlett's decomposition of a Wishart matrix where there are rows enough: time does not grow with them. */
function normals({ data, rows, columns }: Matrix, means: Float64Array, standardised: boolean): (rng: Rng) => Float64Array {
  const deviations = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) deviations[j] += (data[i * columns + j] - means[j]) ** 2 / (rows - 1);
  for (let j = 0; j < columns; j++) deviations[j] = Math.sqrt(deviations[j]);
  return rng => {
    const cross = rows - 1 >= columns ? wishart(rows - 1, columns, rng) : plainNormals(rows, columns, rng);
    const scale = Float64Array.from({ length: columns }, (_, j) => (standardised ? deviations[j] / Math.sqrt(cross[j * columns + j]) : deviations[j]));
    for (let a = 0; a < columns; a++) for (let b = 0; b < columns; b++) cross[a * columns + b] *= scale[a] * scale[b];
    return cross;
  };
}

function wishart(df: number, columns: number, rng: Rng): Float64Array {
  const lower = new Float64Array(columns * columns);
  for (let a = 0; a < columns; a++) {
    lower[a * columns + a] = Math.sqrt(chiSquare(df - a, rng));
    for (let b = 0; b < a; b++) lower[a * columns + b] = rng.normal();
  }
  const cross = new Float64Array(columns * columns);
  for (let a = 0; a < columns; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let j = 0; j <= b; j++) sum += lower[a * columns + j] * lower[b * columns + j];
      cross[a * columns + b] = sum / df;
      cross[b * columns + a] = sum / df;
    }
  }
  return cross;
}

function plainNormals(rows: number, columns: number, rng: Rng): Float64Array {
  const drawn = Float64Array.from({ length: rows * columns }, () => rng.normal());
  for (let j = 0; j < columns; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += drawn[i * columns + j] / rows;
    for (let i = 0; i < rows; i++) drawn[i * columns + j] -= mean;
  }
  return covariance(drawn, rows, columns);
}

/** Twice a gamma variate (Marsaglia & Tsang 2000) of shape df/2; for df = 1 a squared normal. */
function chiSquare(df: number, rng: Rng): number {
  if (df < 2) return rng.normal() ** 2;
  const d = df / 2 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - rng.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return 2 * d * v;
  }
}
