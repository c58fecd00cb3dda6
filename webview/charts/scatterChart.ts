/** Named points with error bars in two directions, the own one marked, and the Pareto front as a step line. */
import type { ChartConfiguration } from 'chart.js';
import { withAlpha } from '../colour';
import type { Theme } from '../chartTheme';
import { formatInterval, formatNumber, shortName } from '../format';
import { t } from '../l10n';
import { axis, configuration, legend, tooltip } from './options';
import type { Options } from './options';
import { frontSteps, paretoFront } from './pareto';
import type { Better } from './pareto';
import { pointLabels } from './pointLabels';
import { paddedRange } from './segments';

export interface ScatterPoint {
  readonly name: string;
  readonly x: number;
  readonly xLow?: number | undefined;
  readonly xHigh?: number | undefined;
  readonly y: number;
  readonly yLow?: number | undefined;
  readonly yHigh?: number | undefined;
  readonly own?: boolean | undefined;
}

export interface ScatterSettings {
  readonly points: readonly ScatterPoint[];
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xBetter: Better;
  readonly yBetter: Better;
}

/** Up to so many points all have their names; of more, the own one and those on the front. */
const namesAtMost = 10;

export function scatterChart(theme: Theme, settings: ScatterSettings): ChartConfiguration {
  const { points, xTitle, yTitle } = settings;
  const front = paretoFront(points, settings.xBetter, settings.yBetter);
  const named = (index: number): boolean => points.length <= namesAtMost || points[index]?.own === true || front.includes(index);
  const indices = points.map((_, index) => index);
  return configuration('scatterWithErrorBars', [
    pointSet(theme, points, indices.filter(index => points[index]?.own), t('This model'), theme.series[0] as string, 'rectRot', 7),
    pointSet(theme, points, indices.filter(index => !points[index]?.own), t('Other models'), theme.series[1] as string, 'circle', 4.5),
    {
      type: 'line', label: t('Pareto front'), data: frontSteps(front.map(index => points[index] as ScatterPoint)), borderColor: theme.muted, borderDash: [6, 3],
      borderWidth: 1.5, pointRadius: 0, pointHoverRadius: 0, pointHitRadius: 0, fill: false, tension: 0, indices: [],
    },
  ], {
    interaction: { mode: 'nearest', intersect: false },
    scales: {
      x: axis(theme, { title: xTitle, ...paddedRange(points.flatMap(({ x, xLow, xHigh }) => [x, xLow ?? x, xHigh ?? x]), 0.12) }),
      y: axis(theme, { title: yTitle, titleLimit: 46, ...paddedRange(points.flatMap(({ y, yLow, yHigh }) => [y, yLow ?? y, yHigh ?? y]), 0.12) }),
    },
    inline: [pointLabels(theme, points.map(({ x, y, name }, index) => ({ x, y, text: named(index) ? shortName(name, 30) : '', lift: 10 })), 9)],
    plugins: {
      legend: legend(theme, points.length > 1, 'points'),
      annotation: { annotations: {} },
      tooltip: {
        ...tooltip(theme, {
          title: (items: readonly Item[]) => shortName(pointOf(points, items[0])?.name ?? '', 60),
          label: (item: Item) => pointLines(pointOf(points, item), settings),
        }),
        filter: (item: Item) => pointOf(points, item) !== undefined,
      },
    },
  });
}

interface Item { readonly dataIndex: number; readonly dataset: { readonly indices?: readonly number[] } }

function pointOf(points: readonly ScatterPoint[], item: Item | undefined): ScatterPoint | undefined {
  return points[item?.dataset.indices?.[item.dataIndex] ?? -1];
}

function pointSet(
  theme: Theme, points: readonly ScatterPoint[], indices: readonly number[], label: string, colour: string, pointStyle: string, radius: number,
): Options {
  const bar = withAlpha(colour, theme.highContrast ? 1 : 0.8);
  return {
    label: indices.length === 0 ? undefined : label, indices, pointStyle, radius, hoverRadius: radius + 1, backgroundColor: colour, borderColor: colour,
    data: indices.map(index => errorBars(points[index] as ScatterPoint)),
    errorBarColor: bar, errorBarWhiskerColor: bar, errorBarLineWidth: 1.25, errorBarWhiskerLineWidth: 1.25, errorBarWhiskerRatio: 0, errorBarWhiskerSize: 7,
  };
}

function errorBars({ x, xLow, xHigh, y, yLow, yHigh }: ScatterPoint): Options {
  return {
    x, y, ...(xLow !== undefined && xHigh !== undefined && { xMin: xLow, xMax: xHigh }), ...(yLow !== undefined && yHigh !== undefined && { yMin: yLow, yMax: yHigh }),
  };
}

function pointLines(point: ScatterPoint | undefined, { xTitle, yTitle }: ScatterSettings): string[] {
  if (!point) return [];
  const line = (title: string, value: number, low?: number, high?: number): string =>
    `${title}: ${formatNumber(value)}${low === undefined || high === undefined ? '' : ` (${formatInterval(low, high)})`}`;
  return [line(xTitle, point.x, point.xLow, point.xHigh), line(yTitle, point.y, point.yLow, point.yHigh)];
}
