import { describe, expect, it } from 'vitest';
import { columnsByName } from '../../../src/engine/data/encoding/binding';
import { withColumns, type Table } from '../../../src/engine/data/table';
import { rowTerms } from '../../../src/engine/explain/rowTerms';
import { shapleyValues } from '../../../src/engine/explain/shapleyValues';
import { normalFactor, tFactor } from '../../../src/engine/math/distributions';
import { Rng } from '../../../src/engine/math/random';
import { BoostingModel } from '../../../src/engine/models/boosting/model';
import { linkOutputs } from '../../../src/engine/explain/linkOutputs';
import type { BoostingState } from '../../../src/engine/models/boosting/state';
import { readState } from '../../../src/engine/models/boosting/stateJson';
import { talliedNotes } from '../../../src/engine/models/shared/inputTally';
import { quiet } from '../evaluate/stub';
import { classesState, linkByHand, makeState, makeTable, term, work } from './support';

const table = makeTable();
const all = Int32Array.from({ length: table.rows }, (_, i) => i);
const states: readonly (readonly [string, BoostingState])[] = [
  ['a number', makeState()], ['a count', makeState({ loss: 'poisson' })], ['two classes', classesState(['no', 'yes'])], ['three classes', classesState(['a', 'b', 'c'])],
];
const linkOf = (model: BoostingModel, t: Table, rows?: Int32Array): Float64Array => linkOutputs(model, true).read(model.predict(t, rows));

describe.each(states)('an explainable boosting machine of %s', (_, state) => {
  const model = new BoostingModel(state);
  const scaled = (row: number): number[] => {
    const links = state.intercept.map((_v, k) => linkByHand(state, table, row, k));
    const mean = state.outputs > 1 ? links.reduce((a, b) => a + b, 0) / links.length : 0;
    return links.map(link => link - mean);
  };

  it('predicts exactly its intercept plus its terms, cell by cell as defined', () => {
    const links = linkOf(model, table);
    for (const row of all) scaled(row).forEach((link, k) => expect(links[row * state.outputs + k]).toBeCloseTo(link, 10));
  });

  it('predicts chosen rows, across blocks of rows, as it predicts all', () => {
    const big = makeTable(20000);
    const some = Int32Array.from({ length: 9000 }, (_r, i) => (i * 7919) % 20000);
    const whole = model.predict(big);
    const part = model.predict(big, some);
    const width = state.classes?.length ?? 1;
    const values = (p: typeof whole): Float64Array => (p.mean ?? p.probabilities)!;
    expect(some.every((row, i) => [...Array(width).keys()].every(k => values(part)[i * width + k] === values(whole)[row * width + k]))).toBe(true);
  });

  it('is taken apart by feature and by term into parts that add up within 1e-9', () => {
    const links = model.links(table);
    const parts = [model.additiveParts(table), model.additiveParts(table, undefined, all.slice(0, 100)), model.termContributions(table, 0.9)];
    for (const { features, base, values, outputs } of parts) {
      for (const row of all) {
        for (let k = 0; k < outputs; k++) {
          const sum = features.reduce((total, _f, j) => total + values[(row * features.length + j) * outputs + k]!, base[k]!);
          expect(Math.abs(sum - links[k]![row]!)).toBeLessThan(1e-9);
        }
      }
    }
    expect(parts[2]!.features).toEqual(['age', 'work', 'hours', 'age × work']);
  });

  it('shows a row as intercept and terms that add up to the prediction within 1e-9', () => {
    for (const row of [0, 19, 26, 333]) {
      const found = rowTerms(model, table, row, 0.95, state.classes && 1)!;
      expect(found.residual).toBeLessThan(1e-9);
      expect(found.base + found.items.reduce((sum, item) => sum + item.contribution, 0)).toBeCloseTo(found.output, 9);
      expect(found.items.find(item => item.feature === 'age × work')!.columns).toEqual(['age', 'work']);
    }
  });

  it('predicts with exchanged columns as with a table that holds them', () => {
    const shuffled = (name: string, seed: number) => {
      const column = columnsByName(table).get(name)!;
      const order = new Rng(seed).shuffle(all.slice());
      return column.storage === 'number' ? { ...column, values: column.values.map((_v, i) => column.values[order[i]!]!) } : { ...column, codes: column.codes.map((_c, i) => column.codes[order[i]!]!) };
    };
    const rows = all.filter(row => row % 3 === 0);
    const predictor = model.shufflePredictor(table, rows);
    for (const names of [['age'], ['age'], ['work', 'hours'], [], ['age', 'work', 'hours']]) {
      const columns = names.map((name, i) => shuffled(name, i + 5));
      const [own, other] = [predictor.predict(columns), model.predict(withColumns(table, columns), rows)].map(p => (p.mean ?? p.probabilities)!);
      expect(own!.every((value, i) => Math.abs(value - other![i]!) < 1e-12 * Math.max(1, Math.abs(value)))).toBe(true);
    }
  });

  it('survives JSON to the last digit, and without its errors predicts the same', () => {
    const again = new BoostingModel(readState(JSON.parse(JSON.stringify(model.toJSON()))));
    expect(again.predict(table)).toEqual(model.predict(table));
    expect(again.predictIntervals(table, 0.9)).toEqual(model.predictIntervals(table, 0.9));
    expect(JSON.stringify(again.toJSON())).toBe(JSON.stringify(model.toJSON()));
    const lean = new BoostingModel(readState(JSON.parse(JSON.stringify(model.toLeanJSON()))));
    expect(lean.predict(table)).toEqual(model.predict(table));
    expect(JSON.stringify(model.toLeanJSON())).not.toMatch(/errors|weights|bands|notes":\[\{/);
  });
});

describe('Shapley values of a model with a pair', () => {
  it('are those of the definition: every order of the features, over the background rows', async () => {
    const state = makeState();
    const model = new BoostingModel(state);
    const rows = Int32Array.of(3, 40, 77);
    const background = all.slice(100, 160);
    const found = await shapleyValues({ model, table, rows, background, pairs: 1 }, quiet(), new Rng(1));
    expect(found.exact).toBe(true);
    const names = model.features;
    // v(S): mean over the background of the prediction with the features of S taken from the row.
    const value = (row: number, own: readonly string[]): number => {
      const columns = table.columns.map(column => {
        const at = (b: number): number => (own.includes(column.name) ? row : b);
        return column.storage === 'number' ? { ...column, values: Float64Array.from(background, b => column.values[at(b)]!) } : { ...column, codes: Int32Array.from(background, b => column.codes[at(b)]!) };
      });
      return model.predict({ rows: background.length, columns }).mean!.reduce((a, b) => a + b, 0) / background.length;
    };
    const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    rows.forEach((row, i) => names.forEach((_n, j) => {
      const phi = orders.reduce((sum, order) => {
        const before = order.slice(0, order.indexOf(j)).map(f => names[f]!);
        return sum + (value(row, [...before, names[j]!]) - value(row, before)) / orders.length;
      }, 0);
      expect(found.values[i * names.length + j]).toBeCloseTo(phi, 10);
    }));
    expect(found.residual).toBeLessThan(1e-9);
  });
});

describe('intervals of predictions', () => {
  it('of a regression join the errors of the terms, as independent, and the noise', () => {
    const state = makeState();
    const { low, high, mean, epistemic, intervalKind } = new BoostingModel(state).predictIntervals(table, 0.9, Int32Array.of(5));
    const parts = new BoostingModel(state).termContributions(table, 0.9, Int32Array.of(5));
    const error = Math.hypot(...parts.halves!);
    const half = Math.hypot(error, normalFactor(0.9) * 0.5);
    expect(high![0]! - mean![0]!).toBeCloseTo(half, 10);
    expect(mean![0]! - low![0]!).toBeCloseTo(half, 10);
    expect(epistemic![0]).toBeCloseTo(error / tFactor(0.9, 20), 10);
    expect(intervalKind).toBe('prediction interval');
  });

  it('say that they are of the noise alone where the terms have no errors, and a quantile has none', () => {
    const bare = makeState({ bands: undefined });
    expect(new BoostingModel(bare).predictIntervals(table, 0.9).intervalKind).toMatch(/noise alone/);
    expect(new BoostingModel(makeState({ loss: 'quantile', noise: undefined })).predictIntervals(table, 0.9).low).toBeUndefined();
  });

  it('of two classes hold the probability, symmetric in the log-odds', () => {
    const model = new BoostingModel(classesState(['no', 'yes']));
    const { low, high, probabilities } = model.predictIntervals(table, 0.95);
    const logit = (p: number): number => Math.log(p / (1 - p));
    for (const row of [1, 2, 3]) {
      const p = probabilities![2 * row + 1]!;
      expect(logit(high![row]!) - logit(p)).toBeCloseTo(logit(p) - logit(low![row]!), 6);
      expect(high![row]!).toBeGreaterThan(p);
    }
  });

  it('of three classes have the slope of softmax', () => {
    const state = classesState(['a', 'b', 'c']);
    const model = new BoostingModel(state);
    const { probabilities, epistemic, low } = model.predictIntervals(table, 0.95);
    expect(low).toBeUndefined();
    const own = [0, 1, 2].reduce((best, k) => (probabilities![k]! > probabilities![best]! ? k : best));
    const links = model.links(table).map(link => link[0]!);
    const probability = (shifted: readonly number[]): number => Math.exp(shifted[own]!) / shifted.reduce((sum, v) => sum + Math.exp(v), 0);
    const step = 1e-6;
    const halves = model.termContributions(table, 0.95, Int32Array.of(0)).halves!;
    const factor = 1.1 * tFactor(0.95, 20);
    const variance = links.reduce((sum, _l, k) => {
      const slope = (probability(links.map((v, c) => (c === k ? v + step : v))) - probability(links.map((v, c) => (c === k ? v - step : v)))) / (2 * step);
      const errors = halves.filter((_h, at) => at % 3 === k).map(half => half / factor);
      return sum + slope ** 2 * errors.reduce((a, e) => a + e * e, 0);
    }, 0);
    expect(epistemic![0]).toBeCloseTo(1.1 * Math.sqrt(variance), 6);
  });
});

describe('what rows to predict have that the training data had not', () => {
  it('is counted: missing cells, unknown levels', () => {
    const state = makeState();
    const seen = state.terms.map((one, t) => ({ ...one, weights: one.weights.map((w, bin) => (bin === 0 ? (t === 0 ? 7 : 0) : w)) }));
    const notes = talliedNotes(new BoostingModel({ ...state, terms: seen }).inputTally(), table);
    const text = notes.map(note => note.text).join('\n');
    const [ages, works] = table.columns;
    const missing = ages!.storage === 'number' ? ages!.values.filter(Number.isNaN).length : 0;
    const farm = works!.storage === 'code' ? works!.codes.filter(c => c === 0).length : 0;
    expect(text).toContain(`Missing cells have a score of their own: age (${missing} rows).`);
    expect(text).toMatch(/Missing cells in columns that had none at the training .*: work \(\d+ rows\)\./);
    expect(text).toContain(`work ("farm", ${farm} rows)`);
    // Numbers out of range are told of by the prediction itself, for every model alike.
    expect(text).not.toContain('range');
  });
});

describe('a damaged model file', () => {
  type Json = { [key: string]: unknown; terms: { [key: string]: unknown; scores: unknown[] }[]; features: { [key: string]: unknown }[] };
  const broken = (change: (json: Json) => void): (() => unknown) => () => {
    const json = JSON.parse(JSON.stringify(new BoostingModel(makeState()).toJSON())) as Json;
    change(json);
    return readState(json);
  };

  it('is told from a sound one, whatever is wrong with it', () => {
    expect(broken(() => undefined)).not.toThrow();
    const wrong: ((json: Json) => void)[] = [
      json => { json['version'] = 2; }, json => { json['task'] = 'clustering'; }, json => { json['loss'] = 'logistic'; }, json => { json['outputs'] = 2; },
      json => { json['intercept'] = [null]; }, json => { json.terms[0]!.scores.pop(); }, json => { json.terms[1]!.scores[0] = 'x'; }, json => { json.terms[0]!['features'] = [9]; },
      json => { json.terms[3]!['features'] = [1, 0]; }, json => { json.terms[0]!['weights'] = [-1]; }, json => { json.features[0]!['cuts'] = [3, 2]; },
      json => { json.features[1]!['levels'] = ['a', 'a']; }, json => { json.terms[0]!['errors'] = json.terms[0]!.scores.map(() => -1); },
      json => { json.terms[0]!['edits'] = [{ kind: 'polished', at: '2026-01-01' }]; }, json => { (json.terms[3]!['bins'] as { cuts: number[] }[])[0]!.cuts = [31]; },
      json => { json.features[0] = { ...json.features[1]! }; }, json => { json['bands'] = { words: 'x', degrees: -3, calibration: 1 }; },
    ];
    for (const change of wrong) expect(broken(change), change.toString()).toThrow(/model file is damaged/);
  });
});

it('a term that was removed is read again with the record of what was done to it', () => {
  const state = makeState();
  const edits = [{ kind: 'removed', at: '2026-03-01T10:00:00Z' }, { kind: 'smoothed', at: '2026-03-02T10:00:00Z', bandwidth: 2 }] as const;
  const removed = { ...term([1], [work], 1, 2, edits), scores: new Float64Array(5) };
  const model = new BoostingModel({ ...state, terms: state.terms.map((one, t) => (t === 1 ? removed : one)) });
  expect(readState(JSON.parse(JSON.stringify(model.toJSON()))).terms[1]!.edits).toEqual(edits);
  expect(model.termContributions(table, 0.9).features).toEqual(['age', 'hours', 'age × work']);
});
