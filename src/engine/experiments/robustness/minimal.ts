/** From attacks that succeed to the smallest that predicting confirms. */
import { cellsOf, type Ground, type NumberCell } from './ground';
import type { Judge } from './judge';
import type { Track } from './track';

/** Halvings along the way from the row to the attack. */
const halvings = 20;

/**
 * Shares of the straight way from some cells to others, of as many rows as listed, at which each row is wrong: the nearest that halving finds. The
 * end of the way must be wrong.
 */
export function nearestShares(judge: Judge, from: Float64Array, to: Float64Array, which: Int32Array): Float64Array {
  const low = new Float64Array(which.length);
  const high = new Float64Array(which.length).fill(1);
  for (let step = 0; step < halvings; step++) {
    const middle = low.map((value, i) => (value + high[i]) / 2);
    const { wrong } = judge.of(between(judge.ground, from, to, middle), which);
    middle.forEach((value, i) => { (wrong[i] === 1 ? high : low)[i] = value; });
  }
  return high;
}

export function between({ columns }: Ground, from: Float64Array, to: Float64Array, shares: Float64Array): Float64Array {
  const p = columns.length;
  return from.map((x, c) => (shares[Math.floor(c / p)] === 1 || x === to[c] ? to[c] : x + shares[Math.floor(c / p)] * (to[c] - x)));
}

/**
 * Of each row, a size in deviations at which it is known to flip: on the straight way to the attack that was found, the nearest place that
 * predicting confirms. 0: wrong as it is; NaN: not flipped. No lower bound: another way may be shorter.
 */
export function smallestFlips(judge: Judge, track: Track): Float64Array {
  const { ground } = judge;
  const which = flippedRows(track);
  const from = cellsOf(ground, ground.start, which);
  const to = cellsOf(ground, track.cells, which);
  const shares = nearestShares(judge, from, to, which);
  const result = Float64Array.from(track.first, first => (first === 0 ? 0 : NaN));
  which.forEach((row, i) => { result[row] = shares[i] * sizeOf(ground, from, to, i); });
  return result;
}

/** Largest change of a number in deviations. */
function sizeOf({ columns }: Ground, from: Float64Array, to: Float64Array, i: number): number {
  const p = columns.length;
  return columns.reduce((most, column, j) => (column.kind === 'number' && from[i * p + j] !== to[i * p + j] ? Math.max(most, Math.abs(to[i * p + j] - from[i * p + j]) / column.deviation) : most), 0);
}

/** Rows that were right and were found wrong, up to a size. */
export function flippedRows({ first }: Track, most = Infinity): Int32Array {
  return Int32Array.from(first.keys()).filter(row => first[row] > 0 && first[row] <= most);
}

/** Deviations that a number was changed by, with its sign. */
export function deviationsOf(column: NumberCell, before: number, after: number): number {
  return (after - before) / column.deviation;
}
