/** The metrics of a model card: of the model, and of each class. */
import type { Metric } from '../../protocol/measures';
import type { ModelFile } from '../../protocol/modelFile';
import { metricTitle } from '../evaluate/metrics';
import { isBetterHigher } from '../evaluate/intervals';
import { formatCount, formatLevel, formatNumber } from '../report/format';
import { classMetrics } from './classMetrics';
import { markdownTable, plain } from './markdown';

interface Bounded { readonly value: number; readonly low?: number; readonly high?: number }

const between = ({ low, high }: Partial<Bounded>): string => (low === undefined || high === undefined ? '–' : `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`);

export function metricParts({ report, recipe }: ModelFile): string[] {
  const { performance } = report;
  if (!performance) return ['No metrics were measured.'];
  const header = ['Metric', 'Better', 'Value', `${formatLevel(recipe.level)} interval`, 'Baseline', 'Against the baseline'];
  const rows = performance.metrics.map((metric: Metric) => [
    metricTitle(metric.name), isBetterHigher(metric.name) ? 'higher' : 'lower', formatNumber(metric.value), between(metric),
    metric.baseline === undefined ? '–' : formatNumber(metric.baseline), metric.versusBaseline?.verdict ?? '–',
  ]);
  const sentence = performance.versusBaseline ? [plain(performance.versusBaseline.sentence)] : [];
  return [...sentence, markdownTable(header, rows, [2, 4]), ...byClass(report, recipe.level)];
}

function byClass({ sections }: ModelFile['report'], level: number): string[] {
  const confusion = sections.find(section => section.kind === 'confusion');
  if (confusion?.kind !== 'confusion') return [];
  const cell = (of: Bounded | undefined): string => (of ? `${formatNumber(of.value, 3)} (${between(of)})` : '–');
  const rows = classMetrics(confusion.classes, confusion.counts, level)
    .map(({ name, rows: count, precision, recall, f1 }) => [name, formatCount(count), cell(precision), cell(recall), f1 === undefined ? '–' : formatNumber(f1, 3)]);
  return ['### By class', plain(`Of all held-out rows together, with Wilson's ${formatLevel(level)} interval for a share of rows.`), markdownTable(['Class', 'Held-out rows', 'Precision', 'Recall', 'F1'], rows, [1, 4])];
}
