/** What differs between recipes, in words. */
import { describe, expect, it } from 'vitest';
import { recipeChanges, recipeDifferences } from '../../../src/engine/sideBySide/recipeChanges';
import { facts } from './support';

describe('what changed from one recipe to the next', () => {
  it('is nothing where they are the same', () => {
    expect(recipeChanges(facts('a'), facts('b'))).toEqual([]);
    expect(recipeDifferences([facts('a'), facts('b')])).toEqual([]);
  });

  it('names the model, features added and left out, options, split, seed and level', () => {
    const after = facts('b', {
      features: ['a', 'c', 'd'], options: { penalty: 'ridge', l2: 0.5 }, split: { scheme: 'holdout', share: 0.2, last: true }, seed: 2, level: 0.9, missing: 'drop',
    }, { model: { family: 'linear', title: 'Ridge regression' } });
    expect(recipeChanges(facts('a', { options: { l2: 1 } }), after)).toEqual([
      'Features added: d', 'Features left out: b', 'Model: Linear regression → Ridge regression', 'Option l2: 1 → 0.5', 'Option penalty: default → ridge',
      'Missing values: imputed → rows left out', 'Held-out rows: 5 folds → the last 20 % of the rows', 'Level of the intervals: 95 % → 90 %', 'Seed: 1 → 2',
    ]);
  });

  it('tells a data file whose content has changed from another file, and from a copy', () => {
    expect(recipeChanges(facts('a'), facts('b', {}, { trainedOn: '12:bb', data: { rows: 510, rowsUsed: 505, dropped: [] } })))
      .toEqual(['The content of people.csv has changed', 'Rows in the file: 500 → 510', 'Rows used: 500 → 505']);
    expect(recipeChanges(facts('a'), facts('b', { file: '/data/others.csv' }, { trainedOn: '12:bb' }))).toEqual(['Data file: people.csv → others.csv']);
    expect(recipeChanges(facts('a'), facts('b', { file: '/copy/people.csv' }))).toEqual(['Data file: /data/people.csv → /copy/people.csv, of the same content']);
    expect(recipeChanges(facts('a', {}, { trainedOn: undefined }), facts('b'))).toEqual([]);
  });

  it('takes an option by its own name only', () => {
    expect(recipeChanges(facts('a'), facts('b', { options: { constructor: 'x' } }))).toEqual(['Option constructor: default → x']);
  });

  it('lays three models beside each other, with only what differs', () => {
    const rows = recipeDifferences([facts('a'), facts('b', { features: ['a', 'c'] }), facts('c', { formula: 'price ~ a', features: ['a'] }, { edits: 2 })]);
    expect(rows).toEqual([
      { id: 'features', title: 'Features', values: ['all 3', '2: without b', 'a'] },
      { id: 'formula', title: 'Formula', values: ['none', 'none', 'price ~ a'] },
      { id: 'edits', title: 'Edits by hand', values: ['none', 'none', '2'] },
    ]);
  });
});
