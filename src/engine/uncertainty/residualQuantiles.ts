/** Where the residuals of a model lie, row by row: two quantile regressions of residuals on a few columns. */
import type { Table } from '../data/table';
import { quantileRegression } from './quantileRegression';
import { chooseColumns, residualDesign, type ResidualColumn } from './residualDesign';

export interface ResidualQuantiles {
  readonly columns: readonly ResidualColumn[];
  /** Coefficients of the lower and upper quantile: the intercept, then one for each column. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Bounds of rows before they are calibrated. */
export interface Bounds { readonly low: Float64Array; readonly high: Float64Array }

export interface ResidualSample {
  readonly table: Table;
  readonly features: readonly string[];
  /** Rows of the table with their predictions and residuals; all finite. */
  readonly rows: Int32Array;
  readonly predicted: Float64Array;
  readonly residuals: Float64Array;
}

/**
 * Quantiles (1 ∓ level)/2 of the residuals by linear quantile regression. Without rows, or where the regression has no answer,
 * both are 0, and what is made of them has a constant width.
 */
export function fitResidualQuantiles({ table, features, rows, predicted, residuals }: ResidualSample, level: number): ResidualQuantiles {
  const none: ResidualQuantiles = { columns: [], low: [0], high: [0] };
  if (rows.length === 0) return none;
  const columns = chooseColumns(table, rows, features, predicted, residuals);
  const problem = { x: residualDesign(columns, table, rows, predicted), n: rows.length, p: columns.length + 1, y: residuals };
  const low = quantileRegression(problem, (1 - level) / 2);
  const high = quantileRegression(problem, (1 + level) / 2);
  return low && high ? { columns, low: Array.from(low), high: Array.from(high) } : none;
}

/** Prediction + quantiles of the residual; where the two regressions cross, the lower one is the lower bound. */
export function residualBounds(quantiles: ResidualQuantiles, table: Table, rows: Int32Array, predicted: Float64Array): Bounds {
  const { columns, low, high } = quantiles;
  const design = residualDesign(columns, table, rows, predicted);
  const width = columns.length + 1;
  const bounds = { low: new Float64Array(rows.length), high: new Float64Array(rows.length) };
  for (let i = 0; i < rows.length; i++) {
    let [a, b] = [0, 0];
    for (let j = 0; j < width; j++) {
      a += design[i * width + j] * low[j];
      b += design[i * width + j] * high[j];
    }
    bounds.low[i] = predicted[i] + Math.min(a, b);
    bounds.high[i] = predicted[i] + Math.max(a, b);
  }
  return bounds;
}
