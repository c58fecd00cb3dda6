/** From a factorisation of the scaled design to a fit in the data's own units: coefficients, errors, statistics, aliases. */
import { powerOfTwoAbove } from '../../math/columns';
import { CompensatedSum } from '../../math/compensatedSum';
import type { ColumnScaling } from '../../math/columns';
import type { Orthogonalised } from '../../math/qr';

/** A column that is a linear combination of earlier ones: x = intercept + Σ multipliers[k] · column of[k]. */
export interface AliasedColumn {
  readonly column: number;
  readonly intercept: number;
  readonly of: Int32Array;
  readonly multipliers: Float64Array;
}

/** Index 0 of arrays of length p+1 is the intercept (NaN without one); index j+1 is column j. */
export interface LeastSquaresFit {
  readonly intercept: number;
  /** Length p; 0 for aliased columns. */
  readonly coefficients: Float64Array;
  /** 1 for aliased columns; length p. */
  readonly aliased: Uint8Array;
  readonly aliasedBy: readonly AliasedColumn[];
  /** Number of estimated coefficients, the intercept counted. */
  readonly rank: number;
  readonly n: number;
  readonly p: number;
  /** Residual degrees of freedom n − rank. */
  readonly df: number;
  readonly rss: number;
  /** About the mean with an intercept, about zero without. */
  readonly tss: number;
  readonly r2: number;
  readonly adjustedR2: number;
  /** Residual standard deviation and its square; NaN when df = 0. */
  readonly sigma: number;
  readonly sigma2: number;
  /** F of the whole model against the intercept alone (or nothing); NaN when undefined. */
  readonly f: number;
  readonly fDf: readonly [number, number];
  readonly logLik: number;
  readonly aic: number;
  readonly bic: number;
  /** Square roots of the diagonal of (XᵀX)⁻¹; length p+1, NaN for aliased columns. Multiply by sigma: standard errors. */
  readonly sdUnscaled: Float64Array;
  /** Length p+1; NaN for aliased columns and when df = 0. */
  readonly standardErrors: Float64Array;
  /** (XᵀX)⁻¹, (p+1)², computed when first read; zeros for aliased columns. May overflow for columns of size 1e-200; sdUnscaled does not. */
  readonly covarianceUnscaled: Float64Array;
  /** Variance inflation 1/(1−R²_j) of each column; length p, NaN for aliased columns and without an intercept. */
  readonly vif: Float64Array;
  /** Population standard deviation of each column (root mean square without an intercept). */
  readonly columnSd: Float64Array;
  /** 1 for columns with one value throughout. */
  readonly constant: Uint8Array;
  /** Sums of squares explained by each kept column in order (type I), length p; 0 for aliased columns. */
  readonly sequentialSs: Float64Array;
  /** Smallest share of a column's norm that is left after the columns before it. */
  readonly smallestShare: number;
  /** The factorisation behind the fit, for sandwich covariances. */
  readonly geometry: Geometry;
  /** Leverages x(XᵀX)⁻¹xᵀ (with the intercept) of the rows of a matrix with the same columns. */
  leverages(X: Float64Array, n: number): Float64Array;
}

export interface Problem {
  readonly X: Float64Array;
  /** Rows that were used; `stride` is the length of a column of X. */
  readonly n: number;
  readonly stride: number;
  readonly p: number;
  readonly y: Float64Array;
  readonly intercept: boolean;
  readonly columns: ColumnScaling;
  readonly response: ColumnScaling;
  /** Rounding of each column's data as a norm, in its scale. */
  readonly noise: Float64Array;
}


/**
 * Turns a factorisation of [1 (X−m)/s (y−my)/sy] into a fit. `exact`: the columns were shifted by `mean` alone
 * (double-double); else by mean + meanLow.
 */
export function assemble(problem: Problem, factor: Orthogonalised, exact: boolean): LeastSquaresFit {
  const { n, p, intercept, columns, response } = problem;
  const lead = intercept ? 1 : 0;
  const rank = factor.kept.length;
  const shift = Float64Array.from(columns.mean, (m, j) => (exact ? m : m + columns.meanLow[j]));
  const sy = response.scale[0];
  const coefficients = new Float64Array(p);
  // b0 = my + sy·a0 − Σ b_j m_j, summed with compensation because the terms may cancel.
  const sum = new CompensatedSum();
  if (intercept) {
    sum.add(response.mean[0]);
    if (!exact) sum.add(response.meanLow[0]);
  }
  for (let k = 0; k < rank; k++) {
    const j = factor.kept[k] - lead;
    if (j < 0) sum.add(factor.solution[k] * sy);
    else {
      coefficients[j] = (factor.solution[k] * columns.inverse[j]) * sy;
      sum.addProduct(-coefficients[j], columns.mean[j]);
      if (!exact) sum.addProduct(-coefficients[j], columns.meanLow[j]);
    }
  }
  const aliased = new Uint8Array(p);
  for (const l of factor.aliased) aliased[l - lead] = 1;
  const roots = rootRows(factor, lead, shift, columns);
  const sdUnscaled = new Float64Array(p + 1).fill(NaN);
  if (intercept) sdUnscaled[0] = rowNorm(roots.intercept);
  for (let k = lead; k < rank; k++) sdUnscaled[factor.kept[k] - lead + 1] = rowNorm(roots.rows[k]) * columns.inverse[factor.kept[k] - lead];
  const statistics = fitStatistics(problem, factor, rank);
  const standardErrors = Float64Array.from(sdUnscaled, (sd) => sd * statistics.sigma);
  const columnSd = columnDeviation(factor, problem);
  let unscaled: Float64Array | undefined;
  return {
    intercept: intercept ? sum.value() : 0,
    coefficients, aliased, aliasedBy: describeAliases(factor, problem, shift), rank, n, p, ...statistics, sdUnscaled, standardErrors,
    get covarianceUnscaled() {
      return (unscaled ??= unscaledCovariance(factor, roots, problem));
    },
    vif: inflation(factor, roots, problem), columnSd,
    constant: columns.constant, geometry: { factor, roots, shift, inverse: columns.inverse, lead }, sequentialSs: sequential(factor, p, lead, sy), smallestShare: factor.smallestShare,
    leverages: (matrix, count) => leverages(factor, problem, shift, matrix, count),
  };
}

export interface RootRows {
  /** Row of W for the intercept at x = 0 (not at the means). */
  readonly intercept: Float64Array;
  /** Rows of W, by kept index. */
  readonly rows: Float64Array[];
}

/** Rows of W with (AᵀA)⁻¹ = W Wᵀ in scaled coordinates, and the intercept's row in the data's own. */
function rootRows(factor: Orthogonalised, lead: number, shift: Float64Array, columns: ColumnScaling): RootRows {
  const rank = factor.kept.length;
  const rows = Array.from({ length: rank }, () => new Float64Array(rank));
  for (let k = 0; k < rank; k++) for (let i = 0; i <= k; i++) rows[i][k] = factor.root[k * rank + i];
  const sums = Array.from({ length: rank }, () => new CompensatedSum());
  if (lead && rank > 0) {
    for (let c = 0; c < rank; c++) {
      sums[c].add(rows[0][c]);
      for (let k = 1; k < rank; k++) {
        const j = factor.kept[k] - 1;
        sums[c].addProduct(-rows[k][c], shift[j] * columns.inverse[j]);
      }
    }
  }
  return { intercept: Float64Array.from(sums, (s) => s.value()), rows };
}

/** Euclidean norm without overflow or underflow. */
function rowNorm(row: Float64Array): number {
  let largest = 0;
  for (const x of row) largest = Math.max(largest, Math.abs(x));
  if (largest === 0) return 0;
  const inverse = 1 / powerOfTwoAbove(largest);
  let s = 0;
  for (const x of row) s += x * inverse * (x * inverse);
  return Math.sqrt(s) / inverse;
}

function fitStatistics(problem: Problem, factor: Orthogonalised, rank: number) {
  const { n, intercept, response } = problem;
  const sy = response.scale[0];
  const lead = intercept ? 1 : 0;
  const df = n - rank;
  const total = totalSquares(factor, lead);
  // Remainders at the level of rounding are exact fits.
  const remainder = df === 0 ? 0 : factor.remainder;
  const sigmaScaled = df > 0 ? Math.sqrt(remainder / df) : NaN;
  const r2 = total > 0 ? 1 - remainder / total : NaN;
  const model = rank - lead;
  const f = df > 0 && model > 0 ? (total - remainder) / model / (remainder / df) : NaN;
  const rss = remainder * sy * sy;
  const logRss = Math.log(remainder) + 2 * Math.log(sy);
  const logLik = remainder > 0 ? -0.5 * n * (Math.log(2 * Math.PI) + 1 - Math.log(n) + logRss) : NaN;
  return {
    df, rss, tss: total * sy * sy, r2, adjustedR2: df > 0 ? 1 - ((1 - r2) * (n - lead)) / df : NaN,
    sigma: sigmaScaled * sy, sigma2: (remainder / df) * sy * sy, f, fDf: [model, df] as const,
    logLik, aic: -2 * logLik + 2 * (rank + 1), bic: -2 * logLik + Math.log(n) * (rank + 1),
  };
}

/** Squared norm of y before any column of X was taken out. */
function totalSquares(factor: Orthogonalised, lead: number): number {
  return factor.remainders.length > lead ? factor.remainders[lead] : factor.remainder;
}

function sequential(factor: Orthogonalised, p: number, lead: number, sy: number): Float64Array {
  const squares = new Float64Array(p);
  const { remainders, kept } = factor;
  for (let k = lead; k < kept.length; k++) squares[kept[k] - lead] = (remainders[k] - (k + 1 < kept.length ? remainders[k + 1] : factor.remainder)) * sy * sy;
  return squares;
}

function unscaledCovariance(factor: Orthogonalised, roots: RootRows, problem: Problem): Float64Array {
  const { p, intercept, columns } = problem;
  const lead = intercept ? 1 : 0;
  const m = p + 1;
  const result = new Float64Array(m * m);
  const rank = factor.kept.length;
  const rows: { index: number; row: Float64Array; inverse: number }[] = [];
  if (lead && rank > 0) rows.push({ index: 0, row: roots.intercept, inverse: 1 });
  for (let k = lead; k < rank; k++) rows.push({ index: factor.kept[k] - lead + 1, row: roots.rows[k], inverse: columns.inverse[factor.kept[k] - lead] });
  for (let a = 0; a < rows.length; a++) {
    for (let b = 0; b <= a; b++) {
      const { row, inverse, index } = rows[a];
      const other = rows[b];
      let s = 0;
      for (let k = 0; k < rank; k++) s += row[k] * other.row[k];
      s *= inverse * other.inverse;
      result[index * m + other.index] = s;
      result[other.index * m + index] = s;
    }
  }
  return result;
}

/** Norm of column k of A after the leading column: from R. */
function centredNorm(factor: Orthogonalised, k: number, lead: number): number {
  const rank = factor.kept.length;
  let s = 0;
  for (let i = lead; i <= k; i++) s += factor.r[k * rank + i] ** 2;
  return Math.sqrt(s);
}

function inflation(factor: Orthogonalised, roots: RootRows, problem: Problem): Float64Array {
  const result = new Float64Array(problem.p).fill(NaN);
  if (!problem.intercept) return result;
  for (let k = 1; k < factor.kept.length; k++) result[factor.kept[k] - 1] = Math.max(1, (rowNorm(roots.rows[k]) * centredNorm(factor, k, 1)) ** 2);
  return result;
}

function columnDeviation(factor: Orthogonalised, problem: Problem): Float64Array {
  const { n, p, intercept, columns } = problem;
  const lead = intercept ? 1 : 0;
  const sd = new Float64Array(p);
  for (let k = lead; k < factor.kept.length; k++) {
    const j = factor.kept[k] - lead;
    sd[j] = (centredNorm(factor, k, lead) / Math.sqrt(n)) * columns.scale[j];
  }
  for (let a = 0; a < factor.aliased.length; a++) {
    const j = factor.aliased[a] - lead;
    if (!columns.constant[j] || !intercept) sd[j] = directDeviation(problem, j);
  }
  return sd;
}

function directDeviation({ X, stride: n, intercept, columns }: Problem, j: number): number {
  const mean = intercept ? columns.mean[j] : 0;
  const low = intercept ? columns.meanLow[j] : 0;
  let s = 0;
  for (let i = j * n; i < (j + 1) * n; i++) s += ((X[i] - mean - low) * columns.inverse[j]) ** 2;
  return Math.sqrt(s / n) * columns.scale[j];
}

/** Multipliers at rounding level are left out and near-integers rounded, so that "a + b" reads as such. */
function describeAliases(factor: Orthogonalised, problem: Problem, shift: Float64Array): AliasedColumn[] {
  const { intercept, columns } = problem;
  const lead = intercept ? 1 : 0;
  const rank = factor.kept.length;
  const result: AliasedColumn[] = [];
  for (let a = 0; a < factor.aliased.length; a++) {
    const column = factor.aliased[a] - lead;
    const of: number[] = [];
    const multipliers: number[] = [];
    if (!(intercept && columns.constant[column])) {
      let largest = 0;
      for (let k = lead; k < rank; k++) largest = Math.max(largest, Math.abs(factor.combinations[a * rank + k]));
      for (let k = lead; k < rank; k++) {
        const scaled = factor.combinations[a * rank + k];
        if (Math.abs(scaled) <= 1e-9 * largest) continue;
        const j = factor.kept[k] - lead;
        of.push(j);
        multipliers.push(snap(scaled * columns.inverse[j] * columns.scale[column]));
      }
    }
    const constant = new CompensatedSum();
    let size = 0;
    if (intercept) {
      constant.add(shift[column]);
      size = Math.abs(shift[column]);
      of.forEach((j, index) => {
        constant.addProduct(-multipliers[index], shift[j]);
        size = Math.max(size, Math.abs(multipliers[index] * shift[j]));
      });
      if (rank > 0) constant.add(factor.combinations[a * rank] * columns.scale[column]);
    }
    const value = constant.value();
    result.push({ column, intercept: Math.abs(value) <= 1e-12 * size ? 0 : snap(value), of: Int32Array.from(of), multipliers: Float64Array.from(multipliers) });
  }
  return result;
}

function snap(x: number): number {
  const nearest = Math.round(x);
  return nearest !== 0 && Math.abs(x - nearest) <= 1e-9 * Math.abs(nearest) ? nearest : x;
}

/** ‖Wᵀ x‖² of each row, x in scaled coordinates. */
function leverages(factor: Orthogonalised, problem: Problem, shift: Float64Array, X: Float64Array, n: number): Float64Array {
  const { intercept, columns } = problem;
  const lead = intercept ? 1 : 0;
  const rank = factor.kept.length;
  const result = new Float64Array(n);
  const t = new Float64Array(n);
  const z: Float64Array[] = [];
  for (let k = 0; k < rank; k++) {
    const j = factor.kept[k] - lead;
    const column = new Float64Array(n).fill(1);
    if (j >= 0) for (let i = 0; i < n; i++) column[i] = (X[j * n + i] - shift[j]) * columns.inverse[j];
    z.push(column);
  }
  for (let k = 0; k < rank; k++) {
    t.fill(0);
    for (let l = 0; l <= k; l++) {
      const w = factor.root[k * rank + l];
      if (w !== 0) for (let i = 0; i < n; i++) t[i] += w * z[l][i];
    }
    for (let i = 0; i < n; i++) result[i] += t[i] * t[i];
  }
  return result;
}

/** What sandwich estimators need: rows of W (see Orthogonalised) and how X was shifted and scaled. */
export interface Geometry {
  readonly factor: Orthogonalised;
  readonly roots: RootRows;
  readonly shift: Float64Array;
  readonly inverse: Float64Array;
  /** 1 with an intercept, else 0. */
  readonly lead: number;
}
