/** How often conformal intervals hold the truth on rows that did not calibrate them, and how wide they are. */
import { wilson, type Interval } from '../evaluate/intervals';
import type { IntervalScores } from './intervalScores';

export interface MeasuredCoverage {
  readonly level: number;
  /** Rows that were judged. */
  readonly rows: number;
  readonly coverage: number;
  /** Wilson interval of the coverage at the recipe's level. */
  readonly interval: Interval;
  /** In the target's unit. */
  readonly meanWidth?: number;
}

/** One kind of interval or set with what was measured of it. */
export interface MeasuredMethod<Measured = MeasuredCoverage> {
  /** 'split', 'cv+', 'jackknife+', 'cqr' (intervals); 'aps', 'lac' (sets); else the model's own word for its intervals. */
  readonly name: string;
  /** At the recipe's level; absent where intervals are infinite. */
  readonly measured?: Measured;
  /** At the plotted levels where it could be measured. */
  readonly calibration: readonly MeasuredCoverage[];
}

/**
 * Coverage at the level: each row's bounds come from a model that did not see it, and the score that widens them from rows of
 * other folds (for a split, from the other half of its fold). Undefined where those are too few for a finite interval.
 */
export function measureIntervals(scores: IntervalScores, level: number, wilsonLevel: number): MeasuredCoverage | undefined {
  const quantiles = scores.heldOutQuantiles.at(level);
  let within = 0;
  let width = 0;
  const rows = scores.scores.length;
  for (let i = 0; i < rows; i++) {
    const quantile = quantiles[scores.groupOf[i]];
    if (quantile === Infinity) return undefined;
    if (scores.scores[i] <= quantile) within++;
    width += widthOf(scores, i, quantile);
  }
  if (rows === 0) return undefined;
  return { level, rows, coverage: within / rows, interval: wilson(within, rows, wilsonLevel), ...(Number.isFinite(width) && { meanWidth: width / rows }) };
}

/** Bounds that a negative score brings past each other close to a point. */
function widthOf({ low, high }: IntervalScores, i: number, quantile: number): number {
  return Math.max(0, high[i] - low[i] + 2 * quantile);
}

export interface Tenth {
  /** Least, greatest and mean prediction. */
  readonly from: number;
  readonly to: number;
  readonly prediction: number;
  readonly rows: number;
  readonly coverage: number;
  readonly interval: Interval;
  readonly meanWidth: number;
}

/** The same by tenths of the rows in order of prediction; fewer parts where they would have under 10 rows. */
export function measureByPrediction(scores: IntervalScores, level: number, wilsonLevel: number): Tenth[] {
  const { predicted, groupOf, heldOutQuantiles } = scores;
  const quantiles = heldOutQuantiles.at(level);
  if (quantiles.some(quantile => quantile === Infinity)) return [];
  const order = Array.from(predicted.keys()).filter(i => Number.isFinite(predicted[i])).sort((a, b) => predicted[a] - predicted[b] || a - b);
  const parts = Math.min(10, Math.floor(order.length / 10));
  return Array.from({ length: parts }, (_, part) => {
    const rows = order.slice(Math.floor((part * order.length) / parts), Math.floor(((part + 1) * order.length) / parts));
    const quantile = (i: number): number => quantiles[groupOf[i]];
    const within = rows.filter(i => scores.scores[i] <= quantile(i)).length;
    const mean = (of: (i: number) => number): number => rows.reduce((sum, i) => sum + of(i), 0) / rows.length;
    return {
      from: predicted[rows[0]], to: predicted[rows[rows.length - 1]], prediction: mean(i => predicted[i]), rows: rows.length,
      coverage: within / rows.length, interval: wilson(within, rows.length, wilsonLevel), meanWidth: mean(i => widthOf(scores, i, quantile(i))),
    };
  });
}
