/** The profile of every column: kind, role, missing values, spread and a small picture of its distribution. */
import { html } from 'lit';
import type { ColumnProfile } from '../../src/protocol/profile';
import { formatCount, formatShare, formatTime, shortenSentence, visibleName } from '../format';
import { known, t } from '../l10n';
import type { Cell, TableModel } from '../tables/tableModel';
import type { SectionOf, SectionRenderer } from './section';
import { distributionText, sparkline } from './sparkline';

export const columns: SectionRenderer<'columns'> = {
  wide: true,
  render(section, { report }) {
    return section.columns.length === 0 ? { empty: t('There are no columns.') } : { table: () => columnsTable(section, report.data.rows) };
  },
};

export function columnsTable(section: SectionOf<'columns'>, rows: number): TableModel {
  return {
    caption: section.title,
    columns: [
      { title: t('Column'), format: 'name', rowHeader: true }, { title: t('Role'), format: 'text' }, { title: t('Kind'), format: 'text' },
      { title: t('Missing'), format: 'count', hint: t('Missing values, and their share of the rows.') },
      { title: t('Distinct'), format: 'count', hint: t('Number of different values, missing ones not counted.') },
      { title: t('Mean'), format: 'number' }, { title: t('Std. dev.'), format: 'number' }, { title: t('Minimum'), format: 'number' },
      { title: t('Median'), format: 'number' }, { title: t('Maximum'), format: 'number' }, { title: t('Distribution'), format: 'text', unsortable: true },
    ],
    rows: section.columns.map(column => columnRow(column, rows)),
  };
}

/** Parts that do not read well as they are called. */
const roleWords: Partial<Readonly<Record<SectionOf<'columns'>['columns'][number]['role'], string>>> = { nextState: t('next state'), end: t('end of an episode') };

function columnRow(column: SectionOf<'columns'>['columns'][number], rows: number): readonly Cell[] {
  const share = rows > 0 && column.missing > 0 ? ` · ${formatShare(column.missing / rows)}` : '';
  return [
    nameCell(column), { value: known(roleWords[column.role] ?? column.role) }, { value: known(column.kind) },
    { value: column.missing, text: `${formatCount(column.missing)}${share}` },
    { value: column.distinct, text: `${column.distinctIsApproximate ? 'about ' : ''}${formatCount(column.distinct)}` },
    quantity(column, column.mean), { value: column.standardDeviation, ...(column.kind === 'datetime' && { value: undefined }) },
    quantity(column, quantile(column, 0)), quantity(column, quantile(column, 0.5)), quantity(column, quantile(column, 1)),
    { value: distributionText(column), title: distributionText(column), drawing: () => sparkline(column, { width: 96, height: 20 }) },
  ];
}

/** The name, and under it what is odd about the column. */
function nameCell({ name, note }: ColumnProfile): Cell {
  if (note === undefined) return { value: name };
  return {
    value: name, title: `${visibleName(name)}: ${note}`, className: 'noted',
    drawing: () => html`<span class="cell-name">${visibleName(name)}</span><span class="cell-note">${shortenSentence(note)}</span>`,
  };
}

/** A value of a column: a date in a column of dates. */
function quantity({ kind }: ColumnProfile, value: number | undefined): Cell {
  return kind === 'datetime' && value !== undefined ? { value, text: formatTime(value).slice(0, 10), title: formatTime(value) } : { value };
}

export function quantile({ quantiles }: ColumnProfile, probability: number): number | undefined {
  return quantiles?.find(point => Math.abs(point.probability - probability) < 1e-9)?.value;
}
