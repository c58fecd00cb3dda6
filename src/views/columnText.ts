/** Words, icons and spark lines for columns and models in trees and quick picks. Pure. */
import type { ColumnKind, ColumnProfile } from '../protocol/profile';
import type { MetricName } from '../protocol/measures';
import { known, t } from '../services/l10n';
import type { MetricSummary } from '../services/modelSummary';

/** Codicon of each kind of column. */
export const kindIcons: Readonly<Record<ColumnKind, string>> = {
  numeric: 'symbol-number',
  categorical: 'symbol-enum',
  boolean: 'symbol-boolean',
  datetime: 'calendar',
  text: 'symbol-string',
  identifier: 'symbol-key',
  constant: 'symbol-constant',
  empty: 'circle-slash',
};

const blocks = '▁▂▃▄▅▆▇█';

/** Counts as blocks of relative height, summed into at most `width` neighbours each; empty without counts. */
export function sparkLine(counts: readonly number[], width = 10): string {
  if (counts.length === 0) return '';
  const bins = Math.min(width, counts.length);
  const sums = new Array<number>(bins).fill(0);
  counts.forEach((count, index) => { sums[Math.floor((index * bins) / counts.length)]! += count; });
  const most = Math.max(...sums);
  if (!(most > 0)) return '';
  return sums.map(sum => blocks[Math.min(blocks.length - 1, Math.floor((sum / most) * blocks.length))]).join('');
}

/** The spark line of a column: its histogram, else its most frequent levels. */
export function columnSpark(column: ColumnProfile): string {
  if (column.histogram && column.histogram.length > 1) return sparkLine(column.histogram.map(bin => bin.count));
  const shown = column.kind === 'categorical' || column.kind === 'boolean';
  return shown && column.levels ? sparkLine(column.levels.map(level => level.count)) : '';
}

/** Each kind in words. */
const kindTitles: Readonly<Record<ColumnKind, string>> = {
  numeric: t('numeric'), categorical: t('categorical'), boolean: t('boolean'), datetime: t('datetime'), text: t('text'), identifier: t('identifier'), constant: t('constant'), empty: t('empty'),
};

/** Share of missing cells in words; empty when none is missing. */
export function missingText(missing: number, rows: number): string {
  if (missing === 0 || rows === 0) return '';
  const percent = (100 * missing) / rows;
  return t('{0} % missing', percent < 1 ? '< 1' : percent > 99 && missing < rows ? '> 99' : Math.round(percent));
}

/** What a column is, for a description: kind, levels, missing share. */
export function columnText(column: ColumnProfile, rows: number): string {
  const levels = column.kind === 'categorical' || column.kind === 'boolean' ? t('{0} levels', countText(column.distinct)) : '';
  return [kindTitles[column.kind], levels, missingText(column.missing, rows)].filter(part => part !== '').join(' · ');
}

export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

export const metricTitles: Readonly<Record<MetricName, string>> = {
  accuracy: t('Accuracy'), precision: t('Precision'), recall: t('Recall'), f1: 'F1', auc: 'ROC AUC', logLoss: t('Log loss'), brier: t('Brier score'),
  ece: t('Calibration error (ECE)'), rmse: 'RMSE', mae: 'MAE', r2: 'R²',
};

/** A number with four significant digits. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(3);
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

/** A held-out metric with its interval. */
export function metricText(metric: MetricSummary): string {
  const { value, low, high } = metric;
  return low === undefined || high === undefined ? numberText(value) : t('{0} ({1} to {2})', numberText(value), numberText(low), numberText(high));
}

/** What a line about a model begins with: what was found without a target, else its main metric. */
export function modelLine({ headline: found, metrics }: { readonly headline?: string; readonly metrics: readonly MetricSummary[] }): string {
  return found === undefined ? headline(metrics) : known(found);
}

/** The metric that a line about a model begins with: accuracy, or R². */
export function headline(metrics: readonly MetricSummary[]): string {
  const metric = metrics.find(item => item.name === 'accuracy' || item.name === 'r2') ?? metrics[0];
  return metric ? `${metricTitles[metric.name]} ${numberText(metric.value)}` : t('not evaluated');
}
