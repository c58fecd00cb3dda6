/** Cholesky factorisation of small symmetric matrices, column-major, and what follows from it. */

/**
 * Upper factor R with RᵀR = A (m × m; only A's upper triangle is read; R overwrites it, its lower triangle is zeroed).
 * Returns the smallest pivot relative to its diagonal entry, R_jj² / A_jj: 0 when A is not positive definite (R unusable).
 */
export function cholesky(a: Float64Array, m: number): number {
  let smallest = 1;
  for (let j = 0; j < m; j++) {
    const cj = j * m;
    const diagonal = a[cj + j];
    for (let i = 0; i < j; i++) {
      const ci = i * m;
      let s = a[cj + i];
      for (let k = 0; k < i; k++) s -= a[ci + k] * a[cj + k];
      a[cj + i] = s / a[ci + i];
    }
    let s = diagonal;
    for (let k = 0; k < j; k++) s -= a[cj + k] * a[cj + k];
    const ratio = s / diagonal;
    if (!(ratio > 0)) return 0;
    if (ratio < smallest) smallest = ratio;
    a[cj + j] = Math.sqrt(s);
    for (let i = j + 1; i < m; i++) a[cj + i] = 0;
  }
  return smallest;
}

/** Solves RᵀR x = b in place. */
export function choleskySolve(r: Float64Array, m: number, b: Float64Array): Float64Array {
  solveTransposed(r, m, b);
  return solveUpper(r, m, b);
}

/** Solves Rᵀ x = b in place. */
export function solveTransposed(r: Float64Array, m: number, b: Float64Array): Float64Array {
  for (let j = 0; j < m; j++) {
    const cj = j * m;
    let s = b[j];
    for (let k = 0; k < j; k++) s -= r[cj + k] * b[k];
    b[j] = s / r[cj + j];
  }
  return b;
}

/** Solves R x = b in place. */
export function solveUpper(r: Float64Array, m: number, b: Float64Array): Float64Array {
  for (let j = m - 1; j >= 0; j--) {
    const cj = j * m;
    const x = b[j] / r[cj + j];
    b[j] = x;
    if (x !== 0) for (let i = 0; i < j; i++) b[i] -= r[cj + i] * x;
  }
  return b;
}

/** R⁻¹ of an upper triangle (a new matrix, upper). */
export function invertUpper(r: Float64Array, m: number): Float64Array {
  const inverse = new Float64Array(m * m);
  for (let j = 0; j < m; j++) {
    const column = inverse.subarray(j * m, j * m + j + 1);
    column[j] = 1;
    for (let k = j; k >= 0; k--) {
      const ck = k * m;
      const x = column[k] / r[ck + k];
      column[k] = x;
      if (x !== 0) for (let i = 0; i < k; i++) column[i] -= r[ck + i] * x;
    }
  }
  return inverse;
}

/** U Uᵀ of an upper triangle U: with U = R⁻¹ this is (RᵀR)⁻¹. */
export function upperTimesTransposed(u: Float64Array, m: number): Float64Array {
  const product = new Float64Array(m * m);
  for (let k = 0; k < m; k++) {
    const ck = k * m;
    for (let j = 0; j <= k; j++) {
      const x = u[ck + j];
      if (x === 0) continue;
      const cj = j * m;
      for (let i = 0; i <= j; i++) product[cj + i] += u[ck + i] * x;
    }
  }
  for (let j = 0; j < m; j++) for (let i = 0; i < j; i++) product[i * m + j] = product[j * m + i];
  return product;
}

/** Euclidean norm of all entries. */
export function frobenius(a: Float64Array): number {
  let s = 0;
  for (let i = 0; i < a.length; i++) s += a[i] * a[i];
  return Math.sqrt(s);
}
