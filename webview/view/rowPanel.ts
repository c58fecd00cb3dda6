/** The panel of one row: asks for the row's number, and says what became of the question. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { PanelSnapshot } from '../../src/protocol/panel';
import { formatCount, shortenSentence } from '../format';
import { t } from '../l10n';
import { isRow } from '../state';

export interface RowQuestion {
  /** Data rows of the file. */
  readonly rows: number;
  /** What the field holds at first. */
  readonly row: number | undefined;
  readonly answer: PanelSnapshot['row'];
  explain(row: number): void;
}

/** What is read of the form. */
interface RowForm { readonly elements: { readonly row: { readonly valueAsNumber: number } } }

const fieldId = 'row-number';

export function rowForm({ rows, row, answer, explain }: RowQuestion): TemplateResult {
  const submit = (event: Event): void => {
    event.preventDefault();
    const { elements } = event.currentTarget as unknown as RowForm;
    const wanted = elements.row.valueAsNumber;
    if (isRow(wanted)) explain(wanted);
  };
  const waiting = isWaiting(answer);
  return html`
    <form class="row-form screen-only" @submit=${submit}>
      <label for=${fieldId}>${t('Data row')}</label>
      <input id=${fieldId} name="row" type="number" inputmode="numeric" required min="1" max=${rows} step="1" .value=${String(row ?? answer?.row ?? 1)}
        aria-describedby="row-hint">
      <button type="submit" class="primary" ?disabled=${waiting}>${t('Explain')}</button>
      <span id="row-hint" class="muted">${t('1 to {0}; the header is not counted.', formatCount(rows))}</span>
    </form>
    <p class=${waiting ? 'muted' : 'visually-hidden'} role="status">${waiting ? t('Explaining row {0}…', formatCount(answer?.row ?? 0)) : ''}</p>
    ${answer?.failed === undefined ? nothing : html`<p class="section-fault" role="alert">${shortenSentence(answer.failed)}</p>`}`;
}

/** Asked for, and neither explained nor failed yet. */
export function isWaiting(answer: PanelSnapshot['row']): boolean {
  return answer !== undefined && answer.sections === undefined && answer.failed === undefined;
}
