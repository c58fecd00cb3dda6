/** Singular values and vectors of a small square matrix by one-sided Jacobi rotations (Hestenes 1958), which keep small singular values exact to their own size. */

/** A = U diag(values) Vᵀ; columns of U and V at j·n, values descending. Columns of U that belong to a value of 0 are 0. */
export interface SingularValues {
  u: Float64Array;
  values: Float64Array;
  v: Float64Array;
}

/** `a`: n × n, column-major; left as it is. */
export function jacobiSvd(a: Float64Array, n: number): SingularValues {
  const u = a.slice();
  const v = new Float64Array(n * n);
  for (let j = 0; j < n; j++) v[j * n + j] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let turned = false;
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) turned = orthogonal(u, v, n, p, q) || turned;
    if (!turned) break;
  }
  const values = new Float64Array(n);
  for (let j = 0; j < n; j++) values[j] = norm(u, j * n, n);
  const order = [...values.keys()].sort((i, j) => values[j]! - values[i]!);
  const result: SingularValues = { u: new Float64Array(n * n), values: new Float64Array(n), v: new Float64Array(n * n) };
  order.forEach((from, to) => {
    const value = values[from]!;
    result.values[to] = value;
    for (let i = 0; i < n; i++) {
      result.u[to * n + i] = value > 0 ? u[from * n + i]! / value : 0;
      result.v[to * n + i] = v[from * n + i]!;
    }
  });
  return result;
}

/** Turns columns p and q until they are orthogonal; false if they were. */
function orthogonal(u: Float64Array, v: Float64Array, n: number, p: number, q: number): boolean {
  let pp = 0;
  let qq = 0;
  let pq = 0;
  for (let i = 0; i < n; i++) {
    const x = u[p * n + i]!;
    const y = u[q * n + i]!;
    pp += x * x;
    qq += y * y;
    pq += x * y;
  }
  if (!(Math.abs(pq) > 1e-16 * Math.sqrt(pp * qq))) return false;
  const zeta = (qq - pp) / (2 * pq);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, t);
  rotate(u, n, p, q, c, c * t);
  rotate(v, n, p, q, c, c * t);
  return true;
}

function rotate(a: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  for (let i = 0; i < n; i++) {
    const x = a[p * n + i]!;
    const y = a[q * n + i]!;
    a[p * n + i] = c * x - s * y;
    a[q * n + i] = s * x + c * y;
  }
}

function norm(a: Float64Array, from: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[from + i]! ** 2;
  return Math.sqrt(sum);
}
