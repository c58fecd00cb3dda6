/** Posterior or sampling densities, one strip a quantity, with point and interval; a second method's density beside it. */
import { html } from 'lit';
import { ridgeChart, ridgeDomain, ridgeHeight } from '../charts/ridgeChart';
import { formatLevel, shortName, visibleName } from '../format';
import { cells } from '../tables/tableModel';
import { moreButton, shownRows } from './controls';
import type { SectionOf, SectionRenderer } from './section';

export const densities: SectionRenderer<'densities'> = {
  wide: true,
  render(section, view) {
    const { items, summary, title } = section;
    if (items.length === 0) return { empty: 'There are no densities to draw.' };
    const level = formatLevel(section.level);
    const shown = items.slice(0, shownRows(view.state, items.length));
    const other = items.find(item => item.other)?.other?.name;
    return {
      charts: [{
        spec: {
          label: summary, height: ridgeHeight(shown.length),
          build: theme => ridgeChart(theme, { ridges: shown, xTitle: shortName(section.xTitle, 90), intervalName: `${level} interval` }),
        },
      }],
      extra: html`
        <p class="key">
          <span>Points are estimates, lines their ${level} intervals.</span>
          <span>Each strip has a height of its own: compare places and widths, not heights.</span>
          ${other === undefined ? '' : html`<span>Dashed: the same quantity by ${visibleName(other)}, on the strip's scale.</span>`}
          ${ridgeDomain(shown).cut ? html`<span>Strips that reach past the axis are cut; the table has the ends of all intervals.</span>` : ''}
        </p>
        ${moreButton(view, items.length, 'quantities', 'first')}`,
      table: () => ({
        caption: title,
        columns: [
          { title: 'Quantity', format: 'name', rowHeader: true }, { title: 'Estimate', format: 'number' },
          { title: `${level} low`, format: 'number' }, { title: `${level} high`, format: 'number' },
          { title: 'Peak', format: 'number', hint: 'Where the density is highest.' },
          ...(other === undefined ? [] : [{ title: `Peak, ${other}`, format: 'number' as const, hint: `Where the density by ${other} is highest.` }]),
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
