/** A few labelled numbers of the fit: R², F, AIC, degrees of freedom. */
import { html } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { formatNumber, fullPrecision, shortenSentence } from '../format';
import { t } from '../l10n';
import type { SectionRenderer } from './section';

export const fit: SectionRenderer<'fit'> = {
  wide: true,
  render({ values }) {
    if (values.length === 0) return { empty: t('There are no statistics for this fit.') };
    return {
      extra: html`
        <dl class="facts">
          ${values.map(({ label, value, hint }) => html`
            <div title=${ifDefined(hint)}>
              <dt>${shortenSentence(label)}</dt>
              <dd title=${typeof value === 'number' ? fullPrecision(value) : value}>${typeof value === 'number' ? formatNumber(value) : shortenSentence(value)}</dd>
              ${hint ? html`<dd class="hint">${shortenSentence(hint)}</dd>` : ''}
            </div>`)}
        </dl>`,
    };
  },
};
