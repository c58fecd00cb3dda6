/** Families on the same folds: the numbers of a run of each alone, a budget of time, and what is reported of all. */
import { describe, expect, it } from 'vitest';
import { compareFamilies, type CompareInput } from '../../../src/engine/compare/compareFamilies';
import { comparedFamilies } from '../../../src/engine/compare/complexity';
import { CancellableContext } from '../../../src/engine/context';
import type { Dataset } from '../../../src/engine/data/dataset';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { Rng } from '../../../src/engine/math/random';
import { bayesFamily } from '../../../src/engine/models/bayes/family';
import { linearFamily } from '../../../src/engine/models/linear/family';
import type { Family, Model } from '../../../src/engine/models/model';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import type { Comparison } from '../../../src/protocol/comparison';
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

  it('puts a family off whose pilot was cut off, and tries it when nothing cheaper waits', async () => {
    const { comparison } = await compare({ dataset: regressionData(800), families: [linearFamily, never, bayesFamily], seconds: 3 });
    expect(comparison.models.map(({ family }) => family)).toEqual(['linear', 'bayes']);
    expect(comparison.notRun.map(({ family, reason }) => [family, reason])).toEqual([['never', 'stopped']]);
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

/** Cannot be fitted on the training rows that have none of these rows: on the folds that hold them out. */
const withoutFoldsOf = (held: readonly number[], id = 'partial'): Family => ({
  ...linearFamily, id, title: 'Partial model', fitFolds: undefined,
  fit: (dataset, context, rows) => (rows && held.some(row => !rows.includes(row)) ? Promise.reject(new UserError('badFeatures', 'No such fold.')) : linearFamily.fit(dataset, context, rows)),
});

describe('a family that fails on some folds', () => {
  /** One row is far off: whoever is not judged by the fold that holds it out looks better. */
  const dataset = (): Dataset => {
    const data = regressionData(400);
    if (data.target.task === 'regression') data.target.values[0] = 1000;
    return data;
  };

  it('is ranked with the others on the folds that all have, which is said', async () => {
    const { comparison } = await compare({ dataset: dataset(), families: [linearFamily, withoutFoldsOf([0])] });
    const [linear, partial] = comparison.models.map(({ metrics }) => metrics.find(({ name }) => name === 'rmse')!.value);
    expect(partial).toBeLessThan(linear! / 2);
    expect(comparison.best).toBe('linear');
    expect(comparison.models[1]!.difference!.value).toBeCloseTo(0, 12);
    expect(comparison.recommendation).toContain('The ranking and the differences are those of the 4 of 5 folds on which every ranked model could be fitted');
  });

  it('is not ranked where it has less than half of the folds, which is said', async () => {
    const plain = await compare({ dataset: dataset(), families: [linearFamily] });
    const inFolds = plain.chosen.evaluation!.folds.slice(0, 4).map(({ test }) => test[0]!);
    const { comparison } = await compare({ dataset: dataset(), families: [withoutFoldsOf(inFolds), linearFamily, bayesFamily] });
    expect(comparison.models.map(({ family }) => family)).toEqual(['partial', 'linear', 'bayes']);
    expect(comparison.models[0]!.difference).toBeUndefined();
    expect(comparison.recommended).not.toBe('partial');
    expect(comparison.recommendation).toContain('Linear regression is not ranked: it could be fitted on 1 of 5 folds only.');
    expect(comparison.recommendation).not.toContain('The ranking and the differences');
  });

  it('is not ranked where it has none', async () => {
    const { comparison } = await compare({ dataset: dataset(), families: [linearFamily, withoutFoldsOf(Array.from({ length: 400 }, (_, i) => i))] });
    expect(comparison.best).toBe('linear');
    expect(comparison.recommendation).toContain('is not ranked: no loss could be measured on its held-out rows.');
  });
});

describe('a single held-out row', () => {
  it('lets no model but the simplest be recommended', async () => {
    let otherwise = 0;
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { comparison } = await compare({ dataset: regressionData(60, seed, { split: { scheme: 'holdout', share: 0.02 } }) });
      expect(comparison.rows).toBe(1);
      expect(comparison.recommended).toBe('linear');
      if (comparison.best === 'linear') continue;
      otherwise++;
      expect(comparison.recommendation).toContain('is recommended as the simplest model: too few rows were held out to tell');
    }
    expect(otherwise).toBeGreaterThan(0);
  });
});

it('weights of rows that some families alone take are named', async () => {
  const weighing: Family = { ...bayesFamily, id: 'weighing', title: 'Weighing model', options: [{ name: 'weights', description: '', default: '' }] };
  const dataset = regressionData(120, 1, { options: { weights: 'junk' } });
  expect((await compare({ dataset, families: [linearFamily, weighing] })).comparison.recommendation)
    .toContain('The weights of the rows (junk) count in the fit of weighing model alone; the losses compared count every row the same.');
  expect((await compare({ dataset, families: [linearFamily] })).comparison.recommendation).not.toContain('weights');
});

describe('a family that would take longer than there is time', () => {
  let fitted = 0;
  const waits = (id: string, seconds: number): Family => ({
    ...linearFamily, id, title: `${id} model`, fitFolds: undefined,
    fit: async (dataset, context, rows): Promise<Model> => {
      fitted++;
      const end = performance.now() + 1000 * seconds * (rows && rows.length < 300 ? 0.3 : 1);
      while (performance.now() < end) {
        await context.breathe();
        await new Promise(resolve => setTimeout(resolve, 5));
      }
      return linearFamily.fit(dataset, context, rows);
    },
  });

  it('comes after those that take less, and is tried where time is left', async () => {
    const done: string[] = [];
    const context = new CancellableContext((_stage, _fraction, _live, comparison) => { if (comparison) done.push(comparison.models.map(({ family }) => family).join()); });
    // The pilot says 0.12 s × 4^0.7 × 5 = 1.6 s; the fits take 2.4 s, more than there is for it, yet not hopelessly more.
    const { comparison } = await compare({ dataset: regressionData(800), families: [linearFamily, waits('slow', 0.4), bayesFamily], seconds: 1.3 }, context);
    expect(done.slice(0, 2)).toEqual(['linear', 'linear,bayes']);
    expect(comparison.notRun.map(({ family }) => family)).toEqual(['slow']);
    expect(comparison.models.map(({ family }) => family)).toEqual(['linear', 'bayes']);
    // Its pilot, and then the fit that the time ended.
    expect(fitted).toBeGreaterThanOrEqual(2);
  });

  it('is not given up for a first fit that was slow by itself alone', async () => {
    let fits = 0;
    const warmsUp: Family = {
      ...linearFamily, id: 'warms', title: 'Warming model', fitFolds: undefined,
      fit: async (dataset, context, rows): Promise<Model> => {
        if (fits++ === 0) await new Promise(resolve => setTimeout(resolve, 600));
        return linearFamily.fit(dataset, context, rows);
      },
    };
    const split = { scheme: 'kFold', folds: 12 } as const;
    const { comparison } = await compare({ dataset: regressionData(120, 1, { split }), families: [linearFamily, warmsUp, bayesFamily], seconds: 5 });
    expect(comparison.models.map(({ family }) => family)).toEqual(['linear', 'warms', 'bayes']);
  });

  it('waits for one that was put off and takes less, though that one is less simple', async () => {
    const order: string[] = [];
    const context = new CancellableContext((_stage, _fraction, _live, comparison) => { if (comparison) order.push(comparison.models.map(({ family }) => family).join()); });
    const own = (id: string, seconds: number): Family => ({ ...linearFamily, id, title: `${id} model`, ownSeconds: () => seconds });
    await compare({ families: [linearFamily, own('long', 18), own('middle', 15), own('short', 1)], seconds: 20 }, context);
    expect(order.at(0)).toBe('linear');
    expect(order.slice(1)).toEqual(['linear,short', 'linear,middle,short', 'linear,long,middle,short']);
  });

  it('is left out with its seconds where it would take far longer than there is', async () => {
    const far: Family = { ...linearFamily, id: 'far', title: 'Far model', ownSeconds: () => 90 };
    const { comparison } = await compare({ families: [linearFamily, far], seconds: 4 });
    expect(comparison.notRun[0]).toMatchObject({ family: 'far', reason: 'time', estimatedSeconds: 90 });
    expect(comparison.notRun[0]!.text).toMatch(/^Far model was not run: it would take about 90 s, and [34](\.\d)? s were left\.$/);
  });
});
