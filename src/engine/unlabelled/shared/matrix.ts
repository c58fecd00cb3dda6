/** Rows of numbers as clusterings and components take them. */

export interface Matrix {
  /** rows × columns, row-major; finite numbers. */
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** A copy of the listed rows. */
export function takeMatrixRows({ data, columns }: Matrix, rows: ArrayLike<number>): Matrix {
  const out = new Float64Array(rows.length * columns);
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0, from = rows[i] * columns, to = i * columns; j < columns; j++, from++, to++) out[to] = data[from];
  }
  return { data: out, rows: rows.length, columns };
}
