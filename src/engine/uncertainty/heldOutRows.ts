/** The held-out rows that conformal methods use: all of them, or a random sample of very many. */
import type { Evaluation } from '../evaluate/crossValidate';
import type { Rng } from '../math/random';
import type { Grouping } from './heldOutQuantiles';

/** More calibration rows change an interval by less than its own rounding. */
const mostRows = 100_000;

export interface HeldOutRows {
  /** Places in the evaluation's `heldOut`, ascending. */
  readonly places: Int32Array;
  /** Rows of the dataset. */
  readonly rows: Int32Array;
  /** Index into the evaluation's `foldModels`. */
  readonly foldOf: Int32Array;
  readonly folds: number;
  /** Every fold has one row: leave-one-out. */
  readonly single: boolean;
}

export function heldOutRows({ heldOut, folds }: Evaluation, rng: Rng, most = mostRows): HeldOutRows {
  const all = Int32Array.from(heldOut.rows.keys());
  const places = all.length <= most ? all : rng.shuffle(all).slice(0, most).sort();
  return {
    places, rows: places.map(place => heldOut.rows[place]), foldOf: places.map(place => heldOut.foldOf[place]),
    folds: folds.length, single: folds.length > 1 && folds.every(fold => fold.test.length === 1),
  };
}

/** Halves of each fold at random, of equal size to one row: groups 2k and 2k + 1 are the halves of fold k, a block each fold. */
export function halvesWithin(foldOf: Int32Array, folds: number, rng: Rng): Grouping {
  const groupOf = new Int32Array(foldOf.length);
  const seen = new Int32Array(folds);
  for (const i of rng.shuffle(Int32Array.from(foldOf.keys()))) groupOf[i] = 2 * foldOf[i] + (seen[foldOf[i]]++ % 2);
  return { groupOf, blockOfGroup: Int32Array.from({ length: 2 * folds }, (_, group) => group >> 1) };
}

/** All folds in one block: each is judged by the others. */
export function acrossFolds(foldOf: Int32Array, folds: number): Grouping {
  return { groupOf: foldOf, blockOfGroup: new Int32Array(folds) };
}

/** The fold with the most of the rows, the first of equals: the calibration set of a split. */
export function largestFold(foldOf: Int32Array, folds: number): number {
  const sizes = new Int32Array(folds);
  for (const fold of foldOf) sizes[fold]++;
  return sizes.indexOf(Math.max(...sizes));
}
