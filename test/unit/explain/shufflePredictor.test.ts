import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/data/dataset';
import { withColumns, type Column, type Table } from '../../../src/engine/data/table';
import { shuffledColumns } from '../../../src/engine/explain/shuffle';
import { Rng } from '../../../src/engine/math/random';
import type { Family, Model, Prediction } from '../../../src/engine/models/model';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import { context, datasetFor, makeTable, relative, type Wanted } from '../families/support';

const rows = 240;

/** Two numbers (one with gaps), two categories (one with gaps), and targets that depend on them. */
function mixed(seed = 4): Table {
  const rng = new Rng(seed);
  const a = Array.from({ length: rows }, () => 100 + 3 * rng.normal());
  const b = Array.from({ length: rows }, (_, i) => (i % 11 === 0 ? 'NA' : rng.normal()));
  const c = Array.from({ length: rows }, () => 'pqrs'[rng.integer(4)]);
  const d = Array.from({ length: rows }, (_, i) => (i % 17 === 0 ? 'NA' : 'xyz'[rng.integer(3)]));
  const eta = a.map((v, i) => (v - 100) / 3 + (c[i] === 'q' ? 1 : 0) + (d[i] === 'z' ? -1 : 0) + rng.normal());
  return makeTable({
    a, b, c, d, y: eta, two: eta.map(e => (e + rng.normal() > 0 ? 'yes' : 'no')), three: eta.map(e => 'uvw'[e < -0.7 ? 0 : e < 0.7 ? 1 : 2]),
  });
}

function numbers(prediction: Prediction): Float64Array {
  return prediction.mean ?? prediction.probabilities!;
}

function expectSame(actual: Prediction, expected: Prediction): void {
  expect(actual.rows).toBe(expected.rows);
  const [found, wanted] = [numbers(actual), numbers(expected)];
  expect(found.length).toBe(wanted.length);
  found.forEach((v, i) => {
    if (Number.isNaN(wanted[i])) expect(v).toBeNaN();
    else expect(relative(v, wanted[i], 1e-3)).toBeLessThan(1e-10);
  });
}

/** Every column by itself, pairs and all together, over all rows and some, twice, then the table as it is. */
function expectAgreement(model: Model, table: Table): void {
  const rng = new Rng(7);
  const names = model.features;
  for (const some of [undefined, Int32Array.from({ length: 50 }, (_, i) => (i * 37) % table.rows)]) {
    const shortcut = model.shufflePredictor!(table, some);
    for (const group of [...names.map(name => [name]), names.slice(0, 2), names, []]) {
      for (let repeat = 0; repeat < 2; repeat++) {
        const columns = shuffledColumns(table, group, rng.shuffle(Int32Array.from({ length: table.rows }, (_, i) => i)));
        expectSame(shortcut.predict(columns), model.predict(withColumns(table, columns), some));
      }
    }
    expectSame(shortcut.predict([]), model.predict(table, some));
  }
}

async function fitted(family: Family, table: Table, wanted: Wanted): Promise<{ model: Model; dataset: Dataset }> {
  const dataset = datasetFor(table, wanted);
  return { model: await family.fit(dataset, context), dataset };
}

describe('the shuffle predictor gives what a prediction of the shuffled table gives', () => {
  const features = ['a', 'b', 'c', 'd'];
  const cases: readonly [string, Family, Wanted][] = [
    ['missing values with their indicator', linearFamily, { target: 'y', features }],
    ['polynomials and interactions of all', linearFamily, { target: 'y', features, options: { polynomial: 3, interactions: true } }],
    ['standardised columns and a penalty', linearFamily, { target: 'y', features, options: { standardise: true, penalty: 'ridge', lambda: 2 } }],
    ['a formula with functions, products of three and a calculated category', linearFamily, { formula: 'y ~ log(a) + poly(b, 2) * c + a:c:d + C(a > 100) + c:d' }],
    ['no intercept', linearFamily, { formula: 'y ~ 0 + c + a:b' }],
    ['two classes', logisticFamily, { target: 'two', task: 'classification', features, options: { interactions: true, penalty: 'ridge', lambda: 1 } }],
    ['three classes by maximum likelihood', logisticFamily, { target: 'three', task: 'classification', features: ['a', 'b', 'c'] }],
    ['three classes under a penalty', logisticFamily, { target: 'three', task: 'classification', features, options: { penalty: 'lasso', lambda: 3 } }],
  ];
  for (const [what, family, wanted] of cases) {
    it(`with ${what}`, async () => {
      const { model, dataset } = await fitted(family, mixed(), wanted);
      expectAgreement(model, dataset.table);
    });
  }

  it('in a model of a fold and in one loaded from its file', async () => {
    const dataset = datasetFor(mixed(), { target: 'y', features: ['a', 'c'] });
    const trains = [0, 1].map(k => Int32Array.from({ length: rows / 2 }, (_, i) => 2 * i + k));
    for (const model of await linearFamily.fitFolds!(dataset, trains, context)) expectAgreement(model, dataset.table);
    const full = await linearFamily.fit(dataset, context);
    expectAgreement(linearFamily.load(JSON.parse(JSON.stringify(full))), dataset.table);
  });

  it('where rows without a value have no prediction', async () => {
    const table = mixed();
    const { model } = await fitted(linearFamily, table, { target: 'y', features, missing: 'drop' });
    expect(model.predict(table).mean!.some(v => Number.isNaN(v))).toBe(true);
    expectAgreement(model, table);
  });

  it('where a wild value leaves no digits of the other terms', async () => {
    const table = mixed();
    const { model } = await fitted(linearFamily, table, { target: 'y', features: ['a', 'c'] });
    const [first] = table.columns;
    const wild: Column = { ...first, values: Float64Array.from({ length: rows }, (_, i) => (i === 5 ? 1e19 : 100)) } as Column;
    const swapped = model.shufflePredictor!(withColumns(table, [wild])).predict([first]);
    expectSame(swapped, model.predict(table));
  });

  it('with a category whose shuffled levels come in another order, as another file would have them', async () => {
    const table = mixed();
    const { model } = await fitted(linearFamily, table, { target: 'y', features: ['a', 'c'] });
    const other: Column = { name: 'c', kind: 'categorical', storage: 'code', levels: ['new', 's', 'p'], codes: Int32Array.from({ length: rows }, (_, i) => (i % 4) - 1) };
    expectSame(model.shufflePredictor!(table).predict([other]), model.predict(withColumns(table, [other])));
  });
});
