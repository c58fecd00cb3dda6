/** A waterfall: from the base over the contributions of features to the output, one row each, with signed numbers. */
import type { ChartConfiguration } from 'chart.js';
import type { Theme } from '../chartTheme';
import { formatNumber, formatShort, shortName } from '../format';
import { axis, configuration, legend, markLine, tooltip } from './options';
import type { Options } from './options';
import { pointLabels } from './pointLabels';
import { paddedRange, pointsDataset, segmentsDataset } from './segments';
import type { Step } from './waterfallSteps';

export interface WaterfallSettings {
  readonly base: number;
  readonly output: number;
  readonly baseName: string;
  readonly outputName: string;
  readonly steps: readonly Step[];
  readonly xTitle: string;
}

export function waterfallHeight(steps: number): number {
  return (steps + 2) * 24 + 58;
}

/** A number with its sign: "+0.31", "-0.2", "0". */
export function signed(value: number): string {
  return value > 0 ? `+${formatNumber(value)}` : formatNumber(value);
}

function shortSigned(value: number): string {
  return value > 0 ? `+${formatShort(value)}` : formatShort(value);
}

export function waterfallChart(theme: Theme, settings: WaterfallSettings): ChartConfiguration {
  const { base, output, steps } = settings;
  const last = steps.length + 1;
  const names = [settings.baseName, ...steps.map(step => step.name), settings.outputName];
  const bars = (positive: boolean, colour: string): Options => segmentsDataset(
    steps.map(({ from, to, contribution }, i) => ({ from, to: (contribution >= 0) === positive ? to : Number.NaN, row: i + 1 })), colour, 13);
  return configuration('line', [
    pointsDataset([{ x: base, row: 0 }, { x: output, row: last }], theme.foreground, { pointStyle: 'rectRot', pointRadius: 5 }),
    bars(true, theme.positive),
    bars(false, theme.negative),
    connectors(theme, base, steps),
  ], {
    interaction: { mode: 'nearest', axis: 'y', intersect: false },
    scales: {
      x: axis(theme, { title: settings.xTitle, ...paddedRange([base, output, ...steps.map(step => step.to)], 0.14) }),
      y: axis(theme, { noGrid: true, reverse: true, min: -0.6, max: last + 0.6, names }),
    },
    inline: [pointLabels(theme, [
      { x: base, y: 0, text: formatShort(base) },
      ...steps.map(({ to, contribution }, i) => ({ x: to, y: i + 1, text: shortSigned(contribution), side: contribution < 0 ? 'left' as const : 'right' as const })),
      { x: output, y: last, text: formatShort(output) },
    ], 8)],
    plugins: {
      legend: legend(theme, false),
      annotation: { annotations: { base: markLine(theme, { xMin: base, xMax: base, borderColor: theme.axis }) } },
      tooltip: {
        ...tooltip(theme, {
          title: (items: readonly Item[]) => shortName(names[Math.round(items[0]?.parsed.y ?? -1)] ?? '', 80),
          label: (item: Item) => stepLabel(settings, Math.round(item.parsed.y)),
        }),
        filter: (_: Item, index: number) => index === 0,
      },
    },
  });
}

interface Item { readonly parsed: { readonly y: number } }

/** Thin lines from the end of a step to the start of the next. */
function connectors(theme: Theme, base: number, steps: readonly Step[]): Options {
  const ends = [base, ...steps.map(step => step.to)];
  return {
    type: 'line', data: ends.flatMap((x, row) => [{ x, y: row }, { x, y: row + 1 }, { x: Number.NaN, y: Number.NaN }]),
    borderColor: theme.axis, borderWidth: 1, pointRadius: 0, pointHoverRadius: 0, pointHitRadius: 0, fill: false, tension: 0,
  };
}

function stepLabel({ base, output, steps }: WaterfallSettings, row: number): string[] {
  if (row <= 0) return [formatNumber(base)];
  const step = steps[row - 1];
  return step ? [signed(step.contribution), `from ${formatNumber(step.from)} to ${formatNumber(step.to)}`] : [formatNumber(output)];
}
