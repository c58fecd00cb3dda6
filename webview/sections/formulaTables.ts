/** The tables of a formula: its numbers, its terms, and all formulas that were kept. */
import { html } from 'lit';
import type { FormulaCandidate, FormulaSection } from '../../src/protocol/report';
import { formatInterval, formatLevel, formatNumber, formatShare, visibleText } from '../format';
import type { TableModel } from '../tables/tableModel';
import { cells } from '../tables/tableModel';
import { r2Text } from './formulaWords';

/** In the order of the formula; a snapped number has no interval, for it was not fitted any more. */
export function numbersTable({ numbers }: FormulaCandidate, level: number): TableModel {
  return {
    caption: 'Numbers of the formula',
    columns: [
      { title: 'Number', format: 'text', rowHeader: true, unsortable: true, hint: 'As it stands in the formula' },
      { title: 'Estimate', format: 'number', unsortable: true },
      { title: `${formatLevel(level)} interval`, format: 'text', unsortable: true },
      { title: 'How', format: 'text', unsortable: true, hint: 'Snapped: a simple number lay within the interval and took the place of the fitted one' },
    ],
    rows: numbers.map(({ text, estimate, low, high, snapped }) => cells(
      text, estimate, { value: low === undefined || high === undefined ? undefined : `${low} to ${high}`, text: formatInterval(low, high) }, snapped ? 'snapped' : 'fitted')),
  };
}

export function termsTable({ terms }: FormulaSection): TableModel {
  return {
    caption: "Terms of the report's formula",
    columns: [{ title: 'Term', format: 'text', rowHeader: true, unsortable: true }, { title: 'Share of the variation', format: 'number', unsortable: true }],
    rows: terms.map(({ text, share }) => cells({ value: text, text: visibleText(text) }, { value: share, text: formatShare(share) })),
  };
}

/** All formulas in the given order, with a button each that shows it. */
export function frontTable(section: FormulaSection, order: readonly number[], shown: number, choose: (index: number) => void): TableModel {
  const of = (index: number): FormulaCandidate => section.candidates[index] as FormulaCandidate;
  const [heldOut, model] = [order.some(index => of(index).heldOutR2 !== undefined), order.some(index => of(index).modelR2 !== undefined)];
  const r2 = (value: number | undefined): { value: number | undefined; text: string } => ({ value, text: r2Text(value) });
  return {
    caption: section.title,
    columns: [
      { title: 'Formula', format: 'text', rowHeader: true }, { title: 'Show', format: 'text', unsortable: true },
      { title: 'Nodes', format: 'count', hint: 'Numbers, columns, operations and functions of the formula' },
      { title: 'R², fit', format: 'number', hint: 'On the rows of the fit' }, ...(heldOut ? [{ title: 'R², held out', format: 'number' as const, hint: 'Of a formula of this shape that was found and fitted without these rows' }] : []),
      ...(model ? [{ title: 'R² to the model', format: 'number' as const, hint: 'To the predictions of the model that it stands for' }] : []),
      { title: 'Mean squared error', format: 'number' }, { title: 'Bits', format: 'number', hint: 'Description length above the shortest one' },
      { title: 'On the front', format: 'text' }, { title: 'Found by', format: 'text' },
    ],
    rows: order.map(index => {
      const one = of(index);
      const isShown = index === shown;
      const button = (): unknown => html`
        <button class="link" aria-pressed=${isShown ? 'true' : 'false'} aria-label=${`Show ${visibleText(one.text)}`} @click=${() => choose(index)}>${isShown ? 'Shown' : 'Show'}</button>`;
      return cells(
        { value: one.text, text: visibleText(one.text), title: visibleText(one.text) }, { value: isShown ? 'shown' : 'not shown', drawing: button }, one.complexity,
        r2(one.r2), ...(heldOut ? [r2(one.heldOutR2)] : []), ...(model ? [r2(one.modelR2)] : []),
        { value: one.loss, text: formatNumber(one.loss) }, one.bits, section.front.includes(index) ? 'yes' : 'no', one.stage);
    }),
  };
}
