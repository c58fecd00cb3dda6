/** Small models to be laid side by side. */
import type { ModelFacts } from '../../../src/protocol/modelFacts';
import type { Metric } from '../../../src/protocol/measures';
import type { Recipe } from '../../../src/protocol/recipe';
import type { SideModel } from '../../../src/protocol/sideBySide';

export const recipe: Recipe = {
  file: '/data/people.csv', target: 'price', task: 'regression', features: ['a', 'b', 'c'], dropped: [], missing: 'impute', model: 'linear', options: {},
  split: { scheme: 'kFold', folds: 5 }, level: 0.95, seed: 1, maxRows: 1e6,
};

export function rmseOf(folds: readonly number[]): Metric {
  return { name: 'rmse', value: folds.reduce((a, b) => a + b, 0) / folds.length, folds };
}

/** Five folds of 100 rows each. */
export function model(name: string, folds: readonly number[], change: Partial<Recipe> = {}, more: Partial<SideModel> = {}): SideModel {
  return {
    name, created: '2026-01-01T00:00:00.000Z', recipe: { ...recipe, ...change }, model: { family: 'linear', title: 'Linear regression' },
    data: { rows: 500, rowsUsed: 500, dropped: [] }, trainedOn: '10:aa',
    performance: { scheme: '5-fold cross-validation', rows: 500, foldRows: [100, 100, 100, 100, 100], metrics: [rmseOf(folds)] }, ...more,
  };
}

export const facts = (name: string, change: Partial<Recipe> = {}, more: Partial<SideModel> = {}): ModelFacts => model(name, [1, 2, 3, 4, 5], change, more);
