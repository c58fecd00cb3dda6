/** Densities as strips over one axis, one row each, with the point and the interval on the row's base line. */
import type { ChartConfiguration } from 'chart.js';
import { withAlpha } from '../colour';
import type { Theme } from '../chartTheme';
import { formatInterval, formatNumber, shortName, visibleName } from '../format';
import { t } from '../l10n';
import { axis, configuration, legend, markLine, tooltip } from './options';
import type { Options } from './options';
import { rowDomain } from './rowChart';
import { pointsDataset, segmentsDataset } from './segments';

export interface Curve { readonly x: readonly number[]; readonly density: readonly number[] }

export interface Ridge extends Curve {
  readonly name: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly other?: (Curve & { readonly name: string }) | undefined;
}

export interface RidgeSettings {
  readonly ridges: readonly Ridge[];
  readonly xTitle: string;
  readonly intervalName: string;
}

const rowHeight = 40;
/** Share of a row that the highest density takes. */
const reach = 0.86;

export function ridgeHeight(rows: number): number {
  return Math.max(1, rows) * rowHeight + 74;
}

/** The axis: all densities, intervals and zero, unless some reach so far that the others could not be read. */
export function ridgeDomain(ridges: readonly Ridge[]): ReturnType<typeof rowDomain> {
  return rowDomain([{
    name: '', values: ridges.map(({ estimate, low, high }) => ({ value: estimate, low, high })),
    outer: ridges.map(({ x, other }) => ({ low: Math.min(x[0] ?? Infinity, other?.x[0] ?? Infinity), high: Math.max(x.at(-1) ?? -Infinity, other?.x.at(-1) ?? -Infinity) })),
  }], false, 0);
}

export function ridgeChart(theme: Theme, { ridges, xTitle, intervalName }: RidgeSettings): ChartConfiguration {
  const colour = theme.series[0] as string;
  const otherName = ridges.find(ridge => ridge.other)?.other?.name;
  const datasets: Options[] = [
    pointsDataset(ridges.map(({ estimate }, row) => ({ x: estimate, row })), theme.foreground, { pointRadius: 3.5 }),
    segmentsDataset(ridges.map(({ low, high }, row) => ({ from: low, to: high, row })), theme.foreground, 2),
    ...ridges.flatMap((ridge, row) => ridgeDatasets(theme, ridge, row)),
  ];
  if (otherName !== undefined) {
    datasets.push({ type: 'line', label: t('Density'), data: [], borderColor: colour }, { type: 'line', label: visibleName(otherName), data: [], borderColor: theme.series[1], borderDash: [5, 3] });
  }
  const domain = ridgeDomain(ridges);
  return configuration('line', datasets, {
    interaction: { mode: 'nearest', axis: 'y', intersect: false },
    scales: {
      x: axis(theme, { title: xTitle, min: domain.min, max: domain.max }),
      y: axis(theme, { noGrid: true, reverse: true, min: -0.95, max: ridges.length - 0.6, names: ridges.map(ridge => ridge.name) }),
    },
    plugins: {
      legend: legend(theme, otherName !== undefined),
      annotation: { annotations: { zero: markLine(theme, { xMin: 0, xMax: 0, borderColor: theme.axis, borderDash: [] }) } },
      tooltip: {
        ...tooltip(theme, {
          title: (items: readonly Item[]) => shortName(ridges[rowOf(items[0])]?.name ?? '', 60),
          label: (item: Item) => ridgeLabel(ridges[rowOf(item)], intervalName),
        }),
        filter: (_: Item, index: number) => index === 0,
      },
    },
  });
}

interface Item { readonly parsed: { readonly y: number } }

/** The row that a point at this height belongs to: densities rise from their base line at the row's number. */
function rowOf(item: Item | undefined): number {
  return item ? Math.ceil(item.parsed.y - 1e-6) : -1;
}

function ridgeDatasets(theme: Theme, ridge: Ridge, row: number): Options[] {
  const colour = theme.series[0] as string;
  // Both densities of a row on one scale, so that they can be compared.
  const highest = Math.max(...ridge.density.filter(Number.isFinite), ...(ridge.other?.density.filter(Number.isFinite) ?? []), 0);
  const points = ({ x, density }: Curve): Options[] => x.map((value, i) => ({ x: value, y: row - (highest > 0 ? reach * (density[i] ?? 0) / highest : 0) }));
  const base = { type: 'line', pointRadius: 0, pointHoverRadius: 0, pointHitRadius: 0, tension: 0 };
  return [
    ...(ridge.other ? [{ ...base, data: points(ridge.other), borderColor: theme.series[1], borderWidth: 2, borderDash: [5, 3], fill: false }] : []),
    {
      ...base, data: points(ridge), borderColor: colour, borderWidth: 1.5, fill: { value: row },
      backgroundColor: withAlpha(colour, theme.highContrast ? 0.4 : 0.28),
    },
  ];
}

function ridgeLabel(ridge: Ridge | undefined, intervalName: string): string[] {
  return ridge ? [t('Estimate: {0}', formatNumber(ridge.estimate)), `${intervalName} ${formatInterval(ridge.low, ridge.high)}`] : [];
}
