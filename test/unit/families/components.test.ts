/** Principal components as a preparation: with all of them nothing but the route changes; with fewer, weights led back still make the predictions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CancellableContext } from '../../../src/engine/context';
import type { Dataset } from '../../../src/engine/data/dataset';
import type { Table } from '../../../src/engine/data/table';
import { takeRows } from '../../../src/engine/data/rows';
import { codeOf } from '../../../src/engine/exportCode';
import { normalFactor, tFactor } from '../../../src/engine/math/distributions';
import { Rng } from '../../../src/engine/math/random';
import { bayesFamily } from '../../../src/engine/models/bayes/family';
import type { BayesianLogisticModel } from '../../../src/engine/models/bayes/models';
import { preparedTable, type ComponentsState } from '../../../src/engine/models/components/model';
import { usedByWeights } from '../../../src/engine/explain/scores/usedByWeights';
import { scoreSteps } from '../../../src/engine/models/components/scores';
import { families } from '../../../src/engine/models/families';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import type { Family, Model } from '../../../src/engine/models/model';
import { explain, predict } from '../../../src/engine/run';
import { UserError } from '../../../src/protocol/errors';
import type { Weight } from '../../../src/protocol/effects';
import { context, datasetFor, makeTable, readTable } from './support';

const example = (name: string): string => resolve(__dirname, '../../../examples', name);
const family = (id: string): Family => families.find(each => each.id === id)!;
const diabetes = readTable(example('diabetes.csv'));
const cancer = readTable(example('breast_cancer.csv'));
const penguins = readTable(example('penguins.csv'));

const on = (dataset: Dataset, components: number, options = {}): Dataset => ({ ...dataset, recipe: { ...dataset.recipe, options: { ...options, components } } });
const numbers = datasetFor(diabetes, { target: 'target' });
const classes = datasetFor(cancer, { target: 'target', task: 'classification', features: ['mean radius', 'mean texture', 'mean smoothness', 'mean symmetry'] });
const mixed = datasetFor(penguins, { target: 'body_mass_g' });
const several = datasetFor(threeClasses(), { target: 'kind', task: 'classification' });

/** Three classes that overlap, and three columns that go along with each other. */
function threeClasses(): Table {
  const rng = new Rng(5);
  const rows = 240;
  const values = ['a', 'b', 'c'].map(() => new Float64Array(rows));
  const codes = Int32Array.from({ length: rows }, (_, i) => {
    const code = i % 3;
    const shared = rng.normal();
    values.forEach((column, j) => { column[i] = 10 * j + (j + 1) * (shared + 0.8 * rng.normal() + 0.5 * Number(j === code)); });
    return code;
  });
  return { rows, columns: [...values.map((own, j) => ({ name: 'abc'[j]!, kind: 'numeric' as const, storage: 'number' as const, values: own })), { name: 'kind', kind: 'categorical', storage: 'code', codes, levels: ['x', 'y', 'z'] }] };
}

function sameWeights(actual: readonly Weight[], wanted: readonly Weight[], digits: number): void {
  expect(actual.map(weight => weight.term).sort()).toEqual(wanted.map(weight => weight.term).sort());
  for (const weight of wanted) {
    const other = actual.find(each => each.term === weight.term && each.class === weight.class)! as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(weight)) {
      if (typeof value === 'number' && name !== 'vif') expect((other[name] as number) / value, `${weight.term} ${name}`).toBeCloseTo(1, digits);
    }
  }
}

/** The prediction of a row by the weights alone; `terms`: values of terms that are none of a column or level. */
function byWeights(model: Model, dataset: Dataset, row: number, terms: ReadonlyMap<string, number> = new Map(), outcome?: string): number {
  return model.weights!(0.95).filter(weight => weight.class === outcome).reduce((sum, { term, feature, level, estimate }) => {
    if (feature === undefined) return sum + estimate;
    const value = terms.get(`${feature} ${term}`) ?? terms.get(term);
    if (value !== undefined) return sum + estimate * value;
    const column = dataset.table.columns.find(each => each.name === feature)!;
    if (column.storage === 'number') return sum + estimate * column.values[row]!;
    return sum + (column.levels[column.codes[row]!] === level ? estimate : 0);
  }, 0);
}

describe('with as many components as columns', () => {
  it('a linear model has the predictions, weights, intervals and p-values of least squares on the columns', async () => {
    const [plain, through] = await Promise.all([linearFamily.fit(numbers, context), family('linear').fit(on(numbers, 10), context)]);
    through.predict(numbers.table).mean!.forEach((value, i) => expect(value).toBeCloseTo(plain.predict(numbers.table).mean![i]!, 8));
    sameWeights(through.weights!(0.9), plain.weights!(0.9), 7);
    const [a, b] = [plain.predictIntervals!(numbers.table, 0.9), through.predictIntervals!(numbers.table, 0.9)];
    b.low!.forEach((value, i) => expect(value).toBeCloseTo(a.low![i]!, 6));
    expect(through.title).toBe(`${plain.title} on 10 principal components`);
    expect([...through.features].sort()).toEqual([...plain.features].sort());
  });

  it('a logistic model has those of maximum likelihood, odds ratios too', async () => {
    const [plain, through] = await Promise.all([logisticFamily.fit(classes, context), family('logistic').fit(on(classes, 4), context)]);
    through.predict(classes.table).probabilities!.forEach((value, i) => expect(value).toBeCloseTo(plain.predict(classes.table).probabilities![i]!, 7));
    sameWeights(through.weights!(0.95), plain.weights!(0.95), 5);
    expect(through.weights!(0.95)[1]!.oddsRatioLow).toBeDefined();
  });
});

it('components that hold all of the variance are said to, and no others', async () => {
  const wordsOf = async (count: number): Promise<string> => (await family('linear').fit(on(numbers, count), context)).notes[0]!.text;
  expect(await wordsOf(10)).toContain('they hold all of the variance of these, standardised.');
  expect(await wordsOf(9)).toContain('they hold over 99.9 % of the variance of these');
});

describe('with fewer components', () => {
  it('the weights of the columns make the predictions, beside categories and with missing cells', async () => {
    const model = await family('linear').fit(on(mixed, 2), context);
    const { mean } = model.predict(mixed.table);
    const whole = Array.from({ length: mixed.table.rows }, (_, i) => i).filter(row => mixed.table.columns.every(column => (column.storage === 'number' ? !Number.isNaN(column.values[row]!) : column.codes[row]! >= 0)));
    expect(whole.length).toBeGreaterThan(300);
    for (const row of whole) expect(byWeights(model, mixed, row)).toBeCloseTo(mean![row]!, 6);
    expect(mean!.every(Number.isFinite)).toBe(true);
    expect(model.weights!(0.95).find(weight => weight.term.includes('species'))).toBeDefined();
    expect(model.notes[0]!.text).toMatch(/reads 2 principal components in the place of 4 columns; they hold \d\d\.\d % of the variance/);
    const [section] = model.inside!(0.95);
    expect(section).toMatchObject({ kind: 'table', id: 'modelComponents' });
    expect(section!.kind === 'table' && section!.rows.map(row => row[0])).toEqual(['PC1', 'PC2']);
  });

  it('every fold learns its components on its own training rows', async () => {
    const rows = Int32Array.from({ length: 200 }, (_, i) => i);
    const [fold] = await family('linear').fitFolds!(on(numbers, 3), [rows], context);
    const target = numbers.target.task === 'regression' ? numbers.target.values.subarray(0, 200) : new Float64Array();
    const alone: Dataset = { ...on(numbers, 3), table: takeRows(numbers.table, rows), target: { task: 'regression', name: 'target', values: target } };
    const by = await family('linear').fit(alone, context);
    fold!.predict(numbers.table).mean!.forEach((value, i) => expect(value).toBeCloseTo(by.predict(numbers.table).mean![i]!, 8));
    const all = await family('linear').fit(on(numbers, 3), context);
    expect(Math.abs(all.predict(numbers.table).mean![0]! - fold!.predict(numbers.table).mean![0]!)).toBeGreaterThan(0.01);
  });

  it('a model that is written and read again predicts the same; one without components is written as ever', async () => {
    const model = await family('logistic').fit(on(classes, 2), context);
    const again = family('logistic').load(JSON.parse(JSON.stringify(model.toJSON())));
    expect(again.predict(classes.table).probabilities).toEqual(model.predict(classes.table).probabilities);
    expect(again.weights!(0.95)).toEqual(model.weights!(0.95));
    const plain = await family('linear').fit(numbers, context);
    expect(plain.toJSON()).toEqual((await linearFamily.fit(numbers, context)).toJSON());
  });

  it('weights of a penalised model have no intervals, and it says why', async () => {
    const model = await family('linear').fit(on(numbers, 3, { penalty: 'ridge' }), context);
    for (const weight of model.weights!(0.95)) expect(weight.standardError).toBeUndefined();
    expect(model.weightsInfo!.noIntervals).toMatch(/A penalised fit has no standard errors/);
  });

  it('other families read them too', async () => {
    const model = await family('ebm').fit(on(numbers, 2, { bags: 2, rounds: 20, pairs: 0 }), context);
    expect([...model.features].sort()).toEqual([...numbers.features].sort());
    expect(model.predict(numbers.table).mean!.every(Number.isFinite)).toBe(true);
    expect(model.weights).toBeUndefined();
  });
});

describe('with standardised scores', () => {
  it.each([
    ['least squares', numbers, 10, 'linear', {}, 6], ['least squares with HC3 errors', numbers, 10, 'linear', { robustErrors: 'HC3' }, 6], ['Huber’s regression', numbers, 10, 'linear', { loss: 'huber' }, 4],
    ['maximum likelihood of two classes', classes, 4, 'logistic', {}, 5], ['maximum likelihood of several classes', several, 3, 'logistic', {}, 4],
  ] as const)('and all components %s has the weights, intervals and p-values of the model on the columns', async (_name, dataset, count, id, options, digits) => {
    const plain = await family(id).fit({ ...dataset, recipe: { ...dataset.recipe, options } }, context);
    const through = await family(id).fit(on(dataset, count, { ...options, standardise: true }), context);
    sameWeights(through.weights!(0.95), plain.weights!(0.95), digits);
    expect(through.weightsInfo!.noIntervals).toBeUndefined();
  });

  it.each([
    ['ridge', numbers, 'linear', { penalty: 'ridge' }], ['lasso', numbers, 'linear', { penalty: 'lasso' }], ['the elastic net', numbers, 'linear', { penalty: 'elasticnet' }],
    ['Bayesian regression', numbers, 'bayes', {}], ['relevance determination', numbers, 'bayes', { prior: 'ard' }], ['least squares beside categories', mixed, 'linear', {}],
    ['penalised log-odds', classes, 'logistic', { penalty: 'ridge' }], ['log-odds in a posterior', classes, 'bayes', {}],
  ] as const)('and few components the weights of %s make the predictions', async (_name, dataset, id, options) => {
    const model = await family(id).fit(on(dataset, 2, { ...options, standardise: true }), context);
    const { mean, probabilities } = model.predict(dataset.table);
    for (const row of [5, 20, 61, 100, 140]) expect(byWeights(model, dataset, row)).toBeCloseTo(mean ? mean[row]! : logit(probabilities![2 * row + 1]!), 6);
    expect(model.notes.map(note => note.text).join(' ')).toContain('per unit of the columns');
    expect(model.notes.map(note => note.text).join(' ')).not.toContain('their weights are per standard deviation');
  });

  it.each([['maximum likelihood', 'logistic', {}], ['a ridge penalty', 'logistic', { penalty: 'ridge' }], ['a posterior', 'bayes', {}]])('and several classes by %s the weights make the probabilities', async (_name, id, options) => {
    const model = await family(id).fit(on(several, 2, { ...options, standardise: true }), context);
    const { probabilities } = model.predict(several.table);
    const named = new Set(model.weights!(0.95).map(weight => weight.class));
    for (const row of [3, 77, 200]) {
      const etas = model.classes!.map(name => (named.has(name) ? byWeights(model, several, row, new Map(), name) : 0));
      for (const c of [1, 2]) expect(etas[c]! - etas[0]!).toBeCloseTo(Math.log(probabilities![3 * row + c]! / probabilities![3 * row]!), 6);
    }
  });

  it('what a unit of a column adds, and what is read where all columns are 0, are on the scale that the scores are read on', async () => {
    const model = await family('linear').fit(on(numbers, 2), context);
    const { principalComponents: state } = model.toJSON() as { principalComponents: ComponentsState };
    const [plain, scaled] = [[0, 1], [3, 4]].map(([mean, deviation]) => scoreSteps(state, state.names.map((name, place) => ({ name, place, mean: mean!, deviation: deviation! }))));
    const atZero = scoresOf(model, { rows: 1, columns: numbers.table.columns.map(column => (column.storage === 'number' ? { ...column, values: new Float64Array(1) } : column)) });
    plain!.forEach((step, c) => {
      expect(step.atZero).toBeCloseTo(atZero[c]![0]!, 9);
      expect(scaled![c]!.atZero).toBeCloseTo((atZero[c]![0]! - 3) / 4, 9);
      step.perUnit.forEach((value, f) => expect(scaled![c]!.perUnit[f]).toBeCloseTo(value / 4, 12));
    });
  });

  it('the table of components has their weights per unit of a score, as without', async () => {
    const weights = await Promise.all([true, false].map(async standardise => {
      const [section] = (await family('linear').fit(on(numbers, 3, { standardise }), context)).inside!(0.95);
      return section!.kind === 'table' ? section!.rows.map(row => row[2] as number) : [];
    }));
    expect(weights[0]).toHaveLength(3);
    weights[0]!.forEach((weight, c) => expect(weight / weights[1]![c]!).toBeCloseTo(1, 8));
  });
});

describe('with powers and products of scores', () => {
  it.each([false, true])('these stay terms of their own, and all weights together make the predictions; standardised: %s', async standardise => {
    const model = await family('linear').fit(on(numbers, 2, { polynomial: 2, interactions: true, standardise }), context);
    const [first, second] = scoresOf(model, numbers.table).map(values => (standardise ? standardised(values) : values)) as [Float64Array, Float64Array];
    const { mean } = model.predict(numbers.table);
    for (const row of [0, 7, 99, 300]) {
      const [a, b] = [first[row]!, second[row]!];
      expect(byWeights(model, numbers, row, new Map([['PC1^2', a * a], ['PC2^2', b * b], ['PC1:PC2', a * b]]))).toBeCloseTo(mean![row]!, 6);
    }
    expect(model.weights!(0.95).slice(-3).map(weight => weight.term)).toEqual(['PC1^2', 'PC2^2', 'PC1:PC2']);
    const words = model.weightsInfo!.assumptions.join(' ');
    expect(words).toContain('a weighted sum of the features and of powers and products of the components’ scores');
    expect(words).toContain(`PC1^2, PC2^2 and PC1:PC2 are terms of the scores${standardise ? ', standardised' : ''}: no weights of columns can stand for them`);
    expect(model.weightsInfo!.method).toMatch(/PC1:PC2 stay as they are$/);
  });

  it('posteriors of them are the family’s own', async () => {
    const model = await family('bayes').fit(on(several, 2, { polynomial: 2 }), context);
    const terms = (all: readonly { term: string; class?: string }[]): string[] => all.map(({ term, class: name }) => `${name} ${term}`).sort();
    expect(terms(model.posterior!(0.95))).toEqual(terms(model.weights!(0.95).filter(weight => weight.feature !== undefined)));
    expect(terms(model.posterior!(0.95))).toContain('y PC2^2');
  });

  it('products with a category stay too, and a level whose term is called as a component is no component', async () => {
    const rng = new Rng(3);
    const [a, b] = [0, 1].map(() => Array.from({ length: 80 }, () => rng.normal())) as [number[], number[]];
    const table = makeTable({ a, b, PC: a.map((_, i) => (i % 2 === 0 ? '0#' : '1')), y: a.map((x, i) => 3 * x - b[i]! + 2 * (i % 2) + x * (i % 2) + 0.1 * rng.normal()) });
    const dataset = datasetFor(table, { target: 'y' });
    const model = await family('linear').fit(on(dataset, 2, { interactions: true }), context);
    expect(model.weights!(0.95).map(({ feature }) => feature)).toEqual([undefined, 'a', 'b', 'PC', 'PC:PC1', 'PC:PC2', 'PC1:PC2']);
    const [first, second] = scoresOf(model, table) as [Float64Array, Float64Array];
    for (const row of [0, 1, 40, 77]) {
      const [x, y, is] = [first[row]!, second[row]!, row % 2];
expect(byWeights(model, dataset, row, new Map([['PC:PC1 PC1:PC1', is * x], ['PC:PC2 PC1:PC2', is * y], ['PC1:PC2 PC1:PC2', x * y]]))).toBeCloseTo(model.predict(table).mean![row]!, 8);
    }
    expect(model.weights!(0.95).find(weight => weight.term === 'PC1')).toMatchObject({ feature: 'PC', level: '1' });
    const [plain, through] = await Promise.all([linearFamily.fit(dataset, context), family('linear').fit(on(dataset, 2, { standardise: true }), context)]);
    sameWeights(through.weights!(0.95), plain.weights!(0.95), 7);
  });

  it('a column that acts through the square of a score alone counts as used', async () => {
    const cells = Array.from({ length: 225 }, (_, i) => [(i % 15) - 7, Math.floor(i / 15) - 7] as const);
    const table = makeTable({ a: cells.map(([x]) => x), b: cells.map(([, y]) => y), y: cells.map(([x, y]) => x * x + y * y) });
    const dataset = datasetFor(table, { target: 'y' });
    const model = await family('linear').fit(on(dataset, 2, { penalty: 'lasso', polynomial: 2 }), context);
    expect(model.weights!(0.95).filter(weight => weight.feature !== undefined && dataset.features.includes(weight.feature)).map(weight => weight.estimate)).toEqual([0, 0]);
    expect(usedByWeights(model, dataset.features)).toEqual([true, true]);
  });
});

/** The scores of rows, component by component. */
function scoresOf(model: Model, table: Table): Float64Array[] {
  const { principalComponents } = model.toJSON() as { principalComponents: ComponentsState };
  return preparedTable(principalComponents, table).columns.flatMap(column => (column.storage === 'number' && /^PC\d$/.test(column.name) ? [column.values] : []));
}

function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  return values.map(value => (value - mean) / deviation);
}

/** A table whose row has this much more in one column than the first row of `table`. */
function moved(table: Table, feature: string, steps: readonly number[]): Table {
  const rows = Int32Array.from(steps, () => 0);
  const same = takeRows(table, rows);
  return { rows: steps.length, columns: same.columns.map(column => (column.name === feature && column.storage === 'number' ? { ...column, values: column.values.map((value, i) => value + steps[i]!) } : column)) };
}

/**
 * Standard error of a weight from nothing but intervals of predictions: along one column the variance of the linear predictor is
 * a parabola, whose curvature is twice the variance of the weight. `varianceOf`: from the interval of a row.
 */
function errorByIntervals(model: Model, table: Table, feature: string, step: number, varianceOf: (low: number, high: number) => number): number {
  const { low, high } = model.predictIntervals!(moved(table, feature, [-step, 0, step]), 0.95);
  const [below, at, above] = [0, 1, 2].map(i => varianceOf(low![i]!, high![i]!)) as [number, number, number];
  return Math.sqrt((below + above - 2 * at) / 2) / step;
}

const logit = (p: number): number => Math.log(p / (1 - p));

describe('intervals of weights that are led back, given the components', () => {
  const ofNumber = (factor: number) => (low: number, high: number): number => ((high - low) / 2 / factor) ** 2;
  const ofClass = (low: number, high: number): number => ((logit(high) - logit(low)) / 2 / normalFactor(0.95)) ** 2;

  it.each([
    ['least squares', 'linear', {}], ['least squares with HC3 errors', 'linear', { robustErrors: 'HC3' }], ['Huber’s regression', 'linear', { loss: 'huber' }],
    ['Bayesian regression', 'bayes', {}], ['relevance determination', 'bayes', { prior: 'ard' }], ['Bayesian regression by evidence', 'bayes', { hyper: 'evidence' }],
    ['least squares on standardised scores', 'linear', { standardise: true }], ['HC3 errors on standardised scores', 'linear', { robustErrors: 'HC3', standardise: true }],
    ['Bayesian regression on standardised scores', 'bayes', { standardise: true }], ['least squares with squares of scores', 'linear', { polynomial: 2, standardise: true }],
  ])('of %s are those that its intervals of predictions have', async (_name, id, options) => {
    const model = await family(id).fit(on(numbers, 4, options), context);
    const df = (model.toJSON() as { through: { state?: { df: number }; df?: number } }).through;
    const freedom = df.state?.df ?? df.df!;
    const factor = tFactor(0.95, freedom);
    // A posterior over the widths of the prior is Student's t, whose standard deviation is more than its scale; by evidence the family gives the scale.
    const widening = id === 'bayes' && !('hyper' in options) ? Math.sqrt(freedom / (freedom - 2)) : 1;
    for (const weight of model.weights!(0.95).filter(each => numbers.features.includes(each.feature!))) {
      expect(weight.standardError! / ((weight.high! - weight.low!) / (2 * factor)), weight.term).toBeCloseTo(widening, 8);
      if ('polynomial' in options) continue;
      // Far out, where the noise of a new row, the same everywhere, is small against the parabola.
      const error = errorByIntervals(model, numbers.table, weight.feature!, 1e3, ofNumber(factor));
      expect((weight.high! - weight.low!) / (2 * factor) / error, weight.term).toBeCloseTo(1, 5);
      expect(weight.estimate).toBeCloseTo((weight.high! + weight.low!) / 2, 8);
      if (id === 'bayes') expect(weight.pValue).toBeUndefined();
    }
    expect(model.weightsInfo!.noIntervals).toBeUndefined();
    expect(model.weightsInfo!.assumptions.join(' ')).toMatch(/conditional on the components/);
  });

  it.each([['maximum likelihood', 'logistic'], ['Laplace’s approximation', 'bayes']])('of two classes by %s are those of its probabilities', async (_name, id) => {
    const model = await family(id).fit(on(classes, 2), context);
    for (const weight of model.weights!(0.95).filter(each => each.feature !== undefined)) {
      const step = 0.5 / Math.abs(weight.estimate);
      expect(weight.standardError! / errorByIntervals(model, takeRows(classes.table, Int32Array.of(13)), weight.feature!, step, ofClass), weight.term).toBeCloseTo(1, 4);
    }
  });

  it('of several classes with all components are those of maximum likelihood on the columns', async () => {
    const [plain, through] = await Promise.all([logisticFamily.fit(several, context), family('logistic').fit(on(several, 3), context)]);
    const wanted = plain.weights!(0.95);
    const found = through.weights!(0.95);
    expect(found).toHaveLength(wanted.length);
    for (const weight of wanted) {
      const other = found.find(each => each.term === weight.term && each.class === weight.class)!;
      for (const name of ['estimate', 'standardError', 'low', 'high', 'pValue', 'oddsRatioHigh'] as const) expect(other[name]! / weight[name]!, `${weight.class} ${weight.term} ${name}`).toBeCloseTo(1, 4);
    }
  });

  it('of several classes in a posterior are V Σ Vᵀ of the components’ covariance', async () => {
    const model = await family('bayes').fit(on(several, 2), context);
    const json = model.toJSON() as { through: unknown; principalComponents: ComponentsState };
    const { state } = bayesFamily.load(json.through) as BayesianLogisticModel;
    const m = state.columnSd.length + 1;
    const covariance = (a: number, b: number): number => state.jointCovariance!.lower[(Math.max(a, b) * (Math.max(a, b) + 1)) / 2 + Math.min(a, b)]!;
    for (const weight of model.weights!(0.95).filter(each => each.feature !== undefined)) {
      const scores = preparedTable(json.principalComponents, moved(several.table, weight.feature!, [0, 1])).columns.filter(column => /^PC\d$/.test(column.name));
      const v = scores.map(column => (column.storage === 'number' ? column.values[1]! - column.values[0]! : NaN));
      const k = state.classes.indexOf(weight.class!);
      let variance = 0;
      v.forEach((x, a) => v.forEach((y, b) => { variance += x * y * covariance(k * m + a + 1, k * m + b + 1); }));
      expect(weight.standardError! / Math.sqrt(variance), `${weight.class} ${weight.term}`).toBeCloseTo(1, 8);
      expect((weight.high! - weight.low!) / 2).toBeCloseTo(normalFactor(0.95) * Math.sqrt(variance), 10);
    }
    const densities = model.posterior!(0.95);
    expect(densities.map(({ term, class: name }) => `${name} ${term}`)).toEqual(model.weights!(0.95).filter(each => each.feature !== undefined).map(each => `${each.class} ${each.term}`));
    for (const { x, density } of densities) expect(x.slice(1).reduce((sum, at, i) => sum + ((at - x[i]!) * (density[i]! + density[i + 1]!)) / 2, 0)).toBeCloseTo(1, 6);
  });

  it('beside categories, whose intervals stay the family’s own', async () => {
    const model = await family('bayes').fit(on(mixed, 2), context);
    const weights = model.weights!(0.95);
    expect(weights.every(weight => weight.standardError! > 0 && weight.low! < weight.high!)).toBe(true);
    const inner = bayesFamily.load((model.toJSON() as { through: unknown }).through);
    const species = (all: readonly Weight[]): readonly Weight[] => all.filter(weight => weight.feature === 'species');
    expect(species(weights)).toEqual(species(inner.weights!(0.95)));
    expect(model.posterior!(0.95).map(density => density.term)).toEqual(weights.filter(weight => weight.feature !== undefined).map(weight => weight.term));
  });
});

describe('from the command to the file', () => {
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'unveil-pcr-')); });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('explains, measures and predicts by components, and says what cannot be done with them', async () => {
    const model = await explain({ file: example('diabetes.csv'), target: 'target', model: 'linear', options: { components: 3 }, detail: 'brief', conformal: 'none' }, new CancellableContext());
    expect(model.report.performance!.metrics.find(metric => metric.name === 'r2')!.value).toBeGreaterThan(0.2);
    expect(model.report.weights!.map(weight => weight.term)).toContain('bmi');
    expect(model.report.sections.some(section => section.id === 'modelComponents')).toBe(true);
    expect(model.report.importance!.map(({ feature }) => feature)).toContain('bmi');
    const out = join(folder, 'p.csv');
    await predict({ model, file: example('diabetes.csv'), out }, new CancellableContext());
    expect(readFileSync(out, 'utf8').split('\n')[0]).toMatch(/,prediction,low,high$/);
    expect(await codeOf({ model, language: 'python' })).toContain('def predict(row):');
  });

  it('refuses a formula, features without numbers and half a component in one sentence', async () => {
    const request = { file: example('penguins.csv'), model: 'linear', detail: 'brief', conformal: 'none', options: { components: 2 } } as const;
    await expect(explain({ ...request, formula: 'body_mass_g ~ year' }, new CancellableContext())).rejects.toThrow(/A formula names the columns/);
    await expect(explain({ ...request, target: 'body_mass_g', features: ['species', 'sex'] }, new CancellableContext())).rejects.toThrow(/nothing to make principal components of/);
    await expect(explain({ ...request, target: 'body_mass_g', options: { components: 1.5 } }, new CancellableContext())).rejects.toBeInstanceOf(UserError);
    await expect(explain({ ...request, target: 'body_mass_g', model: 'formula' }, new CancellableContext())).rejects.toThrow(/has no option "components"/);
  });
});
