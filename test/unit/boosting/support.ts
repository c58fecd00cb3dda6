/** Hand-made models of known terms, and tables for them. */
import type { CodeColumn, Column, Table } from '../../../src/engine/data/table';
import { binCount } from '../../../src/engine/models/boosting/bins';
import type { BoostedTerm, BoostingState, FeatureBins } from '../../../src/engine/models/boosting/state';
import { Rng } from '../../../src/engine/math/random';
import { numberColumn } from '../evaluate/stub';

export const age: FeatureBins = { kind: 'number', name: 'age', cuts: [20, 30, 40, 60], least: 17, largest: 90 };
export const work: FeatureBins = { kind: 'level', name: 'work', levels: ['gov', 'private', 'self'] };
export const hours: FeatureBins = { kind: 'number', name: 'hours', cuts: [20, 38, 45], least: 1, largest: 99 };

export function term(features: readonly number[], bins: readonly FeatureBins[], outputs: number, seed: number, edits?: BoostedTerm['edits']): BoostedTerm {
  const rng = new Rng(seed);
  const cells = bins.reduce((product, axis) => product * binCount(axis), 1);
  const weights = Float64Array.from({ length: cells }, () => rng.integer(50));
  return {
    features, bins, scores: Float64Array.from({ length: cells * outputs }, () => rng.normal()), errors: Float64Array.from({ length: cells * outputs }, () => 0.1 + rng.uniform()),
    weights, ...(edits && { edits }),
  };
}

/** Three main effects and a pair age × work on coarser bins. */
export function makeState(extra: Partial<BoostingState> = {}, outputs = 1): BoostingState {
  const coarse: FeatureBins = { ...(age as Extract<FeatureBins, { kind: 'number' }>), cuts: [30] };
  const few: FeatureBins = { kind: 'level', name: 'work', levels: ['private', 'self'] };
  return {
    target: 'income', task: 'regression', loss: 'squared', features: [age, work, hours], outputs, intercept: Array.from({ length: outputs }, (_, k) => 1.5 - k),
    terms: [term([0], [age], outputs, 1), term([1], [work], outputs, 2), term([2], [hours], outputs, 3), term([0, 1], [coarse, few], outputs, 4)],
    bands: { words: 'confidence intervals', degrees: 20, calibration: 1.1 }, noise: 0.5,
    statistics: [{ name: 'Rounds', value: 120 }], notes: [{ kind: 'information', text: 'A note.' }], ...extra,
  };
}

export const classesState = (classes: readonly string[]): BoostingState =>
  makeState({ task: 'classification', loss: classes.length === 2 ? 'logistic' : 'softmax', classes, noise: undefined }, classes.length === 2 ? 1 : classes.length);

/** Cells of every kind: missing, unknown level, equal to a cut, out of range. */
export function makeTable(rows = 500): Table {
  const rng = new Rng(9);
  const ages = Float64Array.from({ length: rows }, (_, i) => (i % 17 === 0 ? NaN : i % 13 === 0 ? 30 : Math.round(10 + 90 * rng.uniform())));
  const codes = Int32Array.from({ length: rows }, (_, i) => (i % 19 === 0 ? -1 : rng.integer(4)));
  const work: CodeColumn = { name: 'work', kind: 'categorical', storage: 'code', codes, levels: ['farm', 'gov', 'private', 'self'] };
  return { rows, columns: [numberColumn('age', ages), work as Column, numberColumn('hours', Float64Array.from({ length: rows }, () => 100 * rng.uniform()))] };
}

/** Bin of a value, by the definition in state.ts, one cell at a time. */
export function binOf(feature: FeatureBins, value: number | string | undefined): number {
  if (value === undefined || Number.isNaN(value)) return 0;
  if (feature.kind === 'number') return 1 + feature.cuts.filter(cut => cut <= Number(value)).length;
  const place = feature.levels.indexOf(String(value));
  return place < 0 ? feature.levels.length + 1 : place + 1;
}

/** Intercept + Σ terms, by the definition. */
export function linkByHand(state: BoostingState, table: Table, row: number, k = 0): number {
  const cell = (name: string): number | string | undefined => {
    const column = table.columns.find(c => c.name === name)!;
    return column.storage === 'number' ? column.values[row] : column.levels[column.codes[row]!];
  };
  return state.terms.reduce((sum, { bins, scores }) => {
    const [a, b] = bins.map(axis => binOf(axis, cell(axis.name)));
    const at = b === undefined ? a! : a! * binCount(bins[1]!) + b;
    return sum + scores[at * state.outputs + k]!;
  }, state.intercept[k]!);
}
