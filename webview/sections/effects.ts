/**
 * The prediction along one feature at a time: adjusted predictions with the intervals of the mean and of a new observation,
 * partial dependence with the curves of single rows, or accumulated local effects around zero.
 */
import { html } from 'lit';
import type { Effect, PairShape } from '../../src/protocol/effects';
import { lineChart } from '../charts/lineChart';
import type { Band } from '../charts/lineChart';
import { markLine } from '../charts/options';
import { rowChart, rowChartHeight } from '../charts/rowChart';
import { formatLevel, formatTick, formatTime, shortName } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';
import { chooser, chosenName } from './controls';
import type { ChartPart, SectionOf, SectionRenderer, SectionView } from './section';

type Section = SectionOf<'effects'>;

const allClasses = t('All classes');
const classesTogether = 6;

export const effects: SectionRenderer<'effects'> = {
  wide: true,
  render(section, view) {
    const list = effectsOf(section, view.report.effects ?? []);
    const features = [...new Set(list.map(effect => effect.feature))];
    if (features.length === 0) return { empty: t('There are no effects to draw for this model.') };
    const feature = chosenName({ ...view, state: { choice: { feature: strongest(list), ...view.state.choice } } }, 'feature', features);
    const ofFeature = list.filter(effect => effect.feature === feature);
    const classes = ofFeature.map(effect => effect.class).filter(name => name !== undefined);
    // Of many classes the commonest have curves: to call these all would hide the others.
    const together = classes.length < (view.report.model.classes?.length ?? 0) ? t('The {0} commonest classes', classes.length) : allClasses;
    const options = classes.length > 1 && classes.length <= classesTogether ? [together, ...classes] : classes;
    const chosen = chosenName(view, 'class', options);
    const shown = ofFeature.filter(effect => options.length < 2 || chosen === together || effect.class === chosen);
    return {
      controls: html`
        ${chooser(view, 'feature', t('Feature'), features, feature)}
        ${options.length > 1 ? chooser(view, 'class', t('Class'), options, chosen) : ''}`,
      charts: [effectChart(section, shown, view)],
      extra: html`<p class="key">${keyText(section, shown)}</p>`,
      table: () => effectTable(section, shown, isTime(view, feature)),
    };
  },
};

/** The effects of the section's kind. Reports of the first version have adjusted predictions only, and name no kind. */
export function effectsOf({ effectKind = 'adjusted' }: Pick<Section, 'effectKind'>, list: readonly (Effect | PairShape)[]): readonly Effect[] {
  return list.filter((effect): effect is Effect => 'feature' in effect && ((effect as Partial<Effect>).kind ?? 'adjusted') === effectKind);
}

/** The feature along which the prediction moves most: what is shown at first, and what the summary speaks of. */
export function strongest(list: readonly Effect[]): string {
  const range = ({ effect }: Effect): number => {
    const finite = effect.filter(Number.isFinite);
    return finite.length === 0 ? 0 : Math.max(...finite) - Math.min(...finite);
  };
  return list.reduce((best, effect) => (range(effect) > range(best) ? effect : best)).feature;
}

function effectChart(section: Section, shown: readonly Effect[], view: SectionView): ChartPart {
  const first = shown[0] as Effect;
  const label = t('Effect of {0}. {1}', shortName(first.feature, 60), section.summary);
  if (!first.grid.every(value => typeof value === 'number')) return levelsChart(section, shown, label);
  const time = isTime(view, first.feature);
  const grid = first.grid as readonly number[];
  const centred = section.effectKind === 'ale';
  return {
    spec: {
      label, height: 320,
      build: theme => lineChart(theme, shown.map(effect => ({
        name: effectName(effect), x: effect.grid as readonly number[], y: effect.effect, bands: bands(effect, formatLevel(section.level)),
        // With several classes in view the single rows of one would hide the others.
        ...(effect.ice && shown.length === 1 && { thin: effect.ice }),
      })), {
        x: { title: shortName(first.feature, 60), format: time ? formatTime : formatTick, min: Math.min(...grid), max: Math.max(...grid) },
        y: { title: valueTitle(section, shown, 80) },
        ...(centred && { annotations: one => ({ zero: markLine(one, { yMin: 0, yMax: 0, borderColor: one.axis }) }) }),
        legend: shown.length > 1, ...(time && { formatX: formatTime }),
      }),
    },
  };
}

/** Levels of a category: one row each. */
function levelsChart(section: Section, shown: readonly Effect[], label: string): ChartPart {
  const names = (shown[0] as Effect).grid.map(String).slice(0, 100);
  const level = formatLevel(section.level);
  return {
    spec: {
      label, height: rowChartHeight(names.length, shown.length),
      build: theme => rowChart(theme, {
        names, xTitle: valueTitle(section, shown, 80), intervalName: t('{0} interval', level), ...(section.effectKind === 'ale' && { zero: 0 }),
        series: shown.map(effect => ({
          name: effectName(effect), values: names.map((_, i) => ({ value: effect.effect[i], low: effect.low?.[i], high: effect.high?.[i] })),
          ...(effect.predictionLow && effect.predictionHigh && {
            outer: names.map((_, i) => ({ low: effect.predictionLow?.[i], high: effect.predictionHigh?.[i] })), outerName: t('{0} prediction interval', level),
          }),
        })),
      }),
    },
  };
}

function effectName(effect: Effect): string {
  return effect.class ?? t('Prediction');
}

/** What the effect is measured in: with one effect a class, the probability of the classes shown. */
function valueTitle({ effectKind, yTitle }: Section, shown: readonly Effect[], limit: number): string {
  const name = shown[0]?.class;
  if (name === undefined) return shortName(yTitle, limit);
  if (effectKind === 'ale') return shown.length > 1 ? shortName(yTitle, limit) : `${shortName(yTitle, limit - 30)}, “${shortName(name, 24)}”`;
  return shown.length > 1 ? t('Probability of the class') : t('Probability of “{0}”', shortName(name, limit - 20));
}

function bands(effect: Effect, level: string): readonly Band[] {
  const { low, high, predictionLow, predictionHigh } = effect;
  return [
    ...(low && high ? [{ low, high, name: t('{0} interval of the mean', level) }] : []),
    ...(predictionLow && predictionHigh ? [{ low: predictionLow, high: predictionHigh, name: t('{0} prediction interval', level) }] : []),
  ];
}

function kindText(kind: Effect['kind'], numeric: boolean): string {
  switch (kind) {
    case 'adjusted': return t('Other features are held at their typical value.');
    case 'partialDependence': return t('{0} the mean prediction over rows, each with the feature set to the value.', numeric ? t('The line is') : t('Points are'));
    case 'shape': return t('What the term adds.');
    case 'ale': return t('{0} up the changes of the prediction between neighbouring values; 0 is the mean effect.', numeric ? t('The line adds') : t('Points add'));
  }
}

export function keyText({ effectKind = 'adjusted', level: share, band = t('confidence interval of the mean') }: Pick<Section, 'effectKind' | 'level' | 'band'>, shown: readonly Effect[]): string {
  const level = formatLevel(share);
  const mean = shown.some(effect => effect.low && effect.high);
  const prediction = shown.some(effect => effect.predictionLow && effect.predictionHigh);
  const numeric = typeof shown[0]?.grid[0] === 'number';
  const rows = numeric && shown.length === 1 ? (shown[0]?.ice?.length ?? 0) : 0;
  const inner = numeric ? (prediction ? t('Inner band') : t('Band')) : prediction ? t('Thick line') : t('Line of a point');
  const parts = [
    mean ? `${inner}: ${level} ${effectKind === 'adjusted' ? band : t('interval of the {0}', numeric ? 'line' : 'point')}.` : '',
    prediction ? t('{0}: {1} prediction interval of a new observation.', numeric ? t('Outer dashed band') : t('Thin line'), level) : '',
    kindText(effectKind, numeric),
    rows > 0 ? t('Thin lines: {0} single rows (individual conditional expectation).', rows) : '',
  ];
  return parts.filter(part => part !== '').join(' ');
}

function effectTable(section: Section, shown: readonly Effect[], time: boolean): TableModel {
  const first = shown[0] as Effect;
  const level = formatLevel(section.level);
  const has = { class: shown.some(e => e.class !== undefined), mean: shown.some(e => e.low), prediction: shown.some(e => e.predictionLow) };
  const number = (title: string): TableModel['columns'][number] => ({ title, format: 'number' });
  const numeric = first.grid.every(value => typeof value === 'number');
  return {
    caption: `${section.title}: ${shortName(first.feature, 60)}`,
    columns: [
      { title: shortName(first.feature, 60), format: numeric ? 'number' : 'name', rowHeader: true },
      ...(has.class ? [{ title: t('Class'), format: 'name' as const }] : []),
      number(valueTitle(section, shown, 60)),
      ...(has.mean ? [number(t('{0} low', level)), number(t('{0} high', level))] : []),
      ...(has.prediction ? [number(t('Prediction low')), number(t('Prediction high'))] : []),
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
