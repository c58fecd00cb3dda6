/** Edits of a fitted model: each operator against numbers worked out by hand, and what holds of every edited model. */
import { describe, expect, it } from 'vitest';
import { binCount } from '../../../src/engine/models/boosting/bins';
import { editSentence, editsOf, fittedState, withEdits, withWish, type EditWish } from '../../../src/engine/models/boosting/edit';
import { isotonic, monotone, nearerDirection, smoothed, usualBandwidth } from '../../../src/engine/models/boosting/editOperators';
import { editedModels, weighted } from '../../../src/engine/models/boosting/editFolds';
import { findTerm } from '../../../src/engine/models/boosting/findTerm';
import { BoostingModel } from '../../../src/engine/models/boosting/model';
import { marginsOf, productWeights } from '../../../src/engine/models/boosting/pairWeights';
import { purify } from '../../../src/engine/models/boosting/purify';
import { insideSections } from '../../../src/engine/models/boosting/sections';
import type { BoostedTerm, BoostingState, FeatureBins } from '../../../src/engine/models/boosting/state';
import { readState, writeState } from '../../../src/engine/models/boosting/stateJson';
import type { Dataset } from '../../../src/engine/data/dataset';
import { age, classesState, linkByHand, makeState, makeTable, work } from './support';

const at = '2026-03-04T05:06:07.000Z';
const edit = (state: BoostingState, ...wishes: EditWish[]): BoostingState => wishes.reduce((before, wish) => withEdits(before, withWish(before, wish, at)), state);
const axis: FeatureBins = { kind: 'number', name: 'x', cuts: [1, 2], least: 0, largest: 3 };
const small = (scores: number[], weights: number[], errors?: number[]): BoostedTerm => ({
  features: [0], bins: [axis], scores: Float64Array.from(scores), weights: Float64Array.from(weights), ...(errors && { errors: Float64Array.from(errors) }),
});
const near = (found: ArrayLike<number>, wanted: readonly number[]): void => {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 12));
};

describe('smoothing a term', () => {
  it('is the kernel-weighted mean over the bins of a number, missing and unseen cells apart', () => {
    const term = smoothed(small([9, 1, 2, 4, 7], [5, 2, 1, 3, 0], [1, 0.1, 0.2, 0.3, 1]), 1, [1]);
    const [k1, k2] = [Math.exp(-0.5), Math.exp(-2)];
    const mean = (a: number[], v: number[]): number => (a[0]! * 2 * v[0]! + a[1]! * v[1]! + a[2]! * 3 * v[2]!) / (a[0]! * 2 + a[1]! + a[2]! * 3);
    const rows = [[1, k1, k2], [k1, 1, k1], [k2, k1, 1]];
    near(term.scores, [9, ...rows.map(row => mean(row, [1, 2, 4])), 7]);
    near(term.errors!, [1, ...rows.map(row => mean(row, [0.1, 0.2, 0.3])), 1]);
  });

  it('shrinks levels to 0 by rows ÷ (rows + bandwidth)', () => {
    const levels: FeatureBins = { kind: 'level', name: 'g', levels: ['a', 'b'] };
    const term = smoothed({ features: [0], bins: [levels], scores: Float64Array.of(1, 2, -3, 4), weights: Float64Array.of(10, 30, 10, 0) }, 1, [10]);
    near(term.scores, [0.5, 1.5, -1.5, 0]);
    expect(usualBandwidth(term)).toBe(20);
  });

  it('goes along both axes of a pair of numbers, and along the number only beside levels', () => {
    const levels: FeatureBins = { kind: 'level', name: 'g', levels: ['a'] };
    const scores = Float64Array.from({ length: 15 }, (_, i) => i * i);
    const weights = Float64Array.from({ length: 15 }, (_, i) => 1 + (i % 4));
    const term = smoothed({ features: [0, 1], bins: [axis, levels], scores, weights }, 1, [2, 2]);
    const k = (d: number): number => Math.exp(-0.5 * (d / 2) ** 2);
    const rows = [1, 2, 3];
    const sum = (f: (row: number) => number): number => rows.reduce((total, row) => total + k(row - 2) * weights[row * 3 + 1]! * f(row), 0);
    expect(term.scores[2 * 3 + 1]).toBeCloseTo(sum(row => scores[row * 3 + 1]!) / sum(() => 1), 10);
    expect(term.scores[1]).toBe(scores[1]);
    const both = smoothed({ features: [0, 1], bins: [axis, { ...axis, name: 'y' }], scores: Float64Array.from({ length: 25 }, (_, i) => i), weights: new Float64Array(25).fill(1) }, 1, [1, 1]);
    expect(both.scores[2 * 5 + 2]).toBeCloseTo(12, 10);
    expect(both.scores[1 * 5 + 2]).toBeGreaterThan(7);
  });
});

describe('making a term monotone', () => {
  it('pools adjacent violators, weighted', () => {
    const { values } = isotonic(Float64Array.of(1, 3, 2, 2, 5, 4), Float64Array.of(1, 1, 3, 2, 1, 3), 'increasing');
    near(values, [1, 13 / 6, 13 / 6, 13 / 6, 4.25, 4.25]);
    near(isotonic(Float64Array.of(1, 3, 2), Float64Array.of(1, 1, 1), 'decreasing').values, [2, 2, 2]);
  });

  it('cuts scores that no row stands behind to what their neighbours allow', () => {
    near(isotonic(Float64Array.of(-5, 1, 9, 2, 0), Float64Array.of(0, 1, 0, 1, 0), 'increasing').values, [-5, 1, 2, 2, 2]);
    near(isotonic(Float64Array.of(5, -1, -9, -2, 0), Float64Array.of(0, 1, 0, 1, 0), 'decreasing').values, [5, -1, -2, -2, -2]);
  });

  it('leaves missing cells alone, bends each output, and takes the nearer direction', () => {
    const term: BoostedTerm = { features: [0], bins: [axis], scores: Float64Array.of(7, 8, 1, 3, 2, 2, 3, 1, 0, 0), weights: Float64Array.of(1, 1, 1, 1, 0) };
    near(monotone(term, 2, 'increasing').scores, [7, 8, 1, 2, 2, 2, 3, 2, 0, 0]);
    expect(nearerDirection(small([0, 3, 2, 1, 0], [0, 1, 1, 1, 0]), 1)).toBe('decreasing');
  });

  it('is refused for levels and for pairs in one sentence', () => {
    for (const [term, why] of [['work', /levels/], ['age × work', /two features/]] as const) {
      expect(() => edit(makeState(), { kind: 'monotone', term })).toThrowError(why);
    }
  });
});

describe.each([['a number', makeState()], ['three classes', classesState(['a', 'b', 'c'])]] as const)('an edited model of %s', (_name, state) => {
  const table = makeTable();
  const edited = edit(state, { kind: 'smooth', term: 'age', bandwidth: 1.5 }, { kind: 'monotone', term: 'hours', direction: 'decreasing' }, { kind: 'smooth', term: 'age × work' }, { kind: 'remove', term: 'work' });

  it('is still exactly its intercept plus its terms', () => {
    const links = new BoostingModel(edited).links(table);
    for (let row = 0; row < table.rows; row++) links.forEach((link, k) => expect(Math.abs(link[row]! - linkByHand(edited, table, row, k))).toBeLessThan(1e-9));
  });

  it('keeps terms centred and pairs pure', () => {
    for (const { bins, weights: counted, scores, edits } of edited.terms) {
      if (!edits) continue;
      const weights = bins[1] ? productWeights(...marginsOf(counted, binCount(bins[1]))) : counted;
      for (let k = 0; k < edited.outputs; k++) {
        expect(Math.abs(weights.reduce((sum, w, cell) => sum + w * scores[cell * edited.outputs + k]!, 0))).toBeLessThan(1e-9);
        if (!bins[1]) continue;
        const wide = binCount(bins[1]);
        for (let a = 0; a < binCount(bins[0]!); a++) {
          let sum = 0;
          for (let b = 0; b < wide; b++) sum += weights[a * wide + b]! * scores[(a * wide + b) * edited.outputs + k]!;
          expect(Math.abs(sum)).toBeLessThan(1e-8);
        }
      }
    }
  });

  it('predicts as the fitted model without the removed term', () => {
    const removed = edit(state, { kind: 'remove', term: 'work' });
    const zero: BoostingState = { ...state, terms: state.terms.map(term => (term.bins.length === 1 && term.bins[0]!.name === 'work' ? { ...term, scores: new Float64Array(term.scores.length) } : term)) };
    expect(new BoostingModel(removed).links(table)).toEqual(new BoostingModel(zero).links(table));
  });

  it('records its edits in the file, in order, and says them first', () => {
    const again = readState(JSON.parse(JSON.stringify(writeState(edited))));
    expect(again).toEqual(readState(JSON.parse(JSON.stringify(writeState(again)))));
    expect(editsOf(again).map(({ term, edit: { kind } }) => `${term} ${kind}`)).toEqual(['age smoothed', 'hours monotone', 'age × work smoothed', 'work removed']);
    expect(new BoostingModel(again).notes[0]).toEqual({ kind: 'edited', text: 'Edited by hand after the training: age smoothed on 2026-03-04 (bandwidth 1.5), hours made decreasing on 2026-03-04, age × work smoothed on 2026-03-04 (bandwidth 1), work removed on 2026-03-04. Smoothing averages scores over about as many bins to either side as the bandwidth says (a twentieth of the bins unless given).' });
    expect(editSentence(edit(state, { kind: 'smooth', term: 'work' }))).toMatch(/Smoothing halves the score of a level that has as many training rows as the bandwidth says \(20 unless given\)\.$/);
    expect(new BoostingModel(again).title).toMatch(/edited/);
  });

  it('takes edits back one by one, from the file too, until it is as it was fitted', () => {
    let back = readState(JSON.parse(JSON.stringify(writeState(edited))));
    const stages = [3, 2, 1, 0].map(left => {
      back = edit(back, { kind: 'undo' });
      expect(editsOf(back)).toHaveLength(left);
      return back;
    });
    expect(stages[2]).toEqual(edit(readState(JSON.parse(JSON.stringify(writeState(state)))), { kind: 'smooth', term: 'age', bandwidth: 1.5 }));
    expect(writeState(stages[3]!)).toEqual(writeState(fittedState(state)));
    expect(() => edit(back, { kind: 'undo' })).toThrowError(/as it was fitted/);
    expect(editSentence(back)).toBeUndefined();
  });

  it('keeps what the models of folds need to take edits back when they are written lean', () => {
    const lean = new BoostingModel(readState(JSON.parse(JSON.stringify(new BoostingModel(edited).toLeanJSON()))));
    const dataset = { table, recipe: { options: {} } } as unknown as Dataset;
    const rows = Int32Array.from({ length: 300 }, (_, i) => i);
    const fold = weighted(lean, dataset, rows);
    expect(fold.terms[0]!.scores).toEqual(state.terms[0]!.scores);
    expect(fold.terms[0]!.weights.reduce((a, b) => a + b, 0)).toBe(300);
    const [again] = editedModels([fold], [...editsOf(edited), { term: 'nowhere', edit: { kind: 'removed', at: '2027-01-01' }, bins: [3] }]);
    expect(editsOf(again!.state)).toHaveLength(4);
    expect(again!.state.terms[1]!.scores.every(score => score === 0)).toBe(true);
  });
});

describe('wishes for edits', () => {
  it('name what cannot be', () => {
    const gone = edit(makeState(), { kind: 'remove', term: 0 });
    expect(() => edit(gone, { kind: 'smooth', term: 'age' })).toThrowError(/was removed/);
    expect(() => edit(makeState(), { kind: 'remove', term: 'height' })).toThrowError(/no term "height"; its terms are age, work, hours, age × work/);
    expect(() => edit(makeState(), { kind: 'smooth', term: 'age', bandwidth: 0 })).toThrowError(/above 0/);
  });

  it('show a removed term as gone, with bands of the others as they were', () => {
    const section = (state: BoostingState) => insideSections(state, 0.9).find(one => one.kind === 'shapes')!;
    const [before, after] = [section(makeState()), section(edit(makeState(), { kind: 'remove', term: 'hours' }))];
    expect(after).toMatchObject({ band: 'confidence intervals', summary: expect.stringMatching(/1 term was edited by hand/) });
    if (before.kind !== 'shapes' || after.kind !== 'shapes') throw new Error('no shapes');
    expect(after.terms.find(term => term.name === 'hours')).toMatchObject({ importance: 0, edits: ['removed on 2026-03-04'] });
    expect(after.terms.find(term => term.name === 'age')).toEqual(before.terms.find(term => term.name === 'age'));
  });

  it('read a bandwidth in bins as the same share of the bins of another model', () => {
    const edits = withWish(makeState(), { kind: 'smooth', term: 'age', bandwidth: 2 }, at);
    const half: FeatureBins = { ...(age as Extract<FeatureBins, { kind: 'number' }>), cuts: [20, 25, 28, 30, 33, 36, 40, 50, 60] };
    const other: BoostingState = { ...makeState(), features: [half, work], terms: [{ features: [0], bins: [half], scores: Float64Array.from({ length: 12 }, (_, i) => i % 3), weights: new Float64Array(12).fill(4) }] };
    const found = withEdits(other, edits);
    const wanted = smoothed(other.terms[0]!, 1, [4]).scores;
    found.terms[0]!.scores.forEach((score, i) => expect(score + found.intercept[0]!).toBeCloseTo(wanted[i]! + other.intercept[0]!, 10));
  });
});

describe('a pair that smoothing does not change', () => {
  it('stays as the fit purified it, empty edges at 0, and so does the intercept', () => {
    const state = makeState();
    const raw = { ...state.terms[3]!, weights: state.terms[3]!.weights.map((w, cell) => (cell < 4 ? 0 : w)) };
    const coarse = raw.bins.map(bins => ({ bins, count: binCount(bins), of: Uint16Array.from({ length: binCount(bins) }, (_, i) => i), levels: bins.kind === 'level' }));
    const mains = marginsOf(raw.weights, coarse[1]!.count);
    const nothing = coarse.map(({ count }) => new Float64Array(count));
    const pure = purify({ intercept: new Float64Array(1), mains: nothing, pairs: [raw.scores] }, { mains, pairs: [productWeights(...mains)] }, coarse, [[0, 1]]);
    const fitted: BoostingState = { ...state, terms: state.terms.map((one, t) => (t === 3 ? { ...raw, scores: pure.pairs[0]! } : one)) };
    const edited = edit(fitted, { kind: 'smooth', term: 3, bandwidth: 1e-3 });
    near(edited.terms[3]!.scores, [...fitted.terms[3]!.scores]);
    near(edited.intercept, [...fitted.intercept]);
    expect([...edited.terms[3]!.scores.slice(0, 4)]).toEqual([0, 0, 0, 0]);
  });
});

describe('finding a term by name', () => {
  const axes = (...names: string[]) => ({ bins: names.map((name): FeatureBins => ({ kind: 'number', name, cuts: [1], least: 0, largest: 2 })) });
  const terms = [axes('age'), axes('hours'), axes('a'), axes('b'), axes('a × b'), axes('age', 'hours'), axes('a', 'b')];

  it('takes other signs and either order for a pair', () => {
    for (const name of ['age × hours', 'hours × age', 'age*hours', 'hours : age', 'age:hours']) expect(findTerm(terms, name, 'remove'), name).toBe(5);
  });

  it('tells a feature whose name looks like a pair from the pair', () => {
    expect(findTerm(terms, 'a × b', 'remove')).toBe(6);
    expect(findTerm(terms, '"a × b"', 'remove')).toBe(4);
    const state: BoostingState = { ...makeState(), features: terms.slice(0, 5).map(one => one.bins[0]!), terms: terms.map(({ bins }, t) => ({
      features: t < 5 ? [t] : t === 5 ? [0, 1] : [2, 3], bins, scores: new Float64Array(t < 5 ? 4 : 16).fill(1), weights: new Float64Array(t < 5 ? 4 : 16).fill(1),
    })) };
    const edited = edit(state, { kind: 'remove', term: 4 }, { kind: 'smooth', term: 6 });
    expect(edited.terms.map(term => term.edits?.map(one => one.kind).join() ?? '')).toEqual(['', '', '', '', 'removed', '', 'smoothed']);
  });

  it('names the nearest terms where one is misspelt, and the right spelling of a direction', () => {
    expect(() => findTerm(terms, 'houers', 'remove')).toThrow('The model has no term "houers"; did you mean "hours"?');
    expect(() => findTerm(terms, 'hurs*age', 'remove')).toThrow('did you mean "age × hours"?');
    expect(() => findTerm(terms, 'income', 'remove')).toThrow(/its terms are age, hours/);
    expect(() => findTerm(terms, 'age=up', 'monotone')).toThrow('"up" is no direction: write age=increasing or age=decreasing.');
    expect(() => findTerm(terms, 'age=much', 'smooth')).toThrow(/"much" is no bandwidth/);
    expect(() => findTerm(terms, 9, 'remove')).toThrow(/no term of that number/);
  });
});

it('an edit at a time that is no date is refused when a file is read', () => {
  const json = JSON.parse(JSON.stringify(writeState(edit(makeState(), { kind: 'remove', term: 'age' })))) as { terms: { edits?: { at: string }[] }[] };
  json.terms[0]!.edits![0]!.at = 'yesterday';
  expect(() => readState(json)).toThrow('The model file is damaged: the time of an edit is missing or not as it should be.');
});
