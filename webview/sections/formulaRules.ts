/** Rules about slopes that were given for a formula, and how the report's formula keeps them. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { FormulaRule, FormulaSection } from '../../src/protocol/formula';
import { formatCount, formatShare, visibleText } from '../format';
import { t } from '../l10n';

export function ruleWords({ text, where, points, violated }: FormulaRule): string {
  const kept = violated === 0 ? t('kept at all {0} points', formatCount(points)) : t('broken at {0} of {1} points', formatShare(violated), formatCount(points));
  return `${visibleText(text)}: ${kept} (${visibleText(where)})`;
}

export function rulesView({ rules, chosen }: FormulaSection, shown: number): TemplateResult | typeof nothing {
  if (!rules || rules.length === 0) return nothing;
  return html`<p class="key" data-rules>${shown === chosen ? '' : html`<span>${t('Of the report\'s formula:')}</span>`}${rules.map(rule => html`<span>${ruleWords(rule)}</span>`)}</p>`;
}
