/** Entry of the panel of models side by side and of a model's history: sentences, then the cards of the sections. */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import type { BesideMethods, BesideSnapshot, StoredBeside } from '../src/protocol/besidePanel';
import type { Drawn } from '../src/protocol/sideBySide';
import type { AnyReport } from '../src/protocol/report';
import { shortenSentence, visibleName } from './format';
import { shownIn, t } from './l10n';
import { connectToHost } from './rpc';
import type { VsCodeApi } from './rpc';
import { isWide } from './sections/registry';
import { initialState, sectionState, withSection } from './state';
import type { ViewState } from './state';
import { sectionCard } from './view/card';
import { keepHeatLegible } from './theme';
import { safely } from './view/safely';
import { wideFlags } from './view/wideFlags';

declare function acquireVsCodeApi(): VsCodeApi;

const vscode = acquireVsCodeApi();
const connection = connectToHost(vscode, window);
let state: ViewState = initialState;
let snapshot: BesideSnapshot | undefined;
let fault: string | undefined;
let announcement = '';
let endAnnouncement: ReturnType<typeof setTimeout> | undefined;
/** Sections of this panel carry all that they draw; there is no one report behind them. */
const noReport = {} as AnyReport;

function send<M extends keyof BesideMethods>(method: M, params: BesideMethods[M][0]): Promise<BesideMethods[M][1]> {
  return connection.sendRequest<BesideMethods[M][1]>(method, params);
}

function draw(): void {
  render(html`
    <main class="report beside" data-kind=${snapshot?.kind ?? 'loading'}>
      ${safely(t('The panel'), view)}
      <p class=${announcement === '' ? 'visually-hidden' : 'toast'} role="status">${announcement}</p>
    </main>`, document.getElementById('unveil-root') ?? document.body);
}

function view(): TemplateResult {
  const failed = fault ?? snapshot?.failed;
  if (failed !== undefined) return html`<h1 class="visually-hidden">${t('Models')}</h1><p class="empty" role="alert">${shortenSentence(failed)}</p>`;
  if (!snapshot?.drawn) return html`<h1 class="visually-hidden">${t('Models')}</h1><p class="empty" role="status">${t('Comparing…')}</p>`;
  return drawnView(snapshot, snapshot.drawn);
}

function drawnView({ models }: BesideSnapshot, { title, subtitle, sentences, sections }: Drawn): TemplateResult {
  const wide = wideFlags(sections.map(isWide));
  return html`
    <header class="report-head">
      <div class="titles"><h1>${title}</h1><p class="subtitle">${shortenSentence(subtitle)}</p></div>
      ${models.length === 0 ? nothing : html`
        <ul class="beside-models" aria-label=${t('Open the report of a model')}>${models.map(({ name, title: kind }, place) => html`
          <li><button class="link" @click=${() => open(place)} title=${t('Open the report of {0}', visibleName(name))}>${visibleName(name)}</button> <span class="muted">${visibleName(kind)}</span></li>`)}
        </ul>`}
    </header>
    ${sentences.length === 0 ? nothing : html`<ul class="verdict">${sentences.map(text => html`<li>${shortenSentence(text, 60, 900)}</li>`)}</ul>`}
    <div class="cards">
      ${sections.map((section, i) => sectionCard(section, {
        report: noReport, wide: wide[i] as boolean, state: sectionState(state, section.id), domId: `beside-${section.id.replace(/[^\w-]/g, '-')}`,
        change: change => {
          state = withSection(state, section.id, change);
          draw();
        },
        copy: (text, what) => copy(text, what),
      }))}
    </div>`;
}

function open(place: number): void {
  send('open', { place }).catch((error: unknown) => console.error(error));
}

function copy(text: string, what: string): void {
  send('copyText', { text }).then(() => announce(t('Copied: {0}', what)), (error: unknown) => console.error(error));
}

function announce(text: string): void {
  announcement = text;
  draw();
  clearTimeout(endAnnouncement);
  endAnnouncement = setTimeout(() => {
    announcement = '';
    draw();
  }, 2500);
}

function receive(next: BesideSnapshot): void {
  snapshot = shownIn(next);
  const { kind, references } = next;
  vscode.setState({ version: 1, kind, references } satisfies StoredBeside);
  draw();
}

connection.onNotification('snapshot', receive);
keepHeatLegible();
connection.listen();
draw();
send('ready', {}).then(receive, (error: unknown) => {
  console.error(error);
  fault = t('The panel could not be loaded.');
  draw();
});
