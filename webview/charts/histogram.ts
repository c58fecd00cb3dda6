/** Counts over bins as rectangles over their own range, so bins of different widths are drawn as they are. */
import type { ChartConfiguration } from 'chart.js';
import { formatCount, formatNumber } from '../format';
import { withAlpha } from '../colour';
import type { Theme } from '../chartTheme';
import { t } from '../l10n';
import { axis, configuration, legend, tooltip } from './options';

export interface Bin { readonly low: number; readonly high: number; readonly count: number }

export interface HistogramSettings {
  readonly xTitle?: string;
  readonly min?: number;
  readonly max?: number;
  readonly format?: (value: number) => string;
}

interface Context {
  readonly dataIndex: number;
  readonly chart: { readonly scales: Record<'x' | 'y', { getPixelForValue(value: number): number } | undefined> };
}

export function histogramChart(theme: Theme, bins: readonly Bin[], settings: HistogramSettings): ChartConfiguration {
  const format = settings.format ?? formatNumber;
  const colour = theme.series[0] as string;
  const pixels = (context: Context, scale: 'x' | 'y', from: number, to: number): number => {
    const axisOf = context.chart.scales[scale];
    const size = axisOf ? Math.abs(axisOf.getPixelForValue(to) - axisOf.getPixelForValue(from)) : 0;
    return Number.isFinite(size) ? size : 0;
  };
  const binOf = (context: { readonly dataIndex: number }): Bin => bins[context.dataIndex] ?? { low: 0, high: 0, count: 0 };
  return configuration('matrix', [{
    data: bins.map(bin => ({ x: bin.low, y: 0 })), anchorX: 'left', anchorY: 'bottom',
    width: (context: Context) => Math.max(1, pixels(context, 'x', binOf(context).low, binOf(context).high) - 1),
    height: (context: Context) => pixels(context, 'y', 0, binOf(context).count),
    backgroundColor: withAlpha(colour, theme.highContrast ? 0.5 : 0.8), borderColor: colour, borderWidth: theme.highContrast ? 1 : 0,
  }], {
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    scales: {
      x: axis(theme, {
        ...(settings.xTitle !== undefined && { title: settings.xTitle }), min: settings.min ?? bins[0]?.low ?? 0,
        max: settings.max ?? bins[bins.length - 1]?.high ?? 1, noGrid: true, ...(settings.format && { format: settings.format }),
      }),
      y: axis(theme, { title: t('Rows'), min: 0, suggestedMax: Math.max(1, ...bins.map(bin => bin.count)) }),
    },
    plugins: {
      legend: legend(theme, false),
      annotation: { annotations: {} },
      tooltip: tooltip(theme, {
        title: (items: readonly { dataIndex: number }[]) => items[0] ? `${format(binOf(items[0]).low)} to ${format(binOf(items[0]).high)}` : '',
        label: (item: { dataIndex: number }) => t('{0} rows', formatCount(binOf(item).count)),
      }),
    },
  });
}
