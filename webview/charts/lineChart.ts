/** Lines with interval bands over a numeric axis: curves, effects, penalty paths. */
import type { ChartConfiguration } from 'chart.js';
import { formatInterval, formatNumber, shortName } from '../format';
import { withAlpha } from '../colour';
import { dashOf } from '../chartTheme';
import type { Theme } from '../chartTheme';
import { axis, configuration, legend, tooltip } from './options';
import type { AxisSettings, Options } from './options';

export interface Band { readonly low: readonly number[]; readonly high: readonly number[]; readonly name: string }

export interface Line {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** From the innermost to the outermost. */
  readonly bands?: readonly Band[];
  /** Dashed and grey: chance, ideal. */
  readonly reference?: boolean;
  readonly points?: boolean;
  /** Curves of single rows along the same x, drawn thin behind the line. */
  readonly thin?: readonly (readonly number[])[];
}

export interface LineChartSettings {
  readonly x: AxisSettings;
  readonly y: AxisSettings;
  readonly annotations?: (theme: Theme) => Options;
  readonly legend?: boolean;
  readonly formatX?: (value: number) => string;
}

export function lineChart(theme: Theme, lines: readonly Line[], settings: LineChartSettings): ChartConfiguration {
  const datasets: Options[] = [];
  const lineOf: (Line | undefined)[] = [];
  let colourIndex = 0;
  for (const line of lines) {
    const series = line.reference ? 0 : colourIndex++;
    const colour = line.reference ? theme.muted : (theme.series[series % theme.series.length] as string);
    for (const [depth, band] of [...(line.bands ?? []).entries()].reverse()) {
      datasets.push(
        bandEdge(line.x, band.low, false, theme, colour, depth),
        bandEdge(line.x, band.high, true, theme, colour, depth),
      );
      lineOf.push(undefined, undefined);
    }
    datasets.push({
      label: shortName(line.name, 60), data: points(line.x, line.y), borderColor: colour, backgroundColor: colour,
      borderWidth: line.reference ? 1.25 : 2, borderDash: line.reference ? [4, 4] : dashOf(series),
      pointRadius: line.points ? 3 : 0, pointHoverRadius: line.reference ? 0 : 4, pointHitRadius: 8, tension: 0,
    });
    lineOf.push(line);
    for (const y of line.thin ?? []) {
      datasets.push({
        data: points(line.x, y), borderColor: withAlpha(theme.highContrast ? theme.foreground : theme.muted, theme.highContrast ? 0.5 : 0.35), borderWidth: 0.75, order: 1,
        pointRadius: 0, pointHoverRadius: 0, pointHitRadius: 0, tension: 0,
      });
      lineOf.push(undefined);
    }
  }
  const formatX = settings.formatX ?? formatNumber;
  return configuration('line', datasets, {
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    scales: { x: axis(theme, settings.x), y: axis(theme, { titleLimit: 36, ...settings.y }) },
    plugins: {
      legend: legend(theme, settings.legend ?? lines.length > 1),
      annotation: { annotations: settings.annotations?.(theme) ?? {} },
      tooltip: {
        ...tooltip(theme, {
          title: (items: readonly TooltipItem[]) =>
            items[0] ? `${settings.x.title ?? 'x'}: ${formatX(items[0].parsed.x)}` : '',
          label: (item: TooltipItem) => lineLabel(lineOf[item.datasetIndex], item),
        }),
        filter: (item: TooltipItem) => isMeasured(lineOf[item.datasetIndex]),
      },
    },
  });
}

/** Not the geometry that a curve is read against (chance, ideal): a reference with a band, or of many points, was measured. */
export function isMeasured(line: Pick<Line, 'reference' | 'x'> & { readonly bands?: readonly unknown[] } | undefined): boolean {
  return line !== undefined && (!line.reference || (line.bands?.length ?? 0) > 0 || line.x.length > 2);
}

interface TooltipItem { datasetIndex: number; dataIndex: number; parsed: { x: number; y: number } }

function lineLabel(line: Line | undefined, item: TooltipItem): string[] {
  if (!line) return [];
  const bands = (line.bands ?? []).map(band =>
    `  ${band.name} ${formatInterval(band.low[item.dataIndex], band.high[item.dataIndex])}`);
  return [`${shortName(line.name, 40)}: ${formatNumber(item.parsed.y)}`, ...bands];
}

function bandEdge(
  x: readonly number[], y: readonly number[], fill: boolean, theme: Theme, colour: string, depth: number,
): Options {
  return {
    data: points(x, y), pointRadius: 0, pointHoverRadius: 0, pointHitRadius: 0, tension: 0,
    borderColor: withAlpha(colour, theme.highContrast ? 1 : depth === 0 ? 0.35 : 0.5),
    borderWidth: theme.highContrast || depth > 0 ? 1 : 0, borderDash: depth > 0 ? [2, 3] : [],
    backgroundColor: withAlpha(colour, depth === 0 ? 0.22 : 0.09), fill: fill ? '-1' : false,
  };
}

function points(x: readonly number[], y: readonly number[]): { x: number; y: number }[] {
  return x.map((value, i) => ({ x: value, y: y[i] ?? Number.NaN }));
}
