/** The filter of the list of models by tags. */
import { describe, expect, it } from 'vitest';
import { ModelFilter, tagWords, withTags } from '../../../src/services/modelFilter';
import type { StoredModel } from '../../../src/services/modelIndex';
import { summarise } from '../../../src/services/modelSummary';
import { modelNamed } from './fixtures';

const stored = (id: string, ...tags: string[]): StoredModel => ({ id, path: `/models/${id}`, ...summarise({ ...modelNamed(id), tags }, 1) });
const models = [stored('a', 'draft', 'review'), stored('b', 'draft'), stored('c'), { id: 'd', path: '/models/d', damage: 'It is cut off.' }];
const shown = (...tags: string[]): string[] => withTags(models, tags).shown.map(({ id }) => id);

describe('the list of models', () => {
  it('has the models with every one of the tags, of how many', () => {
    expect(shown('draft')).toEqual(['a', 'b']);
    expect(shown('draft', 'review')).toEqual(['a']);
    expect(shown('Draft')).toEqual([]);
    expect(withTags(models, ['draft']).of).toBe(4);
  });

  it('has all models, damaged ones too, without a tag', () => {
    expect(shown()).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a filter', () => {
  it('says that it changed when it did, and only then', () => {
    const filter = new ModelFilter();
    let changes = 0;
    filter.onDidChange(() => { changes++; });
    filter.set(['x', 'x', 'y']);
    filter.set(['x', 'y']);
    expect([filter.tags, changes]).toEqual([['x', 'y'], 1]);
    filter.set([]);
    expect([filter.tags, changes]).toEqual([[], 2]);
  });

  it('is shown as the tags are in the list', () => {
    expect(tagWords(['x', 'y z'])).toBe('#x #y z');
  });
});
