/** The error boundary: a part that throws shows one sentence in its place, never a blank panel. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../l10n';

export function safely(what: string, render: () => unknown): unknown {
  try {
    return render();
  } catch (error) {
    console.error(error);
    return fault(what);
  }
}

/** The sentence that stands in for a part. */
export function fault(what: string): TemplateResult {
  return html`<p class="section-fault" role="note">${t('{0} could not be shown. The rest of the report is not affected.', what)}</p>`;
}
