/** The usual values of each choice, where none are named. */
import { UserError } from '../../../protocol/errors';
import type { OptionValue } from '../../../protocol/recipe';
import type { Dataset } from '../../data/dataset';
import { columnUse } from '../../data/encoding/plan';
import type { Family, FamilyOption } from '../../models/model';

type DataShape = Pick<Dataset, 'features' | 'table' | 'recipe'>;

const halfDecades = (from: number, to: number): number[] => Array.from({ length: 2 * (to - from) + 1 }, (_, i) => Number((10 ** (from + i / 2)).toPrecision(2)));

/** Usual values, by choice; families of their own first. */
const grids: Readonly<Record<string, readonly number[]>> = {
  'ebm.learningRate': [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
  learningRate: halfDecades(-4, 0),
  'linear.l2': [0, ...halfDecades(-2, 2)], 'linear.l1': [0, ...halfDecades(-3, 1)],
  'logistic.l2': [0, ...halfDecades(-3, 1)], 'logistic.l1': [0, ...halfDecades(-4, 0)],
  l1: [0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1], l2: [0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1],
  dropout: [0, 0.05, 0.1, 0.2, 0.3, 0.5],
  'attention.width': [8, 16, 32, 64], width: [2, 4, 8, 16, 32, 64, 128],
  depth: [0, 1, 2, 3, 4], layers: [1, 2, 3],
  batchSize: [8, 16, 32, 64, 128, 256, 512],
  polynomial: [1, 2, 3, 4, 5],
  rows: [0.1, 0.2, 0.4, 0.6, 0.8, 1],
};

export function usualGrid(name: string, family: Pick<Family, 'id'>, option: FamilyOption | undefined, dataset: DataShape): OptionValue[] {
  const grid = grids[`${family.id}.${name}`] ?? grids[name];
  if (name === 'components') return componentGrid(componentsAtMost(dataset));
  if (name === 'batchSize') return batchGrid(dataset.table.rows);
  if (grid) return [...grid];
  if (option?.values) return [...option.values];
  if (typeof option?.default === 'boolean') return [false, true];
  const { minimum, maximum } = option ?? {};
  if (minimum === undefined || maximum === undefined) throw new UserError('badOption', `The choice ${name} has no usual values; give some, such as ${name}=1:2:3.`);
  return spaced(minimum, maximum);
}

/** Whether there are usual values, so that none need be named. */
export function hasUsualGrid(...choice: Parameters<typeof usualGrid>): boolean {
  try {
    return new Set(usualGrid(...choice)).size > 1;
  } catch (error) {
    if (!UserError.is(error)) throw error;
    return false;
  }
}

/** Seven values over the range, logarithmic where it is wide. */
function spaced(low: number, high: number): number[] {
  const whole = Number.isInteger(low) && Number.isInteger(high);
  const log = low > 0 && high / low >= 50;
  const values = Array.from({ length: 7 }, (_, i) => (log ? low * (high / low) ** (i / 6) : low + ((high - low) * i) / 6));
  return values.map(value => (whole ? Math.round(value) : Number(value.toPrecision(2))));
}

/** 1, 2, 3, 5, 8 … up to the number of columns that components can be made of. */
function componentGrid(most: number): number[] {
  const steps = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89].filter(step => step < most);
  return most > 0 ? [...steps, most] : [];
}

/** Batches that are smaller than the data. */
function batchGrid(rows: number): number[] {
  const fitting = grids['batchSize']!.filter(size => size < rows / 2);
  return fitting.length > 1 ? fitting : [...new Set([1, Math.max(1, Math.floor(rows / 4)), Math.max(1, Math.floor(rows / 2))])];
}

/** Columns that principal components take the place of: numbers and dates. */
export function componentsAtMost({ features, table, recipe }: DataShape): number {
  const categorical = new Set(recipe.categorical ?? []);
  return table.columns.filter(column => features.includes(column.name) && columnUse(column, false, categorical) !== 'category').length;
}
