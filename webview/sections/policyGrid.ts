/** A policy as a grid with arrows; the table has it in words and numbers. */
import { html } from 'lit';
import { formatNumber, formatShare } from '../format';
import { t } from '../l10n';
import { actionText, cautionText, colourings, colourRange, type Colouring } from '../policy/gridLayout';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';
import { chooser, chosenName } from './controls';
import type { SectionOf, SectionRenderer } from './section';

export const policyGrid: SectionRenderer<'policyGrid'> = {
  wide: true,
  render(section, view) {
    if (section.cells.length === 0) return { empty: t('There is no state to draw.') };
    const colouring = chosenName(view, 'matrix', colourings) as Colouring;
    const { low, high } = colourRange(section.cells, colouring);
    const text = colouring === 'Certainty of the action' ? formatShare : formatNumber;
    return {
      controls: chooser(view, 'matrix', t('Colour'), colourings, colouring, [t('Value of the state'), t('Visits of the state'), t('Certainty of the action')]),
      charts: [{ drawing: () => html`<unveil-policy-grid .grid=${{ section, colouring }}></unveil-policy-grid>` }],
      extra: html`
        <p class="key">
          <span>${text(low)}</span><span class="heat-scale" aria-hidden="true"></span><span>${text(high)}</span>
          <span>${t('Thin arrows are as good as the first.')}</span>
          <span>${t('Hatched: best with a probability below {0}, or tried fewer than {1} times.', formatShare(section.certainFrom), formatNumber(section.fewestVisits))}</span>
          ${section.cells.some(cell => cell.start) ? html`<span>${t('A dot: episodes begin here.')}</span>` : ''}
          <span>${t('No cell: the log never shows the state.')}</span>
        </p>`,
      table: () => gridTable(section),
    };
  },
};

export function gridTable(section: SectionOf<'policyGrid'>): TableModel {
  const { title, across, down, rows, columns } = section;
  return {
    caption: title,
    columns: [
      { title: down, format: 'number', rowHeader: true }, { title: across, format: 'number' }, { title: t('Best action'), format: 'text' }, { title: t('Value'), format: 'number' },
      { title: t('Certainty'), format: 'text', hint: t('Probability that no other action is better') }, { title: t('Times tried'), format: 'count' }, { title: t('Visits'), format: 'count' }, { title: t('Caution'), format: 'text' },
    ],
    rows: section.cells.map(cell => cells(
      rows[cell.row], columns[cell.column], actionText(section, cell), cell.value, cell.best.length === 0 ? '' : formatShare(cell.certainty), cell.actionVisits, cell.visits, cautionText(section, cell),
    )),
  };
}
