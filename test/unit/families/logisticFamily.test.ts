import { describe, expect, it } from 'vitest';
import type { Table } from '../../../src/engine/data/table';
import { Rng } from '../../../src/engine/math/random';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import type { LogisticModel } from '../../../src/engine/models/logistic/model';
import { context, datasetFor, makeTable, readTable, referenceFile, relative, type Wanted } from './support';

async function fit(table: Table, wanted: Wanted): Promise<LogisticModel> {
  return await logisticFamily.fit(datasetFor(table, { task: 'classification', ...wanted }), context) as LogisticModel;
}

/** Three classes whose log-odds against the first are linear in a and b. */
function classes(n: number, seed = 1, count = 3): Table {
  const rng = new Rng(seed);
  const a = Array.from({ length: n }, () => rng.normal());
  const b = Array.from({ length: n }, () => 1e4 + rng.normal());
  const y = a.map((v, i) => {
    const scores = [0, 0.5 + v, -0.3 + (b[i] - 1e4)].slice(0, count).map(s => Math.exp(s));
    let u = rng.uniform() * scores.reduce((s, t) => s + t);
    return 'pqr'[scores.findIndex(s => (u -= s) < 0)];
  });
  return makeTable({ a, b, y });
}

describe('a binary logistic model', () => {
  it('is the same after JSON, to the last bit', async () => {
    const table = classes(80, 1, 2);
    const model = await fit(table, { target: 'y' });
    const loaded = logisticFamily.load(JSON.parse(JSON.stringify(model)));
    expect(loaded.predict(table).probabilities).toEqual(model.predict(table).probabilities);
    expect(loaded.weights!(0.9)).toEqual(model.weights(0.9));
    expect(loaded.effects!(0.9)).toEqual(model.effects(0.9));
    expect(loaded.predictIntervals!(table, 0.9)).toEqual(model.predictIntervals(table, 0.9));
  });

  it('bounds the probability through the link, so that bands stay between 0 and 1', async () => {
    const table = classes(60, 2, 2);
    const model = await fit(table, { target: 'y' });
    const [a] = model.effects(0.99);
    a.effect.forEach((e, i) => {
      expect(a.low![i]).toBeGreaterThan(0);
      expect(a.low![i]).toBeLessThan(e);
      expect(a.high![i]).toBeGreaterThan(e);
      expect(a.high![i]).toBeLessThan(1);
    });
    const { probabilities, low, high, intervalKind } = model.predictIntervals(table, 0.95);
    expect(intervalKind).toContain('probability of q');
    low!.forEach((l, i) => expect(l < probabilities![2 * i + 1] && probabilities![2 * i + 1] < high![i]).toBe(true));
  });

  it('gives every fold the model that a fit on its rows gives', async () => {
    for (const count of [2, 3]) {
      const dataset = datasetFor(classes(300, 4, count), { target: 'y', task: 'classification' });
      const trains = [0, 1, 2].map(k => Int32Array.from({ length: 200 }, (_, i) => [0, 1, 2].filter(f => f !== k)[i % 2] + 3 * Math.floor(i / 2)));
      const full = await logisticFamily.fit(dataset, context);
      const folds = await logisticFamily.fitFolds!(dataset, trains, context, full);
      for (let k = 0; k < 3; k++) {
        const expected = (await logisticFamily.fit(dataset, context, trains[k])).predict(dataset.table).probabilities!;
        folds[k].predict(dataset.table).probabilities!.forEach((p, i) => expect(relative(p, expected[i], 0.01)).toBeLessThan(1e-7));
      }
    }
  });
});

describe('separated classes', () => {
  const table = makeTable({ a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], b: [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], y: [...Array<string>(6).fill('no'), ...Array<string>(6).fill('yes')] });

  it('are said in plain words, and ridge is used instead', async () => {
    const model = await fit(table, { target: 'y' });
    expect(model.title).toBe('Ridge logistic regression');
    expect(model.notes[0]).toMatchObject({ kind: 'separation', text: expect.stringContaining('(a') });
    for (const w of model.weights(0.95)) {
      expect(Number.isFinite(w.estimate)).toBe(true);
      expect(w).not.toHaveProperty('pValue');
    }
    expect(model.weightsInfo.noIntervals).toBeDefined();
    expect(model.path!.cvMean).toHaveLength(model.path!.lambdas.length);
  });

  it('with penalty=none are reported with a warning and without p-values', async () => {
    const model = await fit(table, { target: 'y', options: { penalty: 'none' } });
    expect(model.title).toBe('Logistic regression');
    expect(model.notes[0].kind).toBe('separation');
    expect(model.weights(0.95).every(w => w.pValue === undefined && w.standardError === undefined)).toBe(true);
    expect(model.effects(0.95).every(e => e.low === undefined)).toBe(true);
  });

  it('of R’s separable iris example are recognised', async () => {
    const model = await fit(readTable(referenceFile('sklearn_iris.csv')!), { formula: '(target == "setosa") ~ sepal.length..cm. + petal.length..cm.' });
    expect(model.notes.map(n => n.kind)).toContain('separation');
  });
});

describe('a penalised logistic model', () => {
  it('shrinks as λ = 1/C of scikit-learn: the score equations hold with λw on standardised columns', async () => {
    const data = classes(200, 3, 2);
    const model = await fit(data, { target: 'y', options: { penalty: 'ridge', lambda: 5 } });
    const { probabilities } = model.predict(data);
    const [a, , y] = data.columns;
    const values = a.storage === 'number' ? a.values : new Float64Array();
    const mean = values.reduce((s, v) => s + v / 200, 0);
    const sd = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2 / 200, 0));
    let score = 0;
    values.forEach((v, i) => { score += ((v - mean) / sd) * ((y.storage === 'code' && y.codes[i] === 1 ? 1 : 0) - probabilities![2 * i + 1]); });
    expect(relative(5 * model.weights(0.95)[1].standardised!, score)).toBeLessThan(1e-6);
  });

  it('has every class in a symmetric multinomial', async () => {
    const model = await fit(classes(200), { target: 'y', options: { penalty: 'lasso', lambda: 3 } });
    expect([...new Set(model.weights(0.95).map(w => w.class))]).toEqual(['p', 'q', 'r']);
    for (const weight of model.weights(0.95)) expect(weight).not.toHaveProperty('oddsRatio');
    expect(model.weightsInfo).toMatchObject({ outcome: 'score', unit: 'score of the class before softmax per unit of the feature' });
    const loaded = logisticFamily.load(JSON.parse(JSON.stringify(model)));
    expect(loaded.predict(classes(50, 9)).probabilities).toEqual(model.predict(classes(50, 9)).probabilities);
  });
});

describe('training rows that lack a class', () => {
  it('still predict a small probability for it', async () => {
    const table = makeTable({ x: [1, 4, 2, 5, 3, 6, 9, 2], y: ['a', 'b', 'a', 'a', 'b', 'b', 'c', 'a'] });
    const dataset = datasetFor(table, { target: 'y', task: 'classification' });
    for (const [rows, absent] of [[Int32Array.of(0, 1, 2, 3, 4, 5, 7), 2], [Int32Array.of(0, 2, 3, 7), 1]] as const) {
      const { probabilities } = (await logisticFamily.fit(dataset, context, rows)).predict(dataset.table);
      for (let i = 0; i < 8; i++) {
        expect(probabilities![3 * i + absent]).toBeGreaterThan(0);
        expect(probabilities![3 * i + absent]).toBeLessThan(0.2);
      }
    }
  });
});

describe('a multinomial logistic model', () => {
  it('has a weight of each term for each class but the first, where the likelihood is at its maximum', async () => {
    const table = classes(400);
    const model = await fit(table, { target: 'y' });
    expect(model.weights(0.95).map(w => `${w.class}|${w.term}`)).toEqual(['q|(Intercept)', 'q|a', 'q|b', 'r|(Intercept)', 'r|a', 'r|b']);
    for (const weight of model.weights(0.95)) if (weight.term !== '(Intercept)') expect(weight.oddsRatio).toBe(Math.exp(weight.estimate));
    expect(model.weightsInfo.outcome).toEqual({ reference: 'p' });
    // The score equations: Σ x (1[y = c] − p_c) = 0 for every class.
    const { probabilities } = model.predict(table);
    const y = table.columns[2];
    const a = table.columns[0];
    for (const c of [1, 2]) {
      let score = 0;
      let total = 0;
      for (let i = 0; i < 400; i++) {
        const residual = (y.storage === 'code' && y.codes[i] === c ? 1 : 0) - probabilities![3 * i + c];
        score += residual * (a.storage === 'number' ? a.values[i] : 0);
        total += residual;
      }
      expect(Math.abs(score)).toBeLessThan(1e-8);
      expect(Math.abs(total)).toBeLessThan(1e-8);
    }
  });

  it('has probabilities that sum to one, and effects with bands for every class', async () => {
    const table = classes(400);
    const model = await fit(table, { target: 'y' });
    const { probabilities } = model.predict(table);
    for (let i = 0; i < 400; i++) expect(Math.abs(probabilities![3 * i] + probabilities![3 * i + 1] + probabilities![3 * i + 2] - 1)).toBeLessThan(1e-14);
    const effects = model.effects(0.95);
    expect(effects.map(e => `${e.feature} ${e.class}`)).toEqual(['a p', 'a q', 'a r', 'b p', 'b q', 'b r']);
    for (const e of effects) e.effect.forEach((p, i) => expect(e.low![i] < p && p < e.high![i]).toBe(true));
    const loaded = logisticFamily.load(JSON.parse(JSON.stringify(model)));
    expect(loaded.effects!(0.95)).toEqual(effects);
    expect(loaded.weights!(0.95)).toEqual(model.weights(0.95));
  });

  it('has a joint covariance whose diagonal are the squared standard errors', async () => {
    const model = await fit(classes(400), { target: 'y' });
    const { lower } = model.state.jointCovariance!;
    [1, 2, 4, 5].forEach((row, k) => {
      const variance = lower[(row * (row + 1)) / 2 + row];
      expect(relative(Math.sqrt(variance), model.state.standardErrors![Math.floor(k / 2)][1 + (k % 2)])).toBeLessThan(1e-6);
    });
  });

  it('takes ninety classes', async () => {
    const n = 900;
    const rng = new Rng(1);
    const table = makeTable({ y: Array.from({ length: n }, (_, i) => `c${i % 90}`), x: Array.from({ length: n }, () => rng.normal()), z: Array.from({ length: n }, () => rng.normal()) });
    const model = await fit(table, { target: 'y' });
    expect(model.classes).toHaveLength(90);
    expect(model.weights(0.95)).toHaveLength(89 * 3);
  });
});
