/** Names of the metrics for people, and which way is better. */
import type { Metric, MetricName, VersusBaseline } from '../../src/protocol/measures';
import { t } from '../l10n';

export interface MetricText {
  readonly title: string;
  readonly better: 'higher' | 'lower';
  readonly hint: string;
  /** Range that the values can take, for a bar's axis. */
  readonly range?: readonly [number, number];
}

export const metricTexts: Readonly<Record<MetricName, MetricText>> = {
  accuracy: { title: t('Accuracy'), better: 'higher', range: [0, 1], hint: t('Share of rows whose class was predicted right.') },
  precision: { title: t('Precision'), better: 'higher', range: [0, 1], hint: t('Of the rows predicted to be of the class, the share that are.') },
  recall: { title: t('Recall'), better: 'higher', range: [0, 1], hint: t('Of the rows of the class, the share that were found.') },
  f1: { title: 'F1', better: 'higher', range: [0, 1], hint: t('Harmonic mean of precision and recall.') },
  auc: { title: 'ROC AUC', better: 'higher', range: [0, 1], hint: t('Chance that a row of the class is ranked above one of another class; 0.5 is guessing.') },
  logLoss: { title: t('Log loss'), better: 'lower', hint: t('Mean negative log-likelihood of the true class, in nats.') },
  brier: { title: t('Brier score'), better: 'lower', hint: t('Mean squared error of the predicted probabilities.') },
  ece: { title: t('Calibration error (ECE)'), better: 'lower', hint: t('Expected calibration error: mean gap between predicted and observed shares.') },
  rmse: { title: 'RMSE', better: 'lower', hint: t('Root mean squared error, in units of the target.') },
  mae: { title: 'MAE', better: 'lower', hint: t('Mean absolute error, in units of the target.') },
  r2: { title: 'R²', better: 'higher', hint: t('Share of the variance explained on held-out rows; 0 is as good as the mean, below is worse.') },
};

export type Verdict = VersusBaseline['verdict'] | 'worse' | 'no clear difference';

/** Each verdict in the person's language. */
export function verdictTitles(): Readonly<Record<Verdict, string>> {
  return { better: t('better'), 'not clearly better': t('not clearly better'), worse: t('worse'), 'no better': t('no better'), 'no clear difference': t('no clear difference') };
}

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
