/**
 * Entry of the self-contained HTML report: draws the model in the page's own JSON block. No host, no requests;
 * colours follow the system's preference, printing shows every panel in light colours.
 */
import { html, render } from 'lit';
import type { AnyModelFile } from '../src/protocol/modelFile';
import type { UnveilChart } from './charts/chart';
import { shortenSentence } from './format';
import { t } from './l10n';
import { offlineStyles } from './offlineTheme';
import type { OfflineTheme } from './offlineTheme';
import { initialState, withPanel, withSection } from './state';
import type { ViewState } from './state';
import { copyInBrowser } from './view/clipboard';
import { subtitle } from './view/facts';
import { reportView } from './view/reportView';
import { safely } from './view/safely';
import { showPanelTop } from './view/tabs';

const darkQuery = matchMedia('(prefers-color-scheme: dark)');
const contrastQuery = matchMedia('(prefers-contrast: more)');
const themes: readonly OfflineTheme[] = ['vscode-light', 'vscode-dark', 'vscode-high-contrast', 'vscode-high-contrast-light'];

let state: ViewState = initialState;
let printing = false;
let announcement = '';
let opened: readonly HTMLDetailsElement[] = [];

function start(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(offlineStyles());
  document.adoptedStyleSheets = [sheet, ...document.adoptedStyleSheets];
  applyTheme();
  darkQuery.addEventListener('change', applyTheme);
  contrastQuery.addEventListener('change', applyTheme);
  const model = readModel();
  const draw = (): void => drawReport(model, draw);
  draw();
  addEventListener('beforeprint', () => setPrinting(true, draw));
  addEventListener('afterprint', () => setPrinting(false, draw));
}

function readModel(): AnyModelFile | undefined {
  try {
    return JSON.parse(document.getElementById('unveil-model')?.textContent ?? '') as AnyModelFile;
  } catch (error) {
    console.error(error);
    return undefined;
  }
}

function applyTheme(): void {
  const dark = darkQuery.matches && !printing;
  const theme: OfflineTheme = contrastQuery.matches && !printing
    ? (dark ? 'vscode-high-contrast' : 'vscode-high-contrast-light')
    : (dark ? 'vscode-dark' : 'vscode-light');
  document.body.classList.remove(...themes);
  document.body.classList.add(theme);
}

/** Runs before the browser lays the page out for paper, so all of it is drawn synchronously. */
function setPrinting(on: boolean, draw: () => void): void {
  printing = on;
  document.body.classList.toggle('printing', on);
  applyTheme();
  draw();
  openDetails(on);
  for (const chart of document.querySelectorAll<UnveilChart>('unveil-chart')) chart.fit();
}

/** Paper cannot be clicked: what is folded is opened for it, and folded again afterwards. */
function openDetails(open: boolean): void {
  if (open) opened = [...document.querySelectorAll('details')].filter(details => !details.open);
  for (const details of opened) details.open = open;
}

function drawReport(model: AnyModelFile | undefined, draw: () => void): void {
  const change = (next: ViewState): void => {
    state = next;
    draw();
  };
  render(html`
    <main class="report">
      ${model ? safely(t('The report'), () => html`
        <header class="report-head">
          <div class="titles">
            <h1>${shortenSentence(model.name)}</h1>
            <p class="subtitle">${subtitle(model.report)}</p>
          </div>
          <p class="made muted">${t('Made with Unveil, {0}', model.created.slice(0, 10))}</p>
        </header>
        ${reportView({
          report: model.report, state, allPanels: printing,
          choosePanel: panel => {
            change(withPanel(state, panel));
            showPanelTop();
          },
          changeSection: (id, changed) => change(withSection(state, id, changed)),
          copy: (text, what) => void copyInBrowser(text).then(copied => {
            announcement = copied ? t('Copied: {0}', what) : t('The browser does not allow copying here.');
            draw();
          }),
        })}`) : html`<p class="empty">${t('This file holds no report that can be read.')}</p>`}
      <p class=${announcement === '' ? 'visually-hidden' : 'toast'} role="status">${announcement}</p>
    </main>`, document.getElementById('unveil-root') ?? document.body);
  if (announcement !== '') setTimeout(() => { announcement = ''; draw(); }, 2500);
}

start();
