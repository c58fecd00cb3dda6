/** Neural models from data to predictions: what they learn, how sure they are, and that odd data does not break them. */
import { describe, expect, it } from 'vitest';
import type { DenseDescription } from '../../../src/engine/compute/network/description';
import { defaultFeatures } from '../../../src/engine/data/defaultFeatures';
import type { Dataset } from '../../../src/engine/data/dataset';
import { Rng } from '../../../src/engine/math/random';
import { families, familyFor } from '../../../src/engine/models/families';
import { foldSettings, neuralFamily } from '../../../src/engine/models/neural/family';
import { neuralSettings } from '../../../src/engine/models/neural/settings';
import { checkOptions } from '../../../src/engine/resolve';
import type { NeuralModel } from '../../../src/engine/models/neural/model';
import { datasetFor, makeTable, profileOf } from '../families/support';
import { allRows, context, curvedNumbers, fitNeural, ringClasses } from './support';

const quick = { prune: false, ensemble: 2, epochs: 40, hidden: '16,16', l2: 0.0003, learningRate: 0.01 };

function accuracy(dataset: Dataset, model: NeuralModel, rows: Int32Array): number {
  const { probabilities } = model.predict(dataset.table, rows);
  if (dataset.target.task !== 'classification') throw new Error('classes only');
  const { codes, classes } = dataset.target;
  const right = rows.filter((row, i) => {
    const own = probabilities!.subarray(i * classes.length, (i + 1) * classes.length);
    return own.indexOf(Math.max(...own)) === codes[row];
  });
  return right.length / rows.length;
}

function rmse(dataset: Dataset, mean: Float64Array, rows: Int32Array): number {
  if (dataset.target.task !== 'regression') throw new Error('numbers only');
  const { values } = dataset.target;
  return Math.sqrt(rows.reduce((sum, row, i) => sum + (mean[i] - values[row]) ** 2, 0) / rows.length);
}

describe('the neural family', () => {
  it('is one of the families, and auto still means linear and logistic', () => {
    expect(families.map(({ id }) => id)).toContain(neuralFamily.id);
    expect([familyFor('regression').id, familyFor('classification').id]).toEqual(['linear', 'logistic']);
  });

  it('learns a curve that a line misses, near the noise, on rows that it did not see', async () => {
    const dataset = curvedNumbers(900, quick);
    const rows = allRows(dataset);
    const model = await fitNeural(dataset, rows.subarray(0, 600));
    const error = rmse(dataset, model.predict(dataset.table, rows.subarray(600)).mean!, rows.subarray(600));
    // The noise alone is 2 (0.2 × 10); missing x2 cells add some. A line leaves more than 3.5.
    expect(error).toBeLessThan(2.6);
  });

  it('gives prediction intervals that hold about as many new rows as they say, with both parts of the uncertainty', async () => {
    for (const uncertainty of ['ensemble', 'laplace', 'dropout']) {
      const dataset = curvedNumbers(1500, { ...quick, ensemble: 5, uncertainty, ...(uncertainty === 'dropout' && { dropout: 0.05 }) });
      const rows = allRows(dataset);
      const model = await fitNeural(dataset, rows.subarray(0, 500));
      const test = rows.subarray(500);
      const { low, high, epistemic, aleatoric, mean } = model.predictIntervals(dataset.table, 0.9, test);
      if (dataset.target.task !== 'regression') throw new Error('numbers only');
      const { values } = dataset.target;
      const held = test.filter((row, i) => values[row] >= low![i] && values[row] <= high![i]).length / test.length;
      expect(held, uncertainty).toBeGreaterThan(0.84);
      expect(held, uncertainty).toBeLessThan(0.96);
      expect(aleatoric![0]).toBeGreaterThan(1.2);
      expect(aleatoric![0]).toBeLessThan(3);
      // Five networks: Student's t with 4 degrees of freedom times √(1 + 1/5); a hundred masks and a posterior: the normal's factor.
      const half = Math.hypot((uncertainty === 'dropout' ? 1.6448536 : uncertainty === 'ensemble' ? 2.1318468 * Math.sqrt(1.2) : NaN) * epistemic![3], 1.6448536 * aleatoric![3]);
      if (uncertainty !== 'laplace') expect(high![3] - mean![3]).toBeCloseTo(half, 4);
    }
  });

  it('is less sure far from the data', async () => {
    const dataset = curvedNumbers(300, { ...quick, ensemble: 4 });
    const model = await fitNeural(dataset);
    const away = makeTable({ x1: [0, 8], x2: [0, 8], x3: [0, 0], group: ['a', 'a'] });
    const { epistemic } = model.predictIntervals(away, 0.9);
    expect(epistemic![1]).toBeGreaterThan(2 * epistemic![0]);
  });

  it('tells rings apart that no line separates, two and many classes', async () => {
    for (const classes of [2, 3, 30]) {
      const dataset = ringClasses(1200, classes, { ...quick, epochs: 60 });
      const rows = allRows(dataset);
      const model = await fitNeural(dataset, rows.subarray(0, 800));
      // Thirty rings are narrower than their overlap: guessing the commonest gets less than 0.3.
      expect(accuracy(dataset, model, rows.subarray(800)), `${classes} classes`).toBeGreaterThan(classes === 30 ? 0.35 : 0.8);
      const { probabilities } = model.predict(dataset.table, rows.subarray(0, 5));
      for (let i = 0; i < 5; i++) expect(probabilities!.subarray(i * classes, (i + 1) * classes).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    }
  });

  it('gives an interval of the probability of two classes around it, and none for more', async () => {
    for (const uncertainty of ['ensemble', 'laplace', 'dropout']) {
      const dataset = ringClasses(300, 2, { ...quick, uncertainty });
      const model = await fitNeural(dataset);
      const { probabilities, low, high, epistemic, aleatoric } = model.predictIntervals(dataset.table, 0.95);
      for (let i = 0; i < 300; i++) {
        const p = probabilities![2 * i + 1];
        expect(low![i]).toBeLessThanOrEqual(p);
        expect(high![i]).toBeGreaterThanOrEqual(p);
        expect(epistemic![i] ** 2 + aleatoric![i] ** 2).toBeLessThan(0.6);
      }
    }
    const three = await fitNeural(ringClasses(200, 3, quick));
    expect(three.predictIntervals(ringClasses(200, 3).table, 0.95).low).toBeUndefined();
  });

  it('comes back from JSON and predicts the same', async () => {
    for (const dataset of [curvedNumbers(120, { ...quick, ensemble: 1 }), ringClasses(120, 3, { ...quick, uncertainty: 'laplace' }), ringClasses(120, 2, { ...quick, uncertainty: 'dropout' })]) {
      const model = await fitNeural(dataset);
      const again = neuralFamily.load(JSON.parse(JSON.stringify(model.toJSON()))) as NeuralModel;
      expect(again.predict(dataset.table)).toEqual(model.predict(dataset.table));
      expect(again.predictIntervals(dataset.table, 0.9)).toEqual(model.predictIntervals(dataset.table, 0.9));
      expect(again.effects(0.9)).toEqual(model.effects(0.9));
      expect(again.inside().map(section => section.id)).toEqual(model.inside().map(section => section.id));
    }
  });

  it('refuses a damaged model file in a sentence', async () => {
    const json = JSON.parse(JSON.stringify((await fitNeural(curvedNumbers(60, quick))).toJSON())) as { members: string[][]; description: object };
    expect(() => neuralFamily.load({ ...json, members: [json.members[0].slice(1)] })).toThrow('The model file is damaged');
    expect(() => neuralFamily.load({ ...json, description: { ...json.description, hidden: [3] } })).toThrow('The model file is damaged');
  });

  it('gives the same numbers for the same seed and others for another', async () => {
    const dataset = curvedNumbers(150, quick);
    const [one, two] = [await fitNeural(dataset), await fitNeural(dataset)];
    expect(two.predict(dataset.table)).toEqual(one.predict(dataset.table));
    const other = await fitNeural({ ...dataset, recipe: { ...dataset.recipe, seed: 2 } });
    expect(other.predict(dataset.table)).not.toEqual(one.predict(dataset.table));
  });

  it('fits folds as fits on their rows would, and keeps to the number of networks asked for', async () => {
    const dataset = curvedNumbers(120, { ...quick, foldEnsemble: 2 });
    const rows = allRows(dataset);
    const parts = [rows.subarray(0, 80), rows.subarray(40)];
    const models = await neuralFamily.fitFolds!(dataset, parts, context) as NeuralModel[];
    expect(models.map(model => model.state.members.length)).toEqual([2, 2]);
    expect(models[1].predict(dataset.table)).toEqual((await fitNeural(dataset, parts[1])).predict(dataset.table));
  });

  it('says where folds are measured with fewer networks than the model has', async () => {
    const dataset = curvedNumbers(60, { ...quick, epochs: 2, foldEnsemble: 1 });
    const measured = await fitNeural({ ...dataset, recipe: { ...dataset.recipe, split: { scheme: 'kFold', folds: 5 } } });
    expect(measured.notes.find(note => note.kind === 'evaluation')?.text).toContain('with a single network in each fold instead of 2');
    expect((await fitNeural(dataset)).notes.some(note => note.kind === 'evaluation')).toBe(false);
    const settings = neuralSettings({}, 1e5);
    expect(foldSettings(settings, { rows: 1000, inputs: 10 }, 5).members).toBe(5);
    expect(foldSettings(settings, { rows: 1e5, inputs: 100 }, 5).members).toBe(1);
  });

  it('chooses a strong penalty where there is nothing but noise', async () => {
    const rng = new Rng(3);
    const noise = (): number[] => Array.from({ length: 150 }, () => rng.normal());
    const table = makeTable({ a: noise(), b: noise(), c: noise(), d: noise(), y: noise() });
    const { l2: _chosen, ...free } = quick;
    const model = await fitNeural(datasetFor(table, { target: 'y', options: free }));
    expect(model.state.l2).toBe(0.03);
  });

  it('has effects with a band inside of the prediction band, along every feature', async () => {
    const dataset = curvedNumbers(300, quick);
    const effects = (await fitNeural(dataset)).effects(0.95);
    expect(effects.map(effect => effect.feature)).toEqual(['x1', 'x2', 'x3', 'group']);
    const [x1] = effects;
    expect(x1.effect.at(-1)!).toBeGreaterThan(x1.effect[0] + 10);
    x1.effect.forEach((value, i) => {
      expect(x1.low![i]).toBeLessThanOrEqual(value);
      expect(x1.predictionHigh![i]).toBeGreaterThan(value + 2);
    });
    // The prediction band holds the band of the mean everywhere, also where few networks make that one wide.
    for (const { low, high, predictionLow, predictionHigh } of effects) {
      low!.forEach((value, i) => expect(predictionLow![i]).toBeLessThan(value));
      high!.forEach((value, i) => expect(predictionHigh![i]).toBeGreaterThan(value));
    }
    const classes = (await fitNeural(ringClasses(200, 3, quick))).effects(0.95);
    expect(classes).toHaveLength(6);
    expect(classes[0].low!.every((low, i) => low >= 0 && low <= classes[0].effect[i])).toBe(true);
  });

  it('says where rows cannot be predicted', async () => {
    const table = makeTable({ x: Array.from({ length: 40 }, (_, i) => i), y: Array.from({ length: 40 }, (_, i) => i * i) });
    const model = await fitNeural(datasetFor(table, { target: 'y', missing: 'drop', options: quick }));
    const { mean } = model.predict(makeTable({ x: ['3', 'NA', '5'] }));
    expect(mean![1]).toBeNaN();
    expect(Number.isFinite(mean![0] + mean![2])).toBe(true);
    expect(model.gradients.output(model.gradients.design(makeTable({ x: ['3', 'NA'] })), 2)[1]).toBeNaN();
  });
});

describe('odd data', () => {
  const numbers = (n: number, make: (i: number) => number | string): (number | string)[] => Array.from({ length: n }, (_, i) => make(i));
  const cases: [string, Dataset][] = [
    ['ten rows', datasetFor(makeTable({ x: numbers(10, i => i), y: numbers(10, i => 2 * i) }), { target: 'y', options: quick })],
    ['five rows', datasetFor(makeTable({ x: numbers(5, i => i), y: numbers(5, i => 2 * i) }), { target: 'y', options: quick })],
    ['a constant feature', datasetFor(makeTable({ x: numbers(30, () => 4), y: numbers(30, i => i) }), { target: 'y', features: ['x'], options: quick })],
    ['a feature with one level', datasetFor(makeTable({ x: numbers(30, () => 'a'), y: numbers(30, i => i) }), { target: 'y', features: ['x'], options: quick })],
    ['a huge target', datasetFor(makeTable({ x: numbers(30, i => i), y: numbers(30, i => 1e200 * i) }), { target: 'y', options: quick })],
    ['separable classes', datasetFor(makeTable({ x: numbers(40, i => i), y: numbers(40, i => (i < 20 ? 'a' : 'b')) }), { target: 'y', task: 'classification', options: quick })],
    ['a class with one row', datasetFor(makeTable({ x: numbers(40, i => i), y: numbers(40, i => (i === 3 ? 'c' : i < 20 ? 'a' : 'b')) }), { target: 'y', task: 'classification', options: quick })],
    ['no hidden layer', curvedNumbers(60, { ...quick, hidden: 'none', uncertainty: 'laplace' })],
    ['a formula', datasetFor(makeTable({ x: numbers(40, i => i), g: numbers(40, i => `g${i % 3}`), y: numbers(40, i => i * i) }), { formula: 'log(y + 1) ~ poly(x, 2) + sqrt(x) * g', options: quick })],
    ['one network without validation', curvedNumbers(60, { ...quick, ensemble: 1, validation: 0, epochs: 5 })],
  ];
  for (const [name, dataset] of cases) {
    it(`${name}: fits, predicts finite numbers and looks inside`, async () => {
      const model = await fitNeural(dataset);
      const { mean, probabilities } = model.predict(dataset.table);
      expect((mean ?? probabilities)!.every(Number.isFinite)).toBe(true);
      const { epistemic } = model.predictIntervals(dataset.table, 0.95);
      expect((epistemic ?? new Float64Array(0)).every(Number.isFinite)).toBe(true);
      expect(JSON.stringify(model.effects(0.95))).not.toContain('null');
      expect(JSON.stringify(model.inside())).not.toContain('null');
      expect(model.inside().length).toBeGreaterThan(0);
    });
  }

  it('a fold whose target is constant predicts that number', async () => {
    const table = makeTable({ x: numbers(40, i => i), y: numbers(40, i => (i < 20 ? 7 : i)) });
    const dataset = datasetFor(table, { target: 'y', options: quick });
    const { mean } = (await fitNeural(dataset, allRows(dataset).subarray(0, 20))).predict(table, allRows(dataset).subarray(0, 20));
    expect(mean!.every(v => Math.abs(v - 7) < 0.2)).toBe(true);
  });

  it('a fold without one of the classes predicts it with little probability', async () => {
    const dataset = ringClasses(120, 3, quick);
    const codes = (dataset.target as { codes: Int32Array }).codes;
    const model = await fitNeural(dataset, allRows(dataset).filter(row => codes[row] !== 2));
    const { probabilities } = model.predict(dataset.table);
    expect(Math.max(...allRows(dataset).map(i => 1000 * probabilities![3 * i + 2]))).toBeLessThan(300);
  });
});

describe('options', () => {
  const fails = (options: Record<string, string | number | boolean>): Promise<NeuralModel> => fitNeural(curvedNumbers(40, { ...quick, ...options }));

  it('that make no sense are refused in a sentence', async () => {
    await expect(fails({ hidden: '64,many' })).rejects.toThrow('The option hidden takes the units of each layer');
    await expect(fails({ width: 8 })).rejects.toThrow('leave width and depth out');
    await expect(fails({ uncertainty: 'dropout', dropout: 0 })).rejects.toThrow('needs a dropout above 0');
    await expect(fails({ batchSize: 2.5 })).rejects.toThrow('takes a whole number');
  });

  it('may be named with their defaults', () => {
    for (const { name, default: value } of neuralFamily.options) expect(() => checkOptions(neuralFamily, { [name]: value }), name).not.toThrow();
    expect(() => checkOptions(neuralFamily, { hidden: '64,32', ensemble: 1 })).not.toThrow();
    expect(() => checkOptions(neuralFamily, { ensemble: 0 })).toThrow('takes a number from 1');
  });

  it('width and depth make layers', async () => {
    const { hidden: _hidden, ...rest } = quick;
    const model = await fitNeural(curvedNumbers(40, { ...rest, width: 5, depth: 3, epochs: 2 }));
    expect((model.state.description as DenseDescription).hidden).toEqual([5, 5, 5]);
  });

  it('every optimiser and activation learns', async () => {
    const { learningRate: _rate, ...rest } = quick;
    const variants: Readonly<Record<string, string>>[] = [{ optimiser: 'adamw' }, { optimiser: 'sgd' }, { optimiser: 'momentum' }, { optimiser: 'rmsprop' }, { optimiser: 'adagrad' }, { activation: 'tanh' }, { activation: 'sigmoid' }, { activation: 'gelu' }];
    for (const options of variants) {
      const dataset = curvedNumbers(300, { ...rest, ...options, ensemble: 1 });
      const model = await fitNeural(dataset);
      const spread = (dataset.target as { values: Float64Array }).values;
      const mean = spread.reduce((a, b) => a + b, 0) / spread.length;
      const sd = Math.sqrt(spread.reduce((sum, v) => sum + (v - mean) ** 2, 0) / spread.length);
      expect(rmse(dataset, model.predict(dataset.table).mean!, allRows(dataset)), JSON.stringify(options)).toBeLessThan(0.65 * sd);
    }
  });

  it('features of a table are used without naming them', () => {
    expect(defaultFeatures(profileOf(curvedNumbers(20).table), ['y']).features).toContain('x1');
  });
});
