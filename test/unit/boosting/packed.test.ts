/** Numbers of a model file as short texts, and reports of models with large pairs. */
import { describe, expect, it } from 'vitest';
import { BoostingModel } from '../../../src/engine/models/boosting/model';
import { pairShapes, shapeTerms } from '../../../src/engine/models/boosting/shapes';
import type { BoostedTerm, BoostingState, FeatureBins } from '../../../src/engine/models/boosting/state';
import { readState, writeState } from '../../../src/engine/models/boosting/stateJson';
import { packNumbers, unpackNumbers } from '../../../src/engine/models/shared/packedNumbers';
import { Rng } from '../../../src/engine/math/random';
import { jsonText } from '../../../src/protocol/jsonText';
import type { PairShapeTerm } from '../../../src/protocol/shapeSections';
import { makeState, makeTable } from './support';

const rng = new Rng(3);
const many = (draw: (i: number) => number): Float64Array => Float64Array.from({ length: 500 }, (_, i) => draw(i));

describe('packed numbers', () => {
  it('come back to the last bit, in the narrowest type that holds them', () => {
    const cases: [RegExp, Float64Array][] = [
      [/^u1z?:/, many(() => rng.integer(256))], [/^u2z?:/, many(() => rng.integer(65536))], [/^f4z?:/, many(() => Math.fround(rng.normal()))],
      [/^f8z?:/, many(() => rng.normal())], [/^f8z?:/, many(i => [5e-324, -1.7976931348623157e308, 0.1][i % 3]!)], [/^f4z?:/, many(() => -0)],
    ];
    for (const [type, values] of cases) {
      const text = packNumbers(values);
      expect(text).toMatch(type);
      const again = unpackNumbers(JSON.parse(JSON.stringify(text)), 'numbers', 500);
      expect(again.every((value, i) => Object.is(value, values[i]))).toBe(true);
    }
  });

  it('of few values are a list that people can read', () => {
    expect(packNumbers(Float64Array.of(1.5, 2))).toEqual([1.5, 2]);
    expect(unpackNumbers([1.5, 2], 'numbers', 2)).toEqual(Float64Array.of(1.5, 2));
  });

  it('are refused where they are too many, too few, damaged or not finite', () => {
    const text = packNumbers(many(() => rng.normal())) as string;
    const zipped = packNumbers(new Float64Array(500)) as string;
    expect(zipped).toMatch(/^u1z:/);
    const infinite = `f8:${Buffer.from(new Float64Array(64).fill(Infinity).buffer).toString('base64')}`;
    const wrong: [unknown, number][] = [[text, 499], [text, 501], [zipped, 499], [zipped, 501], [text.slice(0, -8), 500], [`f9:${text.slice(3)}`, 500], ['u1z:AAAA', 500], ['', 0], [infinite, 64], [7, 1], [[1, null], 2]];
    for (const [json, length] of wrong) expect(() => unpackNumbers(json, 'numbers', length), String(json).slice(0, 20)).toThrow(/model file is damaged/);
  });
});

/** A pair of 64 × 64 bins beside the terms of a small model. */
function largeState(pairs: number): BoostingState {
  const state = makeState();
  const axis = (name: string): FeatureBins => ({ kind: 'number', name, cuts: Array.from({ length: 63 }, (_, i) => i + 1), least: 0, largest: 64 });
  const features = [...state.features, ...Array.from({ length: pairs + 1 }, (_, i) => axis(`n${i}`))];
  const cells = 66 * 66;
  const draw = (): Float64Array => Float64Array.from({ length: cells }, () => rng.normal());
  const pair = (i: number): BoostedTerm => ({
    features: [3, 4 + i], bins: [features[3]!, features[4 + i]!], scores: draw(), errors: draw().map(value => Math.fround(Math.abs(value))), weights: draw().map(() => rng.integer(3)),
  });
  return { ...state, features, terms: [...state.terms, ...Array.from({ length: pairs }, (_, i) => pair(i))] };
}

describe('a model with large pairs', () => {
  const state = largeState(2);

  it('predicts the same bit for bit from a file less than half as long, and from a file of lists as before', () => {
    const table = makeTable(200);
    const json = JSON.stringify(writeState(state));
    const lists = JSON.stringify({ ...state, version: 1, terms: state.terms.map(term => ({ ...term, scores: [...term.scores], errors: [...term.errors!], weights: [...term.weights] })) });
    expect(2 * json.length).toBeLessThan(lists.length);
    for (const text of [json, lists]) {
      const again = new BoostingModel(readState(JSON.parse(text)));
      expect(again.predict(table)).toEqual(new BoostingModel(state).predict(table));
      expect(again.state.terms).toEqual(state.terms);
    }
  });

  it('is drawn with 32 steps a side, each the mean of its cells by training rows', () => {
    const drawn = shapeTerms(state, 0.9).find(one => one.name === 'n0 × n1') as PairShapeTerm;
    const term = state.terms[4]!;
    expect(drawn.drawnFrom).toEqual([64, 64]);
    expect(drawn.axes.map(axis => (axis.kind === 'number' ? axis.edges.length : 0))).toEqual([33, 33]);
    const cells = [1, 2].flatMap(a => [3, 4].map(b => a * 66 + b));
    const rows = cells.reduce((sum, cell) => sum + term.weights[cell]!, 0);
    expect(drawn.weights[0]![1]).toBe(rows);
    expect(drawn.curves[0]!.scores[0]![1]).toBeCloseTo(cells.reduce((sum, cell) => sum + term.weights[cell]! * term.scores[cell]!, 0) / rows, 3);
    expect(drawn.curves[0]!.scores).toHaveLength(32 + drawn.axes[0].more.length);
    expect((shapeTerms(state, 0.9).find(one => one.name === 'age × work') as PairShapeTerm)).not.toHaveProperty('drawnFrom');
  });

  it('lists its pairs among the effects to the last digit, without bounds where they are many and not at all where they are very many', () => {
    expect(pairShapes(state, 0.9).every(pair => pair.low && pair.high)).toBe(true);
    expect(pairShapes(state, 0.9)[1]!.effect[2]![5]).toBe(state.terms[4]!.scores[3 * 66 + 6]);
    expect(pairShapes(largeState(6), 0.9).some(pair => pair.low)).toBe(false);
    expect(pairShapes(largeState(6), 0.9)).toHaveLength(7);
    const very = largeState(16);
    expect(pairShapes(very, 0.9)).toEqual([]);
    expect(new BoostingModel(very).inside(0.9)[0]!.method).toMatch(/in the model file and in exported code, not in the report/);
  });
});

it('JSON for files has lists of numbers on one line and says what JSON.stringify says', () => {
  const value = { a: [[1, 2], [3, null]], b: { c: [], d: {}, e: undefined, f: [{ g: 'x"\n' }] }, h: NaN, i: [true, 'z'] };
  const text = jsonText(value);
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
  expect(text.split('\n')).toContain('  [1,2],');
  expect(text.endsWith('}\n')).toBe(true);
});
