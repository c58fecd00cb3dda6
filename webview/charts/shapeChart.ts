/** A term of one number: steps with their band, the training rows under them on the same axis, missing cells as a mark by themselves. */
import type { ChartConfiguration } from 'chart.js';
import { dashOf } from '../chartTheme';
import type { Theme } from '../chartTheme';
import { withAlpha } from '../colour';
import { formatCount, formatInterval, formatNumber, formatTick, shortName } from '../format';
import { t } from '../l10n';
import { axis, configuration, legend, markLine, tooltip } from './options';
import type { Options } from './options';
import { binsMode } from './binsMode';
import { drawnEdges, rowBars, stepPoints } from './steps';
import type { Bar } from './steps';

export interface Mark { readonly effect: number; readonly low?: number | undefined; readonly high?: number | undefined }

export interface ShapeLine {
  readonly name: string;
  readonly scores: readonly number[];
  readonly low?: readonly number[] | undefined;
  readonly high?: readonly number[] | undefined;
  readonly missing?: Mark | undefined;
}

export interface ShapeChartSettings {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly edges: readonly number[];
  readonly lines: readonly ShapeLine[];
  /** Bins of equal width, whatever values they hold: for features most of whose values lie close together. */
  readonly equalSteps?: boolean;
  /** Training rows of each bin. */
  readonly weights: readonly number[];
  /** Training rows with missing cells; absent where missing cells are not shown. */
  readonly missing?: number | undefined;
  /** "95 % confidence interval"; absent without bands. */
  readonly bandName?: string | undefined;
  readonly format?: (value: number) => string;
}

/** What a dataset is, for tooltips; other datasets are only drawn. */
interface Told { readonly line: ShapeLine; readonly missing: boolean }

/** Room for the mark of missing cells, and its place, as shares of the axis. */
const missingRoom = 0.12;
const missingPlace = 0.075;

export function shapeChart(theme: Theme, settings: ShapeChartSettings): ChartConfiguration {
  const edges = placesOf(settings);
  const [first, last] = [edges[0] ?? 0, edges[edges.length - 1] ?? 1];
  const range = last - first || 1;
  const hasMissing = settings.missing !== undefined;
  const missingX = first - missingPlace * range;
  const told: (Told | undefined)[] = [];
  const datasets: Options[] = [];
  const push = (dataset: Options, what?: Told): void => { datasets.push(dataset); told.push(what); };
  for (const dataset of rowsDatasets(theme, settings, missingX, range)) push(dataset);
  settings.lines.forEach((line, series) => {
    const colour = theme.series[series % theme.series.length] as string;
    if (line.low && line.high) for (const dataset of bandDatasets(theme, line.low, line.high, edges, colour, settings.lines.length)) push(dataset);
    push({
      label: shortName(line.name, 60), yAxisID: 'y', data: stepPoints(edges, line.scores), borderColor: colour, backgroundColor: colour, borderWidth: 2, borderDash: dashOf(series),
      borderJoinStyle: 'miter', pointRadius: 0, pointHoverRadius: 0, tension: 0, bins: edges,
    }, { line, missing: false });
    if (!hasMissing || !line.missing) return;
    const x = missingX + (series - (settings.lines.length - 1) / 2) * 0.014 * range;
    push(whisker(line.missing, x, colour));
    push(markDataset(line.missing, x, colour, theme, first), { line, missing: true });
  });
  return configuration('line', datasets, {
    interaction: { mode: binsMode, intersect: false },
    scales: scalesOf(theme, settings, first, last, hasMissing ? missingX : undefined),
    plugins: {
      legend: legend(theme, settings.lines.length > 1),
      annotation: {
        annotations: {
          zero: markLine(theme, { yMin: 0, yMax: 0, yScaleID: 'y', borderColor: theme.axis, borderDash: [] }),
          ...(hasMissing && { missing: markLine(theme, { xMin: first - 0.03 * range, xMax: first - 0.03 * range, borderColor: theme.axis, borderDash: [2, 3] }) }),
        },
      },
      tooltip: {
        ...tooltip(theme, {
          title: (items: readonly Item[]) => titleOf(settings, items[0] && told[items[0].datasetIndex], items[0]),
          label: (item: Item) => labelOf(settings, told[item.datasetIndex], item),
        }),
        caretPadding: 16,
        filter: (item: Item) => told[item.datasetIndex] !== undefined,
      },
    },
  });
}

/** Where the edges of the bins are on the axis. */
function placesOf({ edges, equalSteps }: ShapeChartSettings): readonly number[] {
  return equalSteps ? edges.map((_, i) => i) : drawnEdges(edges);
}

/** Rows under the steps: of each bin where bins are of equal width, else of equal parts of the axis. */
function barsOf(settings: ShapeChartSettings): readonly Bar[] {
  const { weights, equalSteps } = settings;
  return equalSteps ? weights.map((rows, i) => ({ from: i, to: i + 1, rows })) : rowBars(drawnEdges(settings.edges), weights).bars;
}

interface Item { readonly datasetIndex: number; readonly dataIndex: number }

/** Two axes one over the other: scores, and under them rows. */
function scalesOf(theme: Theme, settings: ShapeChartSettings, first: number, last: number, missingX: number | undefined): Options {
  const text = settings.format ?? tickText;
  const ofEdge = (place: number): string => (settings.edges[place] === undefined ? '' : text(settings.edges[place]));
  const format = settings.equalSteps ? ofEdge : text;
  const x = axis(theme, {
    title: settings.xTitle, min: missingX === undefined ? first : first - missingRoom * (last - first), max: last, noGrid: true,
    format: value => (value === missingX ? 'missing' : format(value)),
  });
  const most = Math.max(1, settings.missing ?? 0, ...barsOf(settings).map(bar => bar.rows));
  const rows = axis(theme, { title: t('Rows'), min: 0, max: most * 1.3, noGrid: true, format: value => (value === 0 ? '0' : formatCount(value)) });
  return {
    x: { ...x, afterBuildTicks: (scale: Ticks) => { scale.ticks = ticksOf(settings, scale.ticks, first, missingX); } },
    y: { ...axis(theme, { title: settings.yTitle, titleLimit: 34 }), stack: 'shape', stackWeight: 5, weight: 2 },
    rows: { ...rows, axis: 'y', position: 'left', stack: 'shape', stackWeight: 1, weight: 1, afterBuildTicks: (scale: Ticks) => { scale.ticks = [{ value: 0 }, { value: most }]; } },
  };
}

/** Whole numbers, such as years, are never rounded. */
function tickText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e6 ? formatNumber(value) : formatTick(value);
}

interface Ticks { ticks: { value: number }[] }

/** Bins as few and wide as this have ticks at their edges: a tick amid the bin of a whole number would not be one. */
const fewEdges = 13;
const leastShare = 0.05;

function ticksOf(settings: ShapeChartSettings, usual: readonly { value: number }[], first: number, missingX: number | undefined): { value: number }[] {
  const edges = placesOf(settings);
  const range = (edges[edges.length - 1] ?? 0) - first;
  const roomy = edges.length <= fewEdges && edges.every((edge, i) => i === 0 || edge - (edges[i - 1] as number) >= leastShare * range);
  const own = roomy ? edges.map(value => ({ value })) : usual.filter(tick => tick.value >= first);
  return missingX === undefined ? own : [{ value: missingX }, ...own];
}

function rowsDatasets(theme: Theme, settings: ShapeChartSettings, missingX: number, range: number): Options[] {
  const colour = theme.muted;
  const style: Options = {
    yAxisID: 'rows', borderColor: colour, borderWidth: theme.highContrast ? 1 : 0, backgroundColor: withAlpha(colour, theme.highContrast ? 0.6 : 0.45), fill: 'origin',
    pointRadius: 0, pointHoverRadius: 0, tension: 0,
  };
  const { missing } = settings;
  const bars = barsOf(settings);
  const half = 0.012 * range;
  return [
    { ...style, data: bars.flatMap(bar => [{ x: bar.from, y: bar.rows }, { x: bar.to, y: bar.rows }]) },
    ...(missing !== undefined ? [{ ...style, data: [{ x: missingX - half, y: missing }, { x: missingX + half, y: missing }] }] : []),
  ];
}

function bandDatasets(theme: Theme, low: readonly number[], high: readonly number[], edges: readonly number[], colour: string, lines: number): Options[] {
  const edge = (values: readonly number[], fill: string | false): Options => ({
    yAxisID: 'y', data: stepPoints(edges, values), pointRadius: 0, pointHoverRadius: 0, tension: 0, borderColor: withAlpha(colour, theme.highContrast ? 1 : 0.35),
    borderWidth: theme.highContrast ? 1 : 0, backgroundColor: withAlpha(colour, lines > 1 ? 0.14 : 0.22), fill,
  });
  return [edge(low, false), edge(high, '-1')];
}

function whisker({ low, high }: Mark, x: number, colour: string): Options {
  return {
    yAxisID: 'y', data: low === undefined || high === undefined ? [] : [{ x, y: low }, { x, y: high }], borderColor: colour, backgroundColor: colour, borderWidth: 2,
    pointStyle: 'line', pointRadius: 5, pointHoverRadius: 5,
  };
}

function markDataset({ effect }: Mark, x: number, colour: string, theme: Theme, first: number): Options {
  return {
    yAxisID: 'y', showLine: false, data: [{ x, y: effect }], borderColor: theme.background, backgroundColor: colour, borderWidth: 1, pointStyle: 'rectRot',
    pointRadius: 6, pointHoverRadius: 7, missingBelow: first,
  };
}

function titleOf(settings: ShapeChartSettings, what: Told | undefined, item: Item | undefined): string {
  if (!what || !item) return '';
  const rows = (count: number | undefined): string => `${formatCount(count ?? 0)} training ${count === 1 ? 'row' : 'rows'}`;
  if (what.missing) return `${settings.xTitle} missing · ${rows(settings.missing)}`;
  const bin = item.dataIndex >> 1;
  const format = settings.format ?? formatNumber;
  return `${settings.xTitle}: ${format(settings.edges[bin] ?? 0)} to ${format(settings.edges[bin + 1] ?? 0)} · ${rows(settings.weights[bin])}`;
}

function labelOf(settings: ShapeChartSettings, what: Told | undefined, item: Item): string[] {
  if (!what) return [];
  const bin = item.dataIndex >> 1;
  const { effect, low, high } = what.missing ? what.line.missing as Mark : { effect: what.line.scores[bin], low: what.line.low?.[bin], high: what.line.high?.[bin] };
  return [
    `${shortName(what.line.name, 40)}: ${formatNumber(effect)}`,
    ...(low !== undefined && high !== undefined ? [`  ${settings.bandName ?? 'interval'} ${formatInterval(low, high)}`] : []),
  ];
}
