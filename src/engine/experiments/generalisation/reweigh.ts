/** A fit in which rows count by weights: boosting by its own option, other models by copies of rows. */
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { findColumn } from '../../data/table';
import type { Family, Model } from '../../models/model';

/** Copies of a row of mean weight, at most; and rows with their copies, at most. */
const mostCopies = 10;
const mostRows = 100_000;

/** Families whose fit depends on rows only by how often each is there, in all but the rounding: many copies are a weighted fit. */
const byManyCopies = new Set(['linear', 'logistic']);
/** Priors, steps and early stopping know how many rows there are: copies are as many as the rows were. */
const byFewCopies = new Set(['bayes', 'neural', 'attention']);

/** A search for formulas would take as long as the first. */
export const canWeigh = (family: string): boolean => family === 'ebm' || byManyCopies.has(family) || byFewCopies.has(family);

/** The column of weights that boosting was asked to take. */
export function weightsColumn({ recipe: { options } }: Dataset): string | undefined {
  const name = options['weights'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Fits on the rows, `weights` beside them (0 or more, some above). Throws what the fit throws. */
export function fitWeighted(family: Family, dataset: Dataset, rows: Int32Array, weights: Float64Array, context: WorkContext): Promise<Model> {
  if (family.id === 'ebm') return family.fit(withWeights(dataset, rows, weights), context, rows);
  const copies = byManyCopies.has(family.id) ? Math.max(1, Math.min(mostCopies, Math.floor(mostRows / rows.length))) : 1;
  return family.fit(rowsTogether(dataset), context, copied(rows, weights, copies));
}

const densityColumn = '(density ratio)';

/** Weights that the model was asked to take are multiplied with. */
function withWeights(dataset: Dataset, rows: Int32Array, weights: Float64Array): Dataset {
  const own = weightsColumn(dataset);
  const column = own === undefined ? undefined : findColumn(dataset.table, own);
  const values = new Float64Array(dataset.table.rows).fill(1);
  rows.forEach((row, i) => { values[row] = weights[i]! * (column?.storage === 'number' ? column.values[row]! : 1); });
  const features = [...dataset.features.filter(name => name !== own), densityColumn];
  return {
    ...dataset, features, table: { rows: dataset.table.rows, columns: [...dataset.table.columns, { name: densityColumn, kind: 'numeric', storage: 'number', values }] },
    recipe: { ...dataset.recipe, features, options: { ...dataset.recipe.options, weights: densityColumn } },
  };
}

/** Systematic resampling (Kitagawa 1996): each row floor or ceiling of `copies` · n · w / Σw times, in the order of the rows. */
export function copied(rows: Int32Array, weights: Float64Array, copies: number): Int32Array {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const scale = total > 0 ? (copies * rows.length) / total : 0;
  const result: number[] = [];
  let reached = 0.5;
  rows.forEach((row, i) => {
    reached += weights[i]! * scale;
    for (; reached >= 1; reached--) result.push(row);
  });
  return Int32Array.from(result);
}

const rowColumn = '(row)';

/** Models that hold rows back within their fit keep groups whole: copies of a row are a group, so that none is on both sides. */
function rowsTogether(dataset: Dataset): Dataset {
  const { recipe, table } = dataset;
  const { split } = recipe;
  if (split.scheme === 'foldColumn' || (split.scheme === 'kFold' && split.groupColumn !== undefined)) return dataset;
  const values = Float64Array.from({ length: table.rows }, (_, i) => i);
  return {
    ...dataset, table: { rows: table.rows, columns: [...table.columns, { name: rowColumn, kind: 'numeric', storage: 'number', values }] },
    recipe: { ...recipe, split: { scheme: 'kFold', folds: split.scheme === 'kFold' ? split.folds : 5, groupColumn: rowColumn } },
  };
}
