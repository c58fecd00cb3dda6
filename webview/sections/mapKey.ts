/** The key of a map with many groups, folded until it is asked for: the mark, the name and the rows of each. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { markOf, type shapes } from '../charts/mapChart';
import { formatCount } from '../format';
import { t } from '../l10n';

/** Outlines of the marks in a box of 14 × 14, as Chart.js draws them. */
const outlines: Readonly<Record<(typeof shapes)[number], string>> = {
  circle: 'M2 7a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z', rectRot: 'M7 1.5L12.5 7L7 12.5L1.5 7Z', triangle: 'M7 1.8L12.2 11.2H1.8Z', rect: 'M2.5 2.5H11.5V11.5H2.5Z',
  star: 'M7 1V13M1 7H13M2.8 2.8L11.2 11.2M11.2 2.8L2.8 11.2', crossRot: 'M2.5 2.5L11.5 11.5M11.5 2.5L2.5 11.5',
};
/** Colours of the series, as the charts have them. */
const colours = 6;

export function mapKey(groups: readonly { readonly name: string; readonly rows: number }[]): TemplateResult {
  return html`
    <details class="map-key">
      <summary>${t('Key: marks of the {0} groups', formatCount(groups.length))}</summary>
      <ul>${groups.map(({ name, rows }, index) => {
        const { shape, colour } = markOf(index, colours);
        return html`<li><svg class="mark series-${colour}" width="14" height="14" aria-hidden="true"><path d=${outlines[shape]}></path></svg>${name} (${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'})</li>`;
      })}</ul>
    </details>`;
}
