/** The report as a whole: notes, tabs and the sections of each panel. The same in VS Code and in an HTML file. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { PanelId, Report } from '../../src/protocol/report';
import { isWide } from '../sections/registry';
import { panels, sectionState } from '../state';
import type { SectionState, ViewState } from '../state';
import { tableView } from '../tables/table';
import { sectionCard } from './card';
import { leftOutTable, overviewFacts, recipeFacts } from './facts';
import { notesView } from './notes';
import { safely } from './safely';
import { panelDomId, tabId, tabList } from './tabs';
import { wideFlags } from './wideFlags';

export interface ReportHost {
  readonly report: Report;
  readonly state: ViewState;
  /** Draw every panel, for printing. */
  readonly allPanels: boolean;
  choosePanel(panel: PanelId): void;
  changeSection(id: string, change: SectionState): void;
  copy(text: string, what: string): void;
}

export function reportView(host: ReportHost): TemplateResult {
  const { state, allPanels } = host;
  return html`
    ${tabList(state.panel, panel => host.choosePanel(panel))}
    ${panels.map(({ id, title }) => {
      const shown = allPanels || id === state.panel;
      return html`
        <div class="panel" role="tabpanel" id=${panelDomId(id)} aria-labelledby=${tabId(id)} tabindex="0" ?hidden=${!shown}>
          ${shown ? html`
            ${allPanels ? html`<h2 class="print-title">${title}</h2>` : nothing}
            ${safely(`The panel “${title}”`, () => panelContent(id, host))}` : nothing}
        </div>`;
    })}`;
}

const emptyTexts: Readonly<Record<PanelId, string>> = {
  overview: 'There is nothing else to show for this model.',
  weights: 'This model has no weights.',
  importance: 'Importance was not measured for this model.',
  intervals: 'This model comes with no intervals.',
  data: 'There is no profile of the data.',
};

function panelContent(panel: PanelId, host: ReportHost): TemplateResult {
  const { report } = host;
  const sections = report.sections.filter(section => section.panel === panel);
  const wide = wideFlags(sections.map(isWide));
  return html`
    ${safely('The notes', () => notesView(report.notes, panel === 'overview'))}
    ${panel === 'overview' ? safely('The facts', () => overviewFacts(report)) : nothing}
    <div class="cards">
      ${sections.map((section, i) => sectionCard(section, {
        report, wide: wide[i] as boolean, state: sectionState(host.state, section.id), domId: `${panel}-${i}`,
        change: change => host.changeSection(section.id, change), copy: (text, what) => host.copy(text, what),
      }))}
      ${panel === 'data' ? safely('The facts', () => dataCards(host)) : nothing}
    </div>
    ${sections.length === 0 && panel !== 'data'
      ? html`<p class="empty">${emptyTexts[panel]}</p>` : nothing}`;
}

function dataCards(host: ReportHost): TemplateResult {
  const { report } = host;
  const leftOut = leftOutTable(report);
  const id = 'left-out';
  return html`
    ${leftOut ? html`
      <section class="card wide" aria-labelledby="left-out-title">
        <div class="card-head"><h2 id="left-out-title">${leftOut.caption}</h2></div>
        <p class="summary">Rows and columns of the file that the model did not see, each with its reason.</p>
        ${tableView(leftOut, {
          state: sectionState(host.state, id), change: change => host.changeSection(id, change), copy: (text, what) => host.copy(text, what),
        }, id)}
      </section>` : nothing}
    <section class="card wide" aria-labelledby="recipe-title">
      <div class="card-head"><h2 id="recipe-title">To repeat this run</h2></div>
      <p class="summary">The same recipe on the same file gives the same numbers.</p>
      ${recipeFacts(report)}
    </section>`;
}
