/** The formula beside a freer model: what both make of each feature, one small chart a feature. */
import { html, nothing } from 'lit';
import type { FormulaBeside, FormulaBesideCurve } from '../../src/protocol/formula';
import { lineChart } from '../charts/lineChart';
import { markLine } from '../charts/options';
import { rowChart, rowChartHeight } from '../charts/rowChart';
import { formatNumber, formatTick, formatTime, plural, shortName, visibleText } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';
import type { ChartPart, SectionOf, SectionRenderer, SectionView } from './section';

type Section = SectionOf<'formulaBeside'>;

/** Charts at first; features beyond these move little. */
const atFirst = 6;

export const formulaBeside: SectionRenderer<'formulaBeside'> = {
  wide: true,
  render(section, view) {
    const { formulaBeside: beside } = view.report;
    if (!beside || beside.curves.length === 0) return { empty: t('There are no curves to draw.') };
    const drawn = view.state.expanded ? beside.curves : beside.curves.slice(0, atFirst);
    return {
      charts: drawn.map(curve => chartOf(curve, beside, section)), layout: 'grid',
      extra: html`
        <p class="key"><span>${t('Change of {0} along each feature, in the rows that are there; 0 is the mean over the rows. Each chart has a vertical axis of its own; that of the largest movement comes first.', named(section))}</span></p>
        ${more(beside.curves.length, view)}`,
      table: () => tableOf(beside, section),
    };
  },
};

function named({ target, targetUnit }: Section): string {
  return `${shortName(target, 60)}${targetUnit === undefined || target.includes(`[${targetUnit}]`) ? '' : ` in ${visibleText(targetUnit)}`}`;
}

function chartOf(curve: FormulaBesideCurve, beside: FormulaBeside, section: Section): ChartPart {
  const { feature, grid, kind, apart } = curve;
  const title = shortName(feature, 40);
  const label = t('{0}: {1} The curves are {2} apart (root mean square over the rows).', title, words(curve, beside, section), formatNumber(apart));
  const series = [{ name: section.name, values: curve.formula }, { name: shortName(beside.model, 40), values: curve.model }];
  if (kind === 'category') {
    const names = grid.map(String);
    return {
      title,
      spec: {
        label, height: Math.max(220, rowChartHeight(names.length, 2)),
        build: theme => rowChart(theme, {
          names, xTitle: t('Change of {0}', named(section)), zero: 0, intervalName: '',
          series: series.map(({ name, values }) => ({ name, values: values.map(value => ({ value })) })),
        }),
      },
    };
  }
  const x = grid as readonly number[];
  const time = kind === 'date';
  return {
    title,
    spec: {
      label, height: 220,
      build: theme => lineChart(theme, series.map(({ name, values }) => ({ name, x, y: values })), {
        x: { format: time ? formatTime : formatTick, min: Math.min(...x), max: Math.max(...x) }, y: {},
        annotations: one => ({ zero: markLine(one, { yMin: 0, yMax: 0, borderColor: one.axis }) }), legend: true, ...(time && { formatX: formatTime }),
      }),
    },
  };
}

/** "the formula moves by 3.1, the explainable boosting machine by 2.9." */
function words({ formula, model }: FormulaBesideCurve, beside: FormulaBeside, { name }: Section): string {
  const moved = (values: readonly number[]): string => {
    const range = Math.max(...values) - Math.min(...values);
    return range > 0 ? t('moves by {0}', formatNumber(range)) : t('does not move');
  };
  return t('the {0} {1}, the other model ({2}) {3}.', name.toLowerCase(), moved(formula), shortName(beside.model, 40), moved(model));
}

function more(count: number, { state, change }: Pick<SectionView, 'state' | 'change'>): unknown {
  if (count <= atFirst) return nothing;
  return html`
    <p class="table-foot">
      <span>${state.expanded ? t('All {0}', plural(count, 'feature')) : t('The {0} features with the largest movement of {1}; the table has all', atFirst, count)}</span>
      <button class="link screen-only" @click=${() => change({ expanded: !state.expanded })}>${state.expanded ? t('Show {0}', atFirst) : t('Show all {0}', count)}</button>
    </p>`;
}

function tableOf({ curves, model }: FormulaBeside, section: Section): TableModel {
  return {
    caption: section.title,
    columns: [
      { title: t('Feature'), format: 'name', rowHeader: true }, { title: t('At'), format: 'text', hint: t('A value of the feature, or one of its levels') }, { title: section.name, format: 'number' },
      { title: shortName(model, 40), format: 'number' }, { title: t('Difference'), format: 'number' },
    ],
    rows: curves.flatMap(({ feature, grid, kind, formula, model: other }) => grid.map((at, i) => cells(
      feature, { value: at, text: typeof at === 'number' ? (kind === 'date' ? formatTime(at) : formatNumber(at)) : visibleText(at) }, formula[i], other[i], (formula[i] as number) - (other[i] as number)))),
  };
}
