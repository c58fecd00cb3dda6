/** What is measured of an ensemble's uncertainty where the folds had fewer networks: nothing, and the report says so. */
import { describe, expect, it } from 'vitest';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { predictionCost } from '../../../src/engine/explain/workPlan';
import { Rng } from '../../../src/engine/math/random';
import { measureModel } from '../../../src/engine/measure';
import { neuralFamily } from '../../../src/engine/models/neural/family';
import type { Facts } from '../../../src/engine/report/input';
import { intervalSections, intervalSummary } from '../../../src/engine/report/sectionsIntervals';
import { uncertaintySections } from '../../../src/engine/report/sectionsUncertainty';
import { context, curvedNumbers, fitNeural } from './support';

const quick = { prune: false, epochs: 5, hidden: '8', l2: 0.0003, learningRate: 0.01, ensemble: 3 };

async function measured(foldEnsemble: number) {
  const made = curvedNumbers(120, { ...quick, foldEnsemble });
  const dataset = { ...made, recipe: { ...made.recipe, split: { scheme: 'kFold', folds: 3 } as const } };
  const model = await neuralFamily.fit(dataset, context);
  const evaluation = await crossValidate(neuralFamily, dataset, dataset.recipe.split, context, new Rng(1), model);
  const results = await measureModel({ recipe: dataset.recipe, dataset, family: neuralFamily, model, evaluation }, context, new Rng(2));
  const { recipe, target } = dataset;
  const facts = { recipe, dataset, model, evaluation, measurements: results, coverage: results.coverage, target, level: 0.95 } as unknown as Facts;
  return { results, facts, model };
}

describe('an ensemble whose folds have single networks', () => {
  it('gets no verdict on its intervals from theirs', async () => {
    const { results, facts, model } = await measured(1);
    expect(results.coverage).toBeUndefined();
    expect(results.parts).toBeUndefined();
    expect(results.conformal!.others.map(({ name }) => name)).not.toContain('prediction interval');
    expect(intervalSummary(facts)).toBeUndefined();
    const words = [...intervalSections(facts), ...uncertaintySections(results.parts, facts)].map(({ summary }) => summary).join(' ');
    expect(words).toContain('prediction intervals hold the truth was not measured for the ensemble');
    expect(words).toContain('each fold had a single network instead of 3');
    expect(words).toContain('(epistemic) was not measured for the ensemble');
    expect(model.notes.map(({ text }) => text).join(' ')).not.toContain('somewhat better');
  });

  it('whose folds are ensembles of the same size, does', async () => {
    const { results, facts } = await measured(3);
    expect(results.coverage?.rows).toBe(120);
    expect(results.parts?.rows).toBe(120);
    expect(results.conformal!.others.map(({ name }) => name)).toContain('prediction interval');
    expect(intervalSummary(facts)?.coverage).toBe(results.coverage?.coverage);
    expect(intervalSections(facts).map(({ summary }) => summary).join(' ')).not.toContain('not measured');
  });
});

describe('the cost of a prediction', () => {
  it('counts each dropout mask', async () => {
    const of = async (uncertainty: string): Promise<number> => predictionCost(await fitNeural(curvedNumbers(60, { ...quick, epochs: 1, ensemble: 1, uncertainty, dropout: 0.1 })));
    expect(await of('dropout')).toBeGreaterThan(50 * await of('ensemble'));
  });
});
