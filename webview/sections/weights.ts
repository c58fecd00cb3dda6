/** The coefficient table, sortable, with all that the model knows of each weight. */
import { html } from 'lit';
import type { Weight } from '../../src/protocol/report';
import { formatLevel, shortenSentence, visibleName } from '../format';
import type { Cell, TableColumn, TableModel } from '../tables/tableModel';
import type { SectionOf, SectionRenderer } from './section';

export const weights: SectionRenderer<'weights'> = {
  wide: true,
  render(section, { report }) {
    const list = report.weights;
    if (!list || list.length === 0) return { empty: 'This model has no weights.' };
    const aliased = report.model.aliased ?? [];
    return {
      controls: html`<p class="unit">Unit of the estimates: ${shortenSentence(section.unit)}</p>`,
      table: () => weightsTable(section, list),
      ...(aliased.length > 0 && {
        extra: html`
          <h3>Without a weight of their own</h3>
          <ul class="plain">${aliased.slice(0, 50).map(({ term, reason }) => html`
            <li><span class="name" title=${visibleName(term)}>${visibleName(term)}</span> ${shortenSentence(reason)}</li>`)}
          </ul>
          ${aliased.length > 50 ? html`<p class="muted">and ${aliased.length - 50} more</p>` : ''}`,
      }),
    };
  },
};

interface Part { readonly group: string; readonly column: TableColumn; cell(weight: Weight): Cell }

/** Only the columns that some weight has a value for. */
export function weightsTable(section: SectionOf<'weights'>, list: readonly Weight[]): TableModel {
  const level = formatLevel(section.level);
  const statistic = section.statisticName ?? 'statistic';
  const number = (group: string, title: string, pick: (weight: Weight) => number | undefined, hint?: string, copyTitle = title): Part => ({
    group, column: { title, copyTitle, format: 'number', ...(hint !== undefined && { hint }) }, cell: weight => ({ value: pick(weight) }),
  });
  const parts: Part[] = [
    { group: '', column: { title: 'Term', format: 'name', rowHeader: true }, cell: weight => ({ value: weight.term }) },
    { group: '', column: { title: 'Class', format: 'name', hint: section.classWords ?? 'The class whose log-odds this is.' }, cell: weight => ({ value: weight.class }) },
    {
      group: '', column: { title: 'Compared with', format: 'name', hint: 'The reference level that the level is compared with.' },
      cell: weight => ({ value: weight.reference, ...(weight.reference === undefined && { text: '' }) }),
    },
    number('Weight', 'Estimate', weight => weight.estimate, section.unit),
    number('Weight', 'Std. error', weight => weight.standardError, 'Standard error of the estimate.'),
    number('Weight', `${level} low`, weight => weight.low, `Lower end of the ${level} interval of the estimate.`),
    number('Weight', `${level} high`, weight => weight.high, `Upper end of the ${level} interval of the estimate.`),
    number('Weight', statistic, weight => weight.statistic, 'Estimate divided by its standard error.'),
    {
      group: 'Weight', cell: weight => ({ value: weight.pValue }),
      column: { title: 'p-value', format: 'pValue', hint: 'Chance of an estimate at least as far from zero if the true weight were zero.' },
    },
    number('Odds ratio', 'Ratio', weight => weight.oddsRatio, 'exp(estimate): factor on the odds per unit; with more than two classes the odds against the first class.', 'Odds ratio'),
    number('Odds ratio', 'low', weight => weight.oddsRatioLow, `Lower end of the ${level} interval of the odds ratio.`, `Odds ratio ${level} low`),
    number('Odds ratio', 'high', weight => weight.oddsRatioHigh, `Upper end of the ${level} interval of the odds ratio.`, `Odds ratio ${level} high`),
    number('Standardised', 'Estimate', weight => weight.standardised, 'Estimate per standard deviation, for comparison between features.', 'Standardised'),
    number('Standardised', 'low', weight => weight.standardisedLow, `Lower end of the ${level} interval of the standardised estimate.`, `Standardised ${level} low`),
    number('Standardised', 'high', weight => weight.standardisedHigh, `Upper end of the ${level} interval of the standardised estimate.`, `Standardised ${level} high`),
    number('', 'VIF', weight => weight.vif, 'Variance inflation factor: how much the other features widen this interval; above 10 is a lot.'),
  ];
  const used = parts.filter((part, i) => i === 0 || list.some(weight => part.cell(weight).value !== undefined));
  return {
    caption: section.title, groups: groupsOf(used.map(part => part.group)), columns: used.map(part => part.column), rows: list.map(weight => used.map(part => part.cell(weight))),
  };
}

/** Neighbours of the same group under one header. */
function groupsOf(names: readonly string[]): readonly { readonly title: string; readonly span: number }[] {
  const groups: { title: string; span: number }[] = [];
  for (const name of names) {
    const last = groups[groups.length - 1];
    if (last?.title === name) last.span++;
    else groups.push({ title: name, span: 1 });
  }
  return groups;
}
