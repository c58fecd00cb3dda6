/** Attention held beside what a model uses: on data whose truth is known, and by rules on made-up evidence. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/data/dataset';
import { crossValidate, type Evaluation } from '../../../src/engine/evaluate/crossValidate';
import { attentionFaithfulness, attentionMap, type AttentionResult } from '../../../src/engine/explain/attentionFaithfulness';
import { attentionDeletion, descending, type AttentionDeletion, type OrderCurve } from '../../../src/engine/explain/attentionDeletion';
import { attentionMovement } from '../../../src/engine/explain/attentionMovement';
import { attentionByFeature } from '../../../src/engine/explain/attentionRows';
import { attentionVerdict, uniformDifference } from '../../../src/engine/explain/attentionVerdict';
import type { SeedControl, UniformControl } from '../../../src/engine/explain/attentionControls';
import { permutationImportance } from '../../../src/engine/explain/permutation';
import { Rng } from '../../../src/engine/math/random';
import { attentionFamily } from '../../../src/engine/models/attention/family';
import type { Model } from '../../../src/engine/models/model';
import { attentionSections, attentionWords } from '../../../src/engine/report/sectionsAttention';
import type { Facts } from '../../../src/engine/report/input';
import { context, datasetFor, makeTable } from '../families/support';

const options = { width: 16, heads: 2, ensemble: 3, foldEnsemble: 1, epochs: 60, batchSize: 32, learningRate: 0.006, l2: 0.1 };
const names = ['x0', 'x1', 'x2', 'x3', 'x4', 'x5'];

/** x0 … x5 normal; the target follows from some of them. */
function made(rows: number, target: (x: readonly number[], rng: Rng) => number | string, more = options): Dataset {
  const rng = new Rng(11);
  const x = Array.from({ length: rows }, () => names.map(() => rng.normal()));
  const columns = Object.fromEntries(names.map((name, j) => [name, x.map(row => row[j])]));
  const y = x.map(row => target(row, rng));
  const dataset = datasetFor(makeTable({ ...columns, y }), { target: 'y', task: typeof y[0] === 'string' ? 'classification' : 'regression', options: more });
  return { ...dataset, recipe: { ...dataset.recipe, split: { scheme: 'kFold', folds: 3 } } };
}

async function explained(dataset: Dataset): Promise<{ result: AttentionResult; evaluation: Evaluation }> {
  const model = await attentionFamily.fit(dataset, context);
  const rng = new Rng(1);
  const evaluation = (await crossValidate(attentionFamily, dataset, dataset.recipe.split, context, rng.fork('folds'), model))!;
  const importance = await permutationImportance(dataset, evaluation, context, rng.fork('importance'), model);
  return { result: (await attentionFaithfulness({ dataset, evaluation, family: attentionFamily, model, importance, context, rng }))!, evaluation };
}

function mass(result: AttentionResult, features: readonly string[]): number {
  return result.attention.reduce((sum, { feature, value }) => sum + (features.includes(feature) ? value : 0), 0);
}

function factsOf(dataset: Dataset): Facts {
  return { target: dataset.target } as Facts;
}

describe('where the largest of three features is the target', () => {
  // A softmax that weighs each feature by its own value is what attention can do and a plain sum cannot.
  const dataset = made(360, ([x0, x1, x2], rng) => 2 * Math.max(x0, x1, x2) + 0.05 * rng.normal());
  let result: AttentionResult;
  beforeAll(async () => { result = (await explained(dataset)).result; });

  it('most attention lies on the three features that matter', () => {
    expect(result.attention).toHaveLength(6);
    expect(mass(result, names)).toBeCloseTo(1, 6);
    expect(mass(result, ['x0', 'x1', 'x2'])).toBeGreaterThan(0.65);
    expect(new Set(result.attention.slice(0, 3).map(a => a.feature))).toEqual(new Set(['x0', 'x1', 'x2']));
    for (const { value, low, high } of result.attention) {
      expect(low!).toBeLessThanOrEqual(value);
      expect(high!).toBeGreaterThanOrEqual(value);
    }
  });

  it('attention is needed, stable over seeds, learned, and better than random', () => {
    expect(result.uniform!.needed).toBe(true);
    expect(result.uniform!.uniform).toBeGreaterThan(result.uniform!.attention);
    expect(result.seeds).toMatchObject({ networks: 3, members: true });
    expect(result.seeds!.agreement!.rho.value).toBeGreaterThan(0.5);
    expect(result.randomised!.distance).toBeGreaterThan(0.1);
    expect(Math.abs(result.randomised!.correlation)).toBeLessThan(0.6);
    expect(result.verdict.kind).toBe('faithful');
    expect(result.verdict.words).not.toMatch(/not needed/);
  });

  it('deletion by attention and by permutation importance ends sooner than in random order', () => {
    const { attention, permutation, random } = result.deletion!;
    expect(attention.curve.value[0]).toBe(1);
    expect(attention.curve.value.at(-1)).toBeCloseTo(0, 9);
    expect(attention.curve.area).toBeLessThan(random.area);
    expect(permutation!.curve.area).toBeLessThan(random.area);
    expect(random.orders).toBeGreaterThanOrEqual(20);
  });

  it('the attention to one of the three moves with the others', () => {
    const { kind, features, values } = result.pairs!;
    expect(kind).toBe('movement');
    const at = (from: string, to: string): number => values[features.indexOf(from)][features.indexOf(to)];
    expect(at('x0', 'x1')).toBeGreaterThan(2 * at('x5', 'x1'));
  });

  it('sections draw it, titled attention weights, without numbers that are none', () => {
    const sections = attentionSections(result, factsOf(dataset));
    expect(sections.map(s => s.id)).toEqual(['attentionVerdict', 'attentionWeights', 'attentionDeletion', 'attentionPairs']);
    expect(sections.every(s => s.panel === 'importance')).toBe(true);
    expect(JSON.stringify(sections)).not.toMatch(/null|NaN|undefined/);
    expect(attentionWords(result)).toMatch(/^Attention weights say where the model looks, not how much a feature matters/);
    expect(attentionMap(result).get('x1')!.value).toBeCloseTo(result.attention.find(a => a.feature === 'x1')!.value, 12);
    const [verdict] = sections;
    expect(verdict.kind === 'fit' && verdict.values.map(v => v.label).join('; ')).toMatch(/Spearman’s ρ.*Kendall’s τ-b.*uniform attention.*spread over seeds.*weights randomised/);
  });
});

describe('where the target is a plain sum', () => {
  const dataset = made(300, ([x0, x1], rng) => (x0 + x1 + 0.3 * rng.normal() > 0 ? 'yes' : 'no'), { ...options, ensemble: 2, epochs: 30 });

  it('attention is not needed, and the same seed says the same', async () => {
    const { result } = await explained(dataset);
    expect(result.uniform).toMatchObject({ loss: 'logLoss', needed: false });
    expect(result.verdict.words).toMatch(/such a model does not need them|attention is not needed on this data/);
    expect(result.byClass.map(c => c.className)).toEqual(['no', 'yes']);
    for (const { attention } of result.byClass) expect(attention.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    const sections = attentionSections(result, factsOf(dataset));
    expect(sections.map(s => s.id)).toContain('attentionByClass');
    expect((await explained(dataset)).result).toEqual(result);
  });
});

describe('attention', () => {
  it('is not explained where nothing was held out, nor of a model without attention', async () => {
    const dataset = made(60, ([x0]) => x0, { ...options, epochs: 2, ensemble: 1 });
    const model = await attentionFamily.fit(dataset, context);
    const input = { dataset, family: attentionFamily, importance: undefined, context, rng: new Rng(1) };
    expect(await attentionFaithfulness({ ...input, model, evaluation: undefined })).toBeUndefined();
    const without: Model = Object.assign(Object.create(model) as Model, { attention: undefined });
    expect(await attentionFaithfulness({ ...input, model: without, evaluation: undefined })).toBeUndefined();
  });

  it('between features is that of the folds’ models on the rows that they did not see, not of the model of all rows', async () => {
    const dataset = made(60, ([x0]) => x0, { ...options, epochs: 2, ensemble: 1, attention: 'uniform' } as typeof options);
    const model = await attentionFamily.fit(dataset, context);
    const evaluation = (await crossValidate(attentionFamily, dataset, dataset.recipe.split, context, new Rng(1), model))!;
    const withPairs = (own: Model, value: number): Model => Object.assign(Object.create(own) as Model, {
      attention: Object.assign(Object.create(own.attention!) as object, { features: own.attention!.features, layers: 2, heads: 1, pairs: () => new Float64Array(names.length ** 2).fill(value) }),
    });
    const folds = { ...evaluation, foldModels: evaluation.foldModels.map((own, f) => withPairs(own, f + 1)) };
    const result = await attentionFaithfulness({ dataset, evaluation: folds, family: attentionFamily, model: withPairs(model, 99), importance: undefined, context, rng: new Rng(1) });
    expect(result!.pairs!.kind).toBe('attention');
    // Three folds of 20 rows each.
    for (const value of result!.pairs!.values.flat()) expect(value).toBeCloseTo(2, 12);
  });

  it('of fewer than five features has no rank correlation and no verdict on an order', async () => {
    const rng = new Rng(2);
    const a = Array.from({ length: 60 }, () => rng.normal());
    const base = datasetFor(makeTable({ a, b: a.map(v => v + 0.1 * rng.normal()), y: a }), { target: 'y', options: { ...options, epochs: 3, ensemble: 1 } });
    const { result } = await explained({ ...base, recipe: { ...base.recipe, split: { scheme: 'holdout', share: 0.3 } } });
    expect(result.agreement).toBeUndefined();
    expect(result.verdict.kind).toBe('undecided');
    expect(result.correlated).toMatchObject([{ first: 'a', second: 'b' }]);
    const [verdict] = attentionSections(result, factsOf(base));
    expect(JSON.stringify(verdict)).toMatch(/too few features for a rank correlation/);
    expect(verdict.summary).toMatch(/a and b go together/);
  });
});

describe('the deletion test', () => {
  /** A model that reads x0 and, a little, x1 only. */
  const dataset = made(200, ([x0]) => x0);
  const model = {
    task: 'regression', features: names,
    predict: (table: Dataset['table'], rows?: Int32Array) => {
      const of = (name: string): Float64Array => (table.columns.find(c => c.name === name) as { values: Float64Array }).values;
      const [x0, x1] = [of('x0'), of('x1')];
      const all = rows ?? Int32Array.from({ length: table.rows }, (_, i) => i);
      return { rows: all.length, mean: Float64Array.from(all, i => 3 * x0[i] + 0.5 * x1[i]) };
    },
  } as unknown as Model;
  const rows = Int32Array.from({ length: 200 }, (_, i) => i);
  const sample = { features: names, parts: [{ model, rows, attention: new Float64Array(200 * 6).fill(1 / 6) }], rows: 200 };
  const test = (attention: number[]): Promise<AttentionDeletion | undefined> => attentionDeletion(dataset, sample, attention, undefined, context, new Rng(3));

  it('finds the true order better than nearly all, its reverse worse than nearly all', async () => {
    const right = (await test([0.5, 0.3, 0.05, 0.05, 0.05, 0.05]))!;
    expect(right.attention.pValue).toBeLessThan(0.25);
    expect(right.attention.gap).toBeGreaterThan(0.3);
    const wrong = (await test([0.01, 0.02, 0.2, 0.2, 0.2, 0.37]))!;
    expect(wrong.attention.pValue).toBeGreaterThan(0.75);
    expect(wrong.attention.gap).toBeLessThan(-0.3);
  });

  it('has the area that follows from the weights', async () => {
    // Squared change: 2 · 9 by x0 and 2 · 0.25 by x1, so after x0 goes 1 − 9/9.25 is left, after x1 nothing.
    const { attention } = (await test([0.5, 0.3, 0.05, 0.05, 0.05, 0.05]))!;
    expect(attention.curve.value[1]).toBeCloseTo(0.25 / 9.25, 1);
    expect(attention.curve.value[2]).toBeCloseTo(0, 6);
    expect(attention.curve.area).toBeCloseTo((0.5 + 0.25 / 9.25) / 6, 1);
  });

  it('sorts ties in the order of the features', () => {
    expect(descending([0.2, 0.5, 0.2, 0.1])).toEqual([1, 0, 2, 3]);
  });
});

describe('movement of attention', () => {
  it('is the standard deviation between groups of values, and nothing for features without effect', () => {
    const rng = new Rng(9);
    const n = 2000;
    const kind = Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 'a' : 'b'));
    const table = makeTable({ kind, noise: kind.map(() => rng.normal()) });
    const attention = new Float64Array(2 * n);
    kind.forEach((k, i) => {
      attention[2 * i] = (k === 'a' ? 0.4 : 0.6) + 0.05 * rng.normal();
      attention[2 * i + 1] = 1 - attention[2 * i];
    });
    const sample = { features: ['kind', 'noise'], rows: n, parts: [{ model: {} as Model, rows: Int32Array.from({ length: n }, (_, i) => i), attention }] };
    const [[own, other], [byNoise]] = attentionMovement(sample, table, [0, 1]);
    expect(own).toBeCloseTo(0.1, 2);
    expect(other).toBeCloseTo(0.1, 2);
    expect(byNoise).toBeLessThan(0.01);
  });
});

describe('the verdict', () => {
  const curve = (pValue: number, gap: number): OrderCurve => ({ curve: { share: [0, 1], value: [1, 0], area: 0.5 - gap }, gap, pValue });
  const deletion = (pValue: number, gap = 0.3, permutationGap = 0.4): AttentionDeletion => ({
    attention: curve(pValue, gap), permutation: curve(0.01, permutationGap), random: { mean: [1, 0], deviation: [0, 0], area: 0.5, orders: 100 }, rows: 100, draws: 10, output: 'y',
  });
  const seeds = (rho: number): SeedControl => ({ networks: 5, members: true, agreement: { refits: 5, rho: { value: rho }, jaccard: 1, top: 3 }, deviation: 0.01 });
  const uniform = (needed: boolean): UniformControl => ({ loss: 'rmse', attention: 1, uniform: needed ? 2 : 1, rise: needed ? 1 : 0, standardError: 0.1, needed });

  it('follows the stated rules', () => {
    expect(attentionVerdict(8, deletion(0.02), uniform(true), seeds(0.9)).kind).toBe('faithful');
    expect(attentionVerdict(8, deletion(0.3), uniform(true), seeds(0.9)).kind).toBe('noBetterThanRandom');
    expect(attentionVerdict(8, deletion(0.1), uniform(true), seeds(0.9))).toMatchObject({ kind: 'mixed', words: expect.stringMatching(/10 % of random orders do as well/) as string });
    expect(attentionVerdict(8, deletion(0.02, 0.1), uniform(true), seeds(0.9))).toMatchObject({ kind: 'mixed', words: expect.stringMatching(/less than half/) as string });
    expect(attentionVerdict(8, deletion(0.02), uniform(true), seeds(0.2))).toMatchObject({ kind: 'mixed', words: expect.stringMatching(/other seeds/) as string });
    expect(attentionVerdict(4, deletion(0.02), uniform(true), seeds(0.9)).kind).toBe('undecided');
    expect(attentionVerdict(8, undefined, uniform(true), seeds(0.9)).kind).toBe('undecided');
  });

  it('says when attention is not needed, whatever else', () => {
    const needless = attentionVerdict(8, deletion(0.3), uniform(false), seeds(0.9));
    expect(needless).toMatchObject({ needed: false, words: expect.stringMatching(/not needed on this data/) as string });
    expect(attentionVerdict(8, deletion(0.02), uniform(true), seeds(0.9)).words).not.toMatch(/not needed|does not need/);
  });

  it('is one where the weights are faithful and yet not needed, with both facts in it', () => {
    const both = attentionVerdict(8, deletion(0.02), { ...uniform(false), uniform: 1.004, rise: 0.004 }, seeds(0.9));
    expect(both).toMatchObject({ kind: 'faithful', needed: false });
    expect(both.words).toMatch(/^The attention weights are faithful to this model, but such a model does not need them: .*only 2 % of random orders.*uniform attention, the same model is 0\.4 % worse \(RMSE\) on held-out rows, no more than one standard error: the weights tell how this model/);
    expect(both.words).not.toMatch(/do not read much/);
  });

  it('says how much worse the model with uniform attention is', () => {
    expect(attentionVerdict(8, deletion(0.02), { ...uniform(true), uniform: 1.075 }, seeds(0.9)).words).toContain('7.5 % worse (RMSE) on held-out rows: attention is of use');
    expect(uniformDifference({ ...uniform(true), loss: 'logLoss', uniform: 0.8 })).toBe('20 % better (log loss)');
    expect(uniformDifference(uniform(false))).toBe('as good to 0.1 % (RMSE)');
    expect(uniformDifference({ ...uniform(true), uniform: 30 })).toBe('30 times worse (RMSE)');
  });
});

describe('attention to a single feature', () => {
  it('has ends around its value, whatever rounding does', () => {
    const part = (values: number[]) => ({ model: {} as never, rows: Int32Array.from(values.keys()), attention: Float64Array.from(values) });
    const folds = [{ train: Int32Array.of(2, 3), test: Int32Array.of(0, 1) }, { train: Int32Array.of(0, 1), test: Int32Array.of(2, 3) }];
    const up = 1 + 2 ** -50;
    for (const parts of [[part([up, up]), part([up, up])], [part([up, up, up])], [part([1, 1 - 1e-16]), part([up, 1])]]) {
      const [found] = attentionByFeature({ features: ['x'], parts, rows: 4 }, { folds } as never, 0.95);
      expect(found.low!).toBeLessThanOrEqual(found.value);
      expect(found.high!).toBeGreaterThanOrEqual(found.value);
      expect(found.high!).toBeLessThanOrEqual(1);
    }
  });
});
