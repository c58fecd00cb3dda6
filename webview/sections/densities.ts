/** Posterior or sampling densities, one strip a quantity, with point and interval; a second method's density beside it. */
import { html } from 'lit';
import { ridgeChart, ridgeDomain, ridgeHeight } from '../charts/ridgeChart';
import { formatLevel, shortName, visibleName } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import { moreButton, shownRows } from './controls';
import type { SectionOf, SectionRenderer } from './section';

export const densities: SectionRenderer<'densities'> = {
  wide: true,
  render(section, view) {
    const { items, summary, title } = section;
    if (items.length === 0) return { empty: t('There are no densities to draw.') };
    const level = formatLevel(section.level);
    const shown = items.slice(0, shownRows(view.state, items.length));
    const other = items.find(item => item.other)?.other?.name;
    return {
      charts: [{
        spec: {
          label: summary, height: ridgeHeight(shown.length),
          build: theme => ridgeChart(theme, { ridges: shown, xTitle: shortName(section.xTitle, 90), intervalName: t('{0} interval', level) }),
        },
      }],
      extra: html`
        <p class="key">
          <span>${t('Points are estimates, lines their {0} intervals.', level)}</span>
          <span>${t('Each strip has a height of its own: compare places and widths, not heights.')}</span>
          ${other === undefined ? '' : html`<span>${t('Dashed: the same quantity by {0}, on the strip\'s scale.', visibleName(other))}</span>`}
          ${ridgeDomain(shown).cut ? html`<span>${t('Strips that reach past the axis are cut; the table has the ends of all intervals.')}</span>` : ''}
        </p>
        ${moreButton(view, items.length, 'quantities', 'first')}`,
      table: () => ({
        caption: title,
        columns: [
          { title: t('Quantity'), format: 'name', rowHeader: true }, { title: t('Estimate'), format: 'number' },
          { title: t('{0} low', level), format: 'number' }, { title: t('{0} high', level), format: 'number' },
          { title: t('Peak'), format: 'number', hint: t('Where the density is highest.') },
          ...(other === undefined ? [] : [{ title: t('Peak, {0}', other), format: 'number' as const, hint: t('Where the density by {0} is highest.', other) }]),
        ],
        rows: items.map(item => cells(item.name, item.estimate, item.low, item.high, peak(item), ...(other === undefined ? [] : [item.other && peak(item.other)]))),
      }),
    };
  },
};

/** Where a density is highest; nothing for an empty one. */
export function peak({ x, density }: Pick<SectionOf<'densities'>['items'][number], 'x' | 'density'>): number | undefined {
  let best: number | undefined;
  for (const [i, value] of density.entries()) {
    if (Number.isFinite(value) && (best === undefined || value > (density[best] as number))) best = i;
  }
  return best === undefined ? undefined : x[best];
}
