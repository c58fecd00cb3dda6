/** Conformity scores of held-out rows for sets of classes, and how good the sets are on rows that did not calibrate them. */
import type { Evaluation } from '../evaluate/crossValidate';
import { wilson } from '../evaluate/intervals';
import type { Dataset } from '../data/dataset';
import type { Rng } from '../math/random';
import type { Combination } from './guarantee';
import { HeldOutQuantiles } from './heldOutQuantiles';
import { acrossFolds, halvesWithin, largestFold, type HeldOutRows } from './heldOutRows';
import { labelScores, likeliest, type LabelScore } from './labelScores';
import type { MeasuredCoverage } from './measureIntervals';

/** Row × class cells to measure at most; more rows are thinned evenly. */
const mostCells = 2e6;

export interface SetScores {
  readonly method: 'split' | 'cv+' | 'jackknife+';
  readonly score: LabelScore;
  readonly combination: Combination;
  /** Fold model of each scored row. */
  readonly unitOf: Int32Array;
  readonly classes: readonly string[];
  readonly actual: Int32Array;
  /** Every `step`-th row is measured; of those the scores of all classes, rows × classes, and the likeliest class. */
  readonly step: number;
  readonly classScores: Float64Array;
  readonly likeliest: Int32Array;
  /** Of the row's own class; Infinity where there is no prediction. */
  readonly scores: Float64Array;
  readonly delivered: readonly number[];
  readonly groupOf: Int32Array;
  readonly heldOutQuantiles: HeldOutQuantiles;
}

/** `uniforms`: a uniform number for each of the held-out rows. */
export function setScores(
  { target }: Dataset, evaluation: Evaluation, held: HeldOutRows, uniforms: Float64Array, score: LabelScore, asSplit: boolean, rng: Rng,
): SetScores {
  if (target.task !== 'classification') throw new Error('sets are for classes');
  const { places, rows, foldOf, folds } = held;
  const width = target.classes.length;
  const all = evaluation.heldOut.prediction.probabilities!;
  const actual = rows.map(row => target.codes[row]);
  const step = Math.max(1, Math.ceil((places.length * width) / mostCells));
  const measured = Math.ceil(places.length / step);
  const classScores = new Float64Array(measured * width);
  const top = new Int32Array(measured);
  const scores = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) {
    const own = all.subarray(places[i] * width, (places[i] + 1) * width);
    const values = labelScores(score, own, uniforms[i]);
    scores[i] = Number.isNaN(values[actual[i]]) ? Infinity : values[actual[i]];
    if (i % step > 0) continue;
    classScores.set(values, (i / step) * width);
    top[i / step] = likeliest(own);
  }
  const split = asSplit || folds === 1;
  const grouping = split ? halvesWithin(foldOf, folds, rng) : acrossFolds(foldOf, folds);
  return {
    method: split ? 'split' : held.single ? 'jackknife+' : 'cv+', score, combination: split ? 'split' : 'cross',
    unitOf: foldOf, classes: target.classes, actual, step, classScores, likeliest: top, scores,
    delivered: split ? [largestFold(foldOf, folds)] : Array.from({ length: folds }, (_, k) => k),
    groupOf: grouping.groupOf, heldOutQuantiles: new HeldOutQuantiles(scores, grouping),
  };
}

export interface MeasuredSets extends MeasuredCoverage {
  readonly meanSize: number;
  /** Share of sets of one class. */
  readonly singletons: number;
  /** Share of sets that held no class at first and were given the likeliest. */
  readonly filled: number;
  /** By class of the target: rows, and how many of them were held. */
  readonly byClass: readonly { readonly rows: number; readonly within: number }[];
}

/** As `measureIntervals`, for sets: all classes whose score is at most the quantile, and the likeliest always. */
export function measureSets(sets: SetScores, level: number, wilsonLevel: number): MeasuredSets | undefined {
  const width = sets.classes.length;
  const quantiles = sets.heldOutQuantiles.at(level);
  const byClass = sets.classes.map(() => ({ rows: 0, within: 0 }));
  let [rows, within, size, singletons, filled] = [0, 0, 0, 0, 0];
  for (let i = 0; i < sets.actual.length; i += sets.step, rows++) {
    const quantile = quantiles[sets.groupOf[i]];
    if (quantile === Infinity) return undefined;
    let count = 0;
    for (let k = rows * width; k < (rows + 1) * width; k++) if (sets.classScores[k] <= quantile) count++;
    const top = sets.likeliest[rows];
    const extra = sets.classScores[rows * width + top] <= quantile ? 0 : 1;
    if (count === 0) filled++;
    if (count + extra === 1) singletons++;
    size += count + extra;
    const mine = byClass[sets.actual[i]];
    mine.rows++;
    if (sets.scores[i] <= quantile || sets.actual[i] === top) { mine.within++; within++; }
  }
  if (rows === 0) return undefined;
  return {
    level, rows, coverage: within / rows, interval: wilson(within, rows, wilsonLevel),
    meanSize: size / rows, singletons: singletons / rows, filled: filled / rows, byClass,
  };
}
