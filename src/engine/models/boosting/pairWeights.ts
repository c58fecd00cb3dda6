/** What purification weighs the cells of a pair by: the rows in the first feature's bin times those in the second's. */

/**
 * With the rows in the cells themselves, of which there are few, the chance of their numbers would show as a wiggle of the main effects.
 * Row-major; sums to the rows.
 */
export function productWeights(first: Float64Array, second: Float64Array): Float64Array {
  const total = first.reduce((a, b) => a + b, 0);
  return Float64Array.from({ length: first.length * second.length }, (_, cell) => (first[Math.floor(cell / second.length)]! * second[cell % second.length]!) / total);
}

/** Sums of the rows and of the columns of a row-major matrix. */
export function marginsOf(cells: Float64Array, wide: number): [Float64Array, Float64Array] {
  const rows = new Float64Array(cells.length / wide);
  const columns = new Float64Array(wide);
  cells.forEach((weight, cell) => {
    rows[Math.floor(cell / wide)]! += weight;
    columns[cell % wide]! += weight;
  });
  return [rows, columns];
}
