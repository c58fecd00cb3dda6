/** The map of two directions: where the rows of each group lie, and which way the columns point. */
import { html } from 'lit';
import { cellMiddle, mapChart, mostArrows, mostInLegend } from '../charts/mapChart';
import { shortName } from '../format';
import { mapKey } from './mapKey';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';
import type { SectionOf, SectionRenderer } from './section';

export const map: SectionRenderer<'map'> = {
  wide: true,
  render(section) {
    const { groups, summary, arrows } = section;
    if (groups.every(group => group.cells.length === 0)) return { empty: t('There are no rows to draw.') };
    const titles = { xTitle: shortName(section.xTitle, 60), yTitle: shortName(section.yTitle, 60) };
    return {
      charts: [{ spec: { label: summary, height: 460, maxWidth: 820, build: theme => mapChart(theme, { ...section, ...titles }) } }],
      extra: html`
        <p class="key">
          <span>${t('Each mark is a cell of the plane, larger with more rows in it{0}.', groups.length > 1 ? t('; shape and colour are the cluster with most of them, whose {0} stands at its centre', groups.length > mostInLegend ? 'number' : 'name') : '')}</span>
          <span>${t('Arrows are columns{0}: they point to where the column is high; compare their lengths with each other, not with the axes.', arrows.length > mostArrows ? t(', the {0} strongest of {1}', mostArrows, arrows.length) : '')}</span>
        </p>
        ${groups.length > mostInLegend ? mapKey(groups) : ''}`,
      table: () => mapTable(section),
    };
  },
};

/** Centres, arrows and cells in one table: what each line is stands first. */
export function mapTable({ groups, arrows, bins, x, y, xTitle, yTitle, title, arrowTitle }: SectionOf<'map'>): TableModel {
  const several = groups.length > 1;
  return {
    caption: title,
    columns: [
      { title: t('What'), format: 'text', rowHeader: true }, { title: t('Name'), format: 'name' }, { title: xTitle, format: 'number' }, { title: yTitle, format: 'number' }, { title: t('Rows'), format: 'count' },
    ],
    rows: [
      ...groups.flatMap(({ name, rows, centre }) => (centre ? [cells('centre', name, centre.x, centre.y, rows)] : [])),
      ...arrows.map(arrow => cells(arrowTitle, arrow.name, arrow.x, arrow.y, undefined)),
      ...groups.flatMap(({ name, cells: own }) => own.map(cell => cells('cell', several ? name : 'rows', cellMiddle(x, bins, cell.x), cellMiddle(y, bins, cell.y), cell.count))),
    ],
  };
}
