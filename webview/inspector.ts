/** Entry of the side bar's inspector: one column of a data set, or one model, in little room. */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import type { InspectorMethods, InspectorSnapshot } from '../src/protocol/panel';
import { hasTarget } from '../src/protocol/recipe';
import type { ColumnProfile } from '../src/protocol/profile';
import type { AnyReport } from '../src/protocol/report';
import {
  formatCount, formatInterval, formatLevel, formatNumber, formatShare, formatTime, fullPrecision, shorten, shortenSentence, visibleName,
} from './format';
import { t } from './l10n';
import { connectToHost } from './rpc';
import type { VsCodeApi } from './rpc';
import { metricTexts } from './sections/metricNames';
import { sparkline } from './sections/sparkline';
import { fileName } from './view/facts';
import { safely } from './view/safely';

declare function acquireVsCodeApi(): VsCodeApi;

const connection = connectToHost(acquireVsCodeApi(), window);
let snapshot: InspectorSnapshot | undefined;
let fault: string | undefined;

function draw(): void {
  render(html`<main class="inspector" data-kind=${snapshot?.kind ?? 'loading'}>${safely(t('This'), view)}</main>`,
    document.getElementById('unveil-root') ?? document.body);
}

function view(): TemplateResult {
  if (fault !== undefined) return html`<p class="empty" role="alert">${fault}</p>`;
  if (!snapshot || snapshot.kind === 'nothing') {
    return html`<h1 class="visually-hidden">${t('Inspector')}</h1><p class="empty">${t('Select a column or a model in the views above to see it here.')}</p>`;
  }
  return snapshot.kind === 'column' ? columnView(snapshot) : modelView(snapshot.name, snapshot.report);
}

function columnView({ column, file, rows }: Extract<InspectorSnapshot, { kind: 'column' }>): TemplateResult {
  return html`
    ${heading(column.name, t('{0} column of {1}', column.kind, fileName(file)))}
    ${column.note === undefined ? nothing : html`<p class="muted">${shortenSentence(column.note)}</p>`}
    ${column.histogram && column.histogram.length > 0 ? html`<div>${sparkline(column, { width: 260, height: 64 })}${ends(column)}</div>` : nothing}
    <dl class="facts">
      ${fact(t('Rows'), formatCount(rows))}
      ${fact(t('Missing'), `${formatCount(column.missing)}${rows > 0 ? ` · ${formatShare(column.missing / rows)}` : ''}`)}
      ${fact(t('Distinct'), `${column.distinctIsApproximate ? 'about ' : ''}${formatCount(column.distinct)}`)}
      ${column.mean === undefined ? nothing : quantity(column, t('Mean'), column.mean)}
      ${column.standardDeviation === undefined || column.kind === 'datetime' ? nothing : quantity(column, t('Std. deviation'), column.standardDeviation)}
      ${(column.quantiles ?? []).map(({ probability, value }) => quantity(column, quantileName(probability), value))}
    </dl>
    ${levels(column, rows)}`;
}

function levels({ levels: list = [], histogram }: ColumnProfile, rows: number): TemplateResult | typeof nothing {
  if (list.length === 0 || (histogram && histogram.length > 0)) return nothing;
  const most = Math.max(1, ...list.map(level => level.count));
  const share = (count: number): string => (rows > 0 ? formatShare(count / rows) : '');
  return html`
    <table>
      <caption class="visually-hidden">${t('Most frequent values')}</caption>
      <thead><tr><th scope="col">${t('Value')}</th><th scope="col" class="number">${t('Rows')}</th><th scope="col">${t('Share')}</th></tr></thead>
      <tbody>${list.map(({ level, count }) => html`
        <tr>
          <th scope="row" title=${visibleName(level)}><bdi>${visibleName(level)}</bdi></th>
          <td class="number">${formatCount(count)}</td>
          <td title=${share(count)}><span class="visually-hidden">${share(count)}</span><span class="level-bar" .style=${`width: ${(100 * count) / most}%`}></span></td>
        </tr>`)}</tbody>
    </table>`;
}

function modelView(name: string, report: AnyReport): TemplateResult {
  const { data, model, performance, recipe } = report;
  return html`
    ${heading(name, model.title)}
    <dl class="facts">
      ${hasTarget(recipe) ? fact(t('Target'), recipe.target) : fact(t('Found'), model.headline ?? model.title)}
      ${fact(t('Task'), model.task)}
      ${fact(t('File'), fileName(recipe.file))}
      ${fact(t('Rows'), formatCount(data.rowsUsed))}
      ${fact(hasTarget(recipe) ? t('Features') : t('Columns'), formatCount(recipe.features.length))}
      ${performance ? fact(t('Measured by'), performance.scheme) : nothing}
    </dl>
    ${performance ? html`
      <table>
        <caption class="visually-hidden">${t('Performance on held-out rows, with {0} intervals', formatLevel(recipe.level))}</caption>
        <thead><tr><th scope="col">${t('Metric')}</th><th scope="col" class="number">${t('Value, {0} interval', formatLevel(recipe.level))}</th></tr></thead>
        <tbody>${performance.metrics.map(({ name: metric, value, low, high, baseline }) => html`
          <tr title=${baseline === undefined ? '' : t('Baseline: {0}', formatNumber(baseline))}>
            <th scope="row">${metricTexts[metric]?.title ?? metric}</th>
            <td class="number" title=${fullPrecision(value)}>
              ${formatNumber(value)}${low === undefined ? nothing : html`<span class="better">${formatInterval(low, high)}</span>`}
            </td>
          </tr>`)}</tbody>
      </table>` : hasTarget(recipe) ? html`<p class="muted">${t('Performance was not measured.')}</p>` : html`<p class="muted">${shortenSentence(report.sections[0]?.summary ?? '')}</p>`}`;
}

function heading(name: string, kind: string): TemplateResult {
  return html`<div><h1 title=${visibleName(name).slice(0, 2000)}>${shorten(visibleName(name), 120)}</h1><p class="subtitle">${shortenSentence(kind)}</p></div>`;
}

function fact(label: string, value: string, title?: string): TemplateResult {
  return html`<div><dt>${label}</dt><dd title=${title ?? visibleName(value).slice(0, 2000)}>${shorten(visibleName(value), 120)}</dd></div>`;
}

function quantity({ kind }: ColumnProfile, label: string, value: number): TemplateResult {
  return kind === 'datetime' ? fact(label, formatTime(value)) : fact(label, formatNumber(value), fullPrecision(value));
}

function ends({ histogram = [], kind }: ColumnProfile): TemplateResult {
  const format = kind === 'datetime' ? formatTime : formatNumber;
  return html`<p class="ends muted"><span>${format(histogram[0]?.low ?? 0)}</span><span>${format(histogram[histogram.length - 1]?.high ?? 0)}</span></p>`;
}

function quantileName(probability: number): string {
  const names = new Map([[0, t('Minimum')], [0.25, t('Lower quartile')], [0.5, t('Median')], [0.75, t('Upper quartile')], [1, t('Maximum')]]);
  return names.get(probability) ?? `${Number((probability * 100).toPrecision(3))} % quantile`;
}

connection.onNotification('snapshot', (next: InspectorSnapshot) => {
  snapshot = next;
  draw();
});
connection.listen();
draw();
connection.sendRequest<InspectorMethods['ready'][1]>('ready', {}).then(
  next => {
    snapshot ??= next;
    draw();
  },
  (error: unknown) => {
    console.error(error);
    fault = t('The inspector could not be loaded.');
    draw();
  },
);
