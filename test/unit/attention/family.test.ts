/** The attention family: what a fit gives, that it comes back from its file, and that odd data does not stop it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/data/dataset';
import { Rng } from '../../../src/engine/math/random';
import { attentionFamily, foldMembers } from '../../../src/engine/models/attention/family';
import { attentionSettings } from '../../../src/engine/models/attention/settings';
import type { AttentionModel } from '../../../src/engine/models/attention/model';
import type { Prediction } from '../../../src/engine/models/model';
import type { OptionValue } from '../../../src/protocol/recipe';
import { context, datasetFor, makeTable } from '../families/support';

type Options = Readonly<Record<string, OptionValue>>;
const small: Options = { width: 8, heads: 2, feedForward: 12, epochs: 25, ensemble: 2 };

/** y = 2 x + a step of the group; z does nothing; some of x is missing. */
function numbers(rows: number, options: Options = small, seed = 1): Dataset {
  const rng = new Rng(seed);
  const x = Array.from({ length: rows }, () => rng.normal());
  const z = Array.from({ length: rows }, () => rng.normal());
  const group = Array.from({ length: rows }, () => 'abc'[rng.integer(3)]);
  const y = x.map((v, i) => 50 + 10 * (2 * v + (group[i] === 'c' ? 2 : 0) + 0.2 * rng.normal()));
  return datasetFor(makeTable({ x: x.map((v, i) => (i % 15 === 4 ? 'NA' : v)), z, group, y }), { target: 'y', task: 'regression', options });
}

function classes(rows: number, kinds: number, options: Options = small): Dataset {
  const rng = new Rng(5);
  const x = Array.from({ length: rows }, () => rng.normal());
  const z = Array.from({ length: rows }, () => rng.normal());
  const kind = x.map(v => `k${Math.min(kinds - 1, Math.max(0, Math.floor((v + 1.5) / 3 * kinds + 0.3 * rng.normal())))}`);
  return datasetFor(makeTable({ x, z, kind }), { target: 'kind', task: 'classification', options });
}

async function fit(dataset: Dataset, rows?: Int32Array): Promise<AttentionModel> {
  return await attentionFamily.fit(dataset, context, rows) as AttentionModel;
}

function values(prediction: Prediction): number[] {
  return Array.from(prediction.mean ?? prediction.probabilities!);
}

describe('an attention model of a number', () => {
  const dataset = numbers(300);
  let model: AttentionModel;
  beforeAll(async () => { model = await fit(dataset); });

  it('predicts far better than the mean', () => {
    const { mean } = model.predict(dataset.table);
    const y = dataset.target.task === 'regression' ? dataset.target.values : new Float64Array(0);
    const average = y.reduce((a, b) => a + b) / y.length;
    const ratio = y.reduce((s, v, i) => s + (v - mean![i]) ** 2, 0) / y.reduce((s, v) => s + (v - average) ** 2, 0);
    expect(ratio).toBeLessThan(0.1);
  });

  it('has attention over features that sums to 1 in every row, and none between features with one layer', () => {
    const weights = model.attention.attention(dataset.table);
    expect(model.attention.features).toEqual(['x', 'z', 'group']);
    for (let i = 0; i < 300; i++) {
      const row = Array.from(weights.subarray(3 * i, 3 * i + 3));
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
      expect(Math.min(...row)).toBeGreaterThan(0);
    }
    expect(model.attention.pairs).toBeUndefined();
    const [first, second] = model.attention.each(dataset.table);
    expect(weights[5]).toBeCloseTo((first[5] + second[5]) / 2, 2);
  });

  it('attends to given rows as it does within the whole table', () => {
    const rows = Int32Array.of(7, 299, 7);
    const all = model.attention.attention(dataset.table);
    const some = model.attention.attention(dataset.table, rows);
    rows.forEach((row, i) => expect(some[3 * i + 1]).toBeCloseTo(all[3 * row + 1], 6));
  });

  it('has prediction intervals with both parts of the uncertainty', () => {
    const { low, high, mean, epistemic, aleatoric } = model.predictIntervals(dataset.table, 0.9);
    for (let i = 0; i < 300; i++) {
      expect(low![i]).toBeLessThan(mean![i]);
      expect(high![i]).toBeGreaterThan(mean![i]);
      expect(epistemic![i]).toBeGreaterThanOrEqual(0);
      expect(aleatoric![i]).toBeGreaterThan(0);
    }
  });

  it('has gradients that agree with differences of its output', async () => {
    const { gradients } = model;
    const rows = Int32Array.of(0, 1, 2, 50);
    const design = gradients.design(dataset.table, rows);
    const gradient = await gradients.gradient(design, 4, 0);
    const columns = gradients.featureOf.length;
    for (let k = 0; k < design.length; k++) {
      const [above, below] = [1, -1].map(sign => gradients.output(design.map((v, j) => (j === k ? v + sign * 0.01 : v)), 4)[Math.floor(k / columns)]);
      expect(gradient[k]).toBeCloseTo((above - below) / 0.02, 0);
    }
  });

  it('comes back from its file with the same predictions, attention, intervals and gradients', async () => {
    const back = attentionFamily.load(JSON.parse(JSON.stringify(model.toJSON()))) as AttentionModel;
    expect(values(back.predict(dataset.table))).toEqual(values(model.predict(dataset.table)));
    expect(back.attention.attention(dataset.table)).toEqual(model.attention.attention(dataset.table));
    expect(back.predictIntervals(dataset.table, 0.9).low).toEqual(model.predictIntervals(dataset.table, 0.9).low);
    const design = model.gradients.design(dataset.table);
    expect(await back.gradients.gradient(design, 300, 0)).toEqual(await model.gradients.gradient(design, 300, 0));
    expect(back.family).toBe('attention');
  });

  it('refuses a damaged file', () => {
    const json = JSON.parse(JSON.stringify(model.toJSON())) as { description: Record<string, unknown> };
    for (const damage of [{ heads: 3 }, { tokens: 2 }, { layers: 9 }, { tokenOf: [0, 0, 1, 2, 5] }, { kind: 'dense' }, { width: 16 }]) {
      expect(() => attentionFamily.load({ ...json, description: { ...json.description, ...damage } })).toThrow(/damaged/);
    }
  });

  it('gives the same numbers for the same seed, whatever happened before', async () => {
    expect(values((await fit(dataset)).predict(dataset.table))).toEqual(values(model.predict(dataset.table)));
  });

  it('says where one row is looked at', () => {
    const [section] = model.insideRow({ rows: 1, columns: dataset.table.columns.map(c => (c.storage === 'number' ? { ...c, values: c.values.slice(0, 1) } : { ...c, codes: c.codes.slice(0, 1) })) });
    expect(section).toMatchObject({ kind: 'table', panel: 'row', title: 'Attention weights in this row' });
    const rows = section.kind === 'table' ? section.rows : [];
    expect(rows.map(row => row[0]).sort()).toEqual(['group', 'x', 'z']);
    expect(rows.reduce((sum, row) => sum + Number(row[2]), 0)).toBeCloseTo(1, 2);
  });

  it('has effects, training curves and statistics', () => {
    expect(model.effects(0.95).map(e => e.feature)).toEqual(expect.arrayContaining(['x', 'group']));
    expect(model.training!.lines.length).toBeGreaterThan(1);
    expect(model.fitStatistics().find(v => v.label === 'Layers')!.value).toBe('3 tokens of width 8, one layer of attention with 2 heads');
  });
});

describe('attention models', () => {
  it('of two and three classes give probabilities that tell them apart', async () => {
    for (const kinds of [2, 3]) {
      const dataset = classes(240, kinds);
      const model = await fit(dataset);
      const { probabilities } = model.predict(dataset.table);
      const { codes } = dataset.target as { codes: Int32Array };
      let right = 0;
      for (let i = 0; i < 240; i++) {
        const row = Array.from(probabilities!.subarray(kinds * i, kinds * (i + 1)));
        expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
        if (row.indexOf(Math.max(...row)) === codes[i]) right++;
      }
      expect(right / 240).toBeGreaterThan(0.7);
    }
  });

  it('with two layers have attention between features and weights by rollout', async () => {
    const dataset = numbers(80, { ...small, layers: 2, epochs: 4, ensemble: 1 });
    const model = await fit(dataset);
    const pairs = model.attention.pairs!(dataset.table);
    for (let i = 0; i < 3; i++) expect(pairs.subarray(3 * i, 3 * i + 3).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    expect(model.attention.attention(dataset.table).subarray(0, 3).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  });

  it('with uniform attention give every feature the same', async () => {
    const dataset = numbers(60, { ...small, attention: 'uniform', epochs: 2, ensemble: 1 });
    const weights = (await fit(dataset)).attention.attention(dataset.table);
    for (const weight of weights) expect(weight).toBeCloseTo(1 / 3, 6);
  });

  it('of folds have as many networks as the model, fewer where training takes long or fewer are asked for', async () => {
    const rows = [Int32Array.from({ length: 60 }, (_, i) => i), Int32Array.from({ length: 60 }, (_, i) => 20 + i)];
    const cheap = await attentionFamily.fitFolds!(numbers(80, { ...small, epochs: 2, ensemble: 5 }), rows, context) as AttentionModel[];
    expect(cheap.map(model => model.state.members.length)).toEqual([5, 5]);
    const asked = await attentionFamily.fitFolds!(numbers(80, { ...small, epochs: 2, foldEnsemble: 1 }), rows, context) as AttentionModel[];
    expect(asked.map(model => model.state.members.length)).toEqual([1, 1]);
    const settings = attentionSettings({}, 26000);
    const shape = { kind: 'attention', head: 'logistic', inputs: 99, tokenOf: [], tokens: 14, width: 32, heads: 4, layers: 1, feedForward: 64, outputs: 1, uniform: false } as const;
    expect(foldMembers(settings, shape, 26000, 5)).toBe(1);
    expect(foldMembers({ ...settings, members: 5 }, shape, 400, 5)).toBe(5);
  });

  it('divide the attention of a product of features evenly among them', async () => {
    const rng = new Rng(3);
    const [a, b] = [0, 1].map(() => Array.from({ length: 60 }, () => rng.normal()));
    const dataset = datasetFor(makeTable({ a, b, y: a.map((v, i) => v * b[i]) }), { formula: 'y ~ a:b', options: { ...small, epochs: 2 } });
    const weights = (await fit(dataset)).attention.attention(dataset.table);
    expect(weights[0]).toBeCloseTo(0.5, 6);
    expect(weights[1]).toBeCloseTo(0.5, 6);
  });

  it('fit odd data: one feature, a constant, a constant target in the rows, two rows, a missing column', async () => {
    const options = { ...small, epochs: 3 };
    const one = datasetFor(makeTable({ x: [1, 2, 3, 4, 5, 6], y: [1, 2, 3, 4, 5, 6] }), { target: 'y', options });
    const constant = datasetFor(makeTable({ x: [1, 1, 1, 1], y: [1, 2, 3, 4] }), { target: 'y', options });
    const same = datasetFor(makeTable({ x: [1, 2, 3, 4], y: [2, 2, 2, 7] }), { target: 'y', options });
    const few = datasetFor(makeTable({ x: [1, 2, 3, 4], z: ['a', 'b', 'a', 'b'], y: ['p', 'q', 'p', 'q'] }), { target: 'y', task: 'classification', options });
    const missing = datasetFor(makeTable({ x: ['NA', 'NA', 'NA', 'NA'], z: [1, 2, 3, 4], y: [1, 2, 1, 2] }), { target: 'y', options });
    const cases: [Dataset, Int32Array?][] = [[one], [constant], [same, Int32Array.of(0, 1, 2)], [few, Int32Array.of(0, 1)], [missing]];
    for (const [dataset, rows] of cases) {
      const model = await fit(dataset, rows);
      expect(values(model.predict(dataset.table)).every(Number.isFinite)).toBe(true);
      expect(Array.from(model.attention.attention(dataset.table)).every(Number.isFinite)).toBe(true);
    }
  });

  it('refuse a width that the heads do not divide', async () => {
    await expect(fit(numbers(40, { width: 10, heads: 4 }))).rejects.toThrow(/width .* multiple of the number of heads/);
  });
});
