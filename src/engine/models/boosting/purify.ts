/**
 * Moves what belongs to single features out of the pairs, and means out of the terms, without changing the sum (purification:
 * Lengerich, Tan, Chang, Hooker & Caruana 2020). Afterwards, by the given weights, each main effect and each row and column of a
 * pair has mean 0. What no training row speaks for adds nothing: bins of missing cells and of the unseen without rows.
 */
import type { CoarseFeature, Pair } from './pairBins';

export interface TermScores {
  /** outputs. */
  readonly intercept: Float64Array;
  /** One a feature: bins × outputs. */
  readonly mains: readonly Float64Array[];
  /** One a pair: cells × outputs. */
  readonly pairs: readonly Float64Array[];
}

export interface TermWeights {
  readonly mains: readonly Float64Array[];
  readonly pairs: readonly Float64Array[];
}

const mostSweeps = 200;
/** Of the largest score: means below this count as 0. */
const tolerance = 1e-12;

/** New arrays; the given ones stay. */
export function purify(scores: TermScores, weights: TermWeights, coarse: readonly CoarseFeature[], pairs: readonly Pair[]): TermScores {
  const outputs = scores.intercept.length;
  const result = { intercept: scores.intercept.slice(), mains: scores.mains.map(main => main.slice()), pairs: scores.pairs.map(pair => pair.slice()) };
  pairs.forEach((pair, t) => purifyPair(result, t, pair, weights.pairs[t]!, coarse, outputs));
  result.mains.forEach((main, j) => {
    centre(main, weights.mains[j]!, result.intercept, outputs);
    settleEmptyBins(main, weights.mains[j]!, coarse[j]!.levels, outputs);
  });
  pairs.forEach(([a, b], t) => clearEmptyEdges(result.pairs[t]!, weights.pairs[t]!, coarse[a]!, coarse[b]!, outputs));
  return result;
}

/** Bins without weight: those of a number between others are as the nearest below (or, at the beginning, above); the rest are 0. */
function settleEmptyBins(main: Float64Array, weights: Float64Array, levels: boolean, outputs: number): void {
  const last = weights.length - 1;
  const first = levels ? -1 : weights.findIndex((weight, bin) => bin > 0 && bin < last && weight > 0);
  weights.forEach((weight, bin) => {
    if (weight > 0) return;
    const from = first > 0 && bin > 0 && bin < last ? (bin < first ? first : bin - 1) : -1;
    for (let k = 0; k < outputs; k++) main[bin * outputs + k] = from < 0 ? 0 : main[from * outputs + k]!;
  });
}

/** Rows and columns of missing cells or of the unseen that have no weight become 0. */
function clearEmptyEdges(cells: Float64Array, weights: Float64Array, { count: rows }: CoarseFeature, { count: columns }: CoarseFeature, outputs: number): void {
  const clear = (edge: readonly number[]): void => {
    if (edge.some(cell => weights[cell]! > 0)) return;
    for (const cell of edge) cells.fill(0, cell * outputs, (cell + 1) * outputs);
  };
  for (const row of [0, rows - 1]) clear(Array.from({ length: columns }, (_, column) => row * columns + column));
  for (const column of [0, columns - 1]) clear(Array.from({ length: rows }, (_, row) => row * columns + column));
}

function purifyPair(result: TermScores, t: number, [a, b]: Pair, weights: Float64Array, coarse: readonly CoarseFeature[], outputs: number): void {
  const [first, second] = [coarse[a]!, coarse[b]!];
  const cells = result.pairs[t]!;
  for (let k = 0; k < outputs; k++) {
    const scale = cells.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (let sweep = 0; sweep < mostSweeps; sweep++) {
      const rows = moveMeans(cells, weights, first.count, second.count, k, outputs, true);
      const columns = moveMeans(cells, weights, first.count, second.count, k, outputs, false);
      addCoarse(result.mains[a]!, first, rows, k, outputs);
      addCoarse(result.mains[b]!, second, columns, k, outputs);
      if (Math.max(...rows.map(Math.abs), ...columns.map(Math.abs)) <= tolerance * scale) break;
    }
  }
}

/** Takes the weighted mean of each row (or column) out of its cells; gives the means. */
function moveMeans(cells: Float64Array, weights: Float64Array, rows: number, columns: number, k: number, outputs: number, byRow: boolean): Float64Array {
  const means = new Float64Array(byRow ? rows : columns);
  for (let at = 0; at < means.length; at++) {
    let sum = 0;
    let total = 0;
    const others = byRow ? columns : rows;
    for (let other = 0; other < others; other++) {
      const cell = byRow ? at * columns + other : other * columns + at;
      sum += weights[cell]! * cells[cell * outputs + k]!;
      total += weights[cell]!;
    }
    if (!(total > 0)) continue;
    means[at] = sum / total;
    for (let other = 0; other < others; other++) cells[(byRow ? at * columns + other : other * columns + at) * outputs + k]! -= means[at]!;
  }
  return means;
}

function addCoarse(main: Float64Array, { of }: CoarseFeature, means: Float64Array, k: number, outputs: number): void {
  for (let bin = 0; bin < of.length; bin++) main[bin * outputs + k]! += means[of[bin]!]!;
}

function centre(main: Float64Array, weights: Float64Array, intercept: Float64Array, outputs: number): void {
  const total = weights.reduce((a, b) => a + b, 0);
  for (let k = 0; k < outputs; k++) {
    let mean = 0;
    for (let bin = 0; bin < weights.length; bin++) mean += (weights[bin]! * main[bin * outputs + k]!) / total;
    for (let bin = 0; bin < weights.length; bin++) main[bin * outputs + k]! -= mean;
    intercept[k]! += mean;
  }
}
