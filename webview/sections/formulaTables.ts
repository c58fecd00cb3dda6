/** The tables of a formula: its numbers, its terms, and all formulas that were kept. */
import { html } from 'lit';
import type { FormulaCandidate, FormulaSection } from '../../src/protocol/formula';
import { formatInterval, formatLevel, formatNumber, formatShare, visibleText } from '../format';
import { t } from '../l10n';
import type { TableModel } from '../tables/tableModel';
import { cells } from '../tables/tableModel';
import { r2Text } from './formulaWords';

/** In the order of the formula; the interval of a snapped number is that of the rows when it is let go by itself. */
export function numbersTable({ numbers }: FormulaCandidate, level: number): TableModel {
  return {
    caption: t('Numbers of the formula'),
    columns: [
      { title: t('Number'), format: 'text', rowHeader: true, unsortable: true, hint: t('As it stands in the formula') },
      { title: t('Estimate'), format: 'number', unsortable: true },
      { title: t('{0} interval', formatLevel(level)), format: 'text', unsortable: true },
      { title: t('How'), format: 'text', unsortable: true, hint: t('Snapped: a simple number took the place of the fitted one since that made the description shorter; the interval is what the rows say when this number alone is let go') },
    ],
    rows: numbers.map(({ text, estimate, low, high, snapped }) => cells(
      text, estimate, { value: low === undefined || high === undefined ? undefined : `${low} to ${high}`, text: formatInterval(low, high) }, snapped ? 'snapped' : 'fitted')),
  };
}

export function termsTable({ terms }: FormulaSection): TableModel {
  return {
    caption: t('Terms of the report\'s formula'),
    columns: [{ title: t('Term'), format: 'text', rowHeader: true, unsortable: true }, { title: t('Share of the variation'), format: 'number', unsortable: true, hint: t('Standard deviation over the rows, as a share of that of all terms') }],
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
      { title: t('Formula'), format: 'text', rowHeader: true }, { title: t('Show'), format: 'text', unsortable: true },
      { title: t('Nodes'), format: 'count', hint: t('Numbers, columns, operations and functions of the formula') },
      { title: t('R², fit'), format: 'number', hint: t('On the rows of the fit') }, ...(heldOut ? [{ title: t('R², held out'), format: 'number' as const, hint: t('Of a formula of this shape that was found and fitted without these rows') }] : []),
      ...(model ? [{ title: t('R² to the model'), format: 'number' as const, hint: t('To the predictions of the model that it stands for') }] : []),
      { title: t('Mean squared error'), format: 'number' }, { title: t('Bits'), format: 'number', hint: t('Description length above the shortest one') },
      { title: t('On the front'), format: 'text' }, { title: t('Found by'), format: 'text' },
    ],
    rows: order.map(index => {
      const one = of(index);
      const isShown = index === shown;
      const button = (): unknown => html`
        <button class="link" aria-pressed=${isShown ? 'true' : 'false'} aria-label=${t('Show {0}', visibleText(one.text))} @click=${() => choose(index)}>${isShown ? t('Shown') : t('Show')}</button>`;
      return cells(
        { value: one.text, text: visibleText(one.text), title: visibleText(one.text) }, { value: isShown ? 'shown' : t('not shown'), drawing: button }, one.complexity,
        r2(one.r2), ...(heldOut ? [r2(one.heldOutR2)] : []), ...(model ? [r2(one.modelR2)] : []),
        { value: one.loss, text: formatNumber(one.loss) }, one.bits, section.front.includes(index) ? 'yes' : 'no', one.stage);
    }),
  };
}
