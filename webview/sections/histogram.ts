/** Counts over bins of one quantity. */
import { shortName } from '../format';
import { histogramChart } from '../charts/histogram';
import { cells } from '../tables/tableModel';
import type { SectionRenderer } from './section';

export const histogram: SectionRenderer<'histogram'> = {
  wide: false,
  render({ bins, title, summary, xTitle }) {
    if (bins.length === 0) return { empty: 'There are no rows to draw.' };
    return {
      charts: [{ spec: { label: summary, height: 260, build: theme => histogramChart(theme, bins, { xTitle: shortName(xTitle, 60) }) } }],
      table: () => ({
        caption: title,
        columns: [
          { title: `${xTitle}, from`, format: 'number', rowHeader: true }, { title: 'to', format: 'number' }, { title: 'Rows', format: 'count' },
        ],
        rows: bins.map(bin => cells(bin.low, bin.high, bin.count)),
      }),
    };
  },
};
