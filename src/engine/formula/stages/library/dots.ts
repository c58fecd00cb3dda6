// Products of columns, four sums at a time: an addition waits for the one before it only every fourth row.

export function dot(a: Float64Array, b: Float64Array): number {
  let p = 0;
  let q = 0;
  let r = 0;
  let s = 0;
  const whole = a.length - (a.length % 4);
  for (let i = 0; i < whole; i += 4) {
    p += a[i]! * b[i]!;
    q += a[i + 1]! * b[i + 1]!;
    r += a[i + 2]! * b[i + 2]!;
    s += a[i + 3]! * b[i + 3]!;
  }
  for (let i = whole; i < a.length; i++) p += a[i]! * b[i]!;
  return p + q + (r + s);
}

/** a += by · b, in place. */
export function addTo(a: Float64Array, b: Float64Array, by: number): void {
  for (let i = 0; i < a.length; i++) a[i]! += by * b[i]!;
}

/** One more orthonormal column for a basis; undefined where the column depends on those before. */
export function orthonormal(basis: readonly Float64Array[], column: Float64Array): Float64Array | undefined {
  const before = dot(column, column);
  // Twice: what rounding left of the first time.
  for (let round = 0; round < 2; round++) for (const q of basis) addTo(column, q, -dot(column, q));
  const squares = dot(column, column);
  return squares > 1e-12 * before ? column.map(v => v / Math.sqrt(squares)) : undefined;
}
