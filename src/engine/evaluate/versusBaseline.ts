/** Is the model better than its baseline by more than chance? Paired differences fold by fold; row by row they are in bootstrap.ts. */
import type { Task } from '../../protocol/recipe';
import type { MetricName, VersusBaseline } from '../../protocol/measures';
import { correctedResampledT, isBetterHigher, meanOf } from './intervals';
import type { Scores } from './scores';

/** How much better than the baseline the model is in one metric; positive is better, whatever the metric's direction. */
export interface Gain {
  readonly name: MetricName;
  readonly gain: number;
  readonly low?: number;
  readonly high?: number;
}

/** Metrics that the verdict on the model rests on. The first is a proper score of all that the model predicts. */
function headlineMetrics(task: Task): readonly MetricName[] {
  return task === 'regression' ? ['rmse'] : ['logLoss', 'accuracy'];
}

/**
 * Metrics in which model and baseline are compared: all but the calibration error, for class shares are calibrated by
 * construction and no model can be better in that.
 */
export function comparedMetrics(task: Task): readonly MetricName[] {
  return task === 'regression' ? ['rmse', 'mae', 'r2'] : ['accuracy', 'precision', 'recall', 'f1', 'auc', 'logLoss', 'brier'];
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

/** In words what a paired difference shows: a gain whose interval leaves out 0 is sure, one that reaches over 0 is not clear. */
export function judged({ gain, low, high }: Omit<Gain, 'name'>): VersusBaseline {
  const sure = low !== undefined && low > 0;
  return {
    verdict: sure ? 'better' : gain > 0 ? 'not clearly better' : 'no better', gain,
    ...(low !== undefined && high !== undefined && { low, high }),
  };
}

/**
 * One verdict for the model: of the RMSE (regression); of log loss and accuracy (classes), better where it is in one of them.
 * Undefined where neither could be compared.
 */
export function overallVerdict(task: Task, gains: readonly Gain[]): VersusBaseline['verdict'] | undefined {
  const verdicts = headlineMetrics(task).flatMap(name => gains.filter(gain => gain.name === name)).map(gain => judged(gain).verdict);
  return (['better', 'not clearly better', 'no better'] as const).find(verdict => verdicts.includes(verdict));
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
