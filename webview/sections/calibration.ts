/** Predicted against observed shares with intervals, and how many rows each bin rests on. */
import { formatCount, formatInterval, formatLevel, formatNumber, shortName } from '../format';
import { histogramChart } from '../charts/histogram';
import { axis, configuration, legend, markLine, tooltip } from '../charts/options';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { Theme } from '../chartTheme';
import type { SectionOf, SectionRenderer } from './section';

export const calibration: SectionRenderer<'calibration'> = {
  wide: false,
  render(section, { report }) {
    const { bins, title, summary } = section;
    if (bins.length === 0) return { empty: t('There are no bins to draw.') };
    const level = formatLevel(report.recipe.level);
    return {
      charts: [
        { spec: { label: summary, height: 300, maxWidth: 440, build: theme => calibrationChart(theme, section, level) } },
        {
          title: t('Rows per bin'),
          spec: {
            label: t('Number of held-out rows in each bin of the predicted probability of {0}.', section.className), height: 110, maxWidth: 440,
            build: theme => histogramChart(theme, bins, { xTitle: t('Predicted probability'), min: 0, max: 1 }),
          },
        },
      ],
      table: () => ({
        caption: title,
        columns: [
          { title: t('Bin from'), format: 'number', rowHeader: true }, { title: t('to'), format: 'number' }, { title: t('Rows'), format: 'count' },
          { title: t('Mean predicted'), format: 'number' }, { title: t('Observed share'), format: 'number' },
          { title: t('{0} low', level), format: 'number' }, { title: t('{0} high', level), format: 'number' },
        ],
        rows: bins.map(bin => cells(bin.low, bin.high, bin.count, bin.predicted, bin.observed, bin.observedLow, bin.observedHigh)),
      }),
    };
  },
};

function calibrationChart(theme: Theme, { bins, className }: SectionOf<'calibration'>, level: string): ReturnType<typeof configuration> {
  const colour = theme.series[0] as string;
  const used = bins.filter(bin => bin.count > 0);
  return configuration('scatterWithErrorBars', [{
    data: used.map(bin => ({ x: bin.predicted, y: bin.observed, yMin: bin.observedLow, yMax: bin.observedHigh })),
    backgroundColor: colour, borderColor: colour, radius: 3.5, hoverRadius: 5, errorBarColor: colour, errorBarWhiskerColor: colour,
    errorBarLineWidth: 1.5, errorBarWhiskerLineWidth: 1.5, errorBarWhiskerRatio: 0, errorBarWhiskerSize: 7,
  }], {
    scales: {
      x: axis(theme, { title: t('Predicted probability of {0}', shortName(className, 30)), min: 0, max: 1 }),
      y: axis(theme, { title: t('Observed share'), min: 0, max: 1 }),
    },
    plugins: {
      legend: legend(theme, false),
      annotation: { annotations: { ideal: markLine(theme, { xMin: 0, xMax: 1, yMin: 0, yMax: 1, borderColor: theme.muted }) } },
      tooltip: tooltip(theme, {
        title: (items: readonly { dataIndex: number }[]) => {
          const bin = used[items[0]?.dataIndex ?? -1];
          return bin ? t('Predicted {0}: {1} rows', formatNumber(bin.predicted), formatCount(bin.count)) : '';
        },
        label: (item: { dataIndex: number }) => {
          const bin = used[item.dataIndex];
          return bin ? [t('Observed {0}', formatNumber(bin.observed)), `${level} interval ${formatInterval(bin.observedLow, bin.observedHigh)}`] : [];
        },
      }),
    },
  });
}
