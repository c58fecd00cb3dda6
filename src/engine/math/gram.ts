/** Gram matrices (cross-products of columns) of packed row blocks, in register tiles: the hot loop of all solvers. */

/**
 * Adds ZᵀZ of a packed block (column j at j·stride, `rows` long) to the upper triangle of gram (columns × columns,
 * column-major).
 */
export function addGram(z: Float64Array, stride: number, rows: number, columns: number, gram: Float64Array): void {
  addCross(z, z, stride, rows, columns, gram);
}

/**
 * Adds AᵀB, of which only the upper triangle (a's column ≤ b's column) is filled; A = Z diag(w) makes it a weighted
 * Gram. Tiles of 3 × 3 columns: nine sums in flight for six loads, which fits the sixteen registers.
 */
export function addCross(a: Float64Array, b: Float64Array, stride: number, rows: number, columns: number, gram: Float64Array): void {
  const tiled = columns - (columns % 3);
  for (let j = 0; j < tiled; j += 3) for (let i = 0; i <= j; i += 3) addTile(a, b, stride, rows, columns, i, j, gram);
  for (let j = tiled; j < columns; j++) {
    let i = 0;
    for (; i + 2 <= j; i += 3) addThree(a, b, stride, rows, columns, i, j, gram);
    for (; i <= j; i++) addOne(a, b, stride, rows, columns, i, j, gram);
  }
}

function addTile(a: Float64Array, b: Float64Array, stride: number, rows: number, columns: number, i: number, j: number, gram: Float64Array): void {
  const a0 = i * stride;
  const a1 = a0 + stride;
  const a2 = a1 + stride;
  const b0 = j * stride;
  const b1 = b0 + stride;
  const b2 = b1 + stride;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  for (let r = 0; r < rows; r++) {
    const y0 = b[b0 + r];
    const y1 = b[b1 + r];
    const y2 = b[b2 + r];
    let x = a[a0 + r];
    s00 += x * y0;
    s01 += x * y1;
    s02 += x * y2;
    x = a[a1 + r];
    s10 += x * y0;
    s11 += x * y1;
    s12 += x * y2;
    x = a[a2 + r];
    s20 += x * y0;
    s21 += x * y1;
    s22 += x * y2;
  }
  const at = j * columns + i;
  gram[at] += s00;
  gram[at + columns] += s01;
  gram[at + columns + 1] += s11;
  gram[at + 2 * columns] += s02;
  gram[at + 2 * columns + 1] += s12;
  gram[at + 2 * columns + 2] += s22;
  if (i === j) return;
  gram[at + 1] += s10;
  gram[at + 2] += s20;
  gram[at + columns + 2] += s21;
}

function addThree(a: Float64Array, b: Float64Array, stride: number, rows: number, columns: number, i: number, j: number, gram: Float64Array): void {
  const a0 = i * stride;
  const a1 = a0 + stride;
  const a2 = a1 + stride;
  const b0 = j * stride;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  for (let r = 0; r < rows; r++) {
    const y = b[b0 + r];
    s0 += a[a0 + r] * y;
    s1 += a[a1 + r] * y;
    s2 += a[a2 + r] * y;
  }
  const at = j * columns + i;
  gram[at] += s0;
  gram[at + 1] += s1;
  gram[at + 2] += s2;
}

function addOne(a: Float64Array, b: Float64Array, stride: number, rows: number, columns: number, i: number, j: number, gram: Float64Array): void {
  const a0 = i * stride;
  const b0 = j * stride;
  let s = 0;
  for (let r = 0; r < rows; r++) s += a[a0 + r] * b[b0 + r];
  gram[j * columns + i] += s;
}

/** Copies the upper triangle below the diagonal. */
export function mirror(gram: Float64Array, columns: number): Float64Array {
  for (let j = 0; j < columns; j++) for (let i = 0; i < j; i++) gram[i * columns + j] = gram[j * columns + i];
  return gram;
}
