/** Which models and versions belong to the history of one, and tags. */
import { describe, expect, it } from 'vitest';
import { historyEntries, tagsIn, tagsInUse } from '../../../src/services/modelHistory';
import type { HealthyModel } from '../../../src/services/modelIndex';
import { summarise } from '../../../src/services/modelSummary';
import type { ModelFile } from '../../../src/protocol/modelFile';
import { factsOf } from '../../../src/protocol/modelFacts';
import { modelNamed } from './fixtures';

const stored = (id: string, change: Partial<ModelFile> = {}): HealthyModel => ({ id, path: `/models/${id}`, ...summarise({ ...modelNamed(id), ...change }, 1) });
const withRecipe = (change: object): Partial<ModelFile> => {
  const { recipe, report } = modelNamed('x');
  return { recipe: { ...recipe, ...change }, report: { ...report, recipe: { ...recipe, ...change } } };
};

describe('the history of a model', () => {
  const earlier = [factsOf({ ...modelNamed('was'), ...withRecipe({ target: 'size' }) }), factsOf(modelNamed('was'))];
  const own = stored('own', { earlier });

  it('has its earlier versions and other models of the same data and target, and no others', () => {
    const damaged = { id: 'd', path: '/models/d', damage: 'It is cut off.' };
    const entries = historyEntries(own, [own, stored('same'), stored('target', withRecipe({ target: 'size' })), stored('file', withRecipe({ file: '/data/others.csv' })), damaged]);
    expect(entries.map(({ place, id, model }) => [place, id, model.name])).toEqual([['this', 'own', 'own'], ['earlier', undefined, 'was'], ['other', 'same', 'same']]);
  });

  it('knows the same data under another name by their content', () => {
    const background = { rows: 1, columns: [], trainedOn: '1:ab' };
    const entries = historyEntries(stored('own', { background }), [stored('copy', { ...withRecipe({ file: '/copy.csv' }), background }), stored('other', { ...withRecipe({ file: '/copy.csv' }), background: { ...background, trainedOn: '1:cd' } })]);
    expect(entries.map(({ id }) => id)).toEqual(['own', 'copy']);
  });
});

describe('tags', () => {
  it('are words with commas between them, each once', () => {
    expect(tagsIn(' draft, #review ,draft,, # ')).toEqual(['draft', 'review']);
  });

  it('in use are the commonest first', () => {
    expect(tagsInUse([stored('a', { tags: ['x', 'y'] }), stored('b', { tags: ['y'] })])).toEqual(['y', 'x']);
  });
});
