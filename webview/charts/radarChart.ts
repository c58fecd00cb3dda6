/** Shares from 0 to 1 on the axes of a radar. */
import type { ChartConfiguration } from 'chart.js';
import { withAlpha } from '../colour';
import type { Theme } from '../chartTheme';
import { formatShort, formatTick, shortName } from '../format';
import { configuration, legend, tooltip } from './options';

export interface RadarAxis { readonly name: string; readonly share: number; readonly remark: string }

export function radarChart(theme: Theme, axes: readonly RadarAxis[]): ChartConfiguration {
  const colour = theme.series[0] as string;
  const font = { family: theme.fontFamily, size: theme.fontSize };
  const chart = configuration('radar', [{
    data: axes.map(({ share }) => share), borderColor: colour, borderWidth: 2, backgroundColor: withAlpha(colour, theme.highContrast ? 0.35 : 0.22),
    pointRadius: 3.5, pointHoverRadius: 5, pointBackgroundColor: colour, pointBorderColor: theme.background,
  }], {
    interaction: { mode: 'nearest', intersect: false },
    scales: {
      r: {
        min: 0, max: 1, beginAtZero: true, grid: { color: theme.grid }, angleLines: { color: theme.grid },
        pointLabels: { color: theme.foreground, font: { ...font, size: theme.fontSize + 1 }, padding: 6 },
        ticks: { stepSize: 0.25, callback: (value: number) => (value === 0 ? '' : formatTick(value)), color: theme.muted, font, showLabelBackdrop: true, backdropColor: withAlpha(theme.background, 0.75), z: 1 },
      },
    },
    plugins: {
      legend: legend(theme, false),
      annotation: { annotations: {} },
      tooltip: tooltip(theme, {
        title: (items: readonly { dataIndex: number }[]) => axes[items[0]?.dataIndex ?? -1]?.name ?? '',
        label: (item: { dataIndex: number }) => {
          const one = axes[item.dataIndex];
          return one ? [`${formatShort(one.share)} of 1`, one.remark] : [];
        },
      }),
    },
  });
  chart.data.labels = axes.map(({ name }) => wrapped(shortName(name, 44)));
  return chart;
}

/** A name on two lines where it is long: labels around a radar have little room at the sides. */
export function wrapped(name: string): string | string[] {
  if (name.length <= 18) return name;
  const middle = name.length / 2;
  const spaces = [...name.matchAll(/ /g)].map(match => match.index);
  if (spaces.length === 0) return name;
  const at = spaces.reduce((best, index) => (Math.abs(index - middle) < Math.abs(best - middle) ? index : best));
  return [name.slice(0, at), name.slice(at + 1)];
}
