/** How many different rows there are, as far as that matters: no more clusters than that can be found. */
import type { Matrix } from '../shared/matrix';

/** Distinct rows, counted up to `most`. */
export function distinctRows({ data, rows, columns }: Matrix, most: number): number {
  const found: number[] = [];
  for (let i = 0; i < rows && found.length < most; i++) {
    if (!found.some(other => same(data, i * columns, other * columns, columns))) found.push(i);
  }
  return found.length;
}

function same(data: Float64Array, a: number, b: number, columns: number): boolean {
  for (let j = 0; j < columns; j++) if (data[a + j] !== data[b + j]) return false;
  return true;
}
