/** Two-dimensional counts as a heat map, darker (or brighter) with the logarithm of the count. */
import type { ChartConfiguration } from 'chart.js';
import { formatCount, formatNumber } from '../format';
import { mix } from '../colour';
import type { Theme } from '../chartTheme';
import { axis, configuration, legend, markLine, tooltip } from './options';
import type { Options } from './options';

export interface DensitySettings {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xEdges: readonly number[];
  readonly yEdges: readonly number[];
  readonly cells: readonly { readonly x: number; readonly y: number; readonly count: number }[];
  readonly reference?: 'identity' | 'zero' | undefined;
}

interface Rectangle { readonly x: number; readonly y: number; readonly x2: number; readonly y2: number; readonly count: number }

export function densityChart(theme: Theme, settings: DensitySettings): ChartConfiguration {
  const { xEdges, yEdges } = settings;
  const edge = (edges: readonly number[], i: number): number => edges[i] ?? 0;
  const rectangles: Rectangle[] = settings.cells.map(cell => ({
    x: edge(xEdges, cell.x), x2: edge(xEdges, cell.x + 1), y: edge(yEdges, cell.y), y2: edge(yEdges, cell.y + 1), count: cell.count,
  }));
  const most = Math.max(1, ...rectangles.map(rectangle => rectangle.count));
  const low = { x: edge(xEdges, 0), y: edge(yEdges, 0) };
  const high = { x: edge(xEdges, xEdges.length - 1), y: edge(yEdges, yEdges.length - 1) };
  const at = (context: Context): Rectangle | undefined => rectangles[context.dataIndex];
  return configuration('matrix', [{
    data: rectangles, anchorX: 'left', anchorY: 'bottom', borderWidth: 0,
    width: (context: Context) => extent(context, 'x', at(context)),
    height: (context: Context) => extent(context, 'y', at(context)),
    backgroundColor: (context: Context) => heat(theme, at(context)?.count ?? 0, most),
  }], {
    interaction: { mode: 'nearest', intersect: true },
    scales: {
      x: axis(theme, { title: settings.xTitle, min: low.x, max: high.x }),
      y: axis(theme, { title: settings.yTitle, titleLimit: 36, min: low.y, max: high.y }),
    },
    plugins: {
      legend: legend(theme, false),
      annotation: { annotations: reference(theme, settings.reference, low, high) },
      tooltip: tooltip(theme, {
        title: (items: readonly Context[]) => {
          const cell = items[0] && at(items[0]);
          return cell ? `${formatCount(cell.count)} ${cell.count === 1 ? 'row' : 'rows'}` : '';
        },
        label: (item: Context) => {
          const cell = at(item);
          return cell ? [
            `${settings.xTitle}: ${formatNumber(cell.x)} to ${formatNumber(cell.x2)}`,
            `${settings.yTitle}: ${formatNumber(cell.y)} to ${formatNumber(cell.y2)}`,
          ] : [];
        },
      }),
    },
  });
}

interface Context {
  readonly dataIndex: number;
  readonly chart: { readonly scales: Record<string, { getPixelForValue(value: number): number } | undefined> };
}

function extent(context: Context, scale: 'x' | 'y', cell: Rectangle | undefined): number {
  const axisOf = context.chart.scales[scale];
  if (!cell || !axisOf) return 0;
  const [from, to] = scale === 'x' ? [cell.x, cell.x2] : [cell.y, cell.y2];
  const pixels = Math.abs(axisOf.getPixelForValue(to) - axisOf.getPixelForValue(from));
  return Number.isFinite(pixels) ? pixels + 0.5 : 0;
}

/** The colour of a count: the background for none, the first series colour for most. */
export function heat(theme: Theme, count: number, most: number): string {
  const share = most <= 1 ? 1 : Math.log(count) / Math.log(most);
  return mix(theme.background, theme.series[0] as string, 0.18 + 0.82 * share);
}

function reference(
  theme: Theme, kind: 'identity' | 'zero' | undefined,
  low: { readonly x: number; readonly y: number }, high: { readonly x: number; readonly y: number },
): Options {
  if (kind === undefined) return {};
  const line = { drawTime: 'afterDatasetsDraw', borderColor: theme.foreground };
  if (kind === 'zero') return { zero: markLine(theme, { ...line, yMin: 0, yMax: 0 }) };
  const from = Math.max(low.x, low.y);
  const to = Math.min(high.x, high.y);
  return from < to ? { identity: markLine(theme, { ...line, xMin: from, xMax: to, yMin: from, yMax: to }) } : {};
}
