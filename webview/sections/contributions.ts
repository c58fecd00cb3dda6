/** A prediction taken apart into contributions of features: of one row as a waterfall, of all rows as mean sizes. */
import { html } from 'lit';
import { rowChart, rowChartHeight } from '../charts/rowChart';
import { signed, waterfallChart, waterfallHeight } from '../charts/waterfallChart';
import { waterfallSteps } from '../charts/waterfallSteps';
import { formatLevel, formatNumber, shortName, shorten, shortenSentence, visibleName } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';
import { moreButton, shownRows } from './controls';
import type { SectionBody, SectionOf, SectionRenderer, SectionView } from './section';

type Contributions = SectionOf<'contributions'>;

/** Bars of a waterfall at first, the summed-up rest among them. */
const barsAtFirst = 20;

export const contributions: SectionRenderer<'contributions'> = {
  wide: true,
  render(section, view) {
    if (section.items.length === 0) return { empty: t('There are no contributions to draw.') };
    return section.of === 'row' ? ofRow(section, view) : ofRows(section, view);
  },
};

function ofRow(section: Contributions, view: SectionView): SectionBody {
  const { base, output, items, unit } = section;
  const most = view.state.expanded ? 60 : barsAtFirst;
  const steps = waterfallSteps(base, items.map(item => ({ name: itemName(item), contribution: item.contribution })), most);
  return {
    charts: [{
      spec: {
        label: `${section.summary} ${steps.slice(0, 5).map(step => `${step.name}: ${signed(step.contribution)}`).join('; ')}.`,
        height: waterfallHeight(steps.length),
        build: theme => waterfallChart(theme, { base, output, steps, baseName: t('Base'), outputName: t('Prediction'), xTitle: shortName(unit, 90) }),
      },
    }],
    extra: html`
      <p class="key"><span>${t('In {0}. Bars to the right raise the prediction, bars to the left lower it.', shortenSentence(unit))}</span><span>${sumText(section)}</span></p>
      ${items.length > barsAtFirst ? html`
        <p class="table-foot"><button class="link screen-only" @click=${() => view.change({ expanded: !view.state.expanded })}>
          ${view.state.expanded ? t('Show the {0} largest', barsAtFirst - 1) : t('Show more features')}</button></p>` : ''}`,
    table: () => rowTable(section),
  };
}

function ofRows(section: Contributions, view: SectionView): SectionBody {
  const items = [...section.items].sort((a, b) => b.contribution - a.contribution);
  const shown = items.slice(0, shownRows(view.state, items.length));
  const level = formatLevel(view.report.recipe.level);
  const intervals = items.some(item => item.low !== undefined && item.high !== undefined);
  return {
    charts: [{
      spec: {
        label: section.summary, height: rowChartHeight(shown.length),
        build: theme => rowChart(theme, {
          names: shown.map(item => item.feature), bars: true, zero: 0, xTitle: shortName(t('mean size of the contribution, {0}', section.unit), 90),
          intervalName: t('{0} interval', level), series: [{ name: t('Mean size'), values: shown.map(({ contribution, low, high }) => ({ value: contribution, low, high })) }],
        }),
      },
    }],
    extra: html`
      <p class="key"><span>${t('Bars: mean size of a feature\'s contribution, in {0}.', shortenSentence(section.unit))}</span>
        ${intervals ? html`<span>${t('Lines: {0} intervals.', level)}</span>` : ''}<span>${sumText(section)}</span></p>
      ${moreButton(view, items.length, 'features')}`,
    table: () => ({
      caption: section.title,
      columns: [
        { title: t('Feature'), format: 'name', rowHeader: true }, { title: t('Mean size'), format: 'number' },
        ...(intervals ? [{ title: t('{0} low', level), format: 'number' as const }, { title: t('{0} high', level), format: 'number' as const }] : []),
      ],
      rows: items.map(({ feature, contribution, low, high }) => cells(feature, contribution, ...(intervals ? [low, high] : []))),
    }),
  };
}

/** The feature and its value in the row, as a name of a bar. */
function itemName({ feature, value }: Contributions['items'][number]): string {
  // A term of two columns: what it is called says more than the values cut short.
  if (value !== undefined && feature.includes(' × ') && feature.length + value.length > 30) return shorten(visibleName(feature), 34);
  return value === undefined ? visibleName(feature) : `${shorten(visibleName(feature), 24)} = ${shorten(visibleName(value), 16)}`;
}

/** How exactly the parts add up: the residual as it was measured. */
export function sumText({ of, residual }: Pick<Contributions, 'of' | 'residual'>): string {
  const what = of === 'row' ? t('Base and parts add up to the prediction') : t('In every row looked at, base and parts add up to the prediction');
  return residual === 0 ? `${what} exactly.` : `${what} within ${residual < 1e-4 ? Number(residual.toPrecision(1)).toExponential() : formatNumber(residual)}.`;
}

function rowTable({ title, base, output, items, unit }: Contributions): TableModel {
  const intervals = items.some(item => item.low !== undefined && item.high !== undefined);
  const sorted = [...items].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  return {
    caption: title,
    columns: [
      { title: t('Feature'), format: 'name', rowHeader: true, unsortable: true }, { title: t('Value in the row'), format: 'text', unsortable: true },
      { title: t('Contribution'), format: 'number', hint: unit, unsortable: true },
      ...(intervals ? [{ title: t('low'), format: 'number' as const, unsortable: true }, { title: t('high'), format: 'number' as const, unsortable: true }] : []),
    ],
    rows: [
      cells({ value: t('Base'), className: 'summary-row' }, '', base, ...(intervals ? [undefined, undefined] : [])),
      ...sorted.map(({ feature, value, contribution, low, high }) => cells(
        feature, value === undefined ? '' : visibleName(value), { value: contribution, text: signed(contribution) }, ...(intervals ? [low, high] : []))),
      cells({ value: t('Prediction'), className: 'summary-row' }, '', output, ...(intervals ? [undefined, undefined] : [])),
    ],
  };
}
