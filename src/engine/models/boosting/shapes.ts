/** The terms as shapes: for the panels (bins, scores, bands, training rows) and for programs that read a report's effects. */
import type { Effect, PairShape, ShapeMark } from '../../../protocol/effects';
import type { MainShapeTerm, PairShapeTerm, ShapeAxis, ShapeTerm } from '../../../protocol/shapeSections';
import { binCount } from './bins';
import { editWords } from './edit';
import type { BoostedTerm, BoostingState, FeatureBins } from './state';
import { bandFactor, binEdges, termName, termSize } from './terms';

export const missingName = '(missing)';
export const unseenName = '(rare or not seen)';

/** Every term that was not removed, the largest first; removed ones at the end, for that they are gone is part of the model. */
export function shapeTerms(state: BoostingState, level: number): ShapeTerm[] {
  const factor = bandFactor(state, level);
  return state.terms
    .map((term, t): ShapeTerm => {
      const edits = (term.edits ?? []).map(editWords);
      const shared = {
        name: termName(term), term: t, importance: rounded(termSize(term, state.outputs).importance), ...(edits.length > 0 && { edits }),
      };
      return term.features.length === 1 ? { ...shared, ...mainShape(state, term, factor) } : { ...shared, ...pairShape(state, term, factor) };
    })
    .filter(shape => shape.importance > 0 || shape.edits !== undefined)
    .sort((a, b) => b.importance - a.importance);
}

/** Pictures need no more digits, and reports stay small. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

function axisOf(bins: FeatureBins): ShapeAxis {
  return bins.kind === 'number'
    ? { kind: 'number', feature: bins.name, edges: binEdges(bins), ...(bins.datetime && { datetime: true as const }) }
    : { kind: 'level', feature: bins.name, levels: bins.levels, ...(bins.ordered && { ordered: true as const }) };
}

/** Bins that hold values, 1 … n; 0 is for missing cells, n + 1 for what was not seen. */
const valued = (axis: FeatureBins): number[] => Array.from({ length: binCount(axis) - 2 }, (_, i) => i + 1);

function mainShape(state: BoostingState, term: BoostedTerm, factor: number): Pick<MainShapeTerm, 'axis' | 'weights' | 'missing' | 'unseen' | 'curves'> {
  const [axis] = term.bins as readonly [FeatureBins];
  const bins = valued(axis);
  const last = binCount(axis) - 1;
  // A score that no training row stands behind is in `effects` of the report, but no picture.
  const shown = (bin: number): boolean => (term.weights[bin] ?? 0) > 0;
  return {
    axis: axisOf(axis), weights: bins.map(bin => rounded(term.weights[bin] ?? 0)),
    ...(shown(0) && { missing: rounded(term.weights[0] ?? 0) }), ...(shown(last) && { unseen: rounded(term.weights[last] ?? 0) }),
    curves: curves(state).map((name, k) => {
      const curve = curveOf(state, term, k, factor, bins, rounded);
      const mark = (bin: number): ShapeMark => markOf(state, term, k, factor, bin, rounded);
      return {
        ...(name !== undefined && { class: name }), scores: curve.effect, ...(curve.low && { low: curve.low, high: curve.high }),
        ...(shown(0) && { missing: mark(0) }), ...(shown(last) && { unseen: mark(last) }),
      };
    }),
  };
}

/** The class of each output; one without a name where there is only one. */
function curves({ outputs, classes }: BoostingState): readonly (string | undefined)[] {
  return outputs === 1 ? [undefined] : classes!;
}

function markOf({ outputs }: BoostingState, { scores, errors }: BoostedTerm, k: number, factor: number, cell: number, digits: (value: number) => number): ShapeMark {
  const effect = scores[cell * outputs + k]!;
  const half = factor * (errors?.[cell * outputs + k] ?? NaN);
  return { effect: digits(effect), ...(Number.isFinite(half) && { low: rounded(effect - half), high: rounded(effect + half) }) };
}

interface Curve { readonly effect: number[]; readonly low?: number[]; readonly high?: number[] }

function curveOf(state: BoostingState, term: BoostedTerm, k: number, factor: number, cells: readonly number[], digits: (value: number) => number): Curve {
  const marks = cells.map(cell => markOf(state, term, k, factor, cell, digits));
  const effect = marks.map(mark => mark.effect);
  return marks.some(mark => mark.low === undefined) ? { effect } : { effect, low: marks.map(mark => mark.low!), high: marks.map(mark => mark.high!) };
}

function pairShape(state: BoostingState, term: BoostedTerm, factor: number): Pick<PairShapeTerm, 'axes' | 'weights' | 'curves' | 'drawnFrom'> {
  const [first, second] = term.bins as readonly [FeatureBins, FeatureBins];
  const { outputs } = state;
  const drawn = [drawnAxis(first, shownBins(term, 0)), drawnAxis(second, shownBins(term, 1))] as const;
  const matrix = (pick: (cells: readonly number[]) => number): number[][] => cellsOf(drawn, binCount(second)).map(row => row.map(cells => Number(pick(cells).toPrecision(4))));
  const mean = (of: (cell: number) => number) => (cells: readonly number[]): number => weightedMean(cells, term.weights, of);
  const banded = term.errors && Number.isFinite(factor);
  const fromBins = [binCount(first) - 2, binCount(second) - 2] as const;
  const coarser = drawn.some(({ groups, more }, i) => groups.length - more.length < fromBins[i]!);
  return {
    axes: [{ ...drawn[0].axis, more: drawn[0].more }, { ...drawn[1].axis, more: drawn[1].more }], ...(coarser && { drawnFrom: fromBins }),
    weights: matrix(cells => cells.reduce((sum, cell) => sum + (term.weights[cell] ?? 0), 0)),
    curves: curves(state).map((name, k) => ({
      ...(name !== undefined && { class: name }), scores: matrix(mean(cell => term.scores[cell * outputs + k]!)),
      ...(banded && { half: matrix(mean(cell => factor * term.errors![cell * outputs + k]!)) }),
    })),
  };
}

/** Steps of a number on one side of a heat map at most: more cannot be told apart, and make reports large. */
const mostDrawn = 32;

interface DrawnAxis {
  readonly axis: ShapeAxis;
  /** Bins of each row or column that is drawn. */
  readonly groups: readonly (readonly number[])[];
  readonly more: readonly string[];
}

/** Neighbouring bins of a number are drawn as one where there are many. */
function drawnAxis(bins: FeatureBins, shown: readonly number[]): DrawnAxis {
  const count = binCount(bins) - 2;
  const others = shown.slice(count);
  const more = others.map(bin => (bin === 0 ? missingName : unseenName));
  const alone = (list: readonly number[]): number[][] => list.map(bin => [bin]);
  const axis = axisOf(bins);
  if (axis.kind === 'level' || count <= mostDrawn) return { axis, groups: alone(shown), more };
  const from = (group: number): number => Math.round((group * count) / mostDrawn);
  const groups = Array.from({ length: mostDrawn }, (_, g) => Array.from({ length: from(g + 1) - from(g) }, (_bin, i) => 1 + from(g) + i));
  const edges = Array.from({ length: mostDrawn + 1 }, (_, g) => axis.edges[from(g)]!);
  return { axis: { ...axis, edges }, groups: [...groups, ...alone(others)], more };
}

/** cellsOf[row][column]: cells of the term under one cell of the drawing. */
function cellsOf([rows, columns]: readonly [DrawnAxis, DrawnAxis], wide: number): number[][][] {
  return rows.groups.map(group => columns.groups.map(others => group.flatMap(a => others.map(b => a * wide + b))));
}

/** By training rows; where none are, all cells count alike. */
function weightedMean(cells: readonly number[], weights: Float64Array, of: (cell: number) => number): number {
  if (cells.length === 1) return of(cells[0]!);
  const total = cells.reduce((sum, cell) => sum + (weights[cell] ?? 0), 0);
  return cells.reduce((sum, cell) => sum + (total > 0 ? (weights[cell] ?? 0) / total : 1 / cells.length) * of(cell), 0);
}

/** Bins of an axis of a pair: those of values, then that of missing cells and that of the unseen where training rows are in them. */
function shownBins({ bins, weights }: BoostedTerm, place: 0 | 1): number[] {
  const wide = binCount(bins[1]!);
  const held = new Float64Array(binCount(bins[place]!));
  for (let cell = 0; cell < weights.length; cell++) held[place === 0 ? Math.floor(cell / wide) : cell % wide]! += weights[cell]!;
  return [...valued(bins[place]!), ...[0, held.length - 1].filter(bin => held[bin]! > 0)];
}

const exact = (value: number): number => value;

/** Main effects for `effects` of a report: the scores to the last digit, the bounds of their intervals to six. */
export function shapeEffects(state: BoostingState, level: number): Effect[] {
  const factor = bandFactor(state, level);
  return state.terms.filter(term => term.features.length === 1).flatMap(term => {
    const [axis] = term.bins as readonly [FeatureBins];
    const last = binCount(axis) - 1;
    return curves(state).map((name, k): Effect => ({
      feature: axis.name, kind: 'shape', ...(name !== undefined && { class: name }), grid: gridOf(axis),
      ...curveOf(state, term, k, factor, valued(axis), exact), missing: markOf(state, term, k, factor, 0, exact),
      ...(axis.kind === 'level' && { unseen: markOf(state, term, k, factor, last, exact) }),
    }));
  });
}

function gridOf(axis: FeatureBins): (number | string)[] {
  return axis.kind === 'number' ? binEdges(axis) : [...axis.levels];
}

/** Scores of pairs that a report lists, all pairs and outputs together: with bounds, and at all. Beyond, reports would be of many megabytes. */
const mostBounded = 20_000;
const mostListed = 60_000;

/** Scores of all pairs, missing cells and the unseen left out. */
export function pairScores({ terms, outputs }: BoostingState): number {
  return terms.filter(term => term.features.length === 2).reduce((sum, { bins }) => sum + outputs * bins.reduce((cells, axis) => cells * (binCount(axis) - 2), 1), 0);
}

/** Whether a report's effects leave the pairs out: there are too many numbers. */
export const pairsUnlisted = (state: BoostingState): boolean => pairScores(state) > mostListed;

/** Pairs for `effects` of a report, to the last digit; the bounds to six. */
export function pairShapes(state: BoostingState, level: number): PairShape[] {
  if (pairsUnlisted(state)) return [];
  const factor = pairScores(state) > mostBounded ? NaN : bandFactor(state, level);
  return state.terms.filter(term => term.features.length === 2).flatMap(term => {
    const [first, second] = term.bins as readonly [FeatureBins, FeatureBins];
    const wide = binCount(second);
    return curves(state).map((name, k): PairShape => {
      const rows = valued(first).map(a => curveOf(state, term, k, factor, valued(second).map(b => a * wide + b), exact));
      const banded = rows.every(row => row.low);
      return {
        features: [first.name, second.name], kind: 'shape', ...(name !== undefined && { class: name }), grid: [gridOf(first), gridOf(second)],
        effect: rows.map(row => row.effect), ...(banded && { low: rows.map(row => row.low!), high: rows.map(row => row.high!) }),
      };
    });
  });
}
