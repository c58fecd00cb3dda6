/** Where the values start from: a row of the data file, or typical values. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { formatCount, shortenSentence } from '../format';
import { t } from '../l10n';

export interface StartHost {
  /** Data rows of the file. */
  readonly rows: number;
  /** Started from; absent: typical values. */
  readonly row: number | undefined;
  readonly busy: boolean;
  readonly failed: string | undefined;
  /** Why it is not a row of the file that is shown first. */
  readonly withoutRow: string | undefined;
  startFrom(row: number): void;
  typical(): void;
  reset(): void;
}

export function startForm({ rows, row, busy, failed, withoutRow, startFrom, typical, reset }: StartHost): TemplateResult {
  const submit = (event: Event): void => {
    event.preventDefault();
    const { elements } = event.currentTarget as unknown as { readonly elements: { readonly row: { readonly valueAsNumber: number } } };
    const wanted = elements.row.valueAsNumber;
    if (Number.isSafeInteger(wanted) && wanted >= 1) startFrom(wanted);
  };
  return html`
    <form class="row-form" @submit=${submit}>
      <label for="what-if-row">${t('Start from data row')}</label>
      <input id="what-if-row" name="row" type="number" inputmode="numeric" required min="1" max=${rows} step="1" .value=${String(row ?? 1)} aria-describedby="what-if-row-hint">
      <button type="submit" class="primary" ?disabled=${busy}>${t('Start')}</button>
      <button type="button" class="link" @click=${typical}>${t('Typical values')}</button>
      <button type="button" class="link" @click=${reset}>${t('Reset all')}</button>
      <span id="what-if-row-hint" class="muted">${t('1 to {0}; the header is not counted. Now: {1}.', formatCount(rows), row === undefined ? t('typical values') : t('row {0}', formatCount(row)))}</span>
    </form>
    ${failed === undefined ? nothing : html`<p class="section-fault" role="alert">${shortenSentence(failed)}</p>`}
    ${withoutRow === undefined ? nothing : html`<p class="muted">${t('Typical values are shown: {0}', shortenSentence(withoutRow))}</p>`}`;
}
