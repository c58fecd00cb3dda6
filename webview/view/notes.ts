/** What a reader must know before believing a number: guesses, sampling and dropped rows first. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { Note } from '../../src/protocol/profile';
import { plural, shortenSentence } from '../format';
import { t } from '../l10n';

const titles: Readonly<Record<Note['kind'], string>> = {
  edited: t('Edited'), guess: t('Guessed'), sampling: t('Sampled'), dropped: t('Left out'), warning: t('Warning'), separation: t('Separation'), aliased: t('Aliased'),
  imputed: t('Filled in'), penalty: t('Penalty'), reading: t('Reading'), column: t('Column'), evaluation: t('Evaluation'), information: t('Note'),
};

const order = Object.keys(titles);
const warnings: ReadonlySet<Note['kind']> = new Set(['edited', 'sampling', 'warning', 'separation', 'aliased']);
const shownAtFirst = 8;

/** By importance of their kinds, otherwise in the order given. */
export function sortNotes(notes: readonly Note[]): readonly Note[] {
  const rank = (note: Note): number => (order.includes(note.kind) ? order.indexOf(note.kind) : order.length);
  return [...notes].sort((a, b) => rank(a) - rank(b));
}

/** All notes on the overview; one line that opens on the other panels. */
export function notesView(notes: readonly Note[], full: boolean): TemplateResult | '' {
  if (notes.length === 0) return '';
  const sorted = sortNotes(notes);
  if (!full) {
    const kinds = [...new Set(sorted.map(note => titles[note.kind] ?? t('Note')))].join(', ');
    return html`
      <details class="notes folded"><summary>${t('{0} on how this was made: {1}', plural(sorted.length, 'note'), kinds)}</summary>${list(sorted)}</details>`;
  }
  return html`
    <div class="notes" role="group" aria-label=${t('Notes on how this report was made')}>
      ${list(sorted.slice(0, shownAtFirst))}
      ${sorted.length > shownAtFirst ? html`
        <details><summary>${plural(sorted.length - shownAtFirst, 'more note')}</summary>${list(sorted.slice(shownAtFirst))}</details>` : ''}
    </div>`;
}

function list(notes: readonly Note[]): TemplateResult {
  return html`
    <ul class="note-list">${notes.slice(0, 500).map(note => html`
      <li class=${warnings.has(note.kind) ? 'note warn' : 'note'}>
        <span class="note-kind">${titles[note.kind] ?? t('Note')}</span><span class="note-text">${shortenSentence(note.text)}</span>
      </li>`)}
    </ul>`;
}
