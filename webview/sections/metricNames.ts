/** Names of the metrics for people, and which way is better. */
import type { Metric, MetricName, VersusBaseline } from '../../src/protocol/report';

export interface MetricText {
  readonly title: string;
  readonly better: 'higher' | 'lower';
  readonly hint: string;
  /** Range that the values can take, for a bar's axis. */
  readonly range?: readonly [number, number];
}

export const metricTexts: Readonly<Record<MetricName, MetricText>> = {
  accuracy: { title: 'Accuracy', better: 'higher', range: [0, 1], hint: 'Share of rows whose class was predicted right.' },
  precision: { title: 'Precision', better: 'higher', range: [0, 1], hint: 'Of the rows predicted to be of the class, the share that are.' },
  recall: { title: 'Recall', better: 'higher', range: [0, 1], hint: 'Of the rows of the class, the share that were found.' },
  f1: { title: 'F1', better: 'higher', range: [0, 1], hint: 'Harmonic mean of precision and recall.' },
  auc: { title: 'ROC AUC', better: 'higher', range: [0, 1], hint: 'Chance that a row of the class is ranked above one of another class; 0.5 is guessing.' },
  logLoss: { title: 'Log loss', better: 'lower', hint: 'Mean negative log-likelihood of the true class, in nats.' },
  brier: { title: 'Brier score', better: 'lower', hint: 'Mean squared error of the predicted probabilities.' },
  ece: { title: 'Calibration error (ECE)', better: 'lower', hint: 'Expected calibration error: mean gap between predicted and observed shares.' },
  rmse: { title: 'RMSE', better: 'lower', hint: 'Root mean squared error, in units of the target.' },
  mae: { title: 'MAE', better: 'lower', hint: 'Mean absolute error, in units of the target.' },
  r2: { title: 'R²', better: 'higher', hint: 'Share of the variance explained on held-out rows; 0 is as good as the mean, below is worse.' },
};

export type Verdict = VersusBaseline['verdict'] | 'worse' | 'no clear difference';

/** The paired verdict of the report. Reports of earlier versions have none: theirs compares the value's own interval. */
export function verdict(metric: Metric, better: 'higher' | 'lower', list: readonly Metric[]): Verdict | undefined {
  return list.some(item => item.versusBaseline) ? metric.versusBaseline?.verdict : unpairedVerdict(metric, better);
}

/** The value against its baseline; unclear when the interval holds the baseline. */
export function unpairedVerdict(
  { value, low, high, baseline }: Pick<Metric, 'value' | 'low' | 'high' | 'baseline'>, better: 'higher' | 'lower',
): Verdict | undefined {
  if (baseline === undefined) return undefined;
  if (low !== undefined && high !== undefined && low <= baseline && baseline <= high) return 'no clear difference';
  if (value === baseline) return 'no clear difference';
  return (value > baseline) === (better === 'higher') ? 'better' : 'worse';
}
