/** The formula behind the data: the chosen one set large, what it is worth, three candidates, and the whole front to choose from. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { FormulaCandidate } from '../../src/protocol/formula';
import { rowChart, rowChartHeight } from '../charts/rowChart';
import { formatShare, shortenSentence, shortName, visibleText } from '../format';
import { t } from '../l10n';
import { tableView } from '../tables/table';
import type { TableModel } from '../tables/tableModel';
import { frontOrder, frontPart } from './formulaFront';
import { partsPart, partsTable } from './formulaParts';
import { rulesView } from './formulaRules';
import { frontTable, numbersTable, termsTable } from './formulaTables';
import { candidateCards, copyButtons, factsView, formulaDisplay, formulaFacts, listedOf } from './formulaView';
import type { ChartPart, SectionOf, SectionRenderer, SectionView } from './section';

type Section = SectionOf<'formula'>;

export const formula: SectionRenderer<'formula'> = {
  wide: true,
  render(section, view) {
    const shown = shownCandidate(section, view);
    const one = section.candidates[shown];
    if (!one) return { empty: t('No formula was found.') };
    const choose = (index: number): void => {
      view.change({ choice: { ...view.state.choice, formula: section.candidates[index]?.text ?? '' } });
    };
    const order = frontOrder(section);
    return {
      controls: html`
        <div class="formula">
          ${section.verdict === 'none' && !section.parts ? verdictNone : nothing}
          ${formulaDisplay(section, one)}
          ${shown === section.chosen ? nothing : otherShown(() => choose(section.chosen))}
          ${warnings(section, shown)}
          ${rulesView(section, shown)}
          ${copyButtons(section, one, view)}
          ${factsView(formulaFacts(section, one))}
          <div class="formula-pair">
            ${listedOf(section, shown).length < 2 ? nothing : html`<div><h3>${t('Candidates')}</h3>${candidateCards(section, shown, view.domId, choose)}</div>`}
            ${one.numbers.length === 0 ? nothing : html`<div><h3>${t('Numbers of the formula shown')}</h3>${staticTable(numbersTable(one, section.level), view, 'numbers')}</div>`}
          </div>
        </div>`,
      charts: [section.parts ? partsPart(section, section.parts) : frontPart(section, order, shown, choose), ...(section.terms.length < 2 ? [] : [termsPart(section)])],
      ...(section.terms.length > 1 && { layout: 'pair' as const }),
      table: () => (section.parts ? partsTable(section, section.parts) : frontTable(section, order, shown, choose)),
      ...(view.state.asTable && section.terms.length > 1 && { extra: html`<h3>${t('Terms of the report\'s formula')}</h3>${staticTable(termsTable(section), view, 'terms')}` }),
    };
  },
};

/** The one that was chosen in the page, by its text, for the places change with a new report; else the report's. */
export function shownCandidate({ candidates, chosen }: Section, { state }: Pick<SectionView, 'state'>): number {
  const kept = candidates.findIndex(({ text }: FormulaCandidate) => text === state.choice?.formula);
  return kept < 0 ? chosen : kept;
}

const verdictNone = html`
  <p class="caution" role="note"><strong>${t('No compact formula explains this.')}</strong>
    ${t('What is shown is the best of what was tried; it is not to be read as the law behind the data.')}</p>`;

function otherShown(back: () => void): TemplateResult {
  return html`
    <p class="key" role="status"><span>${t('This is not the report\'s formula: the other sections, the terms and the predictions stay with that one.')}</span>
      <button class="link screen-only" data-action="reportFormula" @click=${back}>${t('Show the report\'s formula')}</button></p>`;
}

/** They were found for the report's formula. */
function warnings({ warnings: found, chosen }: Section, shown: number): TemplateResult[] {
  const of = shown === chosen ? '' : t('Of the report\'s formula: ');
  return found.slice(0, 8).map(text => html`<p class="caution" role="note">${of}${shortenSentence(text)}</p>`);
}

/** A small table in its own order; the section's order of sorting is that of the large one. */
function staticTable(table: TableModel, { copy, domId }: SectionView, name: string): TemplateResult {
  return tableView(table, { state: {}, change: () => undefined, copy: (text, what) => copy?.(text, what) }, `${domId}-${name}`);
}

const termsAtMost = 20;

function termsPart({ terms }: Section): ChartPart {
  const drawn = [...terms].sort((a, b) => b.share - a.share).slice(0, termsAtMost);
  return {
    title: t('Terms of the report\'s formula'),
    spec: {
      label: t('Share of the variation (standard deviation over the rows) by term: {0}.', drawn.map(({ text, share }) => `${visibleText(text)} ${formatShare(share)}`).join(', ')),
      height: Math.max(rowChartHeight(drawn.length), 140),
      build: theme => rowChart(theme, {
        names: drawn.map(({ text }) => shortName(text, 40)), xTitle: t('Share of the variation'), zero: 0, bars: true, intervalName: '',
        series: [{ name: t('Share'), values: drawn.map(({ share }) => ({ value: share })) }],
      }),
    },
  };
}
