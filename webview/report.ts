/**
 * Entry of the report panel in VS Code: asks the host for its snapshot, draws it, and sends the person's actions back.
 * Only navigation and UI state is stored; the report comes anew from the host.
 */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import type { HostMethods, PanelAction, PanelNotifications, PanelSnapshot } from '../src/protocol/panel';
import type { AnyReport } from '../src/protocol/report';
import { reportsTarget } from '../src/protocol/report';
import type { PanelId } from '../src/protocol/sectionBase';
import type { ModelEdit } from '../src/protocol/engine';
import './charts/liveChart';
import './math/formulaElement';
import { shortenSentence } from './format';
import { known, shownIn, t } from './l10n';
import { connectToHost } from './rpc';
import type { VsCodeApi } from './rpc';
import { fromStored, isStoredFor, toStored, withPanel, withRow, withSection, withWhatIf } from './state';
import type { TermEditName } from './sections/section';
import type { ViewState } from './state';
import { keepHeatLegible } from './theme';
import { subtitle } from './view/facts';
import { withDrawnSections } from './view/reportIdentity';
import { reportView } from './view/reportView';
import { safely } from './view/safely';
import { spokenStage } from './view/spokenStage';
import type { Spoken } from './view/spokenStage';
import { showPanelTop } from './view/tabs';
import './whatIf/element';

declare function acquireVsCodeApi(): VsCodeApi;

const vscode = acquireVsCodeApi();
const connection = connectToHost(vscode, window);
const stored = fromStored(vscode.getState());

let state: ViewState = stored.state;
let snapshot: PanelSnapshot | undefined;
let fault: string | undefined;
/** Asking again happens once a page: what fails then is not tried for ever. */
let rowWasAsked = false;
/** The report as it came last, and in the person's language. */
let received: { readonly english: AnyReport; readonly shown: AnyReport } | undefined;
/** The run was asked to keep the best so far, and has not come to the end of its training yet. */
let finishing = false;
/** What was said of the run last. */
let spoken: Spoken | undefined;
let announcement = '';
/** An edit was asked for, and the edited report has not come yet. */
let editing = false;
let endAnnouncement: ReturnType<typeof setTimeout> | undefined;

function request<M extends keyof HostMethods>(method: M, params: HostMethods[M][0]): Promise<HostMethods[M][1]> {
  return connection.sendRequest<HostMethods[M][1]>(method, params);
}

/** For requests whose answer changes nothing here: the host tells the person of its own errors. */
function send<M extends keyof HostMethods>(method: M, params: HostMethods[M][0]): void {
  request(method, params).catch((error: unknown) => console.error(error));
}

function setState(next: ViewState): void {
  state = next;
  if (snapshot) vscode.setState(toStored(state, snapshot.name, snapshot.id));
  draw();
}

function choosePanel(panel: PanelId): void {
  if (panel === state.panel) return;
  setState(withPanel(state, panel));
  showPanelTop();
  send('panelChanged', { panel });
  askRowAgain();
}

function explainRow(row: number): void {
  setState(withRow(state, row));
  send('explainRow', { row });
}

function editTerm(term: number, wish: TermEditName): void {
  const edit: ModelEdit = wish === 'undo' ? { kind: 'undo' } : wish === 'remove' || wish === 'smooth' ? { kind: wish, term } : { kind: 'monotone', term, direction: wish };
  editing = true;
  send('editModel', { edit });
}

/** Whether the edited report is the one that came: says what the edit did to the metrics, for the table of them may be out of sight. */
function tellEdit(report: AnyReport): void {
  editing = false;
  const section = report.sections.find(one => one.id === 'editsOfTerms');
  announce(section ? section.summary : t('No edit is left: the model is as it was fitted.'), 8000);
}

/** After a reload of the window the host knows nothing of the row that was shown: it is asked for when its panel is. */
function askRowAgain(): void {
  if (state.panel !== 'row' || state.row === undefined || rowWasAsked || snapshot?.row || snapshot?.status.state !== 'ready' || !snapshot.report) return;
  rowWasAsked = true;
  if (state.row <= snapshot.report.data.rows) send('explainRow', { row: state.row });
}

function receive(english: PanelSnapshot): void {
  const next = translated(english);
  const first = snapshot === undefined;
  if (first && !isStoredFor(stored, next)) state = { panel: state.panel, sections: new Map() };
  const { report } = snapshot ?? {};
  const edited = editing && report && next.report && !sameReport(report, next.report) ? next.report : undefined;
  const [peers, row] = [kept(snapshot?.peers, next.peers), kept(snapshot?.row, next.row)];
  const shown = next.report && (report && sameReport(report, next.report) ? report : withDrawnSections(report, next.report));
  snapshot = { ...next, ...(shown && { report: shown }), ...(peers && { peers }), ...(row && { row }) };
  finishing &&= next.status.state === 'working' && next.status.live?.canFinish === true;
  spoken = next.status.state === 'working' ? spokenStage(spoken, next.status.stage, Date.now()) : undefined;
  setState(first ? withPanel(state, next.panel) : state);
  if (edited) tellEdit(edited);
  askRowAgain();
}

/** The snapshot in the person's language; a report that did not change is not translated anew with each stage of a run. */
function translated({ report, ...rest }: PanelSnapshot): PanelSnapshot {
  if (report && !(received && sameReport(received.english, report))) received = { english: report, shown: shownIn(report) };
  return { ...shownIn(rest), ...(report && { report: received!.shown }) };
}

/** The old value where the new one says the same, so that nothing is drawn anew for it. */
function kept<T>(old: T, next: T): T {
  return JSON.stringify(old) === JSON.stringify(next) ? old : next;
}

/** Progress comes in whole snapshots; a report that did not change keeps its identity, so nothing of it is redrawn. */
function sameReport(a: AnyReport, b: AnyReport): boolean {
  const mark = ({ recipe, timings, notes, performance, comparison, sections }: AnyReport): string =>
    JSON.stringify([recipe, timings, notes, performance, comparison, sections.length]);
  return mark(a) === mark(b);
}

function announce(text: string, time = 2500): void {
  announcement = text;
  clearTimeout(endAnnouncement);
  endAnnouncement = setTimeout(() => announce(''), time);
  if (text === '') clearTimeout(endAnnouncement);
  draw();
}

function copy(text: string, what: string): void {
  request('copyText', { text }).then(() => announce(t('Copied: {0}', what)), () => announce(t('The text could not be copied.')));
}

function draw(): void {
  const root = document.getElementById('unveil-root') ?? document.body;
  render(html`
    <main class="report" data-state=${snapshot?.status.state ?? 'loading'}>
      ${safely(t('The report'), view)}
      <p class=${announcement === '' ? 'visually-hidden' : 'toast'} role="status">${shortenSentence(announcement)}</p>
    </main>`, root);
}

function view(): TemplateResult {
  if (fault !== undefined) {
    return html`<h1>${t('Unveil')}</h1><div class="status-bar failed" role="alert"><span class="message">${fault}</span></div>`;
  }
  if (!snapshot) return html`<h1 class="visually-hidden">${t('Unveil')}</h1><p class="waiting" role="status">${t('Opening the report…')}</p>`;
  const { name, report } = snapshot;
  return html`
    <header class="report-head">
      <div class="titles">
        <h1>${shortenSentence(name)}</h1>
        ${report ? html`<p class="subtitle">${subtitle(report)}</p>` : nothing}
      </div>
      ${actions(snapshot)}
    </header>
    ${status(snapshot)}
    ${report ? reportView({
      report, state, allPanels: false, choosePanel, copy, peers: snapshot.peers, rows: { answer: snapshot.row, explain: explainRow },
      changeSection: (id, change) => setState(withSection(state, id, change)),
      ...(reportsTarget(report) && { whatIf: { ask: async ask => shownIn(await request('whatIf', { ask })), change: whatIf => setState(withWhatIf(state, whatIf)) } }),
      explainFamily: family => send('explainFamily', { family }), editTerm,
      applyFix: snapshot.status.state === 'ready' ? place => send('applyFix', { place }) : undefined,
    }) : withoutReport(snapshot)}`;
}

function button(action: PanelAction, label: string, secondary = true): TemplateResult {
  return html`<vscode-button ?secondary=${secondary} data-action=${action} @click=${() => send('action', { action })}>${label}</vscode-button>`;
}

function finishButton(): TemplateResult {
  const finish = (): void => {
    finishing = true;
    send('action', { action: 'finish' });
    draw();
  };
  return html`
    <vscode-button secondary data-action="finish" ?disabled=${finishing} @click=${finish}>${finishing ? t('Stopping…') : t('Stop and Keep the Best')}</vscode-button>`;
}

function actions({ report, source, status: { state: now } }: PanelSnapshot): TemplateResult | typeof nothing {
  if (!report || now === 'working') return nothing;
  return html`
    <div class="actions" role="group" aria-label=${t('Actions')}>
      ${reportsTarget(report) ? button('changeTarget', t('Change Target')) : nothing}
      ${button('retrain', t('Retrain'))}
      ${source === 'store' ? button('saveModel', t('Save Model')) : nothing}
      ${button('exportHtml', t('Export HTML'))}
      ${button('predict', reportsTarget(report) ? t('Predict') : t('Add to a File'), false)}
    </div>`;
}

/** The comparison goes on while the report is read: a line with its stage, and a way to end it. */
function comparing({ stage, fraction }: NonNullable<PanelSnapshot['comparing']>): TemplateResult {
  const percent = fraction === undefined ? undefined : Math.round(fraction * 100);
  return html`
    <div class="status-bar working" data-comparing>
      <span>${t('Comparing models: {0}', shortenSentence(known(stage)))}${percent === undefined ? nothing : html`<span class="muted"> · ${percent} %</span>`}</span>
      <span class="buttons">${button('cancel', t('Cancel'))}</span>
      <vscode-progress-bar aria-label=${t('Progress of the comparison')} .value=${percent} ?indeterminate=${percent === undefined}></vscode-progress-bar>
    </div>`;
}

function status({ report, comparing: compared, status: now }: PanelSnapshot): TemplateResult | typeof nothing {
  if (now.state === 'ready' && compared) return comparing(compared);
  if (now.state === 'working') {
    const percent = now.fraction === undefined ? undefined : Math.round(now.fraction * 100);
    return html`
      <div class="status-bar working">
        <span>
          <span class="visually-hidden" role="status">${shortenSentence(known(spoken?.text ?? now.stage))}</span>
          <span aria-hidden="true">${shortenSentence(known(now.stage))}${percent === undefined ? nothing : html`<span class="muted"> · ${percent} %</span>`}</span>
        </span>
        <span class="buttons">${now.live?.canFinish ? finishButton() : nothing}${button('cancel', t('Cancel'))}</span>
        <vscode-progress-bar aria-label=${t('Progress of the run')} .value=${percent} ?indeterminate=${percent === undefined}></vscode-progress-bar>
      </div>
      ${now.live ? html`
        <section class="card live-card" aria-labelledby="live-title">
          <h2 id="live-title">${shortenSentence(now.live.title)}</h2>
          <unveil-live .curve=${now.live}></unveil-live>
        </section>` : nothing}`;
  }
  if (now.state === 'failed') {
    return html`
      <div class="status-bar failed" role="alert">
        <span class="message">${shortenSentence(now.message)}</span>
        <span class="buttons">${report || now.canRetrain ? button('retrain', t('Retrain')) : nothing}${button('showLog', t('Show Log'))}</span>
      </div>`;
  }
  return nothing;
}

function withoutReport({ status: now }: PanelSnapshot): TemplateResult | typeof nothing {
  if (now.state === 'working') return now.live ? nothing : html`<div class="skeleton" aria-hidden="true"><div></div><div></div><div></div></div>`;
  return now.state === 'failed' ? nothing : html`<p class="empty">${t('There is no report yet. Retrain the model to make one.')}</p>`;
}

function notified<N extends keyof PanelNotifications>(name: N, handle: (value: PanelNotifications[N]) => void): void {
  connection.onNotification(name, handle);
}

notified('snapshot', receive);
notified('show', ({ panel }) => {
  setState(withPanel(state, panel));
  showPanelTop();
  askRowAgain();
});
connection.listen();
keepHeatLegible();
draw();
request('ready', {}).then(receive, (error: unknown) => {
  console.error(error);
  fault = t('The report could not be loaded. Close this panel and open the model again from the Models view.');
  draw();
});
