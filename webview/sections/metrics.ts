/** The performance table: each metric with its interval, beside the baseline and the value on the training rows. */
import { svg, html } from 'lit';
import type { Metric } from '../../src/protocol/measures';
import { formatCount, formatInterval, formatLevel, formatNumber, fullPrecision, shortenSentence } from '../format';
import { t } from '../l10n';
import type { Cell, TableModel } from '../tables/tableModel';
import { metricTexts, verdict, verdictTitles } from './metricNames';
import type { MetricText } from './metricNames';
import type { SectionOf, SectionRenderer } from './section';

export const metrics: SectionRenderer<'metrics'> = {
  wide: true,
  render(section, { report }) {
    const { performance, recipe } = report;
    if (!performance || performance.metrics.length === 0) return { empty: t('Performance was not measured: all rows were used for the fit.') };
    return {
      table: () => metricsTable(section, performance.metrics, recipe.level),
      extra: html`
        <p class="key">
          <span class="key-interval">${t('value with its {0} interval', formatLevel(recipe.level))}</span>
          <span class="key-baseline">${t('baseline: {0}', shortenSentence(section.baselineTitle))}</span>
          <span>${t('Measured on {0} held-out rows, {1}.', formatCount(performance.rows), shortenSentence(performance.scheme))}</span>
        </p>
        ${metricNotes(performance.metrics)}`,
    };
  },
};

export function metricsTable(section: SectionOf<'metrics'>, list: readonly Metric[], level: number): TableModel {
  const train = list.some(metric => metric.train !== undefined);
  return {
    caption: section.title,
    columns: [
      { title: t('Metric'), format: 'text', rowHeader: true, unsortable: true },
      { title: t('Held-out value'), format: 'number', unsortable: true },
      { title: t('{0} interval', formatLevel(level)), format: 'text', unsortable: true },
      { title: t('Value and interval'), format: 'text', unsortable: true },
      { title: t('Baseline'), format: 'number', unsortable: true, hint: section.baselineTitle },
      { title: t('Against baseline'), format: 'text', unsortable: true },
      ...(train ? [{ title: t('On training rows'), format: 'number' as const, unsortable: true, hint: t('For the gap only: a model is judged on held-out rows.') }] : []),
    ],
    rows: list.map(metric => metricRow(metric, train, list, level)),
  };
}

function metricRow(metric: Metric, train: boolean, list: readonly Metric[], level: number): readonly Cell[] {
  const text: MetricText = metricTexts[metric.name] ?? { title: metric.name, better: 'higher', hint: '' };
  const outcome = verdict(metric, text.better, list);
  const mark = outcome === 'better' ? '✓ ' : outcome === 'worse' || outcome === 'no better' ? '✗ ' : outcome ? '≈ ' : '';
  const hasInterval = metric.low !== undefined && metric.high !== undefined;
  return [
    {
      value: text.title, title: text.hint,
      drawing: () => html`${text.title}<span class="better">${text.better === 'higher' ? t('higher is better') : t('lower is better')}</span>`,
    },
    { value: metric.value, className: 'strong', title: foldTitle(metric) },
    {
      value: hasInterval ? `${metric.low} to ${metric.high}` : undefined, text: formatInterval(metric.low, metric.high),
      title: hasInterval ? t('{0} to {1}', fullPrecision(metric.low as number), fullPrecision(metric.high as number)) : '',
    },
    { value: undefined, drawing: () => intervalBar(metric, text), className: 'bar' },
    { value: metric.baseline },
    { value: outcome, text: outcome ? `${mark}${verdictTitles()[outcome]}` : '–', title: gainTitle(metric, level) },
    ...(train ? [{ value: metric.train }] : []),
  ];
}

/** The paired difference behind the verdict. */
function gainTitle({ versusBaseline }: Metric, level: number): string {
  if (!versusBaseline) return '';
  const { gain, low, high } = versusBaseline;
  return t('Paired difference from the baseline, positive is better: {0}{1}', formatNumber(gain), low === undefined || high === undefined ? '' : t(' ({0} interval {1})', formatLevel(level), formatInterval(low, high)));
}

/** What has to be known of single metrics, below the table. */
function metricNotes(list: readonly Metric[]): unknown {
  const noted = list.filter(metric => metric.note !== undefined);
  if (noted.length === 0) return '';
  return html`<ul class="metric-notes">
    ${noted.map(metric => html`<li><strong>${metricTexts[metric.name]?.title ?? metric.name}:</strong> ${shortenSentence(metric.note!)}</li>`)}
  </ul>`;
}

function foldTitle({ value, folds }: Metric): string {
  return folds && folds.length > 1
    ? t('{0}; folds: {1}', fullPrecision(value), folds.map(fold => formatNumber(fold)).join(', '))
    : fullPrecision(value);
}

/** The axis of a bar: the metric's own range, else from the smallest to the largest of what is drawn. */
export function barRange(metric: Metric, range: readonly [number, number] | undefined): readonly [number, number] {
  if (range) return range;
  const drawn = [metric.value, metric.low, metric.high, metric.baseline]
    .filter((value): value is number => value !== undefined && Number.isFinite(value));
  const low = Math.min(...drawn, 0);
  const high = Math.max(...drawn, 0);
  return high > low ? [low, high] : [low, low + 1];
}

const width = 112;

function intervalBar(metric: Metric, text: MetricText): unknown {
  const [from, to] = barRange(metric, text.range);
  const at = (value: number): number => 4 + Math.max(0, Math.min(1, (value - from) / (to - from))) * (width - 8);
  const { value, low, high, baseline } = metric;
  return html`<svg class="interval-bar" width=${width} height="16" viewBox=${`0 0 ${width} 16`} aria-hidden="true" focusable="false">
    ${svg`<line class="track" x1="4" x2=${width - 4} y1="8" y2="8"></line>`}
    ${low !== undefined && high !== undefined ? svg`<line class="span" x1=${at(low)} x2=${at(high)} y1="8" y2="8"></line>` : ''}
    ${baseline !== undefined ? svg`<path class="base" d=${`M${at(baseline)} 1V15`}></path>` : ''}
    ${Number.isFinite(value) ? svg`<circle class="value" cx=${at(value)} cy="8" r="3.5"></circle>` : ''}
  </svg>`;
}
