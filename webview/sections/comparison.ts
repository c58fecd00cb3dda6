/** Model families on the same folds: a table with a dot and an interval each on one axis, and what is recommended. */
import { html, nothing, svg } from 'lit';
import type { ComparedModel, Comparison } from '../../src/protocol/comparison';
import type { Metric, MetricName } from '../../src/protocol/measures';
import { formatInterval, formatLevel, formatNumber, formatShort, fullPrecision, shortenSentence } from '../format';
import { t } from '../l10n';
import type { Cell, TableModel } from '../tables/tableModel';
import { metricTexts } from './metricNames';
import type { SectionOf, SectionRenderer, SectionView } from './section';

/** Metrics beside the one that models are compared by. */
const others: Readonly<Record<Comparison['metric'], readonly MetricName[]>> = { rmse: ['r2'], logLoss: ['accuracy', 'auc'] };

export const comparison: SectionRenderer<'comparison'> = {
  wide: true,
  render(section, view) {
    const found = view.report.comparison;
    if (!found || found.models.length === 0) return { empty: t('No model could be compared.') };
    return { table: () => comparisonTable(section, found), extra: below(found, view) };
  },
};

export function comparisonTable(section: SectionOf<'comparison'>, found: Comparison): TableModel {
  const { metric, models, level } = found;
  const main = metricTexts[metric];
  const shown = others[metric].filter(name => models.some(model => metricOf(model, name)));
  const scores = [...new Map(models.flatMap(model => model.scores.map(score => [score.name, score] as const))).values()];
  const interval = t('{0} interval', formatLevel(level));
  return {
    caption: section.title,
    columns: [
      { title: t('Model'), format: 'text', rowHeader: true },
      { title: main.title, format: 'number', hint: main.hint },
      { title: interval, format: 'text', unsortable: true, copyTitle: `${main.title}, ${interval}` },
      { title: t('Value and interval'), format: 'text', unsortable: true },
      ...shown.map(name => ({ title: metricTexts[name].title, format: 'number' as const, hint: metricTexts[name].hint })),
      { title: t('Worse by'), format: 'number', hint: t('Paired difference from the best in {0} on the same held-out rows. {1}.', main.title, found.test) },
      { title: t('Interval of the difference'), format: 'text', unsortable: true, hint: t('{0} of the difference from the best.', interval) },
      { title: 'p', format: 'pValue', hint: t('Two-sided, of the hypothesis that this model and the best are equally good; not adjusted for the number of models.') },
      { title: t('Fit, s'), format: 'number', hint: t('Seconds of the fit on all rows.') },
      { title: t('In all, s'), format: 'number', hint: t('Seconds of the fit, the folds and the scores.') },
      ...scores.map(({ title, method }) => ({ title, format: 'number' as const, hint: method })),
    ],
    rows: models.map(model => rowOf(model, found, shown, scores.map(({ name }) => name))),
  };
}

function rowOf(model: ComparedModel, found: Comparison, shown: readonly MetricName[], scores: readonly string[]): readonly Cell[] {
  const main = metricOf(model, found.metric);
  const { difference } = model;
  const isBest = model.family === found.best;
  return [
    nameCell(model, found),
    { value: main?.value, className: 'strong' },
    intervalCell(main?.low, main?.high),
    { value: undefined, text: '', drawing: () => intervalDot(main, found), className: 'bar' },
    ...shown.map(name => ({ value: metricOf(model, name)?.value, title: metricTitle(metricOf(model, name), found.level) })),
    difference ? { value: difference.value, text: `${formatNumber(difference.value)}${difference.withinOneStandardError ? ' ≈' : ''}`, title: differenceTitle(difference) }
      : { value: isBest ? 0 : undefined, text: isBest ? 'best' : '–' },
    intervalCell(difference?.low, difference?.high),
    { value: difference?.pValue },
    { value: model.fitSeconds, text: formatShort(model.fitSeconds) },
    { value: model.seconds, text: formatShort(model.seconds) },
    ...scores.map(name => ({ value: model.scores.find(score => score.name === name)?.value })),
  ];
}

function nameCell({ family, title }: ComparedModel, { recommended }: Comparison): Cell {
  const isRecommended = family === recommended;
  return {
    value: title, text: isRecommended ? `${title} (recommended)` : title,
    drawing: () => html`${title}${isRecommended ? html`<span class="better">${t('✓ recommended')}</span>` : nothing}`,
  };
}

function metricOf({ metrics }: ComparedModel, name: MetricName): Metric | undefined {
  return metrics.find(metric => metric.name === name);
}

function metricTitle(metric: Metric | undefined, level: number): string {
  if (!metric) return '';
  return `${fullPrecision(metric.value)}${metric.low === undefined ? '' : ` (${formatLevel(level)} interval ${formatInterval(metric.low, metric.high)})`}`;
}

function differenceTitle({ value, standardError, withinOneStandardError }: NonNullable<ComparedModel['difference']>): string {
  return t('{0}{1}: {2} one standard error of the best', fullPrecision(value), standardError === undefined ? '' : t(', standard error {0}', formatNumber(standardError)), withinOneStandardError ? 'within' : 'beyond');
}

function intervalCell(low: number | undefined, high: number | undefined): Cell {
  const known = low !== undefined && high !== undefined;
  return { value: known ? `${low} to ${high}` : undefined, text: formatInterval(low, high) };
}

const width = 132;

/** The range that holds the values of all models with their intervals: one axis for the rows. */
export function sharedRange({ models, metric }: Comparison): readonly [number, number] {
  const drawn = models.flatMap(model => {
    const main = metricOf(model, metric);
    return [main?.value, main?.low, main?.high];
  }).filter((value): value is number => value !== undefined && Number.isFinite(value));
  const low = Math.min(...drawn);
  const high = Math.max(...drawn);
  if (drawn.length === 0) return [0, 1];
  return high > low ? [low, high] : [low - Math.abs(low || 1) / 2, high + Math.abs(high || 1) / 2];
}

function intervalDot(metric: Metric | undefined, found: Comparison): unknown {
  const [from, to] = sharedRange(found);
  const at = (value: number): number => 5 + ((value - from) / (to - from)) * (width - 10);
  const best = found.models.find(({ family }) => family === found.best);
  const least = best && metricOf(best, found.metric)?.value;
  return html`<svg class="interval-bar" width=${width} height="16" viewBox=${`0 0 ${width} 16`} aria-hidden="true" focusable="false">
    ${svg`<line class="track" x1="5" x2=${width - 5} y1="8" y2="8"></line>`}
    ${least === undefined ? '' : svg`<path class="base" d=${`M${at(least)} 2V14`}></path>`}
    ${metric?.low !== undefined && metric.high !== undefined ? svg`<line class="span" x1=${at(metric.low)} x2=${at(metric.high)} y1="8" y2="8"></line>` : ''}
    ${metric && Number.isFinite(metric.value) ? svg`<circle class="value" cx=${at(metric.value)} cy="8" r="3.5"></circle>` : ''}
  </svg>`;
}

function below(found: Comparison, { report, explainFamily }: SectionView): unknown {
  const { recommended, notRun, waiting = [], models } = found;
  const other = waiting.length === 0 && recommended !== undefined && recommended !== report.model.family && explainFamily
    ? models.find(({ family }) => family === recommended) : undefined;
  return html`
    <p class="key">
      <span class="key-interval">${t('{0} with its {1} interval; lower is better', metricTexts[found.metric].title, formatLevel(found.level))}</span>
      <span class="key-baseline">${t('the best')}</span>
      <span>${t('≈: within one standard error of the best')}</span>
    </p>
    ${waiting.length === 0 ? nothing : html`<p class="key"><span role="status">${t('To come: {0}.', shortenSentence(waiting.map(({ title }) => title).join(', ')))}</span></p>`}
    ${notRun.length === 0 ? nothing : html`<ul class="metric-notes">${notRun.map(({ text }) => html`<li>${shortenSentence(text)}</li>`)}</ul>`}
    ${other ? html`<p><vscode-button class="screen-only" data-action="explainRecommended" @click=${() => explainFamily!(other.family)}>${t('Explain the Recommended Model')}</vscode-button></p>` : nothing}`;
}
