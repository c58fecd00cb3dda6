/** The report as a whole: notes, tabs and the sections of each panel. The same in VS Code and in an HTML file. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { PanelSnapshot, Peer } from '../../src/protocol/panel';
import type { PanelId, Report, Section } from '../../src/protocol/report';
import { isWide } from '../sections/registry';
import { sectionState, visiblePanels } from '../state';
import type { SectionState, ViewState } from '../state';
import { tableView } from '../tables/table';
import { sectionCard, type CardHost } from './card';
import { leftOutTable, overviewFacts, recipeFacts, repeatSentence } from './facts';
import { cautionView } from './caution';
import { notesView } from './notes';
import { isWaiting, rowForm } from './rowPanel';
import { safely } from './safely';
import { panelDomId, tabId, tabList } from './tabs';
import { wideFlags } from './wideFlags';

export interface ReportHost {
  readonly report: Report;
  readonly state: ViewState;
  /** Draw every panel, for printing. */
  readonly allPanels: boolean;
  readonly peers?: readonly Peer[] | undefined;
  /** Where rows can be explained: what was asked for last, and how to ask. */
  readonly rows?: { readonly answer: PanelSnapshot['row']; explain(row: number): void };
  choosePanel(panel: PanelId): void;
  changeSection(id: string, change: SectionState): void;
  copy(text: string, what: string): void;
  /** Explains another family of a comparison; an HTML file cannot. */
  readonly explainFamily?: CardHost['explainFamily'];
  readonly editTerm?: CardHost['editTerm'];
}

export function reportView(host: ReportHost): TemplateResult {
  const { state, allPanels } = host;
  const panels = visiblePanels(host.report, state.panel, host.rows !== undefined && !allPanels);
  return html`
    ${tabList(panels, state.panel, panel => host.choosePanel(panel))}
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
  effects: 'There are no effects to draw for this model.',
  intervals: 'This model comes with no intervals.',
  interpretability: 'No interpretability score was measured for this model.',
  row: 'Write the number of a data row to see what its prediction is made of.',
  data: 'There is no profile of the data.',
};

function panelContent(panel: PanelId, host: ReportHost): TemplateResult {
  const { report } = host;
  const sections = sectionsOf(panel, host);
  const wide = wideFlags(sections.map(isWide));
  return html`
    ${panel === 'overview' ? nothing : safely('The caution', () => cautionView(report))}
    ${safely('The notes', () => notesView(report.notes, panel === 'overview'))}
    ${panel === 'overview' ? safely('The facts', () => overviewFacts(report)) : nothing}
    ${panel === 'row' && host.rows
      ? rowForm({ rows: report.data.rows, row: host.state.row, ...host.rows }) : nothing}
    <div class="cards">
      ${repeat(sections, ({ id }) => id, (section, i) => sectionCard(section, {
        report, peers: host.peers, wide: wide[i] as boolean, state: sectionState(host.state, section.id), domId: `${panel}-${domText(section.id)}`,
        change: change => host.changeSection(section.id, change), copy: (text, what) => host.copy(text, what), explainFamily: host.explainFamily, editTerm: host.editTerm,
      }))}
      ${panel === 'data' ? safely('The facts', () => dataCards(host)) : nothing}
    </div>
    ${sections.length === 0 && panel !== 'data' && !(panel === 'row' && isAsked(host))
      ? html`<p class="empty">${emptyTexts[panel]}</p>` : nothing}`;
}

/** A section's id as a part of an element's: a card keeps its own when another comes before it. */
function domText(id: string): string {
  return id.replace(/[^\w-]/g, character => `.${character.charCodeAt(0)}`);
}

/** The sections of a panel. An answer about a row stands in place of the row that the report itself shows. */
function sectionsOf(panel: PanelId, { report, rows }: ReportHost): readonly Section[] {
  const asked = panel === 'row' ? rows?.answer?.sections : undefined;
  return asked ?? answersFirst(report.sections.filter(section => section.panel === panel));
}

/** A formula is what was asked for: it stands before how well it does. */
function answersFirst(sections: readonly Section[]): readonly Section[] {
  return [...sections.filter(({ kind }) => kind === 'formula'), ...sections.filter(({ kind }) => kind !== 'formula')];
}

/** Whether a row's answer is awaited or failed: both are said by the form. */
function isAsked({ rows }: ReportHost): boolean {
  return isWaiting(rows?.answer) || rows?.answer?.failed !== undefined;
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
      <p class="summary">${repeatSentence(report)}</p>
      ${recipeFacts(report)}
    </section>`;
}
