import { expect, it } from 'vitest';
import { explainRowOf } from '../../../src/engine/explain/rowExplanation';
import { Rng } from '../../../src/engine/math/random';
import { BoostingModel } from '../../../src/engine/models/boosting/model';
import { rowSectionsOf } from '../../../src/engine/report/sectionsRow';
import { quiet } from '../evaluate/stub';
import { makeState, makeTable } from './support';

it('the panel of a row shows the model’s own terms as a waterfall from its intercept, pairs by both names, with their intervals', async () => {
  const model = new BoostingModel(makeState());
  const table = makeTable();
  const found = (await explainRowOf({ model, table, row: 19, level: 0.9 }, quiet(), new Rng(1)))!;
  const sections = rowSectionsOf(found, { model, table, row: 19, number: 20, target: 'income', fittedOn: 500, usualWords: '500 rows', level: 0.9, inside: [] });
  const waterfall = sections.find(section => section.kind === 'contributions')!;
  if (waterfall.kind !== 'contributions') throw new Error('no waterfall');
  expect(waterfall.base).toBe(1.5);
  expect(Math.abs(waterfall.base + waterfall.items.reduce((sum, item) => sum + item.contribution, 0) - model.predict(table, Int32Array.of(19)).mean![0]!)).toBeLessThan(1e-9);
  const pair = waterfall.items.find(item => item.feature === 'age × work')!;
  expect(pair.value).toMatch(/^\d+ × \(missing\)$/);
  expect(pair.high! - pair.contribution).toBeGreaterThan(0);
  expect(waterfall.title).toContain('terms of the model');
  const values = sections.find(section => section.id === 'rowValues20')!;
  expect(values.kind === 'table' && new Set(values.rows.map(row => row[0]))).toEqual(new Set(['age', 'work', 'hours']));
  expect(new Set(sections.filter(section => section.id.startsWith('rowCurve')).map(section => section.title.match(/if (.*) were/)![1]))).toEqual(new Set(['age', 'work', 'hours']));
});
