/** Families on the same folds: the numbers of a run of each alone, a budget of time, and what is reported of all. */
import { describe, expect, it } from 'vitest';
import { compareFamilies, type CompareInput } from '../../../src/engine/compare/compareFamilies';
import { comparedFamilies } from '../../../src/engine/compare/complexity';
import { CancellableContext } from '../../../src/engine/context';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { Rng } from '../../../src/engine/math/random';
import { bayesFamily } from '../../../src/engine/models/bayes/family';
import { linearFamily } from '../../../src/engine/models/linear/family';
import type { Family, Model } from '../../../src/engine/models/model';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import type { Comparison } from '../../../src/protocol/report';
import { quiet, regressionData } from '../evaluate/stub';

const never: Family = {
  ...linearFamily, id: 'never', title: 'Endless model', fitFolds: undefined,
  fit: async (_dataset, context): Promise<Model> => {
    for (;;) {
      await context.breathe();
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  },
};
const unfit: Family = { ...linearFamily, id: 'unfit', title: 'Fussy model', fit: () => Promise.reject(new UserError('badFeatures', 'It wants other features.')) };

const compare = (input: Partial<CompareInput>, context = quiet()) => compareFamilies({ dataset: regressionData(), families: [linearFamily, bayesFamily], ...input }, context);

describe('a comparison', () => {
  it('has for each family the metrics that a run of that family alone has on the same seed', async () => {
    const dataset = regressionData();
    const { comparison } = await compare({ dataset });
    for (const [i, family] of [linearFamily, bayesFamily].entries()) {
      const model = await family.fit(dataset, quiet());
      const alone = await crossValidate(family, dataset, dataset.recipe.split, quiet(), new Rng(1).fork('evaluate'), model);
      expect(comparison.models[i]!.metrics).toEqual(alone!.metrics);
    }
  });

  it('gives the loss of a model as its metric says it, so that differences are those of the metrics', async () => {
    for (const rows of [120, 400]) {
      const { comparison } = await compare({ dataset: regressionData(rows) });
      const rmse = comparison.models.map(({ metrics }) => metrics.find(({ name }) => name === 'rmse')!.value);
      const best = comparison.models.findIndex(({ family }) => family === comparison.best);
      expect(rmse[best]).toBe(Math.min(...rmse));
      expect(comparison.models[1 - best]!.difference!.value).toBeCloseTo(rmse[1 - best]! - rmse[best]!, 12);
      expect(comparison.models[best]!.difference).toBeUndefined();
    }
  });

  it('brings each model as soon as it is done, with those to come', async () => {
    const found: Comparison[] = [];
    const context = new CancellableContext((_stage, _fraction, _live, comparison) => { if (comparison) found.push(comparison); });
    const { comparison } = await compare({}, context);
    expect(found.map(({ models, waiting }) => [models.length, waiting])).toEqual([[1, [{ family: 'bayes', title: bayesFamily.title }]], [2, undefined]]);
    expect(found[1]).toEqual(comparison);
  });

  it('gives every model the options that it has and no others', async () => {
    const { chosen } = await compare({ dataset: regressionData(200, 1, { options: { penalty: 'ridge', prior: 'ard' } }), families: [linearFamily] });
    expect(chosen.dataset.recipe).toMatchObject({ model: 'linear', options: { penalty: 'ridge' } });
    expect(chosen.model.title).toMatch(/ridge/i);
  });

  it('measures the complexity of all on the same rows', async () => {
    const { comparison } = await compare({});
    for (const { scores } of comparison.models) {
      expect(scores.map(({ name }) => name)).toEqual(['featuresUsed', 'interactionStrength', 'mainEffectComplexity']);
      expect(scores[1]!.value).toBe(0);
      expect(scores[0]!.method).toContain('100 rows');
    }
  });
});

describe('the time of a comparison', () => {
  it('ends a family at the deadline and no other, and says so by name', async () => {
    const { comparison } = await compare({ families: [linearFamily, never, bayesFamily], seconds: 2 });
    expect(comparison.models.map(({ family }) => family)).toEqual(['linear']);
    expect(comparison.notRun.map(({ family, reason }) => [family, reason])).toEqual([['never', 'stopped'], ['bayes', 'time']]);
    expect(comparison.notRun[0]!.text).toMatch(/^Endless model was stopped after [\d.]+ s: the time was up\.$/);
    expect(comparison.recommendation).toContain('2 models did not run for want of time');
  });

  it('leaves out a family whose pilot on fewer rows says that it would take longer, with the seconds', async () => {
    const { comparison } = await compare({ dataset: regressionData(800), families: [linearFamily, never, bayesFamily], seconds: 5 });
    const [late] = comparison.notRun;
    expect(late).toMatchObject({ family: 'never', reason: 'time' });
    expect(late!.estimatedSeconds).toBeGreaterThan(4);
    expect(late!.text).toMatch(/^Endless model was not run: it would take at least .* s, and .* s were left\.$/);
    expect(comparison.models.map(({ family }) => family)).toEqual(['linear', 'bayes']);
  });

  it('does not change the numbers of the models that ran', async () => {
    const numbers = ({ comparison }: Awaited<ReturnType<typeof compare>>) => comparison.models.map(({ metrics, scores }) => ({ metrics, scores }));
    expect(numbers(await compare({ families: [linearFamily, never], seconds: 0.3 }))).toEqual(numbers(await compare({ families: [linearFamily] })));
  });

  it('never keeps the simplest family from running', async () => {
    const { comparison, chosen } = await compare({ seconds: 1e-9 });
    expect(comparison.models.map(({ family }) => family)).toEqual(['linear']);
    expect(chosen.family.id).toBe('linear');
  });

  it('is over at once when the run is cancelled, within a family too', async () => {
    const context = new CancellableContext();
    const running = compare({ families: [linearFamily, never], seconds: 60 }, context);
    setTimeout(() => context.cancel(), 100);
    await expect(running).rejects.toBeInstanceOf(CancelledError);
  });
});

describe('a family that cannot be fitted', () => {
  it('is named with its reason, and the others run', async () => {
    const { comparison } = await compare({ families: [unfit, linearFamily] });
    expect(comparison.notRun).toEqual([{ family: 'unfit', title: 'Fussy model', reason: 'failed', text: 'Fussy model was not run: It wants other features.' }]);
    expect(comparison.recommended).toBe('linear');
  });

  it('is the error of the run when there is no other', async () => {
    await expect(compare({ families: [unfit] })).rejects.toThrow('It wants other features.');
  });
});

it('the families of a task run from the simplest to the least simple', () => {
  expect(comparedFamilies('regression').map(({ id }) => id)).toEqual(['linear', 'bayes', 'ebm', 'neural', 'attention']);
  expect(comparedFamilies('classification').map(({ id }) => id)).toEqual(['logistic', 'bayes', 'ebm', 'neural', 'attention']);
  expect(comparedFamilies('regression', ['neural', 'linear', 'logistic']).map(({ id }) => id)).toEqual(['linear', 'neural']);
});
