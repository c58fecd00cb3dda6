/** Is the model better than its baseline by more than chance? Paired differences, fold by fold or row by row. */
import type { Task } from '../../protocol/recipe';
import type { MetricName } from '../../protocol/report';
import { normalFactor } from '../math/distributions';
import { correctedResampledT, isBetterHigher, meanOf } from './intervals';
import type { Scores } from './scores';

/** How much better than the baseline the model is in one metric; positive is better, whatever the metric's direction. */
export interface Gain {
  readonly name: MetricName;
  readonly gain: number;
  readonly low?: number;
  readonly high?: number;
}

/** Metrics in which model and baseline are compared. The first is a proper score of all that the model predicts. */
export function comparedMetrics(task: Task): readonly MetricName[] {
  return task === 'regression' ? ['rmse'] : ['logLoss', 'accuracy'];
}

/** Gains over two or more folds with the corrected resampled t interval of the paired differences. */
export function gainsOverFolds(
  task: Task, model: readonly Scores[], baseline: readonly Scores[], testToTrain: number, level: number,
): Gain[] {
  return comparedMetrics(task).flatMap(name => {
    const sign = isBetterHigher(name) ? 1 : -1;
    const differences = model.flatMap((scores, fold) => {
      const ours = scores.values.get(name);
      const theirs = baseline[fold].values.get(name);
      return ours === undefined || theirs === undefined ? [] : [sign * (ours - theirs)];
    });
    if (differences.length === 0) return [];
    return [{ name, gain: meanOf(differences), ...correctedResampledT(differences, testToTrain, level) }];
  });
}

/** Per held-out row: what the row adds to the loss of model and baseline (squared errors for a regression). */
export interface RowLosses { readonly name: MetricName; readonly model: Float64Array; readonly baseline: Float64Array }

/** Gains on one hold-out with a normal interval over rows; for the RMSE by the delta method on the mean squared errors. */
export function gainsOverRows(losses: readonly RowLosses[], level: number): Gain[] {
  return losses.flatMap(({ name, model, baseline }) => {
    const n = model.length;
    const root = name === 'rmse';
    const value = (rows: Float64Array): number => {
      const mean = rows.reduce((a, b) => a + b, 0) / n;
      return root ? Math.sqrt(mean) : mean;
    };
    const ours = value(model);
    const theirs = value(baseline);
    const gain = theirs - ours;
    if (!Number.isFinite(gain)) return [];
    const slope = (at: number): number => (root ? (at > 0 ? 1 / (2 * at) : 0) : 1);
    const influence = model.map((m, i) => baseline[i] * slope(theirs) - m * slope(ours));
    const error = standardError(influence);
    const half = normalFactor(level) * error;
    return [{ name, gain, ...(Number.isFinite(half) ? { low: gain - half, high: gain + half } : {}) }];
  });
}

/** Standard deviation of the values ÷ √n; NaN for fewer than two. */
export function standardError(values: Float64Array): number {
  const n = values.length;
  if (n < 2) return NaN;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (n - 1) / n);
}
