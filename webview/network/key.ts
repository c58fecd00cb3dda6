/** The key under a network's drawing. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { NetworkSection } from '../../src/protocol/networkSections';
import { formatNumber } from '../format';
import { t } from '../l10n';

/** What the strokes and shapes mean, with the largest weight. */
export function networkKey(section: NetworkSection): TemplateResult {
  const largest = Math.max(0, ...section.edges.map(edge => Math.abs(edge.weight)).filter(Number.isFinite));
  const has = (state: 'dead' | 'saturated'): boolean => section.layers.some(layer => layer.units.some(unit => unit.state === state));
  return html`
    <p class="key">
      <span><svg class="network sample" width="26" height="8" aria-hidden="true"><path class="edge positive" d="M0 4H26" stroke-width="2.5"></path></svg>${t('positive weight')}</span>
      <span><svg class="network sample" width="26" height="8" aria-hidden="true"><path class="edge negative" d="M0 4H26" stroke-width="2.5"></path></svg>${t('negative weight')}</span>
      <span>${t('Thicker is stronger; the strongest is {0}.', formatNumber(largest))}</span>
      ${has('dead') ? html`<span>${t('Crossed circle: a dead unit.')}</span>` : ''}
      ${has('saturated') ? html`<span>${t('Square: a saturated unit.')}</span>` : ''}
      ${section.layers.some(layer => layer.units.some(unit => unit.share !== undefined)) ? html`<span>${t('Larger units carry more of their layer\'s effect.')}</span>` : ''}
    </p>`;
}
