/** Principal components of a table: learned, kept as JSON, applied to other rows, and their weights led back to the columns. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { WorkContext } from '../../context';
import type { Table } from '../../data/table';
import { applyPreparation, numberNames, totalWidth, widthOf } from '../shared/apply';
import type { Matrix } from '../shared/matrix';
import { learnPreparation, type Preparation } from '../shared/preparation';
import { svdOf } from './svd';

export interface ComponentsModel {
  readonly version: 1;
  readonly preparation: Preparation;
  /** What each prepared number is: a column, or "column = level". */
  readonly names: readonly string[];
  /** Means of the prepared numbers (0 but for rounding). */
  readonly means: readonly number[];
  /** Weights of each component, length 1; the largest in size is positive. */
  readonly vectors: readonly (readonly number[])[];
  /** Variance of each component's scores (divisor rows − 1), and its share of the whole. */
  readonly variances: readonly number[];
  readonly shares: readonly number[];
}

export interface ComponentsOptions {
  /** 'standardised' (correlations; the default) or 'centred' (covariances: units count). */
  readonly scaling?: 'standardised' | 'centred';
  readonly missing?: 'impute' | 'drop';
  /** 'leaveOut' is the default: a component is a sum of numbers. */
  readonly categories?: 'oneHot' | 'leaveOut';
  readonly categorical?: readonly string[];
  /** Components to keep; absent: all. */
  readonly count?: number;
}

export interface LearnedComponents {
  readonly model: ComponentsModel;
  readonly matrix: Matrix;
  /** Rows of the table that were used. */
  readonly rows: Int32Array;
  readonly notes: readonly Note[];
}

/** By singular values. Standardised with n as divisor, so scores agree with scikit-learn's on its standardised columns. Throws UserError. */
export async function learnComponents(table: Table, features: readonly string[], options: ComponentsOptions, context: WorkContext): Promise<LearnedComponents> {
  const scaling = options.scaling ?? 'standardised';
  const { preparation, rows, notes } = learnPreparation(table, features, {
    scaling, missing: options.missing ?? 'impute', categories: options.categories ?? 'leaveOut', categorical: options.categorical,
  });
  const { matrix } = applyPreparation(preparation, table, rows);
  const parts = await svdOf(matrix, () => context.breathe());
  const kept = Math.min(parts.components, options.count ?? parts.components);
  if (options.count !== undefined && !(Number.isInteger(options.count) && options.count >= 1)) {
    throw new UserError('badOption', `The number of principal components must be a whole number of at least 1, not ${options.count}.`);
  }
  const total = parts.variances.reduce((sum, v) => sum + v, 0);
  const all: Note[] = [...notes];
  if (scaling === 'centred') all.push({ kind: 'information', text: 'Columns keep their units, so those with the largest numbers make the first components.' });
  if (options.count !== undefined && kept < options.count) all.push({ kind: 'information', text: `${options.count} components were asked for; the rows have only ${kept}.` });
  const model: ComponentsModel = {
    version: 1, preparation, names: numberNames(preparation), means: [...parts.means],
    vectors: Array.from({ length: kept }, (_, c) => [...parts.vectors.subarray(c * parts.columns, (c + 1) * parts.columns)]),
    variances: [...parts.variances.subarray(0, kept)], shares: [...parts.variances.subarray(0, kept)].map(v => v / total),
  };
  return { model, matrix, rows, notes: all };
}

/** Scores of rows, row-major rows × components. Missing cells are filled as they were when the components were learned. */
export function componentScores(model: ComponentsModel, table: Table, rows?: Int32Array): Matrix {
  return scoresOfMatrix(model, applyPreparation(model.preparation, table, rows).matrix);
}

export function scoresOfMatrix(model: Pick<ComponentsModel, 'vectors' | 'means'>, { data, rows, columns }: Matrix): Matrix {
  const count = model.vectors.length;
  const scores = new Float64Array(rows * count);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < count; c++) {
      const vector = model.vectors[c];
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += (data[i * columns + j] - model.means[j]) * vector[j];
      scores[i * count + c] = sum;
    }
  }
  return { data: scores, rows, columns: count };
}

/** Loadings: √variance × weight; of standardised numbers the correlation of column and component. Component by component. `rows`: those that the components were learned on. */
export function loadings(model: ComponentsModel, rows: number): number[][] {
  const unit = loadingUnit(model.preparation.scaling, rows);
  return model.vectors.map((vector, c) => vector.map(weight => weight * Math.sqrt(model.variances[c]) * unit));
}

/** Columns are standardised with the divisor n and variances have n − 1: without this, correlations would be too large by √(n/(n − 1)). */
export function loadingUnit(scaling: 'standardised' | 'centred', rows: number): number {
  return scaling === 'standardised' ? Math.sqrt((rows - 1) / rows) : 1;
}

export interface OriginalWeights {
  readonly intercept: number;
  /** By column: change of the prediction by one unit of the column (dates: by a day). Of a level: against all levels' mean. */
  readonly weights: readonly { readonly feature: string; readonly level?: string; readonly weight: number; readonly standardised: number }[];
}

/** A linear function of the scores, intercept + Σ weights[c] · PCc, as one of the columns themselves; the same predictions. */
export function weightsInFeatures(model: ComponentsModel, weights: readonly number[], intercept: number): OriginalWeights {
  const prepared = new Float64Array(totalWidth(model.preparation));
  weights.forEach((weight, c) => model.vectors[c].forEach((part, j) => { prepared[j] += weight * part; }));
  let constant = intercept;
  prepared.forEach((weight, j) => { constant -= weight * model.means[j]; });
  const found: { feature: string; level?: string; weight: number; standardised: number }[] = [];
  let at = 0;
  for (const column of model.preparation.columns) {
    if (column.as === 'category') {
      column.levels.forEach((level, l) => {
        const weight = prepared[at + l] * column.scale;
        constant -= weight * column.shares[l];
        found.push({ feature: column.name, level, weight, standardised: prepared[at + l] });
      });
    } else {
      const weight = prepared[at] / column.unit;
      constant -= weight * column.mean;
      found.push({ feature: column.name, weight, standardised: prepared[at] });
    }
    at += widthOf(column);
  }
  return { intercept: constant, weights: found };
}
