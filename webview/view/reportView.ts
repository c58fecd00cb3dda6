/** The report as a whole: notes, tabs and the sections of each panel. The same in VS Code and in an HTML file. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { PanelSnapshot, Peer } from '../../src/protocol/panel';
import type { AnyReport, Section } from '../../src/protocol/report';
import { reportsTarget } from '../../src/protocol/report';
import type { PanelId } from '../../src/protocol/sectionBase';
import { t } from '../l10n';
import { isWide } from '../sections/registry';
import { sectionState, visiblePanels } from '../state';
import type { SectionState, ViewState } from '../state';
import { tableView } from '../tables/table';
import { sectionCard, type CardHost } from './card';
import { leftOutTable, overviewFacts, recipeFacts, repeatSentence } from './facts';
import { cautionView } from './caution';
import { notesView } from './notes';
import { isWaiting, rowForm } from './rowPanel';
import { modelOf } from './reportIdentity';
import { safely } from './safely';
import { panelDomId, tabId, tabList } from './tabs';
import { wideFlags } from './wideFlags';
import type { WhatIfHost } from '../whatIf/element';

export interface ReportHost {
  readonly report: AnyReport;
  readonly state: ViewState;
  /** Draw every panel, for printing. */
  readonly allPanels: boolean;
  readonly peers?: readonly Peer[] | undefined;
  /** Where rows can be explained: what was asked for last, and how to ask. */
  readonly rows?: { readonly answer: PanelSnapshot['row']; explain(row: number): void };
  /** Where the model can be asked what if. An HTML file cannot. */
  readonly whatIf?: Pick<WhatIfHost, 'ask' | 'change'>;
  choosePanel(panel: PanelId): void;
  changeSection(id: string, change: SectionState): void;
  copy(text: string, what: string): void;
  /** Explains another family of a comparison; an HTML file cannot. */
  readonly explainFamily?: CardHost['explainFamily'];
  readonly editTerm?: CardHost['editTerm'];
  readonly applyFix?: CardHost['applyFix'];
}

export function reportView(host: ReportHost): TemplateResult {
  const { state, allPanels } = host;
  const panels = visiblePanels(host.report, state.panel, host.rows !== undefined && !allPanels && reportsTarget(host.report));
  return html`
    ${tabList(panels, state.panel, panel => host.choosePanel(panel))}
    ${panels.map(({ id, title }) => {
      const shown = allPanels || id === state.panel;
      return html`
        <div class="panel" role="tabpanel" id=${panelDomId(id)} aria-labelledby=${tabId(id)} tabindex="0" ?hidden=${!shown}>
          ${shown ? html`
            ${allPanels ? html`<h2 class="print-title">${title}</h2>` : nothing}
            ${safely(t('The panel “{0}”', title), () => panelContent(id, host))}` : nothing}
        </div>`;
    })}`;
}

const emptyTexts: Readonly<Record<PanelId, string>> = {
  overview: t('There is nothing else to show for this model.'),
  weights: t('This model has no weights.'),
  importance: t('Importance was not measured for this model.'),
  effects: t('There are no effects to draw for this model.'),
  intervals: t('This model comes with no intervals.'),
  interpretability: t('No interpretability score was measured for this model.'),
  row: t('Write the number of a data row to see what its prediction is made of.'),
  whatIf: t('What-if needs the model: open it in VS Code.'),
  data: t('There is no profile of the data.'),
  profiles: t('This model has no clusters to tell apart.'),
  rules: t('There are no rules for this model.'),
  loadings: t('This model has no components.'),
  map: t('There is no map for this model.'),
  stability: t('Stability was not measured for this model.'),
  policy: t('This model has no policy.'),
  values: t('This model has no values of states and actions.'),
  evidence: t('There is no evidence to show for this model.'),
  learning: t('Nothing was learned step by step for this model.'),
  sensitivity: t('No choice was varied in this experiment.'),
  optimisers: t('No optimisers were compared in this experiment.'),
  dynamics: t('Training was not followed in this experiment.'),
  generalisation: t('No other domain was tried in this experiment.'),
  robustness: t('No attack was tried in this experiment.'),
  settings: t('This experiment has no settings.'),
};

function panelContent(panel: PanelId, host: ReportHost): TemplateResult {
  const { report } = host;
  const sections = sectionsOf(panel, host);
  const wide = wideFlags(sections.map(isWide));
  return html`
    ${panel === 'overview' ? nothing : safely(t('The caution'), () => cautionView(report))}
    ${safely(t('The notes'), () => notesView(report.notes, panel === 'overview'))}
    ${panel === 'overview' ? safely(t('The facts'), () => overviewFacts(report)) : nothing}
    ${panel === 'row' && host.rows
      ? rowForm({ rows: report.data.rows, row: host.state.row, ...host.rows }) : nothing}
    ${panel === 'whatIf' && host.whatIf ? safely(t('What-if'), () => whatIfPart(host, host.whatIf!)) : nothing}
    <div class="cards">
      ${repeat(sections, ({ id }) => id, (section, i) => sectionCard(section, {
        report, peers: host.peers, wide: wide[i] as boolean, state: sectionState(host.state, section.id), domId: `${panel}-${domText(section.id)}`,
        change: change => host.changeSection(section.id, change), copy: (text, what) => host.copy(text, what), explainFamily: host.explainFamily, editTerm: host.editTerm, applyFix: host.applyFix,
      }))}
      ${panel === 'data' ? safely(t('The facts'), () => dataCards(host)) : nothing}
    </div>
    ${sections.length === 0 && panel !== 'data' && !(panel === 'whatIf' && host.whatIf) && !(panel === 'row' && isAsked(host))
      ? html`<p class="empty">${emptyTexts[panel]}</p>` : nothing}`;
}

const contributionsId = 'whatIfContributions';

function whatIfPart({ report, state, copy, changeSection }: ReportHost, { ask, change }: Pick<WhatIfHost, 'ask' | 'change'>): TemplateResult {
  const host: WhatIfHost = {
    model: modelOf(report), report, state: state.whatIf ?? {}, card: sectionState(state, contributionsId), ask, change, copy, changeCard: next => changeSection(contributionsId, next),
  };
  return html`<unveil-what-if class="screen-only" .host=${host}></unveil-what-if>`;
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
  const first: readonly Section['kind'][] = sections.some(({ kind }) => kind === 'formula') ? ['formula', 'formulaBeside'] : [];
  const placeOf = ({ kind }: Section): number => (first.includes(kind) ? first.indexOf(kind) : first.length);
  return [...sections].sort((a, b) => placeOf(a) - placeOf(b));
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
        <p class="summary">${t('Rows and columns of the file that the model did not see, each with its reason.')}</p>
        ${tableView(leftOut, {
          state: sectionState(host.state, id), change: change => host.changeSection(id, change), copy: (text, what) => host.copy(text, what),
        }, id)}
      </section>` : nothing}
    <section class="card wide" aria-labelledby="recipe-title">
      <div class="card-head"><h2 id="recipe-title">${t('To repeat this run')}</h2></div>
      <p class="summary">${repeatSentence(report)}</p>
      ${recipeFacts(report)}
    </section>`;
}
