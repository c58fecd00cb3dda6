/** The prediction along one feature at a time, with the intervals of the mean and of a new observation. */
import { html } from 'lit';
import type { Effect } from '../../src/protocol/report';
import { lineChart } from '../charts/lineChart';
import type { Band } from '../charts/lineChart';
import { rowChart, rowChartHeight } from '../charts/rowChart';
import { formatLevel, formatTick, formatTime, shortName } from '../format';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';
import { chooser } from './controls';
import type { ChartPart, SectionOf, SectionRenderer, SectionView } from './section';

const allClasses = 'All classes';
const classesTogether = 6;

export const effects: SectionRenderer<'effects'> = {
  wide: true,
  render(section, view) {
    const list = view.report.effects ?? [];
    const features = [...new Set(list.map(effect => effect.feature))];
    if (features.length === 0) return { empty: 'There are no effects to draw for this model.' };
    const feature = features.includes(view.state.choice?.feature ?? '') ? (view.state.choice?.feature as string) : (features[0] as string);
    const ofFeature = list.filter(effect => effect.feature === feature);
    const classes = ofFeature.map(effect => effect.class).filter(name => name !== undefined);
    const options = classes.length > 1 && classes.length <= classesTogether ? [allClasses, ...classes] : classes;
    const chosen = options.includes(view.state.choice?.class ?? '') ? (view.state.choice?.class as string) : options[0];
    const shown = ofFeature.filter(effect => options.length < 2 || chosen === allClasses || effect.class === chosen);
    return {
      controls: html`
        ${chooser(view, 'feature', 'Feature', features, feature)}
        ${options.length > 1 ? chooser(view, 'class', 'Class', options, chosen as string) : ''}`,
      charts: [effectChart(section, shown, view)],
      extra: html`<p class="key">${keyText(shown, formatLevel(section.level))}</p>`,
      table: () => effectTable(section, shown, isTime(view, feature)),
    };
  },
};

function effectChart(section: SectionOf<'effects'>, shown: readonly Effect[], view: SectionView): ChartPart {
  const first = shown[0] as Effect;
  const level = formatLevel(section.level);
  const label = `Effect of ${shortName(first.feature, 60)}. ${section.summary}`;
  const yTitle = valueTitle(section, shown, 80);
  const nameOf = (effect: Effect): string => effect.class ?? 'Prediction';
  if (first.grid.every(value => typeof value === 'number')) {
    const time = isTime(view, first.feature);
    const grid = first.grid as readonly number[];
    return {
      spec: {
        label, height: 320,
        build: theme => lineChart(theme, shown.map(effect => ({
          name: nameOf(effect), x: effect.grid as readonly number[], y: effect.effect, bands: bands(effect, level),
        })), {
          x: { title: shortName(first.feature, 60), format: time ? formatTime : formatTick, min: Math.min(...grid), max: Math.max(...grid) },
          y: { title: yTitle },
          legend: shown.length > 1, ...(time && { formatX: formatTime }),
        }),
      },
    };
  }
  const names = first.grid.map(String).slice(0, 100);
  return {
    spec: {
      label, height: rowChartHeight(names.length, shown.length),
      build: theme => rowChart(theme, {
        names, xTitle: yTitle, intervalName: `${level} interval`,
        series: shown.map(effect => ({
          name: nameOf(effect), values: names.map((_, i) => ({ value: effect.effect[i], low: effect.low?.[i], high: effect.high?.[i] })),
          ...(effect.predictionLow && effect.predictionHigh && {
            outer: names.map((_, i) => ({ low: effect.predictionLow?.[i], high: effect.predictionHigh?.[i] })), outerName: `${level} prediction interval`,
          }),
        })),
      }),
    },
  };
}

/** What the effect is measured in: with one effect a class, the probability of the classes shown. */
function valueTitle({ yTitle }: SectionOf<'effects'>, shown: readonly Effect[], limit: number): string {
  const name = shown[0]?.class;
  if (name === undefined) return shortName(yTitle, limit);
  return shown.length > 1 ? 'Probability of the class' : `Probability of “${shortName(name, limit - 20)}”`;
}

function bands(effect: Effect, level: string): readonly Band[] {
  const { low, high, predictionLow, predictionHigh } = effect;
  return [
    ...(low && high ? [{ low, high, name: `${level} confidence interval` }] : []),
    ...(predictionLow && predictionHigh ? [{ low: predictionLow, high: predictionHigh, name: `${level} prediction interval` }] : []),
  ];
}

function keyText(shown: readonly Effect[], level: string): string {
  const mean = shown.some(effect => effect.low && effect.high);
  const prediction = shown.some(effect => effect.predictionLow && effect.predictionHigh);
  const numeric = typeof shown[0]?.grid[0] === 'number';
  const parts = [
    mean ? `${numeric ? 'Inner band' : 'Thick line'}: ${level} confidence interval of the mean.` : '',
    prediction ? `${numeric ? 'Outer dashed band' : 'Thin line'}: ${level} prediction interval of a new observation.` : '',
    'Other features are held at their typical value.',
  ];
  return parts.filter(part => part !== '').join(' ');
}

function effectTable(section: SectionOf<'effects'>, shown: readonly Effect[], time: boolean): TableModel {
  const first = shown[0] as Effect;
  const level = formatLevel(section.level);
  const has = { class: shown.some(e => e.class !== undefined), mean: shown.some(e => e.low), prediction: shown.some(e => e.predictionLow) };
  const number = (title: string): TableModel['columns'][number] => ({ title, format: 'number' });
  const numeric = first.grid.every(value => typeof value === 'number');
  return {
    caption: `${section.title}: ${shortName(first.feature, 60)}`,
    columns: [
      { title: shortName(first.feature, 60), format: numeric ? 'number' : 'name', rowHeader: true },
      ...(has.class ? [{ title: 'Class', format: 'name' as const }] : []),
      number(valueTitle(section, shown, 60)),
      ...(has.mean ? [number(`${level} low`), number(`${level} high`)] : []),
      ...(has.prediction ? [number('Prediction low'), number('Prediction high')] : []),
    ],
    rows: shown.flatMap(effect => effect.grid.map((value, i) => cells(
      time && typeof value === 'number' ? { value: formatTime(value) } : value, ...(has.class ? [effect.class] : []), effect.effect[i],
      ...(has.mean ? [effect.low?.[i], effect.high?.[i]] : []),
      ...(has.prediction ? [effect.predictionLow?.[i], effect.predictionHigh?.[i]] : []),
    ))),
  };
}

function isTime({ report }: SectionView, feature: string): boolean {
  return report.data.columns.find(column => column.name === feature)?.kind === 'datetime';
}
