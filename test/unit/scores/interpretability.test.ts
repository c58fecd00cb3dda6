import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/data/dataset';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { permutationImportance } from '../../../src/engine/explain/permutation';
import { interpretabilityScores, type ScoresResult } from '../../../src/engine/explain/scores/interpretability';
import { Rng } from '../../../src/engine/math/random';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import type { Family, Model } from '../../../src/engine/models/model';
import { reportScores } from '../../../src/engine/report/scoreWords';
import { scoreSections } from '../../../src/engine/report/sectionsScores';
import type { Facts } from '../../../src/engine/report/input';
import type { Recipe } from '../../../src/protocol/recipe';
import { classTarget, codeColumn, makeDataset, numberColumn, numberTarget, quiet } from '../evaluate/stub';
import { compactness } from '../../../src/engine/explain/scores/composite';
import { outputWords } from '../../../src/engine/explain/scores/scoreFunctions';
import { usedByWeights } from '../../../src/engine/explain/scores/usedByWeights';
import { measureModel } from '../../../src/engine/measure';
import type { Score } from '../../../src/protocol/measures';
import type { Section } from '../../../src/protocol/report';
import { functionModel } from './functionModel';

/** y = 3 a + b² (if `curved`, else b) + noise, a category, missing cells, a constant column and junk. */
function regression(rows: number, curved = false, extra: Partial<Recipe> = {}): Dataset {
  const rng = new Rng(5);
  const column = (): Float64Array => Float64Array.from({ length: rows }, () => rng.normal());
  const [a, b, junk] = [column(), column(), column()];
  const codes = Int32Array.from({ length: rows }, () => rng.integer(3));
  const y = a.map((x, i) => 3 * x + (curved ? b[i] ** 2 : b[i]) + codes[i] + 0.3 * rng.normal());
  const holes = b.map((v, i) => (i % 11 === 0 ? NaN : v));
  return makeDataset([numberColumn('a', a), numberColumn('b', holes), codeColumn('port', codes, ['x', 'y', 'z']), numberColumn('junk', junk), numberColumn('same', new Float64Array(rows).fill(2))], numberTarget(y), { model: 'linear', ...extra });
}

function classes(rows: number, names: readonly string[], noise = 1): Dataset {
  const rng = new Rng(6);
  const a = Float64Array.from({ length: rows }, () => rng.normal());
  const b = Float64Array.from({ length: rows }, () => rng.normal());
  const codes = a.map((x, i) => Math.max(0, Math.min(names.length - 1, Math.floor(x + 0.5 * b[i] + noise * rng.normal() + names.length / 2))));
  return makeDataset([numberColumn('a', a), numberColumn('b', b), numberColumn('junk', a.map(() => rng.normal()))], classTarget(codes, names), { model: 'logistic' });
}

async function run(dataset: Dataset, family: Family, options: { evaluated?: boolean; model?: Model } = {}) {
  const context = quiet();
  const model = options.model ?? await family.fit(dataset, context);
  const evaluation = options.evaluated === false ? undefined : await crossValidate(family, dataset, dataset.recipe.split, context, new Rng(1).fork('evaluate'), model);
  const importance = evaluation && await permutationImportance(dataset, evaluation, context, new Rng(1).fork('importance'), model);
  const result = await interpretabilityScores({ dataset, model, family, evaluation, importance, context, rng: new Rng(1).fork('scores') });
  const facts = { dataset, model, target: dataset.target, measured: evaluation, level: 0.95 } as unknown as Facts;
  const scored = result === 'constant' ? undefined : result;
  return { result: scored!, constant: result === 'constant', facts, sections: scored ? scoreSections(scored, facts) : [] };
}

const find = (sections: readonly Section[], id: string): Section => sections.find(section => section.id === id)!;
const scoreOf = (result: ScoresResult, name: string): Score => reportScores(result).find(score => score.name === name)!;

function twoFeatures(): Dataset {
  const rng = new Rng(12);
  const [a, b] = [0, 1].map(() => Float64Array.from({ length: 200 }, () => rng.normal()));
  return makeDataset([numberColumn('a', a), numberColumn('b', b)], numberTarget(a.map((v, i) => 2 * v + b[i] + 0.3 * rng.normal())), { model: 'linear' });
}

/** Every number in a result or section is finite. */
function numbers(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (ArrayBuffer.isView(value)) return [...(value as Float64Array)];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbers) : [];
}

function expectSound(result: ScoresResult): void {
  for (const score of reportScores(result)) {
    expect(Number.isFinite(score.value), score.name).toBe(true);
    if (score.low !== undefined) expect(score.low, score.name).toBeLessThanOrEqual(score.value);
    if (score.high !== undefined) expect(score.high, score.name).toBeGreaterThanOrEqual(score.value);
    if (score.share !== undefined) expect(score.share >= 0 && score.share <= 1, score.name).toBe(true);
    expect(score.sentence).not.toMatch(/NaN|undefined|Infinity|–/);
    expect(score.method.length).toBeGreaterThan(20);
  }
}

describe('scores of a linear regression', () => {
  it('no interactions, straight lines, exact attributions, a perfect linear surrogate, and the constant column unused', async () => {
    const { result, sections } = await run(regression(600), linearFamily);
    const v = result.values;
    expectSound(result);
    expect(v.interactionStrength!.value).toBe(0);
    expect(v.additivity!.value).toBe(1);
    expect(v.fidelityLinear!.value).toBeGreaterThan(0.999);
    expect(v.infidelity!.value).toBe(0);
    expect(v.featuresUsed!.value).toBe(4);
    expect(result.model.effects.features.find(f => f.feature === 'a')).toMatchObject({ used: true, complexity: 1, monotonicity: expect.closeTo(1, 9) as number });
    expect(result.model.effects.features.find(f => f.feature === 'same')).toMatchObject({ used: false, variance: 0 });
    expect(v.deletionGap!.low).toBeGreaterThan(0);
    expect(v.importanceStability!.value).toBeGreaterThan(0.6);
    expect(result.agreement).toMatchObject({ refits: 20, kind: 'bootstrap', rows: 600 });
    expect(sections.map(s => s.id)).toEqual(['scores', 'accuracyAgainstInterpretability', 'featureComplexity', 'surrogateTree', 'deletion', 'insertion']);
    expect(numbers(sections).every(Number.isFinite)).toBe(true);
  });

  it('the same seed gives the same numbers', async () => {
    const [one, two] = [await run(regression(200), linearFamily), await run(regression(200), linearFamily)];
    expect(one.result.values).toEqual(two.result.values);
    expect(one.sections).toEqual(two.sections);
  });

  it('the composite is the mean of its parts and says so', async () => {
    const { result } = await run(regression(300), linearFamily);
    const parts = Object.values(result.compositeParts!) as number[];
    expect(result.values.composite!.value).toBeCloseTo((100 * parts.reduce((a, b) => a + b, 0)) / parts.length, 10);
    const score = reportScores(result).find(s => s.name === 'composite')!;
    expect(score.title).toContain('ours');
    for (const name of Object.keys(result.compositeParts!)) expect(score.sentence).toContain(name);
    expect(score.method).not.toMatch(/rmse|accuracy of/i);
  });

  it('without held-out rows intervals come from bootstrap refits and importances from the rows not drawn', async () => {
    const { result, sections } = await run(regression(200), linearFamily, { evaluated: false });
    expectSound(result);
    expect(result.refits).toMatchObject({ kind: 'bootstrap' });
    expect(result.importances[0].feature).toBe('a');
    expect(sections.map(s => s.id)).not.toContain('accuracyAgainstInterpretability');
  });
});

describe('scores of classes', () => {
  it('a logistic model is additive in its log-odds, and so is a multinomial one in its centred log-probabilities', async () => {
    for (const names of [['no', 'yes'], ['a', 'b', 'c']]) {
      const { result, sections } = await run(classes(500, names), logisticFamily);
      expectSound(result);
      expect(result.values.interactionStrength!.value).toBeLessThan(1e-12);
      expect(result.values.fidelityLinear!.value).toBeGreaterThan(0.9999);
      expect(result.model.linear!.agreement).toBeGreaterThan(0.99);
      expect(result.model.tree!.trees).toHaveLength(names.length === 2 ? 1 : 3);
      expect(numbers(sections).every(Number.isFinite)).toBe(true);
    }
  });

  it('perfectly separated classes are scored too', async () => {
    const { result, sections } = await run(classes(120, ['no', 'yes'], 0), logisticFamily);
    expectSound(result);
    expect(numbers(sections).every(Number.isFinite)).toBe(true);
  });
});

describe('scores of a function with interactions, by a family without shortcuts', () => {
  const rng = new Rng(8);
  const rows = 800;
  const column = (): Float64Array => Float64Array.from({ length: rows }, () => 2 * rng.uniform() - 1);
  const [x1, x2, x3] = [column(), column(), column()];
  const dataset = makeDataset([numberColumn('x1', x1), numberColumn('x2', x2), numberColumn('x3', x3)], numberTarget(x1.map((v, i) => v + v * x2[i])));
  const made = (f: (x: number[]) => number): Family => ({
    id: 'function', title: 'Function', tasks: ['regression'], options: [], load: () => { throw new Error('not needed'); },
    fit: () => Promise.resolve(functionModel(f, ['x1', 'x2', 'x3'])),
  });

  it('x1 + x1x2: a quarter of the variance is interaction, and the attributions are not exact', async () => {
    const { result } = await run(dataset, made(([a, b]) => a + a * b));
    expectSound(result);
    expect(result.values.interactionStrength!.value).toBeGreaterThan(0.2);
    expect(result.values.interactionStrength!.value).toBeLessThan(0.3);
    expect(result.values.featuresUsed!.value).toBe(2);
    expect(result.values.infidelity!.value).toBeGreaterThan(0.001);
    expect(result.model.effects.features.find(f => f.feature === 'x2')!.complexity).toBeUndefined();
    expect(result.values.mainEffectComplexity!.value).toBeCloseTo(1, 1);
  });

  it('x1x2: complexity does not apply, and the section says why', async () => {
    const { result, sections } = await run(dataset, made(([a, b]) => a * b));
    expect(result.values.mainEffectComplexity).toBeUndefined();
    expect(sections[0].summary).toContain('does not apply');
    expect(result.values.additivity!.value).toBeLessThan(0.1);
  });

  it('a constant model has no scores at all, and the report says why in a note', async () => {
    const { result, constant } = await run(dataset, made(() => 1));
    expect(result).toBeUndefined();
    expect(constant).toBe(true);
    const family = made(() => 1);
    const model = await family.fit(dataset, quiet());
    const measured = await measureModel({ recipe: dataset.recipe, dataset, family, model }, quiet(), new Rng(1));
    expect(measured.scores).toBeUndefined();
    expect(measured.notes!.map(note => note.text)).toEqual([expect.stringMatching(/^Interpretability scores are left out: the model predicts the same/) as string]);
  });

  it('says that "not used" is so in the rows sampled', async () => {
    const { result, sections } = await run(dataset, made(([a, b]) => a + a * b));
    expect(result.usedBy).toBe('rows');
    expect(find(sections, 'featureComplexity').summary).toMatch(/Not used in the 200 rows sampled: x3\./);
    expect(scoreOf(result, 'featuresUsed').sentence).toMatch(/as far as the rows sampled show\.$/);
  });

  it('names an interaction strength above 1 and a fidelity below 0 as what they are, never as a share', async () => {
    const { result } = await run(dataset, made(([a, b]) => a + a * b));
    const odd: ScoresResult = { ...result, values: { ...result.values, interactionStrength: { value: 1.34, low: 1.1, high: 1.6 }, fidelityTree: { value: -0.2, low: -0.5, high: 0.1 }, fidelityLinear: { value: 0.1, low: -0.3, high: 0.5 } } };
    expect(scoreOf(odd, 'interactionStrength').sentence).toMatch(/worse than its mean does \(interaction strength 1\.34 .*above 1\)/);
    expect(scoreOf(odd, 'fidelityTree').sentence).toMatch(/worse than their mean does \(R² -0\.2 .*below 0\)/);
    expect(scoreOf(odd, 'fidelityLinear').sentence).toContain('holds 10 % (95 % interval 0 to 50 %) of their variance');
    for (const score of reportScores(odd)) expect(score.sentence, score.name).not.toMatch(/(1[0-9][1-9]|-\d+)(\.\d+)? %/);
  });
});

describe('words of scores', () => {
  it('no number of percents rounds away what an interval says', async () => {
    const { result } = await run(regression(300), linearFamily);
    const near = { value: 0.99997, low: 0.99995, high: 0.99999 };
    const exact: ScoresResult = { ...result, values: { ...result.values, fidelityLinear: near, fidelityTree: { ...near, low: 0.5, high: 1 } } };
    expect(scoreOf(exact, 'fidelityLinear').sentence).toContain('holds over 99.9 % (as are both ends of the 95 % interval) of their variance');
    expect(scoreOf(exact, 'fidelityTree').sentence).toContain('holds over 99.9 % (95 % interval 50 to 100 %) of their variance');
  });

  it('a method says "no interval" where there is none, and names one only where there is one', async () => {
    const holdout = { split: { scheme: 'holdout', share: 0.3 } } as const;
    for (const [data, options] of [[regression(200), {}], [regression(200, false, holdout), {}], [regression(60), { evaluated: false }]] as const) {
      const { result } = await run(data, linearFamily, options);
      for (const score of reportScores(result)) expect(/no interval/.test(score.method), `${score.name}: ${score.method}`).toBe(score.low === undefined);
    }
    // Two features have no rank correlation, but importances with a spread.
    const { result } = await run(twoFeatures(), linearFamily);
    expect(result.agreement).toBeUndefined();
    expect(result.values.effectiveFeatures!.low).toBeDefined();
    for (const score of reportScores(result)) expect(/no interval/.test(score.method), `${score.name}: ${score.method}`).toBe(score.low === undefined);
  });

  it('scores are said to rest on rows that the model was fitted on', async () => {
    const { sections } = await run(regression(300), linearFamily);
    const { method } = find(sections, 'scores');
    expect(method).not.toMatch(/held-out/);
    expect(method).toMatch(/on rows that the model was fitted on \(150 for effects and to fit surrogates, 150 others to test these\)/);
  });

  it('of ten classes the first eight are scored, and the words say so', async () => {
    const model = { ...functionModel(() => 1), task: 'classification', classes: Array.from({ length: 10 }, (_, k) => String(k)) } as Model;
    expect(outputWords(model, 'digit')).toBe('the scores before softmax of the first 8 of 10 classes');
    expect(outputWords({ ...model, classes: ['a', 'b', 'c'] }, 'digit')).toBe('the scores before softmax of the 3 classes');
  });
});

describe('the Unveil index', () => {
  it('counts few features as compact whatever share of the columns they are', () => {
    expect([0, 1, 2, 8, 29].map(compactness)).toEqual([1, 1, 7 / 8, 0.5, 0.2]);
  });

  it('is left out where a part of it could not be measured', async () => {
    const { result, sections } = await run(twoFeatures(), linearFamily);
    expect(result.values.composite).toBeUndefined();
    expect(find(sections, 'scores').summary).toContain('There is no Unveil index: one of its five parts could not be measured');
    expect(find(sections, 'accuracyAgainstInterpretability')).toMatchObject({ score: 'featuresUsed' });
  });
});

describe('features used by a model of weights', () => {
  it('hold a level that no sampled row has', async () => {
    const n = 3000;
    const rng = new Rng(3);
    const a = Float64Array.from({ length: n }, () => rng.normal());
    const codes = Int32Array.from({ length: n }, (_, i) => (i === 7 ? 1 : 0));
    const data = makeDataset([numberColumn('a', a), codeColumn('rare', codes, ['x', 'y'])], numberTarget(a.map((v, i) => v + 5 * codes[i] + 0.1 * rng.normal())), { split: { scheme: 'none' } });
    const { result } = await run(data, linearFamily, { evaluated: false });
    expect(result.usedBy).toBe('weights');
    expect(result.values.featuresUsed!.value).toBe(2);
  });

  it('hold the features of products, and none of weight 0', () => {
    const weights = [{ term: 'a', feature: 'a', estimate: 0 }, { term: 'b:c', feature: 'b:c', estimate: 2 }, { term: '(Intercept)', estimate: 1 }];
    expect(usedByWeights({ ...functionModel(() => 1), weights: () => weights }, ['a', 'b', 'c', 'd'])).toEqual([false, true, true, false]);
    expect(usedByWeights(functionModel(() => 1), ['a'])).toBeUndefined();
  });
});

describe('odd data', () => {
  it('one feature, few rows, a category alone, and many features do not fail', async () => {
    const rng = new Rng(4);
    const normal = (n: number): Float64Array => Float64Array.from({ length: n }, () => rng.normal());
    const one = normal(40);
    const cases = [
      makeDataset([numberColumn('x', one)], numberTarget(one.map(v => 2 * v + 0.1 * rng.normal()))),
      makeDataset([numberColumn('x', normal(10)), numberColumn('z', normal(10))], numberTarget(normal(10))),
      makeDataset([codeColumn('c', Int32Array.from({ length: 60 }, (_, i) => i % 4), ['p', 'q', 'r', 's'])], numberTarget(Float64Array.from({ length: 60 }, (_, i) => (i % 4) + 0.1 * rng.normal()))),
      makeDataset(Array.from({ length: 210 }, (_, j) => numberColumn(`x${j}`, normal(300))), numberTarget(normal(300)), { split: { scheme: 'holdout', share: 0.3 } }),
    ];
    for (const dataset of cases) {
      const { result, sections } = await run(dataset, linearFamily);
      expectSound(result);
      expect(numbers(sections).every(Number.isFinite)).toBe(true);
    }
  });

  it('no score without features or with fewer than eight rows', async () => {
    const none = makeDataset([], numberTarget([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect((await run(none, linearFamily, { model: functionModel(() => 1, []), evaluated: false })).result).toBeUndefined();
    const tiny = makeDataset([numberColumn('x', [1, 2, 3, 4, 5])], numberTarget([1, 2, 3, 4, 6]));
    expect((await run(tiny, linearFamily, { evaluated: false })).result).toBeUndefined();
  });
});
