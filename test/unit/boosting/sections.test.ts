import { describe, expect, it } from 'vitest';
import { BoostingModel } from '../../../src/engine/models/boosting/model';
import { insideSections } from '../../../src/engine/models/boosting/sections';
import { pairShapes, shapeEffects, shapeTerms } from '../../../src/engine/models/boosting/shapes';
import { bandFactor, binEdges, termSize } from '../../../src/engine/models/boosting/terms';
import { tFactor } from '../../../src/engine/math/distributions';
import type { BoostingState } from '../../../src/engine/models/boosting/state';
import { assertFiniteReport } from '../../../src/engine/report/finite';
import type { MainShapeTerm, PairShapeTerm, ShapesSection, TermsSection } from '../../../src/protocol/shapeSections';
import { age, classesState, hours, linkByHand, makeState, makeTable, term } from './support';

const sectionsOf = (state: BoostingState): [ShapesSection, TermsSection] => insideSections(state, 0.9) as [ShapesSection, TermsSection];

describe('the shapes of a model', () => {
  const state = makeState();
  const [shapes, terms] = sectionsOf(state);

  it('stand first on the panel of effects, the largest term first, each with its place in the model', () => {
    expect([shapes.panel, terms.panel]).toEqual(['effects', 'importance']);
    const sizes = shapes.terms.map(one => one.importance);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    for (const one of shapes.terms) expect(state.terms[one.term]!.bins.map(axis => axis.name).join(' × ')).toBe(one.name);
    assertFiniteReport([shapes, terms]);
  });

  it('measure a term by the mean absolute score over the training rows', () => {
    const one = { ...term([2], [hours], 1, 3), scores: Float64Array.of(9, -2, 4, 1, 0, 7), weights: Float64Array.of(0, 1, 2, 3, 4, 0) };
    expect(termSize(one, 1)).toEqual({ importance: (2 + 8 + 3) / 10, lowest: -2, highest: 4 });
    const two = { ...one, scores: Float64Array.from(one.scores, v => v).reduce<number[]>((all, v) => [...all, v, 3 * v], []) };
    expect(termSize({ ...two, scores: Float64Array.from(two.scores) }, 2).importance).toBeCloseTo(2 * 1.3, 12);
  });

  it('hold bins, scores, bands and the training rows under them', () => {
    const shape = shapeTerms(state, 0.9).find(one => one.name === 'age') as MainShapeTerm;
    const factor = 1.1 * tFactor(0.9, 20);
    expect(bandFactor(state, 0.9)).toBeCloseTo(factor, 12);
    expect(shape.axis).toEqual({ kind: 'number', feature: 'age', edges: [17, 20, 30, 40, 60, 90] });
    const { scores, errors, weights } = state.terms[0]!;
    expect(shape.curves[0]!.scores[1]).toBeCloseTo(scores[2]!, 5);
    expect(shape.curves[0]!.high![1]! - shape.curves[0]!.scores[1]!).toBeCloseTo(factor * errors![2]!, 4);
    expect(shape.weights).toEqual([...weights.slice(1, 6)]);
    expect(shape.missing).toBe(weights[0]);
    expect(shape.curves[0]!.missing!.effect).toBeCloseTo(scores[0]!, 5);
  });

  it('show no mark of missing cells that no training row stands behind', () => {
    const bare = { ...state, terms: state.terms.map(one => ({ ...one, weights: one.weights.map((w, bin) => (bin === 0 ? 0 : w)) })) };
    const shape = shapeTerms(bare, 0.9).find(one => one.name === 'age') as MainShapeTerm;
    expect(shape).not.toHaveProperty('missing');
    expect(shape.curves[0]).not.toHaveProperty('missing');
  });

  it('hold the matrix of a pair with its missing cells as a row or column by name', () => {
    const pair = shapes.terms.find(one => one.name === 'age × work') as PairShapeTerm;
    const { scores } = state.terms[3]!;
    expect(pair.axes.map(axis => axis.more.includes('(missing)'))).toEqual([true, true]);
    expect(pair.curves[0]!.scores[0]![1]).toBeCloseTo(scores[1 * 4 + 2]!, 3);
    expect(pair.curves[0]!.scores[2]![2]).toBeCloseTo(scores[0]!, 3);
  });

  it('say what was done to a term, also of one that is gone', () => {
    const edits = [{ kind: 'removed', at: '2026-03-01T10:00:00Z' }] as const;
    const edited = { ...state, terms: state.terms.map((one, t) => (t === 2 ? { ...one, scores: one.scores.map(() => 0), edits } : one)) };
    const [section] = sectionsOf(edited);
    expect(section.terms.at(-1)).toMatchObject({ name: 'hours', importance: 0, edits: ['removed on 2026-03-01'] });
    expect(section.summary).toContain('1 term was edited by hand.');
    expect(sectionsOf(edited)[1].summary).toContain('1 term adds nothing.');
  });

  it('of three classes have a curve each', () => {
    const [section] = sectionsOf(classesState(['a', 'b', 'c']));
    expect(section.terms.every(one => one.curves.map(curve => curve.class).join('') === 'abc')).toBe(true);
    expect(section.intercept).toHaveLength(3);
  });
});

describe('effects of kind shape', () => {
  it('are enough for another program to predict with: intercept and scores add up to the prediction', () => {
    const state = makeState();
    const table = makeTable(300);
    const [effects, pairs] = [shapeEffects(state, 0.9), pairShapes(state, 0.9)];
    const cell = (name: string, row: number): number | string | undefined => {
      const column = table.columns.find(c => c.name === name)!;
      return column.storage === 'number' ? column.values[row] : column.levels[column.codes[row]!];
    };
    const place = (grid: readonly (number | string)[], value: number | string | undefined): number =>
      (typeof grid[0] === 'string' ? grid.indexOf(value!) : grid.slice(1, -1).filter(edge => Number(edge) <= Number(value)).length);
    let checked = 0;
    for (let row = 0; row < table.rows; row++) {
      if (['age', 'work', 'hours'].some(name => cell(name, row) === undefined || Number.isNaN(cell(name, row))) || !['private', 'self'].includes(String(cell('work', row)))) continue;
      const mains = effects.reduce((sum, { feature, grid, effect }) => sum + effect[place(grid, cell(feature, row))]!, state.intercept[0]!);
      const [{ features: [a, b], grid, effect }] = pairs as [typeof pairs[0]];
      const sum = mains + effect[place(grid[0], cell(a, row))]![place(grid[1], cell(b, row))]!;
      expect(sum).toBeCloseTo(linkByHand(state, table, row), 10);
      checked++;
    }
    expect(checked).toBeGreaterThan(50);
    expect(effects.find(e => e.feature === 'age')!.grid).toEqual(binEdges(age as Parameters<typeof binEdges>[0]));
    expect(effects[0]!.missing!.effect).toBe(state.terms[0]!.scores[0]);
  });

  it('come from the model beside its sections', () => {
    const model = new BoostingModel(makeState());
    expect(new Set(model.effects(0.9).map(e => e.kind))).toEqual(new Set(['shape']));
    expect(model.inside(0.9).map(s => s.kind)).toEqual(['shapes', 'terms']);
    expect(model).not.toHaveProperty('weights');
  });
});
