/** Linear models in closed form: how far each row is from another answer, without any search. */
import type { Model } from '../../models/model';
import { directionsOf } from './additiveAttack';
import { boxOf, everyRow, placesOf, tableAt, type Ground, type NumberCell } from './ground';
import type { Truth } from './judge';

/** Of one row and one rival: margin m = score of the truth less that of the rival, and what it falls by per deviation of each number. */
export interface LinearMargin {
  readonly margin: number;
  /** Signed: a positive slope makes the rival stronger as the number grows. */
  readonly slopes: Float64Array;
}

/** ε at which the margin is gone with every number free to move ε deviations: m / Σ |s_j|. 0 where it is gone already, ∞ without slopes. */
export function boxDistance({ margin, slopes }: LinearMargin): number {
  return margin <= 0 ? 0 : margin / slopes.reduce((sum, s) => sum + Math.abs(s), 0);
}

/** Length of the shortest step over the boundary, in deviations: m / √Σ s_j². */
export function ballDistance({ margin, slopes }: LinearMargin): number {
  return margin <= 0 ? 0 : margin / Math.hypot(...slopes);
}

/**
 * The same as `boxDistance` where number j can move at most `room[j]` deviations in the direction that harms: the ε with
 * Σ_j |s_j| min(ε, room_j) = m, found along the sorted rooms; ∞ where all of them together do not reach.
 */
export function boundedDistance({ margin, slopes }: LinearMargin, room: ArrayLike<number>): number {
  if (margin <= 0) return 0;
  const order = Array.from(slopes.keys()).sort((a, b) => room[a] - room[b]);
  let free = slopes.reduce((sum, s) => sum + Math.abs(s), 0);
  let used = 0;
  for (const j of order) {
    if (free > 0 && used + free * room[j] >= margin) break;
    used += Math.abs(slopes[j]) * room[j];
    free -= Math.abs(slopes[j]);
  }
  // What is left after the last subtraction is rounding.
  return free > 1e-12 * slopes.reduce((sum, s) => sum + Math.abs(s), 0) ? Math.max(0, (margin - used) / free) : Infinity;
}

export interface LinearDistances {
  /** Of each row of the ground, the nearest rival's. */
  readonly box: Float64Array;
  readonly ball: Float64Array;
  /** Within the training rows' range. */
  readonly bounded: Float64Array;
}

/** Distances of a plain linear classifier's rows (isPlainLinear). */
export function linearDistances(model: Model, ground: Ground, truth: Truth): LinearDistances {
  const margins = linearMargins(model, ground, truth);
  const least = (of: (item: LinearMargin, row: number) => number): Float64Array =>
    Float64Array.from({ length: ground.rows }, (_, i) => margins.reduce((nearest, rival) => Math.min(nearest, of(rival[i], i)), Infinity));
  return { box: least(boxDistance), ball: least(ballDistance), bounded: least((item, row) => boundedDistance(item, roomOf(ground, row, item.slopes))) };
}

/** Deviations that reach every place. */
const anywhere = 1e100;

/** Deviations that each number can move in the direction that harms. */
function roomOf(ground: Ground, row: number, slopes: Float64Array): Float64Array {
  const p = ground.columns.length;
  return Float64Array.from(placesOf(ground, 'number'), (j, at) => {
    const [low, high] = boxOf(ground, row, j, anywhere);
    const x = ground.start[row * p + j];
    const { deviation } = ground.columns[j] as NumberCell;
    return Number.isNaN(x) ? 0 : (slopes[at] > 0 ? high - x : x - low) / deviation;
  });
}

/** rivals × rows. A missing number has slope 0: it cannot be changed. */
export function linearMargins(model: Model, ground: Ground, truth: Truth): LinearMargin[][] {
  const { base, outputs, values, features } = model.additiveParts!(ground.table)!;
  const slopes = slopesOf(model, ground, outputs);
  const numbers = placesOf(ground, 'number');
  const p = ground.columns.length;
  return directionsOf(truth, model, everyRow(ground), outputs).map(weights => Array.from({ length: ground.rows }, (_, i): LinearMargin => {
    let score = 0;
    for (let k = 0; k < outputs; k++) {
      let link = base[k];
      for (let f = 0; f < features.length; f++) link += values[(i * features.length + f) * outputs + k];
      score += weights[i * outputs + k] * link;
    }
    const along = Float64Array.from(numbers, (j, at) => {
      if (Number.isNaN(ground.start[i * p + j])) return 0;
      let sum = 0;
      for (let k = 0; k < outputs; k++) sum += weights[i * outputs + k] * slopes[at * outputs + k];
      return sum;
    });
    return { margin: -score, slopes: along };
  }));
}

/** What each output changes by per deviation of each number: numbers × outputs. */
export function slopesOf(model: Model, ground: Ground, outputs: number): Float64Array {
  const numbers = placesOf(ground, 'number');
  const p = ground.columns.length;
  const result = new Float64Array(numbers.length * outputs);
  numbers.forEach((j, at) => {
    const { name, low, high, deviation } = ground.columns[j] as NumberCell;
    const cells = new Float64Array(2 * p);
    for (const end of [0, 1]) {
      cells.set(ground.start.subarray(0, p), end * p);
      cells[end * p + j] = end === 0 ? low : high;
    }
    const parts = model.additiveParts!(tableAt(ground, cells, new Int32Array(2)))!;
    const f = parts.features.indexOf(name);
    if (f < 0) return;
    const part = (row: number, k: number): number => parts.values[(row * parts.features.length + f) * outputs + k];
    for (let k = 0; k < outputs; k++) result[at * outputs + k] = ((part(1, k) - part(0, k)) / (high - low)) * deviation;
  });
  return result;
}
