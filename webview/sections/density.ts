/** Predicted against actual, residual against predicted: counts of rows in cells. */
import { html } from 'lit';
import { formatCount, formatNumber, shortName } from '../format';
import { densityChart } from '../charts/densityChart';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { SectionOf, SectionRenderer } from './section';

export const density: SectionRenderer<'density'> = {
  wide: false,
  render(section) {
    const { cells: counts, xEdges, yEdges, title, summary } = section;
    if (counts.length === 0) return { empty: t('There are no rows to draw.') };
    const square = section.reference === 'identity';
    return {
      charts: [{
        spec: {
          label: summary, height: square ? 360 : 300, ...(square && { maxWidth: 440 }),
          build: theme => densityChart(theme, { ...section, xTitle: shortName(section.xTitle, 60), yTitle: shortName(section.yTitle, 60) }),
        },
      }],
      extra: key(section),
      table: () => ({
        caption: title,
        columns: [
          { title: t('{0}, from', section.xTitle), format: 'number', rowHeader: true }, { title: t('to'), format: 'number' },
          { title: t('{0}, from', section.yTitle), format: 'number' }, { title: t('to'), format: 'number' }, { title: t('Rows'), format: 'count' },
        ],
        rows: counts.map(cell => cells(xEdges[cell.x], xEdges[cell.x + 1], yEdges[cell.y], yEdges[cell.y + 1], cell.count)),
      }),
    };
  },
};

function key({ cells: counts, reference }: SectionOf<'density'>): unknown {
  const most = Math.max(...counts.map(cell => cell.count));
  return html`
    <p class="key">
      <span>${t('1 row')}</span><span class="heat-scale" aria-hidden="true"></span><span>${t('{0} rows a cell', formatCount(most))}</span>
      ${reference === 'identity' ? html`<span class="key-line">${t('dashed: predicted equals actual')}</span>`
        : reference === 'zero' ? html`<span class="key-line">${t('dashed: {0}', formatNumber(0))}</span>` : ''}
    </p>`;
}
