/** Entry of the side bar's inspector: one column of a data set, or one model, in little room. */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import type { InspectorMethods, InspectorSnapshot } from '../src/protocol/panel';
import type { ColumnProfile } from '../src/protocol/profile';
import type { Report } from '../src/protocol/report';
import {
  formatCount, formatInterval, formatLevel, formatNumber, formatShare, formatTime, fullPrecision, shorten, shortenSentence, visibleName,
} from './format';
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
  render(html`<main class="inspector" data-kind=${snapshot?.kind ?? 'loading'}>${safely('This', view)}</main>`,
    document.getElementById('unveil-root') ?? document.body);
}

function view(): TemplateResult {
  if (fault !== undefined) return html`<p class="empty" role="alert">${fault}</p>`;
  if (!snapshot || snapshot.kind === 'nothing') {
    return html`<h1 class="visually-hidden">Inspector</h1><p class="empty">Select a column or a model in the views above to see it here.</p>`;
  }
  return snapshot.kind === 'column' ? columnView(snapshot) : modelView(snapshot.name, snapshot.report);
}

function columnView({ column, file, rows }: Extract<InspectorSnapshot, { kind: 'column' }>): TemplateResult {
  return html`
    ${heading(column.name, `${column.kind} column of ${fileName(file)}`)}
    ${column.note === undefined ? nothing : html`<p class="muted">${shortenSentence(column.note)}</p>`}
    ${column.histogram && column.histogram.length > 0 ? html`<div>${sparkline(column, { width: 260, height: 64 })}${ends(column)}</div>` : nothing}
    <dl class="facts">
      ${fact('Rows', formatCount(rows))}
      ${fact('Missing', `${formatCount(column.missing)}${rows > 0 ? ` · ${formatShare(column.missing / rows)}` : ''}`)}
      ${fact('Distinct', `${column.distinctIsApproximate ? 'about ' : ''}${formatCount(column.distinct)}`)}
      ${column.mean === undefined ? nothing : quantity(column, 'Mean', column.mean)}
      ${column.standardDeviation === undefined || column.kind === 'datetime' ? nothing : quantity(column, 'Std. deviation', column.standardDeviation)}
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
      <caption class="visually-hidden">Most frequent values</caption>
      <thead><tr><th scope="col">Value</th><th scope="col" class="number">Rows</th><th scope="col">Share</th></tr></thead>
      <tbody>${list.map(({ level, count }) => html`
        <tr>
          <th scope="row" title=${visibleName(level)}><bdi>${visibleName(level)}</bdi></th>
          <td class="number">${formatCount(count)}</td>
          <td title=${share(count)}><span class="visually-hidden">${share(count)}</span><span class="level-bar" .style=${`width: ${(100 * count) / most}%`}></span></td>
        </tr>`)}</tbody>
    </table>`;
}

function modelView(name: string, report: Report): TemplateResult {
  const { data, model, performance, recipe } = report;
  return html`
    ${heading(name, model.title)}
    <dl class="facts">
      ${fact('Target', recipe.target)}
      ${fact('Task', model.task)}
      ${fact('File', fileName(recipe.file))}
      ${fact('Rows', formatCount(data.rowsUsed))}
      ${fact('Features', formatCount(recipe.features.length))}
      ${performance ? fact('Measured by', performance.scheme) : nothing}
    </dl>
    ${performance ? html`
      <table>
        <caption class="visually-hidden">Performance on held-out rows, with ${formatLevel(recipe.level)} intervals</caption>
        <thead><tr><th scope="col">Metric</th><th scope="col" class="number">Value, ${formatLevel(recipe.level)} interval</th></tr></thead>
        <tbody>${performance.metrics.map(({ name: metric, value, low, high, baseline }) => html`
          <tr title=${baseline === undefined ? '' : `Baseline: ${formatNumber(baseline)}`}>
            <th scope="row">${metricTexts[metric]?.title ?? metric}</th>
            <td class="number" title=${fullPrecision(value)}>
              ${formatNumber(value)}${low === undefined ? nothing : html`<span class="better">${formatInterval(low, high)}</span>`}
            </td>
          </tr>`)}</tbody>
      </table>` : html`<p class="muted">Performance was not measured.</p>`}`;
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
  const names = new Map([[0, 'Minimum'], [0.25, 'Lower quartile'], [0.5, 'Median'], [0.75, 'Upper quartile'], [1, 'Maximum']]);
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
    fault = 'The inspector could not be loaded.';
    draw();
  },
);
