/** Estimates with their intervals, a row each: what sets a cluster apart, what a component is made of. */
import { html } from 'lit';
import { rowChart, rowChartHeight, rowDomain } from '../charts/rowChart';
import { formatNumber, shortName, visibleName } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import { chooser, chosenName, moreButton, shownRows } from './controls';
import type { SectionOf, SectionRenderer } from './section';

type Item = SectionOf<'estimates'>['groups'][number]['items'][number];

export const estimates: SectionRenderer<'estimates'> = {
  wide: true,
  render(section, view) {
    const { groups, estimateName, intervalName, details = [], title, summary } = section;
    const names = groups.map(group => group.name);
    const chosen = chosenName(view, 'matrix', names);
    const items = groups.find(group => group.name === chosen)?.items ?? [];
    const drawn = items.filter((item): item is Item & { readonly estimate: number } => item.estimate !== undefined);
    const several = groups.length > 1;
    const shown = drawn.slice(0, shownRows(view.state, drawn.length));
    const series = [{ name: estimateName, values: shown.map(({ estimate, low, high }) => ({ value: estimate, low, high })) }];
    const intervals = shown.some(({ low, high }) => low !== undefined && high !== undefined);
    const controls = several ? { controls: chooser(view, 'matrix', section.chooser, names, chosen) } : {};
    if (items.length === 0) return several ? { ...controls, extra: html`<p class="empty">${t('There is nothing to tell here.')}</p>` } : { empty: t('There is nothing to draw.') };
    return {
      ...controls,
      ...(shown.length > 0 && {
        charts: [{
          spec: {
            label: several ? `${visibleName(chosen)}. ${summary}` : summary, height: rowChartHeight(shown.length),
            build: theme => rowChart(theme, { names: shown.map(({ name }) => name), series, xTitle: shortName(section.xTitle, 90), zero: 0, intervalName: intervals ? intervalName : '' }),
          },
        }],
      }),
      extra: html`
        <p class="key">
          ${t('Points: {0}{1}. {2} {3}', visibleName(estimateName), intervals ? t('; lines: {0}', intervalName) : '', rowDomain(series, false, 0).cut ? t('Lines that reach past the axis are cut; the table has their ends.') : '', drawn.length < items.length ? t('{0} without a number are in the table only.', formatNumber(items.length - drawn.length)) : '')}</p>
        ${moreButton(view, drawn.length, 'rows', 'first')}`,
      table: () => ({
        caption: several ? `${title}: ${chosen}` : title,
        columns: [
          { title: t('Name'), format: 'name', rowHeader: true }, { title: estimateName, format: 'number' },
          { title: t('Low'), format: 'number', hint: intervalName }, { title: t('High'), format: 'number', hint: intervalName },
          ...details.map(detail => ({ title: detail.title, format: detail.numeric ? 'number' as const : 'text' as const })),
        ],
        rows: items.map(item => cells(item.name, item.estimate, item.low, item.high, ...details.map((_, i) => item.details?.[i]))),
      }),
    };
  },
};
