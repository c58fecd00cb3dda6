/** What all charts have in common: axes, tooltips, legends and colours from the theme. */
import type { ChartConfiguration } from 'chart.js';
import { formatTick, shortName } from '../format';
import type { Theme } from '../chartTheme';

/** Options are put together as plain objects: Chart.js' types differ per chart type and plugin. */
export type Options = Record<string, unknown>;

export interface AxisSettings {
  readonly title?: string;
  /** Characters of a line of the title: that of a vertical axis has only the chart's height. */
  readonly titleLimit?: number;
  readonly scale?: 'linear' | 'log';
  readonly min?: number;
  readonly max?: number;
  readonly reverse?: boolean;
  readonly noGrid?: boolean;
  /** The ticks by position, in place of numbers: names of rows. */
  readonly names?: readonly string[];
  /** Every how many rows have their name, where there is no room for all. */
  readonly nameStep?: number;
  readonly suggestedMax?: number;
  readonly format?: (value: number) => string;
}

/** Characters that names of rows may take from a chart of so many pixels. */
function nameLimit(width: number): number {
  return Math.max(10, Math.min(34, Math.floor(width / 20)));
}

interface Tick { value: number }
interface ScaleInstance { ticks: Tick[]; min: number; max: number }

export function axis(theme: Theme, settings: AxisSettings): Options {
  const font = { family: theme.fontFamily, size: theme.fontSize };
  const { names, nameStep = 1, scale = 'linear', format = formatTick } = settings;
  return {
    type: scale === 'log' ? 'logarithmic' : 'linear',
    ...(settings.min !== undefined && { min: settings.min }),
    ...(settings.max !== undefined && { max: settings.max }),
    reverse: settings.reverse ?? false,
    ...(settings.suggestedMax !== undefined && { suggestedMax: settings.suggestedMax }),
    offset: false,
    border: { color: theme.axis, display: names === undefined },
    grid: { color: theme.grid, display: !settings.noGrid, drawTicks: false, lineWidth: 1 },
    title: { display: settings.title !== undefined, text: titleLines(settings.title ?? '', settings.titleLimit), color: theme.muted, font, padding: 4 },
    ticks: {
      color: theme.muted, font, padding: 6, maxRotation: 0, autoSkip: names === undefined, autoSkipPadding: 14,
      // Names all have to be measured; numbers are thinned.
      maxTicksLimit: names?.length ?? 9, includeBounds: settings.min === undefined || settings.max === undefined,
      ...(names !== undefined && { color: theme.foreground }),
      callback(this: { readonly chart: { readonly width: number } }, value: number | string) {
        return names ? shortName(names[Number(value)] ?? '', nameLimit(this.chart.width)) : format(Number(value));
      },
    },
    ...(names !== undefined && {
      afterBuildTicks: (instance: ScaleInstance) => { instance.ticks = names.map((_, value) => ({ value })).filter(({ value }) => value % nameStep === 0); },
    }),
    ...(scale === 'log' && names === undefined && { afterBuildTicks: thinLogTicks }),
  };
}

/** The title on as many lines as it needs, broken at spaces. */
export function titleLines(title: string, limit: number | undefined): string | string[] {
  if (limit === undefined || title.length <= limit) return title;
  const lines: string[] = [];
  for (const word of title.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= limit) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Powers of ten over a wide range; 1, 2 and 5 times a power of ten over a narrow one. */
function thinLogTicks(instance: ScaleInstance): void {
  const low = Math.log10(instance.min);
  const high = Math.log10(instance.max);
  const multiples = high - low > 3 ? [1] : high - low > 0.8 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
  const step = Math.max(1, Math.ceil((high - low) / 8));
  const ticks: Tick[] = [];
  for (let power = Math.floor(Math.floor(low) / step) * step; power <= Math.ceil(high); power += step) {
    for (const multiple of multiples) {
      const value = Number((multiple * 10 ** power).toPrecision(6));
      if (value >= instance.min && value <= instance.max) ticks.push({ value });
    }
  }
  if (ticks.length >= 2) instance.ticks = ticks;
}

export function tooltip(theme: Theme, callbacks: Options): Options {
  const font = { family: theme.fontFamily, size: theme.fontSize + 1 };
  return {
    backgroundColor: theme.tooltipBackground, borderColor: theme.tooltipBorder, borderWidth: 1, cornerRadius: 3, padding: 8,
    titleColor: theme.tooltipForeground, bodyColor: theme.tooltipForeground, titleFont: { ...font, weight: 600 },
    bodyFont: font, displayColors: false, caretSize: 0, callbacks,
  };
}

export function legend(theme: Theme, shown: boolean, marks: 'lines' | 'points' = 'lines'): Options {
  return {
    display: shown, position: 'bottom', align: 'start',
    labels: {
      color: theme.foreground, font: { family: theme.fontFamily, size: theme.fontSize }, usePointStyle: true, pointStyle: 'line',
      pointStyleWidth: marks === 'lines' ? 30 : 10, boxHeight: 8, padding: 12, generateLabels: legendItems,
    },
    onClick: () => undefined,
  };
}

interface LegendDataset { readonly label?: string; readonly pointStyle?: string; readonly borderColor: string; readonly borderDash?: number[] }

/** Legend items with the dashes of their lines, which Chart.js leaves out when it draws point styles. */
function legendItems(chart: { readonly data: { readonly datasets: readonly LegendDataset[] }; readonly legend: { readonly options: { readonly labels: Options } } }): Options[] {
  const { color } = chart.legend.options.labels;
  return chart.data.datasets.flatMap((dataset, datasetIndex) => dataset.label === undefined ? [] : [{
    text: dataset.label, datasetIndex, fontColor: color, strokeStyle: dataset.borderColor, fillStyle: dataset.borderColor, lineWidth: 2,
    lineDash: dataset.borderDash ?? [], pointStyle: dataset.pointStyle ?? 'line', hidden: false,
  }]);
}

/** A straight line to read against, drawn by the annotation plugin. */
export function markLine(theme: Theme, line: Options, label?: string): Options {
  return {
    type: 'line', borderColor: theme.foreground, borderWidth: 1, borderDash: [4, 3], drawTime: 'beforeDatasetsDraw', ...line,
    ...(label !== undefined && {
      label: {
        display: true, content: label, position: 'end', yAdjust: -2, backgroundColor: theme.background, color: theme.foreground,
        font: { family: theme.fontFamily, size: theme.fontSize, weight: 'normal' }, padding: 3, borderRadius: 2,
      },
    }),
  };
}

/** Options that hold for every chart, with the chart's own over them. */
export function configuration(type: string, datasets: readonly Options[], options: {
  readonly scales: Options;
  readonly plugins: Options;
  readonly indexAxis?: 'x' | 'y';
  readonly interaction?: Options;
  /** Plugins of this one chart. */
  readonly inline?: readonly Options[];
  readonly labels?: readonly (string | number)[];
}): ChartConfiguration {
  return {
    type,
    data: { datasets, ...(options.labels && { labels: options.labels }) },
    ...(options.inline && { plugins: options.inline }),
    options: {
      responsive: true, maintainAspectRatio: false, animation: false, resizeDelay: 30,
      layout: { padding: { top: 6, right: 12, bottom: 0, left: 0 } },
      ...(options.indexAxis && { indexAxis: options.indexAxis }),
      interaction: options.interaction ?? { mode: 'nearest', intersect: false },
      plugins: options.plugins,
      scales: options.scales,
    },
  } as unknown as ChartConfiguration;
}
