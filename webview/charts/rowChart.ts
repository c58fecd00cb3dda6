/** One row an item, names on the left: points with intervals (forest plots, effects of levels) or bars with intervals. */
import type { ChartConfiguration } from 'chart.js';
import { formatInterval, formatNumber, shortName, visibleName } from '../format';
import { withAlpha } from '../colour';
import type { Theme } from '../chartTheme';
import { axis, configuration, legend, markLine, tooltip } from './options';
import type { Options } from './options';

export interface RowSeries {
  readonly name: string;
  readonly values: readonly { readonly value: number | undefined; readonly low?: number | undefined; readonly high?: number | undefined }[];
  /** A second, wider interval, drawn thin: prediction intervals. */
  readonly outer?: readonly { readonly low?: number | undefined; readonly high?: number | undefined }[];
  readonly outerName?: string;
}

export interface RowChartSettings {
  readonly names: readonly string[];
  readonly series: readonly RowSeries[];
  readonly xTitle: string;
  readonly log?: boolean;
  /** A line to read against: 0, or 1 for ratios. */
  readonly zero?: number;
  readonly bars?: boolean;
  /** Place of the first series' colour among the theme's. */
  readonly firstColour?: number;
  /** Empty where there are no intervals. */
  readonly intervalName: string;
}

const rowHeight = 22;

/** Pixels for a chart of so many rows. */
export function rowChartHeight(rows: number, series = 1): number {
  return Math.max(2, rows) * (rowHeight + (series - 1) * 12) + 58;
}

/** The range of the axis: all points with their intervals, endless intervals cut so that the others can be read. */
export function rowDomain(series: readonly RowSeries[], log: boolean, zero?: number): { readonly min: number; readonly max: number; readonly cut: boolean } {
  const scale = (value: number): number => (log ? Math.log10(value) : value);
  const usable = (value: number | undefined): value is number =>
    value !== undefined && Number.isFinite(value) && (!log || value > 0);
  const middles: number[] = [];
  const widths: number[] = [];
  const ends: number[] = [];
  let cut = false;
  for (const { values, outer } of series) {
    for (const [i, { value, low, high }] of values.entries()) {
      if (usable(value)) middles.push(scale(value));
      for (const end of [low, high, outer?.[i]?.low, outer?.[i]?.high]) {
        if (usable(end)) ends.push(scale(end));
        else if (end !== undefined) cut = true;
      }
      if (usable(low) && usable(high)) widths.push(scale(high) - scale(low));
    }
  }
  if (zero !== undefined) middles.push(scale(zero));
  if (middles.length === 0) return { min: log ? 0.1 : 0, max: log ? 10 : 1, cut };
  widths.sort((a, b) => a - b);
  const median = widths[Math.floor(widths.length / 2)] ?? 0;
  const lowest = Math.min(...middles);
  const highest = Math.max(...middles);
  const reach = 4 * ((highest - lowest) + median);
  let min = Math.min(lowest, ...ends);
  let max = Math.max(highest, ...ends);
  if (reach > 0 && min < lowest - reach) { min = lowest - reach; cut = true; }
  if (reach > 0 && max > highest + reach) { max = highest + reach; cut = true; }
  const margin = (max - min || Math.abs(max) || 1) * 0.04;
  const unscale = (value: number): number => (log ? 10 ** value : value);
  return { min: unscale(min - margin), max: unscale(max + margin), cut };
}

export function rowChart(theme: Theme, settings: RowChartSettings): ChartConfiguration {
  const { names, series, bars = false, log = false } = settings;
  const domain = rowDomain(series, log, settings.zero);
  const datasets = series.flatMap((one, index) => rowDatasets(theme, settings, one, index, domain));
  const type = bars ? 'barWithErrorBars' : 'scatterWithErrorBars';
  return configuration(type, datasets, {
    ...(bars && { indexAxis: 'y', labels: names.map((_, i) => i) }),
    interaction: { mode: 'nearest', axis: 'y', intersect: false },
    scales: {
      x: axis(theme, { title: settings.xTitle, scale: log ? 'log' : 'linear', min: domain.min, max: domain.max }),
      y: bars
        ? { ...axis(theme, { noGrid: true, names }), type: 'category', offset: true }
        : axis(theme, { noGrid: true, reverse: true, min: -0.6, max: names.length - 0.4, names }),
    },
    plugins: {
      legend: legend(theme, series.length > 1, 'points'),
      annotation: {
        annotations: settings.zero === undefined ? {} : {
          zero: markLine(theme, { xMin: settings.zero, xMax: settings.zero, borderColor: theme.axis, borderDash: [] }),
        },
      },
      tooltip: tooltip(theme, {
        title: (items: readonly { dataIndex: number }[]) => shortName(names[items[0]?.dataIndex ?? -1] ?? '', 60),
        label: (item: { datasetIndex: number; dataIndex: number }) =>
          rowLabel(settings, datasets[item.datasetIndex]?.['seriesIndex'] as number, item.dataIndex),
      }),
    },
  });
}

function rowDatasets(
  theme: Theme, settings: RowChartSettings, one: RowSeries, index: number, domain: { readonly min: number; readonly max: number },
): Options[] {
  const colour = theme.series[(index + (settings.firstColour ?? 0)) % theme.series.length] as string;
  const several = settings.series.length > 1;
  const shift = settings.bars ? 0 : (index - (settings.series.length - 1) / 2) * (0.78 / settings.series.length);
  const line = settings.bars ? theme.foreground : colour;
  const base: Options = {
    seriesIndex: index, label: visibleName(one.name), backgroundColor: settings.bars ? withAlpha(colour, theme.highContrast ? 0.6 : 0.75) : colour,
    borderColor: colour, pointStyle: ['circle', 'rectRot', 'triangle', 'rect'][index % 4],
  };
  const data = (pick: (i: number) => { low?: number | undefined; high?: number | undefined } | undefined): Options[] =>
    one.values.map(({ value }, i) => ({
      x: value === undefined || !Number.isFinite(value) ? Number.NaN : value, y: settings.bars ? i : i + shift,
      ...limits(pick(i), domain),
    }));
  const sets: Options[] = [];
  if (one.outer) {
    sets.push({
      ...base, label: undefined, data: data(i => one.outer?.[i]), radius: 0, hoverRadius: 0, errorBarLineWidth: 1, errorBarWhiskerLineWidth: 1,
      errorBarWhiskerSize: 6, errorBarColor: withAlpha(colour, 0.7), errorBarWhiskerColor: withAlpha(colour, 0.7),
    });
  }
  sets.push({
    ...base, data: data(i => one.values[i]), ...(!settings.bars && { radius: several ? 4.5 : 3.5, hoverRadius: 6 }), barPercentage: 0.8, categoryPercentage: 0.78, maxBarThickness: 16,
    borderWidth: settings.bars && theme.highContrast ? 1 : 0, errorBarLineWidth: settings.bars || several ? 1.25 : 2, errorBarWhiskerLineWidth: settings.bars || several ? 1.25 : 2,
    errorBarWhiskerRatio: 0, errorBarWhiskerSize: several ? 5 : 8, errorBarColor: line, errorBarWhiskerColor: line,
  });
  return sets;
}

/** Interval ends for the plugin; ends past the axis are put just outside it, where the chart area clips them. */
function limits(interval: { low?: number | undefined; high?: number | undefined } | undefined, domain: { readonly min: number; readonly max: number }): Options {
  if (!interval || interval.low === undefined || interval.high === undefined) return {};
  const span = domain.max - domain.min;
  const below = domain.min > 0 ? domain.min / 2 : domain.min - span;
  return { xMin: Math.max(below, interval.low), xMax: Math.min(domain.max + span, interval.high) };
}

function rowLabel(settings: RowChartSettings, index: number, row: number): string[] {
  const one = settings.series[index];
  const item = one?.values[row];
  if (!one || !item) return [];
  const lines = [`${one.name}: ${formatNumber(item.value)}`, ...(settings.intervalName === '' ? [] : [`${settings.intervalName} ${formatInterval(item.low, item.high)}`])];
  const outer = one.outer?.[row];
  if (outer) lines.push(`${one.outerName ?? ''} ${formatInterval(outer.low, outer.high)}`);
  return lines;
}
