/** Draws a table model: sortable headers, a filter for long tables, at most 200 rows until more are asked for, copying. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { ref } from 'lit/directives/ref.js';
import { formatCount, plural, shorten, visibleName } from '../format';
import { t } from '../l10n';
import type { SectionState } from '../state';
import { watchScroll } from './scrollHint';
import { cellText, cellTitle, filterRows, isNumeric, sortRows, toDelimited } from './tableModel';
import type { Cell, TableColumn, TableModel } from './tableModel';

export const rowsAtFirst = 200;
const filterFrom = 30;

export interface TableHost {
  readonly state: SectionState;
  change(change: SectionState): void;
  copy(text: string, what: string): void;
}

export function tableView(table: TableModel, host: TableHost, domId: string): TemplateResult {
  const { sort, filter = '', rows: limit = rowsAtFirst } = host.state;
  const rows = filterRows(table, sortRows(table, sort), filter);
  const shown = rows.slice(0, limit);
  return html`
    ${table.rows.length >= filterFrom && table.columns.some(column => column.format === 'name' && column.rowHeader) ? filterBox(host, filter, domId, table.rows.length) : nothing}
    <div class="table-frame">
      <div class=${shown.length > 18 ? 'table-scroll tall' : 'table-scroll'} role="group" aria-label=${t('{0}: table', table.caption)} tabindex="0" ${ref(watchScroll)}>
        <table>
          <caption class="visually-hidden">${table.caption}</caption>
          <thead>
            ${table.groups ? html`<tr>${table.groups.map(group => group.title === ''
              ? html`<td colspan=${group.span}></td>`
              : html`<th scope="colgroup" colspan=${group.span} class="group">${group.title}</th>`)}</tr>` : nothing}
            <tr>${table.columns.map((column, index) => headerCell(column, index, host))}</tr>
          </thead>
          <tbody>
            ${shown.map(row => html`<tr>${row.map((cell, i) => bodyCell(cell, table.columns[i] as TableColumn))}</tr>`)}
          </tbody>
        </table>
      </div>
      <p class="scroll-hint screen-only" aria-hidden="true"></p>
    </div>
    ${rows.length === 0 ? html`<p class="muted">${filter === '' ? t('No rows.') : t('No row matches the filter.')}</p>` : nothing}
    <div class="table-foot">
      ${rows.length > limit ? html`
        <span>${t('{0} of {1} shown', formatCount(limit), plural(rows.length, 'row'))}</span>
        <button class="link" @click=${() => host.change({ rows: limit + rowsAtFirst })}>${t('Show {0} more', formatCount(Math.min(rowsAtFirst, rows.length - limit)))}</button>
      ` : filter !== '' ? html`<span>${t('{0} of {1}', plural(rows.length, 'row'), formatCount(table.rows.length))}</span>` : nothing}
      <span class="copy screen-only">
        <button class="link" @click=${() => host.copy(toDelimited(table, rows, ','), t('{0}, as CSV', table.caption))}>${t('Copy as CSV')}</button>
        <button class="link" @click=${() => host.copy(toDelimited(table, rows, '\t'), t('{0}, as TSV', table.caption))}>${t('Copy as TSV')}</button>
      </span>
    </div>`;
}

function filterBox(host: TableHost, filter: string, domId: string, rows: number): TemplateResult {
  return html`
    <div class="filter screen-only">
      <label class="visually-hidden" for=${`${domId}-filter`}>${t('Filter the {0} rows by name', formatCount(rows))}</label>
      <input id=${`${domId}-filter`} type="search" spellcheck="false" autocomplete="off"
        placeholder=${t('Filter {0} rows', formatCount(rows))} .value=${filter}
        @input=${(event: Event) => host.change({ filter: (event.target as unknown as { readonly value: string }).value, rows: rowsAtFirst })}>
    </div>`;
}

function headerCell(column: TableColumn, index: number, host: TableHost): TemplateResult {
  const className = isNumeric(column.format) ? 'number' : '';
  if (column.unsortable) {
    return html`<th scope="col" class=${className} title=${ifDefined(column.hint ?? longTitle(column))}><span class="head-text">${shorten(column.title, 60)}</span></th>`;
  }
  const { sort } = host.state;
  const sorted = sort?.column === index ? (sort.descending ? 'descending' : 'ascending') : undefined;
  const next = sorted === undefined ? isNumeric(column.format) : sorted === 'ascending';
  return html`
    <th scope="col" class=${className} aria-sort=${ifDefined(sorted)}>
      <button class="sort" title=${column.hint ?? longTitle(column) ?? t('Sort')} @click=${() => host.change({ sort: { column: index, descending: next } })}>
        <span class="head-text">${shorten(column.title, 60)}</span><span class="arrow" aria-hidden="true">${sorted === 'ascending' ? '▲' : sorted ? '▼' : ''}</span>
      </button>
    </th>`;
}

/** A title that may be cut is whole in its tooltip. */
function longTitle({ title }: TableColumn): string | undefined {
  return title.length > 20 ? visibleName(title) : undefined;
}

function bodyCell(cell: Cell, column: TableColumn): TemplateResult {
  const text = cellText(cell, column.format);
  const title = cellTitle(cell, column.format);
  const content = cell.drawing ? cell.drawing() : text;
  const className = [
    isNumeric(column.format) ? 'number' : column.format, cell.heat === undefined ? '' : 'heat', cell.className ?? '',
  ].join(' ').trim();
  if (column.rowHeader) {
    return html`<th scope="row" class=${className} title=${ifDefined(title)}><bdi>${content}</bdi></th>`;
  }
  return html`<td class=${className} title=${ifDefined(title)} .style=${cell.heat === undefined ? '' : `--heat: ${cell.heat.toFixed(2)}`}>${content}</td>`;
}
