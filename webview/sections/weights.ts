/** The coefficient table, sortable, with all that the model knows of each weight. */
import { html } from 'lit';
import type { Weight } from '../../src/protocol/effects';
import { formatLevel, shortenSentence, visibleName } from '../format';
import { t } from '../l10n';
import type { Cell, TableColumn, TableModel } from '../tables/tableModel';
import type { SectionOf, SectionRenderer } from './section';

export const weights: SectionRenderer<'weights'> = {
  wide: true,
  render(section, { report }) {
    const list = report.weights;
    if (!list || list.length === 0) return { empty: t('This model has no weights.') };
    const aliased = report.model.aliased ?? [];
    return {
      controls: html`<p class="unit">${t('Unit of the estimates: {0}', shortenSentence(section.unit))}</p>`,
      table: () => weightsTable(section, list),
      ...(aliased.length > 0 && {
        extra: html`
          <h3>${t('Without a weight of their own')}</h3>
          <ul class="plain">${aliased.slice(0, 50).map(({ term, reason }) => html`
            <li><span class="name" title=${visibleName(term)}>${visibleName(term)}</span> ${shortenSentence(reason)}</li>`)}
          </ul>
          ${aliased.length > 50 ? html`<p class="muted">${t('and {0} more', aliased.length - 50)}</p>` : ''}`,
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
    { group: '', column: { title: t('Term'), format: 'name', rowHeader: true }, cell: weight => ({ value: weight.term }) },
    { group: '', column: { title: t('Class'), format: 'name', hint: section.classWords ?? t('The class whose log-odds this is.') }, cell: weight => ({ value: weight.class }) },
    {
      group: '', column: { title: t('Compared with'), format: 'name', hint: t('The reference level that the level is compared with.') },
      cell: weight => ({ value: weight.reference, ...(weight.reference === undefined && { text: '' }) }),
    },
    number(t('Weight'), t('Estimate'), weight => weight.estimate, section.unit),
    number(t('Weight'), t('Std. error'), weight => weight.standardError, t('Standard error of the estimate.')),
    number(t('Weight'), t('{0} low', level), weight => weight.low, t('Lower end of the {0} interval of the estimate.', level)),
    number(t('Weight'), t('{0} high', level), weight => weight.high, t('Upper end of the {0} interval of the estimate.', level)),
    number(t('Weight'), statistic, weight => weight.statistic, t('Estimate divided by its standard error.')),
    {
      group: t('Weight'), cell: weight => ({ value: weight.pValue }),
      column: { title: t('p-value'), format: 'pValue', hint: t('Chance of an estimate at least as far from zero if the true weight were zero.') },
    },
    number(t('Odds ratio'), t('Ratio'), weight => weight.oddsRatio, t('exp(estimate): factor on the odds per unit; with more than two classes the odds against the first class.'), t('Odds ratio')),
    number(t('Odds ratio'), 'low', weight => weight.oddsRatioLow, t('Lower end of the {0} interval of the odds ratio.', level), t('Odds ratio {0} low', level)),
    number(t('Odds ratio'), 'high', weight => weight.oddsRatioHigh, t('Upper end of the {0} interval of the odds ratio.', level), t('Odds ratio {0} high', level)),
    number(t('Standardised'), t('Estimate'), weight => weight.standardised, t('Estimate per standard deviation, for comparison between features.'), t('Standardised')),
    number(t('Standardised'), 'low', weight => weight.standardisedLow, t('Lower end of the {0} interval of the standardised estimate.', level), t('Standardised {0} low', level)),
    number(t('Standardised'), 'high', weight => weight.standardisedHigh, t('Upper end of the {0} interval of the standardised estimate.', level), t('Standardised {0} high', level)),
    number('', 'VIF', weight => weight.vif, t('Variance inflation factor: how much the other features widen this interval; above 10 is a lot.')),
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
