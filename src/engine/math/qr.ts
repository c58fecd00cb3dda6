/**
 * Least squares by orthogonalisation. `RFactor` reduces any number of rows to one triangle, block by block (TSQR);
 * `orthogonalise` factors a small matrix with limited column pivoting (columns keep their order, a column that the
 * earlier ones explain is set aside as aliased, as LINPACK's dqrdc2 does) in double or double-double arithmetic.
 */
import { axpy, dividePair, dot, subtractScaled, pairHigh, pairLow } from './doubleDouble';

/** Upper-triangular factor of rows added block by block: RᵀR = Σ rowᵀ row. Householder reflections, never squares of sums. */
export class RFactor {
  /** columns × columns, column-major, upper. Diagonal signs are arbitrary. */
  readonly r: Float64Array;
  rows = 0;

  constructor(readonly columns: number) {
    this.r = new Float64Array(columns * columns);
  }

  /** Takes in a block (column j at j·stride, `rows` long). The block is destroyed. */
  add(block: Float64Array, stride: number, rows: number): void {
    const { r, columns } = this;
    this.rows += rows;
    for (let k = 0; k < columns; k++) {
      const bk = k * stride;
      let sigma = 0;
      for (let i = 0; i < rows; i++) sigma += block[bk + i] * block[bk + i];
      if (sigma === 0) continue;
      const alpha = r[k * columns + k];
      const norm = Math.sqrt(alpha * alpha + sigma);
      const v0 = alpha > 0 ? alpha + norm : alpha - norm;
      const tau = 2 / (v0 * v0 + sigma);
      r[k * columns + k] = alpha > 0 ? -norm : norm;
      this.reflect(block, stride, rows, k, v0, tau);
    }
  }

  /** Applies the reflection of column k to the columns after it, two at a time. */
  private reflect(block: Float64Array, stride: number, rows: number, k: number, v0: number, tau: number): void {
    const { r, columns } = this;
    const bk = k * stride;
    let j = k + 1;
    for (; j + 1 < columns; j += 2) {
      const b0 = j * stride;
      const b1 = b0 + stride;
      let s0 = v0 * r[j * columns + k];
      let s1 = v0 * r[(j + 1) * columns + k];
      for (let i = 0; i < rows; i++) {
        const v = block[bk + i];
        s0 += v * block[b0 + i];
        s1 += v * block[b1 + i];
      }
      s0 *= tau;
      s1 *= tau;
      r[j * columns + k] -= s0 * v0;
      r[(j + 1) * columns + k] -= s1 * v0;
      for (let i = 0; i < rows; i++) {
        const v = block[bk + i];
        block[b0 + i] -= s0 * v;
        block[b1 + i] -= s1 * v;
      }
    }
    if (j >= columns) return;
    const b0 = j * stride;
    let s = v0 * r[j * columns + k];
    for (let i = 0; i < rows; i++) s += block[bk + i] * block[b0 + i];
    s *= tau;
    r[j * columns + k] -= s * v0;
    for (let i = 0; i < rows; i++) block[b0 + i] -= s * block[bk + i];
  }

  /** Takes in another factor: the factor of all rows of both. */
  merge(other: RFactor): void {
    const rows = this.rows + other.rows;
    this.add(other.r.slice(), this.columns, this.columns);
    this.rows = rows;
  }

  clone(): RFactor {
    const copy = new RFactor(this.columns);
    copy.r.set(this.r);
    copy.rows = this.rows;
    return copy;
  }
}

/** Columns whose remaining norm falls below this share of their (centred) norm are aliased. */
export const aliasTolerance = 1e-10;
/** Below these shares they are aliased too when the remainder is within so many units of the rounding of the data. */
const doubtful = [
  { share: 1e-6, units: 8 },
  { share: 0.05, units: 1 },
] as const;

export interface OrthogonaliseOptions {
  /** Columns before this index (the intercept's ones) are taken first and define the norms that the rest are judged by. */
  readonly leading: number;
  /** Rounding of each column's data, as a norm in the same scale as the columns; 0 for exact columns. */
  readonly noise?: Float64Array;
  /** 1 for columns that are aliased from the start (constants beside an intercept). */
  readonly excluded?: Uint8Array;
  /** Arithmetic with 106 bits; `low` then holds the low parts of the matrix if it has any. */
  readonly doubleDouble: boolean;
  readonly low?: Float64Array;
}

/** [A y] = Q D^½ [U u]: what a least-squares problem needs, in the coordinates of the kept columns. */
export interface Orthogonalised {
  /** Indices of the columns kept, in order, and of those set aside. */
  readonly kept: Int32Array;
  readonly aliased: Int32Array;
  /** Solution for the kept columns. */
  readonly solution: Float64Array;
  /** Upper W (rank × rank, column-major) with (AᵀA)⁻¹ = W Wᵀ. */
  readonly root: Float64Array;
  /** Upper R with AᵀA = RᵀR (kept columns). */
  readonly r: Float64Array;
  /** rank × aliased, column-major: each aliased column as a combination of the kept ones. */
  readonly combinations: Float64Array;
  /** Squared norm of y's remainder. */
  readonly remainder: number;
  /** Squared norm of y's remainder before each kept column was taken out (for sequential sums of squares). */
  readonly remainders: Float64Array;
  /** Smallest remaining share of a kept column's norm: how near the matrix is to losing rank. */
  readonly smallestShare: number;
}

/**
 * Modified Gram-Schmidt on [A y] (rows × (columns+1), column-major, overwritten), without normalisation and with y as
 * last column, which makes the solution as stable as Householder's (Björck 1967).
 */
export function orthogonalise(matrix: Float64Array, rows: number, columns: number, options: OrthogonaliseOptions): Orthogonalised {
  const work = new GramSchmidt(matrix, rows, columns, options);
  return work.run();
}

class GramSchmidt {
  private readonly low: Float64Array;
  /** Multipliers of column j on kept column k at j·columns + k (k counts kept columns); low parts beside. */
  private readonly u: Float64Array;
  private readonly uLow: Float64Array;
  private readonly d: Float64Array;
  private readonly dLow: Float64Array;
  private readonly reference: Float64Array;
  private readonly kept: number[] = [];
  private readonly aliased: number[] = [];
  private readonly remainders: number[] = [];
  private smallestShare = 1;
  private readonly depth: number;

  constructor(
    private readonly a: Float64Array, private readonly rows: number, private readonly columns: number, private readonly options: OrthogonaliseOptions,
  ) {
    this.depth = Math.min(rows, columns);
    const dd = options.doubleDouble;
    this.low = dd ? (options.low ?? new Float64Array(a.length)) : a;
    this.u = new Float64Array(this.depth * (columns + 1));
    this.uLow = dd ? new Float64Array(this.u.length) : this.u;
    this.d = new Float64Array(this.depth);
    this.dLow = new Float64Array(this.depth);
    this.reference = new Float64Array(columns);
  }

  run(): Orthogonalised {
    const { columns, options } = this;
    for (let j = 0; j < columns; j++) {
      if (j === options.leading) this.setReferences(j);
      const square = this.square(j);
      if (j < options.leading) this.reference[j] = Math.sqrt(square);
      if (this.isAliased(j, Math.sqrt(square))) this.aliased.push(j);
      else this.take(j);
    }
    return this.result();
  }

  /** Norms that columns are judged by: without the leading ones. Columns that are nothing but leading ones get Infinity. */
  private setReferences(from: number): void {
    for (let l = from; l < this.columns; l++) {
      const rest = this.square(l);
      let before = rest;
      for (let k = 0; k < this.kept.length; k++) before += this.u[l * this.depth + k] ** 2 * this.d[k];
      this.reference[l] = Math.sqrt(rest) <= aliasTolerance * Math.sqrt(before) ? Infinity : Math.sqrt(rest);
    }
  }

  private square(j: number): number {
    const { rows, a, low } = this;
    if (this.options.doubleDouble) {
      dot(a, low, j * rows, j * rows, rows);
      return pairHigh();
    }
    return plainDot(a, j * rows, j * rows, rows);
  }

  private isAliased(j: number, remaining: number): boolean {
    const { options, reference } = this;
    if (!(remaining > 0) || options.excluded?.[j] || this.kept.length >= this.depth) return true;
    const share = remaining / reference[j];
    if (share <= aliasTolerance) return true;
    if (options.noise && this.isRounding(j, share, remaining, options.noise)) return true;
    if (j >= options.leading && share < this.smallestShare) this.smallestShare = share;
    return false;
  }

  private isRounding(j: number, share: number, remaining: number, noise: Float64Array): boolean {
    for (const { share: limit, units } of doubtful) if (share <= limit) return remaining <= units * this.noiseOf(j, noise);
    return false;
  }

  /** Rounding noise that column j's remainder may carry: its own and that of the columns it is explained by. */
  private noiseOf(j: number, noise: Float64Array): number {
    const multipliers = this.combination(j);
    let sum = noise[j];
    for (let k = 0; k < multipliers.length; k++) sum += Math.abs(multipliers[k]) * noise[this.kept[k]];
    return sum;
  }

  /** Takes kept column j out of all columns after it. */
  private take(j: number): void {
    const { a, low, rows, columns, u, uLow, depth, d, dLow } = this;
    const k = this.kept.length;
    this.kept.push(j);
    this.remainders.push(this.square(columns));
    if (!this.options.doubleDouble) {
      const dk = plainDot(a, j * rows, j * rows, rows);
      d[k] = dk;
      for (let l = j + 1; l <= columns; l++) {
        const m = plainDot(a, j * rows, l * rows, rows) / dk;
        u[l * depth + k] = m;
        if (m !== 0) for (let i = 0, p = j * rows, q = l * rows; i < rows; i++) a[q + i] -= m * a[p + i];
      }
      return;
    }
    dot(a, low, j * rows, j * rows, rows);
    d[k] = pairHigh();
    dLow[k] = pairLow();
    for (let l = j + 1; l <= columns; l++) {
      dot(a, low, j * rows, l * rows, rows);
      dividePair(pairHigh(), pairLow(), d[k], dLow[k]);
      const high = pairHigh();
      const rest = pairLow();
      u[l * depth + k] = high;
      uLow[l * depth + k] = rest;
      if (high !== 0) axpy(a, low, j * rows, l * rows, rows, -high, -rest);
    }
  }

  /** Solves U x = u_l for the kept columns taken so far: column l as a combination of them. */
  private combination(l: number): Float64Array {
    const { u, uLow, depth, kept, options } = this;
    const m = kept.length;
    const x = u.slice(l * depth, l * depth + m);
    const xLow = uLow.slice(l * depth, l * depth + m);
    for (let k = m - 1; k > 0; k--) {
      const column = kept[k] * depth;
      if (options.doubleDouble) for (let i = 0; i < k; i++) subtractScaled(x, xLow, i, u[column + i], uLow[column + i], x[k], xLow[k]);
      else for (let i = 0; i < k; i++) x[i] -= u[column + i] * x[k];
    }
    return x;
  }

  private result(): Orthogonalised {
    const { kept, aliased, columns, d } = this;
    const rank = kept.length;
    const combinations = new Float64Array(rank * aliased.length);
    aliased.forEach((l, index) => combinations.set(this.combinationAt(l), index * rank));
    const root = new Float64Array(rank * rank);
    const r = new Float64Array(rank * rank);
    for (let k = 0; k < rank; k++) {
      for (let i = 0; i <= k; i++) r[k * rank + i] = (i === k ? 1 : this.u[kept[k] * this.depth + i]) * Math.sqrt(d[i]);
    }
    this.invert(root, rank);
    return {
      kept: Int32Array.from(kept), aliased: Int32Array.from(aliased), solution: this.combination(columns), root, r, combinations,
      remainder: this.square(columns), remainders: Float64Array.from(this.remainders), smallestShare: this.smallestShare,
    };
  }

  /** Combination of an aliased column: only the columns kept before it count. */
  private combinationAt(l: number): Float64Array {
    const x = this.combination(l);
    for (let k = 0; k < x.length; k++) if (this.kept[k] > l) x[k] = 0;
    return x;
  }

  /** W = U⁻¹ D^(−½). */
  private invert(root: Float64Array, rank: number): void {
    const { u, uLow, depth, kept, d, options } = this;
    const x = new Float64Array(rank);
    const xLow = new Float64Array(rank);
    for (let k = 0; k < rank; k++) {
      x.fill(0);
      xLow.fill(0);
      x[k] = 1;
      for (let l = k; l > 0; l--) {
        const column = kept[l] * depth;
        if (options.doubleDouble) for (let i = 0; i < l; i++) subtractScaled(x, xLow, i, u[column + i], uLow[column + i], x[l], xLow[l]);
        else for (let i = 0; i < l; i++) x[i] -= u[column + i] * x[l];
      }
      const norm = Math.sqrt(d[k]);
      for (let i = 0; i <= k; i++) root[k * rank + i] = x[i] / norm;
    }
  }
}

function plainDot(a: Float64Array, p: number, q: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  const even = n - (n % 2);
  for (let i = 0; i < even; i += 2) {
    s0 += a[p + i] * a[q + i];
    s1 += a[p + i + 1] * a[q + i + 1];
  }
  if (even < n) s0 += a[p + even] * a[q + even];
  return s0 + s1;
}

