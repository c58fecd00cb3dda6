/** Conformity scores of held-out rows for intervals: distances outside of bounds that a model gave without the row. */
import type { WorkContext } from '../context';
import type { Dataset, Target } from '../data/dataset';
import type { Evaluation } from '../evaluate/crossValidate';
import { sampleRows } from '../evaluate/scores';
import type { Rng } from '../math/random';
import { conformalQuantile } from './conformalQuantile';
import type { Combination } from './guarantee';
import { HeldOutQuantiles, type Grouping } from './heldOutQuantiles';
import { acrossFolds, halvesWithin, largestFold, type HeldOutRows } from './heldOutRows';
import { fitResidualQuantiles, residualBounds, type ResidualQuantiles, type ResidualSample } from './residualQuantiles';

/** A model that gives bounds; the rows whose scores calibrate them were unknown to it. */
export interface IntervalUnit {
  /** Index into the evaluation's `foldModels`. */
  readonly model: number;
  /** Absent: the bounds are the prediction itself, and the score is the size of the residual. */
  readonly quantiles?: ResidualQuantiles;
}

export type IntervalMethod = 'split' | 'cv+' | 'jackknife+' | 'cqr';

/** All arrays have one entry a scored row. */
export interface IntervalScores {
  readonly method: IntervalMethod;
  readonly combination: Combination;
  readonly units: readonly IntervalUnit[];
  readonly unitOf: Int32Array;
  readonly predicted: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** max(low − y, y − high): below 0 inside of the bounds; Infinity where there is no prediction. */
  readonly scores: Float64Array;
  /** Units whose scores calibrate new rows: all, or one ('split'). */
  readonly delivered: readonly number[];
  readonly groupOf: Int32Array;
  readonly heldOutQuantiles: HeldOutQuantiles;
}

/** What is known of held-out rows of a regression. */
export interface HeldOutValues extends HeldOutRows { readonly predicted: Float64Array; readonly actual: Float64Array }

export function heldOutValues({ target }: Dataset, { heldOut }: Evaluation, held: HeldOutRows): HeldOutValues {
  if (target.task !== 'regression') throw new Error('intervals are for regressions');
  const mean = heldOut.prediction.mean!;
  return { ...held, predicted: Float64Array.from(held.places, place => mean[place]), actual: Float64Array.from(held.rows, row => target.values[row]) };
}

/** |y − ŷ| of all folds (CV+: Barber et al. 2021), of a hold-out, or, with `asSplit`, of each fold by itself. */
export function residualScores(held: HeldOutValues, asSplit: boolean, rng: Rng): IntervalScores {
  const { foldOf, folds, predicted } = held;
  const split = asSplit || folds === 1;
  const units = Array.from({ length: folds }, (_, model) => ({ model }));
  return withScores(held.actual, {
    method: split ? 'split' : held.single ? 'jackknife+' : 'cv+', combination: split ? 'split' : 'cross',
    units, unitOf: foldOf, predicted, low: predicted, high: predicted,
    delivered: split ? [largestFold(foldOf, folds)] : units.map(unit => unit.model),
  }, split ? halvesWithin(foldOf, folds, rng) : acrossFolds(foldOf, folds));
}

/**
 * Conformalised quantile residuals: each fold model's residuals on its own training rows give quantiles of the residual by
 * the features, and the rows that it did not see the scores (Romano, Patterson & Candès 2019, NeurIPS). Whatever the
 * quantiles are worth, calibration rows had no part in them; a model that fits its training rows exactly has no residuals
 * there, and what remains is the constant width of plain residual scores.
 */
export async function quantileScores(
  dataset: Dataset, evaluation: Evaluation, held: HeldOutValues, level: number, context: WorkContext, rng: Rng,
): Promise<IntervalScores> {
  const { folds, foldOf, predicted, rows } = held;
  const units: IntervalUnit[] = [];
  const low = predicted.slice();
  const high = predicted.slice();
  const members = membersOf(foldOf, folds);
  for (let k = 0; k < folds; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    const quantiles = fitResidualQuantiles(trainingResiduals(dataset, evaluation, k, rng.fork(`sample ${k}`)), level);
    const bounds = residualBounds(quantiles, dataset.table, members[k].map(i => rows[i]), Float64Array.from(members[k], i => predicted[i]));
    members[k].forEach((i, at) => {
      low[i] = bounds.low[at];
      high[i] = bounds.high[at];
    });
    units.push({ model: k, quantiles });
  }
  const split = folds === 1;
  return withScores(held.actual, {
    method: 'cqr', combination: split ? 'split' : 'cross', units, unitOf: foldOf, predicted, low, high, delivered: units.map((_, unit) => unit),
  }, split ? halvesWithin(foldOf, 1, rng) : acrossFolds(foldOf, folds));
}

/**
 * Mean width, over the calibration rows, of the intervals that new rows get at the level: 2q for the residuals of a split, q the
 * quantile of all its scores and not of the halves that judge each other. Undefined for intervals put together from several
 * models, and where they are infinite.
 */
export function deliveredWidth({ combination, delivered, unitOf, scores, low, high }: IntervalScores, level: number): number | undefined {
  if (combination !== 'split') return undefined;
  const own = Array.from(unitOf.keys()).filter(i => unitOf[i] === delivered[0]);
  const quantile = conformalQuantile(Float64Array.from(own, i => scores[i]).sort(), level);
  const width = own.reduce((sum, i) => sum + Math.max(0, high[i] - low[i] + 2 * quantile), 0) / own.length;
  return Number.isFinite(width) ? width : undefined;
}

/** More rows sharpen the quantiles little and cost time; fewer a model where there are many. */
const mostTrainingRows = 2000;
const mostRowsInAll = 40_000;

/** Residuals of a fold model on a sample of its training rows; rows without a finite one are left out. */
function trainingResiduals({ table, target }: Dataset, { folds, foldModels }: Evaluation, fold: number, rng: Rng): ResidualSample {
  const sample = sampleRows(folds[fold].train, Math.min(mostTrainingRows, Math.max(200, Math.floor(mostRowsInAll / folds.length))), rng);
  const model = foldModels[fold];
  const mean = model.predict(table, sample).mean!;
  const values = (target as Target & { task: 'regression' }).values;
  const usable = Int32Array.from(sample.keys()).filter(i => Number.isFinite(values[sample[i]] - mean[i]));
  return {
    table, features: model.features, rows: usable.map(i => sample[i]), predicted: Float64Array.from(usable, i => mean[i]),
    residuals: Float64Array.from(usable, i => values[sample[i]] - mean[i]),
  };
}

function withScores(
  actual: Float64Array, parts: Omit<IntervalScores, 'scores' | 'groupOf' | 'heldOutQuantiles'>, grouping: Grouping,
): IntervalScores {
  const scores = actual.map((y, i) => {
    const score = Math.max(parts.low[i] - y, y - parts.high[i]);
    return Number.isNaN(score) ? Infinity : score;
  });
  return { ...parts, scores, groupOf: grouping.groupOf, heldOutQuantiles: new HeldOutQuantiles(scores, grouping) };
}

function membersOf(groupOf: Int32Array, groups: number): Int32Array[] {
  const lists: number[][] = Array.from({ length: groups }, () => []);
  groupOf.forEach((group, i) => lists[group].push(i));
  return lists.map(list => Int32Array.from(list));
}
