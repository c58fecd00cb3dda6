/** The frame of every section: title, plain summary, chart or table with a switch, and how it was measured. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { Peer } from '../../src/protocol/panel';
import type { AnyReport, Section } from '../../src/protocol/report';
import '../charts/chart';
import '../network/diagram';
import '../policy/gridElement';
import { shortenSentence } from '../format';
import { known, t } from '../l10n';
import type { SectionState } from '../state';
import { renderSection } from '../sections/registry';
import type { ChartPart, DrawingPart, SectionBody, SectionView } from '../sections/section';
import { tableView } from '../tables/table';
import { identityFor } from './reportIdentity';
import { fault, safely } from './safely';

export interface CardHost {
  readonly report: AnyReport;
  readonly state: SectionState;
  readonly domId: string;
  readonly peers?: readonly Peer[] | undefined;
  readonly editTerm?: SectionView['editTerm'];
  readonly explainFamily?: SectionView['explainFamily'];
  readonly applyFix?: SectionView['applyFix'];
  /** Spans both columns of the panel. */
  readonly wide: boolean;
  change(change: SectionState): void;
  copy(text: string, what: string): void;
}

export function sectionCard(section: Section, host: CardHost): TemplateResult {
  const titleId = `${host.domId}-title`;
  return html`
    <section class=${host.wide ? 'card wide' : 'card'} aria-labelledby=${titleId} data-section=${section.id} data-kind=${section.kind}>
      ${guard([section, identityFor(section, host.report), host.state, host.peers, section.kind === 'checks' && host.applyFix !== undefined], () => content(section, host, titleId))}
    </section>`;
}

function content(section: Section, host: CardHost, titleId: string): TemplateResult {
  const body = bodyOf(section, host);
  const switchable = body?.charts !== undefined && body.table !== undefined;
  const asTable = !body?.charts || (switchable && host.state.asTable === true);
  return html`
    <div class="card-head">
      <h2 id=${titleId}>${shortenSentence(known(section.title))}</h2>
      ${switchable ? html`
        <button class="toggle screen-only" aria-pressed=${asTable ? 'true' : 'false'} aria-describedby=${titleId}
          @click=${() => host.change({ asTable: !asTable })}>${t('Show as table')}</button>` : nothing}
    </div>
    <p class="summary">${shortenSentence(section.summary)}</p>
    ${!body ? fault(t('This section')) : body.empty === undefined ? parts(section, body, asTable, host) : html`<p class="empty">${body.empty}</p>`}
    ${howMeasured(section)}`;
}

/** Nothing when the renderer throws: its card then says so. */
function bodyOf(section: Section, host: SectionView): SectionBody | undefined {
  try {
    return renderSection(section, host);
  } catch (error) {
    console.error(error);
    return undefined;
  }
}

function parts(section: Section, body: SectionBody, asTable: boolean, host: CardHost): TemplateResult {
  return html`
    ${body.controls === undefined ? nothing : html`<div class="controls">${body.controls}</div>`}
    ${asTable && body.table
      ? safely(t('The table of “{0}”', shortenSentence(known(section.title))), () => tableView((body.table as () => never)(), host, host.domId))
      : html`<div class=${`charts ${body.layout ?? ''}`}>${body.charts?.map(part)}</div>`}
    ${body.extra ?? nothing}`;
}

function part(one: ChartPart | DrawingPart): TemplateResult {
  return html`
    <div class="chart-part">
      ${one.title === undefined ? nothing : html`<h3>${known(one.title)}</h3>`}
      ${'spec' in one
        ? html`<unveil-chart .spec=${{ ...one.spec, label: shortenSentence(one.spec.label) }}></unveil-chart>`
        : safely(t('This drawing'), one.drawing)}
    </div>`;
}

function howMeasured({ method, assumptions = [] }: Section): TemplateResult {
  return html`
    <details class="how">
      <summary>${t('How this was measured')}</summary>
      <p>${shortenSentence(method)}</p>
      ${assumptions.length === 0 ? nothing : html`
        <p class="muted">${t('Assumptions')}</p>
        <ul class="plain">${assumptions.map(assumption => html`<li>${shortenSentence(assumption)}</li>`)}</ul>`}
    </details>`;
}
