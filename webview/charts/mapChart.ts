/** A plane of binned rows: counts as marks of a size, a shape and colour a group, the groups' centres by name, and columns as arrows. */
import type { ChartConfiguration } from 'chart.js';
import { formatCount, formatNumber, shortName } from '../format';
import { withAlpha } from '../colour';
import type { Theme } from '../chartTheme';
import { t } from '../l10n';
import { axis, configuration, legend, markLine, tooltip } from './options';
import type { Options } from './options';
import { spacedLabels } from './spacedLabels';

export interface MapSettings {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly bins: number;
  readonly x: { readonly low: number; readonly high: number };
  readonly y: { readonly low: number; readonly high: number };
  readonly groups: readonly {
    readonly name: string;
    readonly centre?: { readonly x: number; readonly y: number } | undefined;
    readonly cells: readonly { readonly x: number; readonly y: number; readonly count: number }[];
  }[];
  readonly arrows: readonly { readonly name: string; readonly x: number; readonly y: number }[];
}

/** Shapes tell groups apart where colours cannot be told, or come round again. */
export const shapes = ['circle', 'rectRot', 'triangle', 'rect', 'star', 'crossRot'] as const;
/** Groups that the chart's own legend lists; more are numbers on the map and have a key to unfold under it. */
export const mostInLegend = 8;

/** Shape and place among the colours of a group: no two of the first `colours` × 6 are alike. */
export function markOf(group: number, colours: number): { readonly shape: (typeof shapes)[number]; readonly colour: number } {
  return { shape: shapes[(group + Math.floor(group / shapes.length)) % shapes.length] ?? 'circle', colour: group % colours };
}

/** What names at the centres are cut to where there are many: what follows the words that all share, such as the number. */
export function shortNames(names: readonly string[]): readonly string[] {
  if (names.length <= mostInLegend) return names;
  const [first = ''] = names;
  let shared = 0;
  while (shared < first.length && names.every(name => name[shared] === first[shared])) shared++;
  const words = first.lastIndexOf(' ', Math.max(0, shared - 1)) + 1;
  return names.every(name => name.length > words) ? names.map(name => name.slice(words)) : names;
}

/** Of each cell, the mark of the group with most rows in it, with the rows of all groups there: marks over each other could not be told apart. */
export function leadingCells(groups: MapSettings['groups']): readonly (readonly LeadingCell[])[] {
  const cells = new Map<string, { count: number; own: number; group: number; x: number; y: number }>();
  groups.forEach((group, index) => {
    for (const { x, y, count } of group.cells) {
      const key = `${x} ${y}`;
      const before = cells.get(key);
      if (!before) cells.set(key, { count, own: count, group: index, x, y });
      else {
        before.count += count;
        if (count > before.own) [before.own, before.group] = [count, index];
      }
    }
  });
  const all = [...cells.values()];
  return groups.map((_, index) => all.filter(({ group }) => group === index));
}

export interface LeadingCell { readonly x: number; readonly y: number; readonly count: number; readonly own: number }

/** Arrows that are drawn: the strongest. */
export const mostArrows = 12;

/** The middle of a cell. */
export function cellMiddle({ low, high }: { readonly low: number; readonly high: number }, bins: number, cell: number): number {
  return low + ((cell + 0.5) * (high - low)) / bins;
}

/** How much arrows are lengthened so that the longest nearly reaches the edge of the map. */
export function arrowScale({ x, y, arrows }: Pick<MapSettings, 'x' | 'y' | 'arrows'>): number {
  const reach = (part: number, { low, high }: { readonly low: number; readonly high: number }): number => (part > 0 ? high / part : part < 0 ? low / part : Infinity);
  const scale = Math.min(...arrows.map(arrow => Math.min(reach(arrow.x, x), reach(arrow.y, y))));
  return Number.isFinite(scale) && scale > 0 ? 0.85 * scale : 1;
}

export function mapChart(theme: Theme, settings: MapSettings): ChartConfiguration {
  const { groups, bins, x, y } = settings;
  const arrows = settings.arrows.slice(0, mostArrows).filter(arrow => Math.hypot(arrow.x, arrow.y) > 0);
  const scale = arrowScale({ x, y, arrows });
  const leading = leadingCells(groups);
  const most = leading.flat().reduce((largest, cell) => Math.max(largest, cell.count), 1);
  const names = shortNames(groups.map(group => group.name));
  const many = groups.length > mostInLegend;
  const pad = (range: { readonly low: number; readonly high: number }): { min: number; max: number } => {
    const margin = 0.04 * (range.high - range.low);
    return { min: range.low - margin, max: range.high + margin };
  };
  const sets = groups.map((group, index): Options => {
    const mark = markOf(index, theme.series.length);
    const colour = theme.series[mark.colour] as string;
    const cells = leading[index] ?? [];
    return {
      label: groups.length > 1 ? shortName(group.name, 40) : undefined, pointStyle: mark.shape,
      data: cells.map(cell => ({ x: cellMiddle(x, bins, cell.x), y: cellMiddle(y, bins, cell.y) })),
      pointRadius: cells.map(cell => radiusOf(cell.count, most)), pointHoverRadius: cells.map(cell => radiusOf(cell.count, most) + 1),
      borderColor: colour, backgroundColor: withAlpha(colour, theme.highContrast ? 0.9 : 0.6), borderWidth: 1,
    };
  });
  return configuration('scatter', sets, {
    interaction: { mode: 'nearest', intersect: true },
    scales: { x: axis(theme, { title: settings.xTitle, ...pad(x) }), y: axis(theme, { title: settings.yTitle, titleLimit: 46, ...pad(y) }) },
    inline: [spacedLabels(theme, [
      ...groups.flatMap(({ centre }, index) => (centre ? [{ ...centre, text: shortName(names[index] ?? '', 30), strong: true, badge: many }] : [])),
      ...arrows.map(arrow => ({ x: arrow.x * scale, y: arrow.y * scale, text: shortName(arrow.name, 26), strong: false })),
    ], arrows.map(arrow => ({ from: { x: 0, y: 0 }, to: { x: arrow.x * scale, y: arrow.y * scale } })))],
    plugins: {
      legend: legend(theme, groups.length > 1 && !many, 'points'),
      annotation: { annotations: Object.fromEntries(arrows.map((arrow, index) => [`arrow${index}`, arrowLine(theme, arrow, scale)])) },
      tooltip: tooltip(theme, {
        title: (items: readonly Item[]) => {
          const cell = items[0] && leading[items[0].datasetIndex]?.[items[0].dataIndex];
          return cell ? `${formatCount(cell.count)} ${cell.count === 1 ? 'row' : 'rows'}` : '';
        },
        label: (item: Item) => [...(groups.length > 1 ? [groupWords(groups[item.datasetIndex]?.name ?? '', leading[item.datasetIndex]?.[item.dataIndex])] : []), `${settings.xTitle}: ${formatNumber(item.parsed.x)}`, `${settings.yTitle}: ${formatNumber(item.parsed.y)}`],
      }),
    },
  });
}

interface Item { readonly datasetIndex: number; readonly dataIndex: number; readonly parsed: { readonly x: number; readonly y: number } }

function groupWords(name: string, cell: LeadingCell | undefined): string {
  return !cell || cell.own === cell.count ? name : t('{0} of them {1}', formatCount(cell.own), name);
}

/** The area grows with the logarithm of the count; a single row is still plain to see. */
function radiusOf(count: number, most: number): number {
  return 3 + (most <= 1 ? 0.5 : 2.5 * Math.sqrt(Math.log(count) / Math.log(most)));
}

function arrowLine(theme: Theme, { x, y }: { readonly x: number; readonly y: number }, scale: number): Options {
  return markLine(theme, {
    xMin: 0, yMin: 0, xMax: x * scale, yMax: y * scale, borderColor: theme.foreground, borderWidth: 1.25, borderDash: [], drawTime: 'afterDatasetsDraw',
    arrowHeads: { end: { display: true, length: 7, width: 4, fill: true, backgroundColor: theme.foreground, borderDash: [] } },
  });
}
