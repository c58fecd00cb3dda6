/** Models of a target in other units: squares of numbers near 1e-180 are 0, so sums of them must be taken in a unit of their own. */
import { describe, expect, it } from 'vitest';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { permutationImportance } from '../../../src/engine/explain/permutation';
import { Rng } from '../../../src/engine/math/random';
import { bayesFamily } from '../../../src/engine/models/bayes/family';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { spreadOf } from '../../../src/engine/models/linear/spread';
import type { Family } from '../../../src/engine/models/model';
import { neuralFamily } from '../../../src/engine/models/neural/family';
import type { OptionValue } from '../../../src/protocol/recipe';
import { context, datasetFor, makeTable } from './support';

const rng = new Rng(4);
const a = Array.from({ length: 120 }, () => rng.normal());
const b = Array.from({ length: 120 }, () => rng.normal());
const y = a.map((v, i) => 2 * v - b[i] + 0.5 * rng.normal());

async function measured(family: Family, unit: number, options: Readonly<Record<string, OptionValue>>) {
  const made = datasetFor(makeTable({ a, b, y: y.map(v => v * unit) }), { target: 'y', task: 'regression', options });
  const dataset = { ...made, recipe: { ...made.recipe, split: { scheme: 'kFold', folds: 3 } as const } };
  const model = await family.fit(dataset, context);
  const evaluation = (await crossValidate(family, dataset, dataset.recipe.split, context, new Rng(1), model))!;
  const importance = await permutationImportance(dataset, evaluation, context, new Rng(2), model);
  return { r2: evaluation.metrics.find(metric => metric.name === 'r2')!.value!, importance: importance!.importance.map(({ feature, permutation }) => [feature, permutation!.value / unit] as const) };
}

describe.each([
  ['linear', linearFamily, {}], ['Bayesian', bayesFamily, {}],
  ['neural', neuralFamily, { prune: false, ensemble: 1, epochs: 20, hidden: '8', l2: 0.001, learningRate: 0.02 }],
] as const)('%s models', (_name, family, options) => {
  it.each([1e-180, 1e180])('of y × %s have the R² and importances of y', async unit => {
    const [plain, other] = [await measured(family, 1, options), await measured(family, unit, options)];
    expect(plain.r2).toBeGreaterThan(0.8);
    expect(other.r2).toBeCloseTo(plain.r2, 4);
    for (const [feature, value] of plain.importance) expect(new Map(other.importance).get(feature)).toBeCloseTo(value, 3);
  });
});

describe('the spread of a target', () => {
  it('is in proportion to its unit', () => {
    const { sd } = spreadOf(Float64Array.from(y), true);
    for (const unit of [1e-180, 1e180]) expect(spreadOf(Float64Array.from(y, v => v * unit), true).sd / (unit * sd)).toBeCloseTo(1, 10);
    expect(spreadOf(Float64Array.of(2, 2), true).sd).toBe(0);
  });
});
