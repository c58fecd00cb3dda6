/** Distributions as box-like strips, one row each: 5 to 95 % as a line, quartiles as a bar, the median, and one marked value. */
import type { ChartConfiguration } from 'chart.js';
import { withAlpha } from '../colour';
import type { Theme } from '../chartTheme';
import { formatNumber, shortName } from '../format';
import { t } from '../l10n';
import { axis, configuration, legend, tooltip } from './options';
import { paddedRange, pointsDataset, segmentsDataset } from './segments';

export interface Strip {
  readonly name: string;
  /** 5, 25, 50, 75 and 95 %. */
  readonly quantiles: readonly [number, number, number, number, number];
  readonly mark?: number | undefined;
  /** Said in the tooltip. */
  readonly remark?: string | undefined;
}

export interface StripSettings { readonly strips: readonly Strip[]; readonly xTitle: string; readonly markName: string }

export function stripHeight(rows: number): number {
  return Math.max(2, rows) * 20 + 58;
}

export function stripChart(theme: Theme, { strips, xTitle, markName }: StripSettings): ChartConfiguration {
  const colour = theme.series[0] as string;
  const marked = strips.flatMap(({ mark }, row) => (mark === undefined ? [] : [{ x: mark, row }]));
  const range = paddedRange(strips.flatMap(({ quantiles, mark }) => [...quantiles, ...(mark === undefined ? [] : [mark])]));
  return configuration('line', [
    pointsDataset(marked, theme.series[1] as string, { pointStyle: 'rectRot', pointRadius: 5, pointHoverRadius: 6, borderColor: theme.background, borderWidth: 1 }),
    pointsDataset(strips.map(({ quantiles }, row) => ({ x: quantiles[2], row })), theme.foreground, { pointStyle: 'line', rotation: 90, pointRadius: 6, pointHoverRadius: 7, pointBorderWidth: 2 }),
    segmentsDataset(strips.map(({ quantiles }, row) => ({ from: quantiles[1], to: quantiles[3], row })), withAlpha(colour, theme.highContrast ? 0.7 : 0.55), 10),
    segmentsDataset(strips.map(({ quantiles }, row) => ({ from: quantiles[0], to: quantiles[4], row })), colour, 1.5),
  ], {
    interaction: { mode: 'nearest', axis: 'y', intersect: false },
    scales: {
      x: axis(theme, { title: xTitle, ...range }),
      y: axis(theme, { noGrid: true, reverse: true, min: -0.7, max: strips.length - 0.3, names: strips.map(strip => strip.name) }),
    },
    plugins: {
      legend: legend(theme, false),
      annotation: { annotations: {} },
      tooltip: {
        ...tooltip(theme, {
          title: (items: readonly Item[]) => shortName(strips[items[0]?.parsed.y ?? -1]?.name ?? '', 60),
          label: (item: Item) => stripLabel(strips[item.parsed.y], markName),
        }),
        filter: (_: Item, index: number) => index === 0,
      },
    },
  });
}

interface Item { readonly parsed: { readonly y: number } }

function stripLabel(strip: Strip | undefined, markName: string): string[] {
  if (!strip) return [];
  const [lowest, lower, median, upper, highest] = strip.quantiles.map(value => formatNumber(value));
  return [
    t('Median {0}', median), t('Middle half {0} to {1}', lower, upper), `5 to 95 % ${lowest} to ${highest}`,
    ...(strip.mark === undefined ? [] : [`${markName} ${formatNumber(strip.mark)}`]), ...(strip.remark === undefined ? [] : [strip.remark]),
  ];
}
