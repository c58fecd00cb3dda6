/** Tabs after the ARIA pattern: one tab stop, arrows, Home and End; a tab is chosen as it gets the focus. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { PanelId } from '../../src/protocol/sectionBase';
import { t } from '../l10n';
import { nextTab } from './nextTab';

export function tabList(panels: readonly { readonly id: PanelId; readonly title: string }[], current: PanelId, choose: (panel: PanelId) => void): TemplateResult {
  const move = (event: KeyboardEvent): void => {
    const next = nextTab(event.key, panels.findIndex(panel => panel.id === current), panels.length);
    const panel = next === undefined ? undefined : panels[next];
    if (!panel) return;
    event.preventDefault();
    // In a notebook every report has a tree of its own, and its ids are its own too.
    const root = (event.currentTarget as Element).getRootNode() as Document | ShadowRoot;
    choose(panel.id);
    root.getElementById(tabId(panel.id))?.focus();
  };
  return html`
    <div class="tabs screen-only" role="tablist" aria-label=${t('Panels of the report')} @keydown=${move}>
      ${panels.map(({ id, title }) => html`
        <button role="tab" id=${tabId(id)} class="tab" aria-selected=${id === current ? 'true' : 'false'} aria-controls=${panelDomId(id)}
          tabindex=${id === current ? '0' : '-1'} @click=${() => choose(id)}>${title}</button>`)}
    </div>`;
}

export function tabId(panel: PanelId): string {
  return `tab-${panel}`;
}

export function panelDomId(panel: PanelId): string {
  return `panel-${panel}`;
}

/** Scrolls back to the start of the panel when the tabs stick to the window's edge. */
export function showPanelTop(): void {
  const panel = document.querySelector<HTMLElement>('.panel:not([hidden])');
  const tabs = document.querySelector<HTMLElement>('.tabs');
  if (!panel || !tabs) return;
  const top = panel.getBoundingClientRect().top + scrollY - tabs.offsetHeight - 14;
  if (scrollY > top) scrollTo(0, Math.max(0, top));
}
