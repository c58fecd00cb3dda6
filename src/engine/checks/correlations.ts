/** Correlations of columns, and what follows from them: columns that earlier ones determine, and the inverse. */

/** Correlation matrix of the columns that vary, missing cells at the mean; from at most `rows` rows, evenly spaced. */
export function correlations(columns: readonly Float64Array[], rows: number): { readonly matrix: Float64Array[]; readonly kept: number[] } {
  const scaled = columns.map(values => standardised(values, rows));
  const kept = scaled.flatMap((values, i) => (values ? [i] : []));
  const used = kept.map(i => scaled[i]!);
  const matrix = used.map(() => new Float64Array(used.length));
  for (let a = 0; a < used.length; a++) {
    matrix[a]![a] = 1;
    for (let b = 0; b < a; b++) {
      let sum = 0;
      const [x, y] = [used[a]!, used[b]!];
      for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
      matrix[a]![b] = matrix[b]![a] = sum;
    }
  }
  return { matrix, kept };
}

/** Mean 0 and sum of squares 1; undefined for a column that does not vary. */
function standardised(values: Float64Array, most: number): Float64Array | undefined {
  const n = Math.min(values.length, most);
  const out = new Float64Array(n);
  let [sum, present, square] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const value = values[Math.floor((i * values.length) / n)]!;
    out[i] = value;
    if (value - value === 0) { sum += value; present++; }
  }
  const mean = sum / Math.max(1, present);
  for (let i = 0; i < n; i++) { out[i] = out[i]! - out[i]! === 0 ? out[i]! - mean : 0; square += out[i]! ** 2; }
  if (!(square > 1e-24 * mean * mean * n) || square === 0) return undefined;
  const norm = Math.sqrt(square);
  for (let i = 0; i < n; i++) out[i]! /= norm;
  return out;
}

export interface Determined {
  readonly column: number;
  /** Weight of each column (0 for later ones), in standard deviations. */
  readonly weights: Float64Array;
}

/** Columns of which less than `least` is left when those kept before are accounted for (Cholesky in order, without pivoting). */
export function factorInOrder(matrix: readonly Float64Array[], least: number): Determined[] {
  const kept: number[] = [];
  const rows: Float64Array[] = [];
  const determined: Determined[] = [];
  for (let j = 0; j < matrix.length; j++) {
    const l = new Float64Array(kept.length + 1);
    for (let k = 0; k < kept.length; k++) {
      let sum = matrix[j]![kept[k]!]!;
      for (let m = 0; m < k; m++) sum -= l[m]! * rows[k]![m]!;
      l[k] = sum / rows[k]![k]!;
    }
    const left = 1 - l.subarray(0, kept.length).reduce((sum, v) => sum + v * v, 0);
    if (left > least) {
      l[kept.length] = Math.sqrt(left);
      kept.push(j);
      rows.push(l);
    } else {
      determined.push({ column: j, weights: weightsOf(l, rows, kept, matrix.length) });
    }
  }
  return determined;
}

/** Solves Lᵀ w = l. */
function weightsOf(l: Float64Array, rows: readonly Float64Array[], kept: readonly number[], columns: number): Float64Array {
  const w = new Float64Array(columns);
  for (let k = kept.length - 1; k >= 0; k--) {
    let sum = l[k]!;
    for (let m = k + 1; m < kept.length; m++) sum -= rows[m]![k]! * w[kept[m]!]!;
    w[kept[k]!] = sum / rows[k]![k]!;
  }
  return w;
}

/** Inverse of a positive definite matrix by Gauss–Jordan elimination; undefined where it is singular. Its diagonal is the variance inflation of each column. */
export function inverseOf(matrix: readonly Float64Array[]): Float64Array[] | undefined {
  const n = matrix.length;
  const a = matrix.map((row, i) => { const out = new Float64Array(2 * n); out.set(row); out[n + i] = 1; return out; });
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i]![k]!) > Math.abs(a[pivot]![k]!)) pivot = i;
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    const p = a[k]![k]!;
    if (!(Math.abs(p) > 1e-14)) return undefined;
    for (let j = 0; j < 2 * n; j++) a[k]![j]! /= p;
    for (let i = 0; i < n; i++) {
      const f = a[i]![k]!;
      if (i === k || f === 0) continue;
      for (let j = 0; j < 2 * n; j++) a[i]![j]! -= f * a[k]![j]!;
    }
  }
  return a.map(row => row.slice(n));
}
