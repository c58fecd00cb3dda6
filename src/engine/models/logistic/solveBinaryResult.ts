/** What a binary logistic fit returns, in the data's own units. */
import { CompensatedSum } from '../../math/compensatedSum';
import type { AliasedColumn } from '../linear/solveAssemble';
import type { BinaryInput, IterationEnd } from './solveBinary';
import type { BinaryData } from './solvePass';
import type { Separation } from './solveSeparation';

/** Index 0 of arrays of length p+1 is the intercept (NaN without one); index j+1 is column j. */
export interface BinaryFit {
  readonly intercept: number;
  /** Length p; 0 for aliased columns. */
  readonly coefficients: Float64Array;
  readonly aliased: Uint8Array;
  readonly aliasedBy: readonly AliasedColumn[];
  readonly rank: number;
  readonly n: number;
  readonly p: number;
  readonly df: number;
  readonly positives: number;
  readonly converged: boolean;
  readonly iterations: number;
  /**
   * The classes are separated: no maximum-likelihood estimate exists, the coefficients are where the iteration stopped
   * and have no standard errors (NaN). Offer a penalised fit.
   */
  readonly separation?: Separation;
  /**
   * Separation of a few rows only (at most 5 %, such as a rare level with one outcome): the coefficients of
   * `divergent.columns` are infinite and shown as R's glm would stop at them; all others are estimates as usual.
   */
  readonly divergent?: Separation;
  readonly deviance: number;
  readonly nullDeviance: number;
  readonly logLik: number;
  readonly aic: number;
  readonly bic: number;
  /** Length p+1; NaN for aliased columns and under separation. */
  readonly standardErrors: Float64Array;
  /** (p+1)², zeros for aliased columns; computed when first read. */
  readonly covariance: Float64Array;
}

/** Share of rows up to which separation concerns single coefficients and not the model. */
export const divergentShare = 0.05;

export function binaryResult(
  input: BinaryInput, data: BinaryData, end: IterationEnd, positives: number, aliasedBy: readonly AliasedColumn[],
): BinaryFit {
  const { p, intercept } = input;
  const { n, kept, lead, scaling } = data;
  const rank = kept.length + lead;
  const aliased = new Uint8Array(p).fill(1);
  const coefficients = new Float64Array(p);
  const constant = new CompensatedSum();
  if (lead) constant.add(end.beta[0]);
  for (let k = 0; k < kept.length; k++) {
    const j = kept[k];
    aliased[j] = 0;
    coefficients[j] = end.beta[k + lead] * scaling.inverse[j];
    constant.addProduct(-coefficients[j], scaling.mean[j]);
    constant.addProduct(-coefficients[j], scaling.meanLow[j]);
  }
  const limited = end.separation?.kind === 'quasi' && end.separation.rows <= divergentShare * n;
  const separated = end.separation !== undefined && !limited;
  const rows = end.root && !separated ? ownRows(data, end.root) : undefined;
  const standardErrors = new Float64Array(p + 1).fill(NaN);
  for (const [index, { row, scale }] of rows ?? []) standardErrors[index] = Math.hypot(...row) * scale;
  const { deviance } = end.pass;
  const share = positives / n;
  const nullDeviance = intercept ? -2 * (positives * Math.log(share) + (n - positives) * Math.log1p(-share)) : 2 * n * Math.LN2;
  let covariance: Float64Array | undefined;
  return {
    intercept: intercept ? constant.value() : 0, coefficients, aliased, aliasedBy, rank, n, p, df: n - rank, positives,
    converged: end.converged && !separated, iterations: end.iterations,
    ...(separated ? { separation: end.separation } : limited ? { divergent: end.separation } : {}),
    deviance, nullDeviance, logLik: -deviance / 2, aic: deviance + 2 * rank, bic: deviance + rank * Math.log(n), standardErrors,
    get covariance() {
      return (covariance ??= ownCovariance(rows, p));
    },
  };
}

type OwnRows = Map<number, { row: Float64Array; scale: number }>;

/** Rows of W, the intercept's moved from the means to zero. */
function ownRows(data: BinaryData, root: Float64Array): OwnRows {
  const { kept, lead, scaling } = data;
  const q = kept.length + lead;
  const rows: OwnRows = new Map();
  const rowOf = (i: number): Float64Array => Float64Array.from({ length: q }, (_, k) => (i <= k ? root[k * q + i] : 0));
  if (lead) {
    const sums = Array.from({ length: q }, () => new CompensatedSum());
    const first = rowOf(0);
    for (let c = 0; c < q; c++) sums[c].add(first[c]);
    for (let k = 0; k < kept.length; k++) {
      const j = kept[k];
      for (let c = k + 1; c < q; c++) {
        sums[c].addProduct(-root[c * q + k + 1], scaling.mean[j] * scaling.inverse[j]);
        sums[c].addProduct(-root[c * q + k + 1], scaling.meanLow[j] * scaling.inverse[j]);
      }
    }
    rows.set(0, { row: Float64Array.from(sums, (s) => s.value()), scale: 1 });
  }
  for (let k = 0; k < kept.length; k++) rows.set(kept[k] + 1, { row: rowOf(k + lead), scale: scaling.inverse[kept[k]] });
  return rows;
}

function ownCovariance(rows: OwnRows | undefined, p: number): Float64Array {
  const m = p + 1;
  const result = new Float64Array(m * m);
  if (!rows) return result;
  for (const [a, left] of rows) {
    for (const [b, right] of rows) {
      if (b > a) continue;
      let s = 0;
      for (let k = 0; k < left.row.length; k++) s += left.row[k] * right.row[k];
      result[a * m + b] = result[b * m + a] = s * left.scale * right.scale;
    }
  }
  return result;
}

/** All rows of one class: the intercept of a rate half a row away from the end, and nothing else. */
export function oneClass(input: BinaryInput, positives: number): BinaryFit {
  const { n, p, intercept } = input;
  const m = p + 1;
  return {
    intercept: intercept ? Math.log((positives + 0.5) / (n - positives + 0.5)) : 0, coefficients: new Float64Array(p), aliased: new Uint8Array(p),
    aliasedBy: [], rank: intercept ? 1 : 0, n, p, df: n - (intercept ? 1 : 0), positives, converged: false, iterations: 0,
    separation: { kind: 'complete', rows: n, columns: new Int32Array(0), intercept: true, direction: new Float64Array(m) },
    deviance: 0, nullDeviance: 0, logLik: 0, aic: 2, bic: Math.log(n), standardErrors: new Float64Array(m).fill(NaN), covariance: new Float64Array(m * m),
  };
}
