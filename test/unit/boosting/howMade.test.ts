/** What the report says of how Shapley values came about, for models with and without terms of two features. */
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/data/dataset';
import { meanContributions } from '../../../src/engine/explain/meanContributions';
import { Rng } from '../../../src/engine/math/random';
import { BoostingModel } from '../../../src/engine/models/boosting/model';
import type { BoostingState } from '../../../src/engine/models/boosting/state';
import { howMade } from '../../../src/engine/report/sectionsContributions';
import { quiet } from '../evaluate/stub';
import { classesState, makeState, makeTable } from './support';

async function told(state: BoostingState): Promise<string> {
  const dataset = { table: makeTable(200), recipe: { level: 0.95 } } as unknown as Dataset;
  const found = await meanContributions(dataset, new BoostingModel(state), undefined, quiet(), new Rng(1));
  return howMade(found!);
}

const withoutPairs = (state: BoostingState): BoostingState => ({ ...state, terms: state.terms.filter(({ features }) => features.length === 1) });
const withZeroPairs = (state: BoostingState): BoostingState =>
  ({ ...state, terms: state.terms.map(term => (term.features.length === 1 ? term : { ...term, scores: term.scores.map(() => 0) })) });

describe.each([['a number', makeState()], ['three classes', classesState(['a', 'b', 'c'])]])('Shapley values of a boosting machine of %s', (_, state) => {
  it('with pairs: the report says that pairs are divided, and not that the model is a sum of one part a feature', async () => {
    const words = await told(state);
    expect(words).toMatch(/terms of one and of two features, so the values are exact, against 200 background rows: .*a term of two is divided between them in closed form\.$/);
    expect(words).not.toMatch(/one part a feature/);
  });

  it('without pairs, or with pairs that add nothing: the model is a sum of one part a feature', async () => {
    for (const one of [withoutPairs(state), withZeroPairs(state)]) expect(await told(one)).toMatch(/sum of one part a feature, so the values are exact: .*200 background rows\.$/);
  });
});
