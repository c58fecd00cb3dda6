/** The formula shown: set large, what it is worth, buttons to copy it, and the candidates to choose from. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { FormulaCandidate, FormulaSection } from '../../src/protocol/formula';
import { formatNumber, formatSeconds, plural, shortenSentence, visibleText } from '../format';
import { t } from '../l10n';
import { equationLatex, equationText } from '../math/equation';
import { bitsText, candidateWords, r2Text, tagsOf } from './formulaWords';
import type { SectionView } from './section';

export interface Copy { readonly id: string; readonly label: string; readonly text: string }

/** What the buttons put on the clipboard. */
export function copiesOf({ target }: FormulaSection, { text, latex, python, typescript, excel, sql }: FormulaCandidate): readonly Copy[] {
  return [
    { id: 'latex', label: 'LaTeX', text: equationLatex(target, latex) }, { id: 'python', label: 'Python', text: python }, { id: 'typescript', label: 'TypeScript', text: typescript },
    { id: 'excel', label: 'Excel', text: excel }, { id: 'sql', label: 'SQL', text: sql }, { id: 'text', label: t('Text'), text: equationText(target, text) },
  ];
}

export function formulaDisplay(section: FormulaSection, one: FormulaCandidate): TemplateResult {
  const { target, targetUnit, parts } = section;
  const text = visibleText(equationText(target, parts ? `${one.text} + rest` : one.text));
  const latex = equationLatex(target, parts ? `${one.latex} + \\text{rest}` : one.latex);
  return html`
    <div class="formula-main" role="group" aria-label=${t('Formula: {0}', text)} tabindex="0">
      <unveil-formula .formula=${{ latex, text }}></unveil-formula>
      ${targetUnit === undefined || target.includes(`[${targetUnit}]`) ? nothing : html`<span class="formula-unit muted">${t('in {0}', visibleText(targetUnit))}</span>`}
    </div>
    <p class="formula-words">${parts ? t('The known part by itself: ') : ''}${shortenSentence(candidateWords(one, target))}</p>`;
}

interface Fact { readonly label: string; readonly value: string; readonly hint?: string }

export function formulaFacts({ searched, targetUnit }: FormulaSection, one: FormulaCandidate): readonly Fact[] {
  const unit = targetUnit === undefined ? '' : ` ${visibleText(targetUnit)}`;
  return [
    ...(one.heldOutR2 === undefined ? [] : [{ label: t('R² on held-out rows'), value: r2Text(one.heldOutR2), hint: t('of this shape, found and fitted without them') }]),
    { label: t('R² on the rows of the fit'), value: r2Text(one.r2) },
    ...(one.modelR2 === undefined ? [] : [{ label: t('R² to the model'), value: r2Text(one.modelR2), hint: t('to its predictions, not to the data') }]),
    { label: t('Root mean squared error'), value: `${formatNumber(Math.sqrt(one.loss))}${unit}` },
    ...(given(one) ? [] : [{ label: t('Description'), value: bitsText(one.bits) }]),
    ...(one.unit === undefined ? [] : [{ label: t('Unit by the columns'), value: visibleText(one.unit) }]),
    ...(given(one) ? [] : [{ label: t('Found by'), value: visibleText(one.stage), hint: `${searched.solved ? t('search ended by itself after') : t('searched for')} ${formatSeconds(searched.seconds)} on ${plural(searched.rows, 'row')}` }]),
  ];
}

/** A formula that a person gave was not searched for. */
const given = ({ stage }: FormulaCandidate): boolean => stage === 'given';

export function factsView(facts: readonly Fact[]): TemplateResult {
  return html`
    <dl class="facts formula-facts">${facts.map(({ label, value, hint }) => html`
      <div><dt>${label}</dt><dd>${value}${hint === undefined ? nothing : html`<div class="hint">${hint}</div>`}</dd></div>`)}
    </dl>`;
}

export function copyButtons(section: FormulaSection, one: FormulaCandidate, { copy }: Pick<SectionView, 'copy'>): TemplateResult | typeof nothing {
  if (!copy) return nothing;
  return html`
    <div class="buttons screen-only" role="group" aria-label=${t('Copy the formula shown')}>
      <span class="muted">${section.parts ? t('Copy the known part as') : t('Copy as')}</span>
      ${copiesOf(section, one).map(({ id, label, text }) => html`
        <button class="toggle" data-copy=${id} @click=${() => copy(text, t('the formula as {0}', label))}>${label}</button>`)}
    </div>`;
}

/** The shortlist, the report's formula among it, and the one shown where it is neither. */
export function listedOf({ shortlist, chosen, candidates }: FormulaSection, shown: number): readonly number[] {
  return [...new Set([chosen, ...shortlist, shown])].filter(index => candidates[index] !== undefined);
}

export function candidateCards(section: FormulaSection, shown: number, domId: string, choose: (index: number) => void): TemplateResult {
  const listed = listedOf(section, shown);
  const tags = tagsOf(listed, section.candidates, section.chosen);
  return html`
    <div class="formula-candidates" role="radiogroup" aria-label=${t('Candidates')}>${listed.map(index => {
      const one = section.candidates[index] as FormulaCandidate;
      const text = visibleText(equationText(section.target, one.text));
      const id = `${domId}-candidate-${index}`;
      return html`
        <label class=${index === shown ? 'formula-candidate shown' : 'formula-candidate'} for=${id}>
          <input type="radio" id=${id} name=${`${domId}-candidate`} .checked=${index === shown} @change=${() => choose(index)}>
          <span class="formula-candidate-body">
            <unveil-formula .formula=${{ latex: one.latex, text }}></unveil-formula>
            <span class="muted">${[...tags.get(index) ?? [], `R² ${r2Text(one.heldOutR2 ?? one.r2)}${one.heldOutR2 === undefined ? '' : t(' held out')}`, plural(one.complexity, 'node')].join(' · ')}</span>
          </span>
        </label>`;
    })}</div>`;
}
