/**
 * What editing does to the scores of one term. Each operator is a weighted mean of scores; the errors get the same mean, which is the
 * error of the result if the errors of neighbouring bins move together, and an upper bound of it if they do not. What an edit takes away
 * on purpose (its bias) is in no error.
 */
import { UserError } from '../../../protocol/errors';
import { binCount } from './bins';
import type { BoostedTerm, FeatureBins } from './state';
import { termName } from './terms';

export type MonotoneDirection = 'increasing' | 'decreasing';

/** All scores 0, without error: that the term is gone is a decision, and nothing that was estimated. */
export function removed(term: BoostedTerm): BoostedTerm {
  return { ...term, scores: new Float64Array(term.scores.length), ...(term.errors && { errors: new Float64Array(term.errors.length) }) };
}

/** Of terms of levels only, in training rows. */
export const levelBandwidth = 20;

/** 1 bin, or a twentieth of the bins of the longest number; 20 rows where only levels are. */
export function usualBandwidth({ bins }: BoostedTerm): number {
  const counts = bins.filter(axis => axis.kind === 'number').map(axis => binCount(axis) - 2);
  return counts.length === 0 ? levelBandwidth : Math.max(1, Math.round(Math.max(...counts) / 20));
}

/**
 * Along numbers: each score becomes Σ K w s ÷ Σ K w over the bins, w their training rows, K = exp(−d²/2) with d the distance in bins ÷
 * `bandwidth`[axis] (Nadaraya–Watson on the bins). Missing and unseen cells stay out of it. A term of levels only: score · w ÷ (w +
 * bandwidth), shrinkage to the mean, which is 0.
 */
export function smoothed(term: BoostedTerm, outputs: number, bandwidths: readonly number[]): BoostedTerm {
  if (term.bins.every(axis => axis.kind === 'level')) return shrunk(term, outputs, bandwidths[0]!);
  const kernels = term.bins.map((axis, i) => kernelOf(axis, bandwidths[i]!));
  return eachOutput(term, outputs, values => smoothValues(values, term, kernels));
}

function shrunk(term: BoostedTerm, outputs: number, rows: number): BoostedTerm {
  return eachOutput(term, outputs, values => values.map((value, cell) => {
    const weight = term.weights[cell]!;
    return weight + rows > 0 ? (value * weight) / (weight + rows) : 0;
  }));
}

/** kernel[a · bins + b]: how much bin b counts for bin a. */
function kernelOf(axis: FeatureBins, bandwidth: number): Float64Array {
  const count = binCount(axis);
  const kernel = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    kernel[a * count + a] = 1;
    if (axis.kind === 'level' || a === 0 || a === count - 1) continue;
    for (let b = 1; b < count - 1; b++) kernel[a * count + b] = Math.exp(-0.5 * ((a - b) / bandwidth) ** 2);
  }
  return kernel;
}

/** Where no training row is near, a score stays. */
function smoothValues(values: Float64Array, { bins, weights }: BoostedTerm, [first, second]: readonly Float64Array[]): Float64Array {
  const rows = binCount(bins[0]!);
  const columns = bins[1] ? binCount(bins[1]) : 1;
  const spread = (cells: Float64Array): Float64Array => {
    const down = multiply(first!, cells, rows, columns, true);
    return second ? multiply(second, down, rows, columns, false) : down;
  };
  const sums = spread(values.map((value, cell) => value * weights[cell]!));
  const totals = spread(weights);
  return values.map((value, cell) => (totals[cell]! > 0 ? sums[cell]! / totals[cell]! : value));
}

/** The kernel times each column (`down`) or each row of a matrix of rows × columns. */
function multiply(kernel: Float64Array, cells: Float64Array, rows: number, columns: number, down: boolean): Float64Array {
  const result = new Float64Array(cells.length);
  const size = down ? rows : columns;
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < columns; b++) {
      const from = (down ? a : b) * size;
      let sum = 0;
      for (let i = 0; i < size; i++) sum += kernel[from + i]! * cells[down ? i * columns + b : a * columns + i]!;
      result[a * columns + b] = sum;
    }
  }
  return result;
}

/**
 * Least squares among scores that only rise (or fall) from bin to bin, weighted by training rows, each output by itself (isotonic
 * regression by pooling adjacent violators; Barlow et al. 1972). A bin without rows takes its old score cut to what its neighbours allow;
 * missing cells keep theirs. Throws UserError for what has no order.
 */
export function monotone(term: BoostedTerm, outputs: number, direction: MonotoneDirection): BoostedTerm {
  requireNumber(term);
  const errors = term.errors && new Float64Array(term.errors);
  const scores = new Float64Array(term.scores);
  for (let k = 0; k < outputs; k++) {
    const { values, blocks } = isotonic(valuesOf(term, term.scores, k, outputs), inBins(term.weights), direction);
    values.forEach((value, i) => { scores[(i + 1) * outputs + k] = value; });
    if (errors) averageOver(errors, term, blocks, k, outputs);
  }
  return { ...term, scores, ...(errors && { errors }) };
}

/** The direction that changes the scores less. */
export function nearerDirection(term: BoostedTerm, outputs: number): MonotoneDirection {
  requireNumber(term);
  const weights = inBins(term.weights);
  const change = (direction: MonotoneDirection): number => Array.from({ length: outputs }, (_, k) => {
    const before = valuesOf(term, term.scores, k, outputs);
    return isotonic(before, weights, direction).values.reduce((sum, value, i) => sum + weights[i]! * (value - before[i]!) ** 2, 0);
  }).reduce((a, b) => a + b, 0);
  return change('increasing') <= change('decreasing') ? 'increasing' : 'decreasing';
}

function requireNumber(term: BoostedTerm): void {
  if (term.bins.length === 1 && term.bins[0]!.kind === 'number') return;
  const why = term.bins.length > 1 ? 'it is a term of two features' : 'its values are levels without an order';
  throw new UserError('badOption', `"${termName(term)}" cannot be made increasing or decreasing: ${why}.`);
}

/** Bins of values only: neither missing nor unseen. */
const inBins = (values: Float64Array): Float64Array => values.subarray(1, values.length - 1);

function valuesOf({ weights }: BoostedTerm, scores: Float64Array, k: number, outputs: number): Float64Array {
  return Float64Array.from({ length: weights.length - 2 }, (_, i) => scores[(i + 1) * outputs + k]!);
}

interface Block { readonly from: number; readonly to: number; readonly value: number; readonly weight: number }

/** Blocks: [from, to) of bins that share a score. */
export function isotonic(values: Float64Array, weights: Float64Array, direction: MonotoneDirection): { readonly values: Float64Array; readonly blocks: readonly Block[] } {
  const sign = direction === 'increasing' ? 1 : -1;
  const blocks: Block[] = [];
  for (let i = 0; i < values.length; i++) {
    if (!(weights[i]! > 0)) continue;
    let block: Block = { from: i, to: i + 1, value: sign * values[i]!, weight: weights[i]! };
    while (blocks.length > 0 && blocks[blocks.length - 1]!.value > block.value) {
      const left = blocks.pop()!;
      const weight = left.weight + block.weight;
      block = { from: left.from, to: block.to, value: (left.value * left.weight + block.value * block.weight) / weight, weight };
    }
    blocks.push(block);
  }
  const result = new Float64Array(values.length);
  let next = 0;
  for (let i = 0; i < values.length; i++) {
    while (next < blocks.length && blocks[next]!.to <= i) next++;
    const inside = blocks[next] && blocks[next]!.from <= i;
    const least = blocks[next - 1]?.value ?? -Infinity;
    result[i] = sign * (inside ? blocks[next]!.value : Math.min(blocks[next]?.value ?? Infinity, Math.max(least, previous(result, i, sign), sign * values[i]!)));
  }
  return { values: result, blocks };
}

function previous(result: Float64Array, i: number, sign: number): number {
  return i > 0 ? sign * result[i - 1]! : -Infinity;
}

function averageOver(errors: Float64Array, { weights }: BoostedTerm, blocks: readonly Block[], k: number, outputs: number): void {
  for (const { from, to, weight } of blocks) {
    let sum = 0;
    for (let i = from; i < to; i++) sum += weights[i + 1]! * errors[(i + 1) * outputs + k]!;
    for (let i = from; i < to; i++) if (weights[i + 1]! > 0) errors[(i + 1) * outputs + k] = sum / weight;
  }
}

/** The operator on the scores of each output, and on their errors. */
function eachOutput(term: BoostedTerm, outputs: number, use: (values: Float64Array) => Float64Array): BoostedTerm {
  const all = (cells: Float64Array): Float64Array => {
    const result = new Float64Array(cells.length);
    for (let k = 0; k < outputs; k++) {
      use(Float64Array.from(term.weights, (_, cell) => cells[cell * outputs + k]!)).forEach((value, cell) => { result[cell * outputs + k] = value; });
    }
    return result;
  };
  return { ...term, scores: all(term.scores), ...(term.errors && { errors: all(term.errors) }) };
}
