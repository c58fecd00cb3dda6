/** One report in a notebook's output: read only, in a shadow tree of its own, so that several in a notebook do not meet. */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import type { AnyReport } from '../../src/protocol/report';
import { reportsTarget } from '../../src/protocol/report';
import { shortenSentence } from '../format';
import { t } from '../l10n';
import { withPanel, withSection } from '../state';
import type { ViewState } from '../state';
import { watchTheme } from '../theme';
import { copyInBrowser } from '../view/clipboard';
import { fileName, subtitle } from '../view/facts';
import { reportView } from '../view/reportView';
import { safely } from '../view/safely';

/** Classes of the page's body that styles look at. */
const themes = ['vscode-light', 'vscode-dark', 'vscode-high-contrast', 'vscode-high-contrast-light'];

export class OutputView {
  private readonly page = document.createElement('div');
  private readonly endWatch: () => void;
  private announcement = '';
  private endAnnouncement: ReturnType<typeof setTimeout> | undefined;

  /** `content`: a report, or what is said in its place. `changed`: what is to be kept of the view. */
  constructor(
    element: HTMLElement, private readonly sheet: CSSStyleSheet, private readonly content: AnyReport | string, private state: ViewState, private readonly changed: (state: ViewState) => void,
  ) {
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [this.sheet];
    root.replaceChildren(this.page);
    this.takeTheme();
    this.endWatch = watchTheme(() => this.takeTheme());
    this.draw();
  }

  /** Ends charts and watches; the place is empty afterwards. */
  dispose(): void {
    this.endWatch();
    clearTimeout(this.endAnnouncement);
    render(nothing, this.page);
    this.page.remove();
  }

  private takeTheme(): void {
    this.page.className = ['unveil-page', ...themes.filter(theme => document.body.classList.contains(theme))].join(' ');
  }

  private change(next: ViewState): void {
    this.state = next;
    this.changed(next);
    this.draw();
  }

  private announce(text: string): void {
    this.announcement = text;
    clearTimeout(this.endAnnouncement);
    if (text !== '') this.endAnnouncement = setTimeout(() => this.announce(''), 2500);
    this.draw();
  }

  private draw(): void {
    const { content } = this;
    render(html`
      <section class="report" aria-label=${typeof content === 'string' ? t('Report of Unveil') : t('Report: {0}', headline(content))}>
        ${typeof content === 'string' ? html`<p class="empty">${content}</p>` : safely(t('The report'), () => this.report(content))}
        <p class=${this.announcement === '' ? 'visually-hidden' : 'toast'} role="status">${shortenSentence(this.announcement)}</p>
      </section>`, this.page);
  }

  private report(report: AnyReport): TemplateResult {
    return html`
      <header class="report-head">
        <div class="titles">
          <h1>${headline(report)}</h1>
          <p class="subtitle">${subtitle(report)}</p>
        </div>
      </header>
      ${reportView({
        report, state: this.state, allPanels: false,
        choosePanel: panel => this.change(withPanel(this.state, panel)),
        changeSection: (id, change) => this.change(withSection(this.state, id, change)),
        copy: (text, what) => void copyInBrowser(text).then(copied => this.announce(copied ? t('Copied: {0}', what) : t('The notebook does not allow copying here.'))),
      })}`;
  }
}

/** A report has no name of its own: the target, or what was found, and the file. */
function headline(report: AnyReport): string {
  const what = reportsTarget(report) ? report.recipe.target : report.model.headline ?? report.model.title;
  return shortenSentence(`${what} · ${fileName(report.recipe.file)}`);
}
