/** Counts over bins of one quantity. */
import { shortName } from '../format';
import { histogramChart } from '../charts/histogram';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { SectionRenderer } from './section';

export const histogram: SectionRenderer<'histogram'> = {
  wide: false,
  render({ bins, title, summary, xTitle }) {
    if (bins.length === 0) return { empty: t('There are no rows to draw.') };
    return {
      charts: [{ spec: { label: summary, height: 260, build: theme => histogramChart(theme, bins, { xTitle: shortName(xTitle, 60) }) } }],
      table: () => ({
        caption: title,
        columns: [
          { title: t('{0}, from', xTitle), format: 'number', rowHeader: true }, { title: t('to'), format: 'number' }, { title: t('Rows'), format: 'count' },
        ],
        rows: bins.map(bin => cells(bin.low, bin.high, bin.count)),
      }),
    };
  },
};
