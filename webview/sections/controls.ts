/** Choosers and buttons that several sections share. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { formatCount, shortName } from '../format';
import { t } from '../l10n';
import type { Chooser, SectionState } from '../state';
import type { SectionView } from './section';

const rowsAtFirst = 30;
/** A canvas has a largest height; beyond this, the table is the place to look. */
const rowsAtMost = 300;

/** How many of `rows` a row chart draws. */
export function shownRows(state: SectionState, rows: number): number {
  return Math.min(rows, state.expanded ? rowsAtMost : rowsAtFirst);
}

/** "Show all" under a row chart that shows only its largest (or first) items. */
export function moreButton({ state, change }: SectionView, rows: number, noun: string, which = 'largest'): TemplateResult | typeof nothing {
  if (rows <= rowsAtFirst) return nothing;
  const most = Math.min(rows, rowsAtMost);
  const next = most === rows ? t('Show all {0}', formatCount(rows)) : t('Show {0}', formatCount(most));
  return html`
    <p class="table-foot">
      <span>${t('The {0} {1} of {2} {3}{4}', formatCount(shownRows(state, rows)), which, formatCount(rows), noun, state.expanded && rows > most ? t('; the table has all') : '')}</span>
      <button class="link screen-only" @click=${() => change({ expanded: !state.expanded })}>${state.expanded ? t('Show {0}', rowsAtFirst) : next}</button>
    </p>`;
}

/** A labelled drop-down of names from data. */
export function chooser(
  view: SectionView, key: Chooser, label: string, names: readonly string[], chosen: string, titles: readonly string[] = names,
): TemplateResult {
  const domId = `${view.domId}-${key}`;
  const choose = (event: Event): void => {
    const name = names[(event.target as unknown as { readonly selectedIndex: number }).selectedIndex];
    if (name !== undefined) view.change({ choice: { ...view.state.choice, [key]: name } });
  };
  return html`
    <span class="chooser">
      <label for=${domId}>${label}</label>
      <select id=${domId} @change=${choose}>
        ${names.map((name, i) => html`<option ?selected=${name === chosen} .selected=${name === chosen}>${shortName(titles[i] ?? name, 60)}</option>`)}
      </select>
    </span>`;
}

/** The name that a chooser holds, or the first one when it holds none of these. */
export function chosenName(view: SectionView, key: Chooser, names: readonly string[]): string {
  const kept = view.state.choice?.[key];
  return kept !== undefined && names.includes(kept) ? kept : (names[0] ?? '');
}
