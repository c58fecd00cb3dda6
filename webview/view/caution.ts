/** The line above every panel of a model without skill: what it shows are properties of the model, not of the data. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { AnyReport } from '../../src/protocol/report';
import { shortenSentence } from '../format';

export function cautionView({ performance }: AnyReport): TemplateResult | typeof nothing {
  const caution = performance?.versusBaseline?.caution;
  return caution === undefined ? nothing : html`<p class="caution" role="note">${shortenSentence(caution)}</p>`;
}
