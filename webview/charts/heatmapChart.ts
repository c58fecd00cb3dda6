/** A matrix of numbers as coloured cells: one colour from the background for sizes, two colours away from 0 for signed values. */
import type { ChartConfiguration } from 'chart.js';
import { mix, parseColour } from '../colour';
import type { Theme } from '../chartTheme';
import { formatNumber, formatShort, shortName } from '../format';
import { axis, configuration, legend, tooltip } from './options';
import type { Options } from './options';
import type { DrawnChart } from './pen';

export interface Matrix {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly values: readonly (readonly number[])[];
  readonly diverging: boolean;
  readonly fromLowest?: boolean;
  /** Places in units of columns and rows. */
  readonly path?: { readonly columns: readonly number[]; readonly rows: readonly number[] };
  /** Further lines of a cell's tooltip. */
  readonly more?: (row: number, column: number) => readonly string[];
}

/** More columns than this scroll sideways. */
const columnsInWidth = 60;
const leastColumnWidth = 15;
const nameSpace = 180;

export interface HeatmapSize { readonly height: number; readonly minWidth?: number; readonly maxWidth?: number; readonly nameStep: number }

/** Pixels: cells as large as there is room for, names where they have room, a sideways scroll for many columns. */
export function heatmapSize({ rows, columns }: Pick<Matrix, 'rows' | 'columns'>): HeatmapSize {
  const cell = rows.length <= 16 ? 28 : rows.length <= 40 ? 20 : Math.max(5, Math.min(14, 1200 / rows.length));
  const longest = Math.min(columnNameLimit, Math.max(0, ...columns.map(name => name.length)));
  return {
    height: Math.round(rows.length * cell + 56 + longest * 5.5),
    nameStep: Math.max(1, Math.ceil(12 / cell)),
    ...(columns.length > columnsInWidth && { minWidth: nameSpace + columns.length * leastColumnWidth }),
    ...(columns.length <= 14 && { maxWidth: nameSpace + 60 + columns.length * 72 }),
  };
}

const columnNameLimit = 18;
/** Pixels of a character in an axis' name, and of the cells of a chart in a panel of usual width. */
const characterWidth = 6;
const usualWidth = 620;

/** Degrees by which the names of columns are turned so that they do not run into each other. */
export function nameRotation(columns: readonly string[]): number {
  const longest = Math.min(columnNameLimit, Math.max(0, ...columns.map(name => name.length))) * characterWidth;
  const room = columns.length > columnsInWidth ? leastColumnWidth : usualWidth / Math.max(1, columns.length);
  return longest + 4 <= room ? 0 : room < 26 ? 90 : 40;
}

/** The largest size of a finite value, or 1. */
export function largest(values: readonly (readonly number[])[]): number {
  let most = 0;
  for (const row of values) for (const value of row) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return most || 1;
}

/** What the colours begin and end with. */
export interface HeatScale { readonly from: number; readonly most: number; readonly palest: number }

/** The palest colour of a scale that begins at the lowest value: paler is a cell without one. */
const palest = 0.1;

export function scaleOf({ values, fromLowest }: Pick<Matrix, 'values' | 'fromLowest'>): HeatScale {
  const finite = values.flat().filter(Number.isFinite);
  if (!fromLowest || finite.length === 0) return { from: 0, most: largest(values), palest: 0 };
  const from = Math.min(...finite);
  const most = Math.max(...finite);
  return { from, most: most > from ? most : from + 1, palest };
}

/** The colour of a value on its scale. */
export function scaledColour(theme: Theme, value: number, { from, most, palest: least }: HeatScale): string {
  return heatColour(theme, least === 0 ? value - from : least + ((1 - least) * (value - from)) / (most - from), least === 0 ? most - from : 1);
}

/** The colour of a value; cells without one have the background's. */
export function heatColour(theme: Theme, value: number, most: number): string {
  if (!Number.isFinite(value)) return theme.background;
  return mix(theme.background, value < 0 ? theme.negative : theme.positive, Math.min(1, Math.abs(value) / most));
}

/** Contrast that WCAG asks of small text. */
const readable = 4.5;
const mostTexts = 12 * 12;

/** Whether the values are written into the cells: where these have room (pixels), and are so few that someone will read them. */
export function hasTexts(rows: number, columns: number, width: number, height: number): boolean {
  return width >= 46 && height >= 15 && rows * columns <= mostTexts;
}

/**
 * Foreground or background, whichever is easier to read on the colour. Where neither can be read, as on cells halfway between a dark
 * background and a bright colour, black or white: one of the two always has a contrast of 4.58 or more.
 */
export function inkOn(theme: Theme, colour: string): string {
  const best = (inks: readonly string[]): string => inks.reduce((a, b) => (contrast(colour, b) > contrast(colour, a) ? b : a));
  const own = best([theme.foreground, theme.background]);
  return contrast(colour, own) >= readable ? own : best(['#000000', '#ffffff']);
}

/** Of two opaque colours, 1…21, as WCAG defines it. */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

export function heatmapChart(theme: Theme, matrix: Matrix): ChartConfiguration {
  const { rows, columns, values } = matrix;
  const scale = scaleOf(matrix);
  const { nameStep } = heatmapSize(matrix);
  const cellsOf = rows.flatMap((_, row) => columns.map((__, column) => ({ x: column, y: row, value: values[row]?.[column] ?? Number.NaN })));
  const at = (context: Context): (typeof cellsOf)[number] | undefined => cellsOf[context.dataIndex];
  const step = (context: Context, side: 'x' | 'y'): number => {
    const { left, right, top, bottom } = context.chart.chartArea ?? { left: 0, right: 0, top: 0, bottom: 0 };
    return side === 'x' ? (right - left) / Math.max(1, columns.length) : (bottom - top) / Math.max(1, rows.length);
  };
  const gap = (size: number): number => Math.max(0.5, size > 10 ? size - 1 : size);
  return configuration('matrix', [{
    data: cellsOf, width: (context: Context) => gap(step(context, 'x')), height: (context: Context) => gap(step(context, 'y')), borderWidth: 0,
    backgroundColor: (context: Context) => scaledColour(theme, at(context)?.value ?? Number.NaN, scale),
  }], {
    interaction: { mode: 'nearest', intersect: true },
    scales: {
      x: columnAxis(theme, matrix),
      y: { ...axis(theme, { title: matrix.yTitle, titleLimit: 36, noGrid: true, reverse: true, min: -0.5, max: rows.length - 0.5, names: rows, nameStep }) },
    },
    inline: [cellTexts(theme, cellsOf, rows.length, columns.length, scale), ...(matrix.path ? [pathDots(theme, matrix.path)] : [])],
    plugins: {
      legend: legend(theme, false),
      annotation: { annotations: {} },
      tooltip: tooltip(theme, {
        title: (items: readonly Context[]) => formatNumber((items[0] && at(items[0]))?.value),
        label: (item: Context) => {
          const cell = at(item);
          return cell ? [`${matrix.yTitle}: ${shortName(rows[cell.y] ?? '', 80)}`, `${matrix.xTitle}: ${shortName(columns[cell.x] ?? '', 80)}`, ...(matrix.more?.(cell.y, cell.x) ?? [])] : [];
        },
      }),
    },
  });
}

interface Context {
  readonly dataIndex: number;
  readonly chart: { readonly chartArea?: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number } };
}

function columnAxis(theme: Theme, { columns, xTitle }: Matrix): Options {
  const settings = axis(theme, { title: xTitle, noGrid: true, min: -0.5, max: columns.length - 0.5, names: columns });
  return {
    ...settings,
    ticks: {
      ...(settings['ticks'] as Options), minRotation: nameRotation(columns), maxRotation: 90, autoSkip: false, padding: 4,
      callback: (value: number) => shortName(columns[value] ?? '', columnNameLimit),
    },
  };
}

/** Writes the values into cells that have room for them. */
function cellTexts(
  theme: Theme, cellsOf: readonly { readonly x: number; readonly y: number; readonly value: number }[], rows: number, columns: number, scale: HeatScale,
): Options {
  return {
    id: 'unveilCellTexts',
    afterDatasetsDraw({ ctx, chartArea, scales }: DrawnChart) {
      const width = (chartArea.right - chartArea.left) / Math.max(1, columns);
      const height = (chartArea.bottom - chartArea.top) / Math.max(1, rows);
      if (!hasTexts(rows, columns, width, height)) return;
      ctx.save();
      ctx.font = `${theme.fontSize}px ${theme.fontFamily}`;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      for (const { x, y, value } of cellsOf) {
        if (!Number.isFinite(value)) continue;
        ctx.fillStyle = inkOn(theme, scaledColour(theme, value, scale));
        ctx.fillText(formatShort(value), scales['x']?.getPixelForValue(x) ?? 0, scales['y']?.getPixelForValue(y) ?? 0);
      }
      ctx.restore();
    },
  };
}

/** A path over the cells as dots, with a rim in the other colour so that they are seen on all cells. */
function pathDots(theme: Theme, { columns, rows }: NonNullable<Matrix['path']>): Options {
  return {
    id: 'unveilPathDots',
    afterDatasetsDraw({ ctx, scales }: DrawnChart) {
      ctx.save();
      for (const [size, colour] of [[5, theme.background], [3, theme.foreground]] as const) {
        ctx.fillStyle = colour;
        columns.forEach((column, i) => {
          const [x, y] = [scales['x']?.getPixelForValue(column) ?? 0, scales['y']?.getPixelForValue(rows[i] ?? 0) ?? 0];
          ctx.fillRect(x - size / 2, y - size / 2, size, size);
        });
      }
      ctx.restore();
    },
  };
}

/** Relative luminance as WCAG defines it; a colour that cannot be read counts as grey. */
function luminance(text: string): number {
  const colour = parseColour(text);
  if (!colour) return 0.2;
  const linear = (channel: number): number => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}
