/** Formulas by size and misfit: one point each, the front as a step line, the one shown marked; a click chooses. */
import type { ChartConfiguration } from 'chart.js';
import type { Theme } from '../chartTheme';
import { formatTick, shortName } from '../format';
import { t } from '../l10n';
import { axis, configuration, legend, tooltip } from './options';
import type { Options } from './options';
import { frontSteps } from './pareto';

export interface FrontPoint {
  /** Nodes. */
  readonly x: number;
  /** Share of the variation that is left unexplained, above 0. */
  readonly y: number;
  /** The formula as text. */
  readonly name: string;
  readonly lines: readonly string[];
  readonly role: 'shown' | 'listed' | 'other';
  readonly onFront: boolean;
}

export interface FrontSettings {
  readonly xTitle: string;
  readonly yTitle: string;
  /** Where formulas without misfit stand. */
  readonly exactAt?: number;
  choose(index: number): void;
}

/** A click farther than so many pixels from every point chooses nothing. */
const reach = 40;

interface Item { readonly dataIndex: number; readonly dataset: { readonly indices?: readonly number[] } }
interface ClickedElement { readonly datasetIndex: number; readonly index: number; readonly element: { readonly x: number; readonly y: number } }
interface ClickedChart { readonly canvas: { readonly style: { cursor: string } }; readonly data: { readonly datasets: readonly { readonly indices?: readonly number[] }[] } }

export function frontChart(theme: Theme, points: readonly FrontPoint[], settings: FrontSettings): ChartConfiguration {
  const { exactAt = 0 } = settings;
  const [first, second] = [theme.series[0] as string, theme.series[1] as string];
  const front = points.filter(({ onFront }) => onFront).sort((a, b) => b.x - a.x || a.y - b.y);
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const config = configuration('scatter', [
    pointSet(points, 'shown', t('Shown above'), first, 'rectRot', 8),
    pointSet(points, 'listed', t('Candidates'), second, 'circle', 6),
    pointSet(points, 'other', t('Other formulas'), theme.muted, 'circle', 4),
    {
      type: 'line', label: front.length > 1 ? t('Pareto front') : undefined, data: frontSteps(front), borderColor: theme.muted, borderDash: [6, 3], borderWidth: 1.5,
      pointRadius: 0, pointHoverRadius: 0, pointHitRadius: 0, fill: false, tension: 0, indices: [],
    },
  ], {
    scales: {
      x: axis(theme, { title: settings.xTitle, min: 0, max: Math.max(...xs) + 1 }),
      y: axis(theme, { title: settings.yTitle, titleLimit: 40, scale: 'log', min: Math.min(...ys) / 1.6, max: Math.max(...ys) * 1.6, format: value => (value <= exactAt * 1.001 ? 'exact' : formatTick(value)) }),
    },
    plugins: {
      legend: legend(theme, true, 'points'), annotation: { annotations: {} },
      tooltip: {
        ...tooltip(theme, {
          title: (items: readonly Item[]) => shortName(pointOf(points, items[0])?.name ?? '', 70),
          label: (item: Item) => [...pointOf(points, item)?.lines ?? []],
        }),
        filter: (item: Item) => pointOf(points, item) !== undefined,
      },
    },
  });
  const clicked = (event: { readonly x: number; readonly y: number }, elements: readonly ClickedElement[], chart: ClickedChart): number | undefined => {
    const near = elements.find(({ element }) => Math.hypot(element.x - event.x, element.y - event.y) <= reach);
    return near && chart.data.datasets[near.datasetIndex]?.indices?.[near.index];
  };
  Object.assign(config.options as object, {
    onClick: (...event: Parameters<typeof clicked>) => {
      const index = clicked(...event);
      if (index !== undefined) settings.choose(index);
    },
    onHover: (...event: Parameters<typeof clicked>) => { event[2].canvas.style.cursor = clicked(...event) === undefined ? 'default' : 'pointer'; },
  });
  return config;
}

function pointOf(points: readonly FrontPoint[], item: Item | undefined): FrontPoint | undefined {
  return points[item?.dataset.indices?.[item.dataIndex] ?? -1];
}

function pointSet(points: readonly FrontPoint[], role: FrontPoint['role'], label: string, colour: string, pointStyle: string, radius: number): Options {
  const indices = points.flatMap((point, index) => (point.role === role ? [index] : []));
  return {
    label: indices.length === 0 ? undefined : label, indices, data: indices.map(index => ({ x: points[index]?.x, y: points[index]?.y })),
    pointStyle, radius, hoverRadius: radius + 1.5, backgroundColor: colour, borderColor: colour, showLine: false,
  };
}
