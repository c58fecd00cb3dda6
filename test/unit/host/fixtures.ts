/** A small model file as the engine writes it. */
import type { ModelFile } from '../../../src/protocol/modelFile';

export function modelNamed(name: string, created = '2026-01-02T03:04:05.000Z'): ModelFile {
  const recipe = {
    file: '/data/people.csv', target: 'price', task: 'regression', features: ['a', '__proto__'], dropped: [{ column: 'id', reason: 'identifier' }],
    missing: 'impute', model: 'linear', options: {}, split: { scheme: 'kFold', folds: 5 }, level: 0.95, seed: 1, maxRows: 1e6,
  } as const;
  return {
    format: 'unveil-model', version: 1, created, name, recipe, parameters: {},
    report: {
      format: 'unveil-report', version: 1, recipe, data: { rows: 10, rowsUsed: 9, dropped: [], columns: [] },
      model: { family: 'linear', title: 'Linear regression', task: 'regression' },
      performance: { scheme: '5-fold', rows: 10, metrics: [{ name: 'rmse', value: 2 }, { name: 'r2', value: 0.5, low: 0.4, high: 0.6, baseline: 0 }] },
      timings: {}, notes: [], sections: [],
    },
  };
}
