/** What the quick pick offers must be what the families understand. */
import { describe, expect, it } from 'vitest';
import { modelChoices } from '../../../src/commands/modelChoices';
import { families } from '../../../src/engine/models/families';

describe('the models on offer', () => {
  it('begin with the automatic one, which compares', () => {
    expect(modelChoices[0]).toMatchObject({ model: 'auto', compare: true, tasks: ['regression', 'classification'] });
  });

  for (const { title, model, tasks, options = {} } of modelChoices.filter(choice => choice.model !== 'auto')) {
    it(`${title}: the family knows its task, its options and their values`, () => {
      const family = families.find(({ id }) => id === model);
      expect(family?.tasks).toEqual(expect.arrayContaining([...tasks]));
      for (const [name, value] of Object.entries(options)) {
        const option = family?.options.find(known => known.name === name);
        expect(option, name).toBeDefined();
        if (option?.values) expect(option.values).toContain(value);
        else expect(typeof value).toBe(typeof option?.default);
      }
    });
  }

  it('include every penalty of each family', () => {
    for (const family of families) {
      const penalties = family.options.find(({ name }) => name === 'penalty')?.values?.filter(value => value !== 'auto' && value !== 'none');
      const offered = modelChoices.filter(({ model }) => model === family.id).map(({ options }) => options?.['penalty']);
      expect(offered).toEqual(expect.arrayContaining(penalties ?? []));
    }
  });

  it('have different titles', () => {
    expect(new Set(modelChoices.map(({ title }) => title)).size).toBe(modelChoices.length);
  });
});
