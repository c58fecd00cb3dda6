/** What may be wrong with the data: a table with how bad it is, and a button for each fix where there is a host to train anew. */
import { html, nothing } from 'lit';
import { checkTitles, type CheckFinding, type CheckSeverity, type ReportChecks } from '../../src/protocol/checks';
import { shortenSentence } from '../format';
import { t } from '../l10n';
import type { Cell, TableModel } from '../tables/tableModel';
import type { SectionRenderer, SectionView } from './section';

const words: Readonly<Record<CheckSeverity, { readonly text: string; readonly rank: number }>> = {
  severe: { text: t('Severe'), rank: 0 }, warning: { text: t('Warning'), rank: 1 }, information: { text: t('Note'), rank: 2 },
};

export const checks: SectionRenderer<'checks'> = {
  wide: true,
  render({ title }, { report, applyFix }) {
    const found = report.checks;
    if (!found) return { empty: t('The data were not checked.') };
    if (found.findings.length === 0) return { extra: nothing };
    const unmeasured = applyFix !== undefined && found.findings.some(({ fix, effect, effectFailed }) => fix && !effect && effectFailed === undefined);
    return {
      table: () => checksTable(title, found, applyFix),
      ...(unmeasured && { extra: html`<p class="muted screen-only">${t('A fix trains the model anew; its history keeps what changed. “Check Data…” measures what each fix does to the held-out score beforehand.')}</p>` }),
    };
  },
};

export function checksTable(caption: string, { findings }: ReportChecks, applyFix: SectionView['applyFix']): TableModel {
  return {
    caption,
    columns: [
      { title: t('Check'), format: 'text', rowHeader: true },
      { title: t('How bad'), format: 'text', hint: t('Severe: scores are likely to mislead. Warning: worth a look. Note: good to know.') },
      { title: t('What was found'), format: 'text', unsortable: true },
      { title: t('Fix'), format: 'text', unsortable: true, hint: t('The change of the run that mends it, also as options of the command line.') },
    ],
    rows: findings.map((finding, place) => [
      { value: checkTitles[finding.id] },
      { value: `${words[finding.severity].rank}`, text: words[finding.severity].text, className: `severity ${finding.severity}` },
      whatCell(finding),
      fixCell(finding, place, applyFix),
    ]),
  };
}

function whatCell({ sentence, effect, effectFailed }: CheckFinding): Cell {
  const more = effect?.sentence ?? effectFailed;
  return {
    value: more === undefined ? sentence : `${sentence} ${more}`, text: shortenSentence(sentence), title: '', className: 'wrap',
    ...(more !== undefined && { drawing: () => html`${shortenSentence(sentence)}<span class="cell-note">${shortenSentence(more)}</span>` }),
  };
}

function fixCell({ fix, sentence }: CheckFinding, place: number, applyFix: SectionView['applyFix']): Cell {
  if (!fix) return { value: '', text: '' };
  const words = shortenSentence(fix.title);
  return {
    value: `${fix.title} (${fix.flags})`, text: words, title: fix.flags, className: 'wrap fix',
    drawing: () => html`
      ${words}
      <span class="cell-note"><code>${fix.flags}</code></span>
      ${applyFix ? html`<vscode-button class="screen-only" secondary data-fix=${place} aria-label=${t('Apply and retrain: {0}. {1}', words, shortenSentence(sentence))} @click=${() => applyFix(place)}>${t('Apply and Retrain')}</vscode-button>` : nothing}`,
  };
}
