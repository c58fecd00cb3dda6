/** Matrices and tables for tests of clusters and components. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Rng } from '../../../src/engine/math/random';
import type { Matrix } from '../../../src/engine/unlabelled/shared/matrix';
import type { Table } from '../../../src/engine/data/table';
import { numberColumn } from '../evaluate/stub';

export function reference<T>(name: string): T {
  return JSON.parse(readFileSync(resolve(import.meta.dirname, '../../fixtures/reference/unlabelled', name), 'utf8')) as T;
}

export const matrixOf = (rows: readonly (readonly number[])[]): Matrix => ({ data: Float64Array.from(rows.flat()), rows: rows.length, columns: rows[0]!.length });

/** Columns with mean 0 and variance 1 (divisor n). */
export function standardised(rows: readonly (readonly number[])[]): Matrix {
  const { data, rows: n, columns } = matrixOf(rows);
  for (let j = 0; j < columns; j++) {
    const own = rows.map(row => row[j]!);
    const mean = own.reduce((sum, v) => sum + v, 0) / n;
    const deviation = Math.sqrt(own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n);
    for (let i = 0; i < n; i++) data[i * columns + j] = (data[i * columns + j]! - mean) / deviation;
  }
  return { data, rows: n, columns };
}

/** Rows out of standard normal numbers. */
export function normalRows(seed: number, n: number, p: number, make: (z: number[], i: number, rng: Rng) => number[] = z => z): number[][] {
  const rng = new Rng(seed);
  return Array.from({ length: n }, (_, i) => make(Array.from({ length: p }, () => rng.normal()), i, rng));
}

/** `count` groups in turn, the c-th around `apart` times the c-th corner. */
export const blobs = (seed: number, n: number, p: number, count: number, apart: number): number[][] =>
  normalRows(seed, n, p, (z, i) => z.map((v, j) => v + apart * ((i % count) >> j & 1)));

export function tableOf(rows: readonly (readonly number[])[], names = 'abcdefghij'): Table {
  return { rows: rows.length, columns: rows[0]!.map((_, j) => numberColumn(names[j]!, rows.map(row => row[j]!))) };
}

/** Sum of squares about the means of each label. */
export function squaresOf({ data, rows, columns }: Matrix, labels: ArrayLike<number>, k: number): number {
  let sum = 0;
  for (let c = 0; c < k; c++) {
    for (let j = 0; j < columns; j++) {
      const own = [];
      for (let i = 0; i < rows; i++) if (labels[i] === c) own.push(data[i * columns + j]!);
      const mean = own.reduce((s, v) => s + v, 0) / own.length;
      for (const value of own) sum += (value - mean) ** 2;
    }
  }
  return sum;
}
