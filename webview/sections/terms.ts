/** How much each term of an additive model adds or takes on average, and between what bounds. */
import { html } from 'lit';
import { rowChart, rowChartHeight } from '../charts/rowChart';
import { plural, shortName, shortenSentence } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import { moreButton, shownRows } from './controls';
import type { SectionRenderer } from './section';

/** Of the largest: bars of less than this could not be seen. */
const leastShare = 0.004;

export const terms: SectionRenderer<'terms'> = {
  wide: true,
  render(section, view) {
    const { items, unit } = section;
    if (items.length === 0) return { empty: t('No term of the model adds anything.') };
    const seen = items.filter(item => item.importance >= leastShare * Math.max(...items.map(one => one.importance)));
    const shown = seen.slice(0, shownRows(view.state, seen.length));
    const unseen = items.length - seen.length;
    return {
      charts: [{
        spec: {
          label: section.summary, height: rowChartHeight(shown.length),
          build: theme => rowChart(theme, {
            names: shown.map(item => item.name), bars: true, zero: 0, xTitle: shortName(t('mean absolute contribution, {0}', unit), 90), intervalName: '',
            series: [{ name: t('Mean absolute contribution'), values: shown.map(item => ({ value: item.importance })) }],
          }),
        },
      }],
      extra: html`
        <p class="key"><span>${t('Bars: how much a term adds or takes on average, in {0}. The table has the lowest and highest score of each.', shortenSentence(unit))}</span>
          ${unseen > 0 ? html`<span>${t('Too small for a bar, in the table only: {0}.', plural(unseen, 'term'))}</span>` : ''}</p>
        ${moreButton(view, seen.length, 'terms')}`,
      table: () => ({
        caption: section.title,
        columns: [
          { title: t('Term'), format: 'name', rowHeader: true }, { title: t('Mean absolute contribution'), format: 'number', hint: unit },
          { title: t('Lowest'), format: 'number', hint: unit }, { title: t('Highest'), format: 'number', hint: unit },
        ],
        rows: items.map(item => cells(item.name, item.importance, item.lowest, item.highest)),
      }),
    };
  },
};
