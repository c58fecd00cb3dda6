/** What scoring one set of rows gives, and the small helpers that scorers share. */
import type { MetricName } from '../../protocol/measures';
import type { Prediction } from '../models/model';
import type { Rng } from '../math/random';

/** Metrics of one set of rows. A metric that has no value there is in `undefinedBecause`, never NaN. */
export interface Scores {
  readonly values: ReadonlyMap<MetricName, number>;
  readonly undefinedBecause: ReadonlyMap<MetricName, string>;
  /** Classification: what the calibration error is made of, so that sets of rows can be put together. */
  readonly calibration?: CalibrationSums;
}

/** By bin of confidence, over the rows in it: Σ (1 when right − confidence), and Σ of its square. */
export interface CalibrationSums {
  readonly gaps: Float64Array;
  readonly squares: Float64Array;
  readonly rows: number;
}

/** Scores fixed predictions of `rows` rows, as often as wanted with other weights (bootstrap counts). */
export interface Scorer {
  readonly rows: number;
  score(weights?: ArrayLike<number>): Scores;
}

/** Collects metric values; anything not finite becomes an absence with its reason. */
export class ScoreList implements Scores {
  readonly values = new Map<MetricName, number>();
  readonly undefinedBecause = new Map<MetricName, string>();
  calibration?: CalibrationSums;

  put(name: MetricName, value: number, reasonWhenUndefined = 'the value is too large for a number'): void {
    if (Number.isFinite(value)) this.values.set(name, value === 0 ? 0 : value);
    else this.undefinedBecause.set(name, reasonWhenUndefined);
  }
}

/**
 * Probabilities (rows × classes, row-major) with the columns of `classes`, from a model that knows `modelClasses`.
 * A class that the model never saw has probability 0. The same array when the classes are the same.
 */
export function alignedProbabilities(
  prediction: Prediction, modelClasses: readonly string[] | undefined, classes: readonly string[],
): Float64Array {
  const given = prediction.probabilities;
  if (!given) throw new Error('a classifier must predict probabilities');
  if (!modelClasses || (modelClasses.length === classes.length && modelClasses.every((name, k) => name === classes[k]))) return given;
  const places = new Map(classes.map((name, k) => [name, k]));
  const from = modelClasses.length;
  const to = classes.length;
  const result = new Float64Array(prediction.rows * to);
  modelClasses.forEach((name, k) => {
    const place = places.get(name);
    if (place === undefined) return;
    for (let i = 0; i < prediction.rows; i++) result[i * to + place] = given[i * from + k];
  });
  return result;
}

/** At most `most` of the rows, spread evenly with a random place in each stretch; ascending when `rows` is. */
export function sampleRows(rows: Int32Array, most: number, rng: Rng): Int32Array {
  if (rows.length <= most) return rows;
  const stretch = rows.length / most;
  const result = new Int32Array(most);
  let last = -1;
  for (let i = 0; i < most; i++) {
    const end = Math.floor((i + 1) * stretch);
    last = Math.min(end - 1, Math.max(last + 1, Math.floor((i + rng.uniform()) * stretch)));
    result[i] = rows[last];
  }
  return result;
}

/** The values at the given rows. */
export function pick(values: Float64Array, rows: Int32Array): Float64Array {
  const result = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) result[i] = values[rows[i]];
  return result;
}

/** The codes at the given rows. */
export function pickCodes(codes: Int32Array, rows: Int32Array): Int32Array {
  const result = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) result[i] = codes[rows[i]];
  return result;
}

/** "1 row", "1,309 rows". */
export function rowsWords(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`;
}
