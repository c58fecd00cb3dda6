import { expect, it } from 'vitest';
import { sizesFor } from '../../../src/engine/explain/scores/sizes';
import { interpretabilityScores } from '../../../src/engine/explain/scores/interpretability';
import { Rng } from '../../../src/engine/math/random';
import { BoostingModel } from '../../../src/engine/models/boosting/model';
import type { Family } from '../../../src/engine/models/model';
import { makeDataset, numberTarget, quiet } from '../evaluate/stub';
import { makeState, makeTable } from './support';

it('refits for the scores are few and hold no row twice, for it would be on both sides of early stopping', async () => {
  const table = makeTable(200);
  const model = new BoostingModel(makeState());
  const asked: Int32Array[] = [];
  const family = { id: 'ebm', title: 'EBM', tasks: ['regression'], options: [], load: () => model, fit: (_d: unknown, _c: unknown, rows?: Int32Array) => { asked.push(rows!); return Promise.resolve(model); } } as unknown as Family;
  const dataset = makeDataset(table.columns, numberTarget(model.predict(table).mean!));
  await interpretabilityScores({ dataset, model, family, context: quiet(), rng: new Rng(1) });
  expect(asked.length).toBe(sizesFor(model, 3).refits);
  expect(asked.length).toBeLessThanOrEqual(5);
  for (const rows of asked) expect(new Set(rows).size).toBe(rows.length);
});
