/** Actual against predicted classes of held-out rows: counts, shares of the row, recall and precision. */
import { formatCount, formatShare, visibleName } from '../format';
import { t } from '../l10n';
import type { Cell, TableModel } from '../tables/tableModel';
import type { SectionOf, SectionRenderer } from './section';

export const confusion: SectionRenderer<'confusion'> = {
  wide: ({ classes }) => (classes?.length ?? 0) > 3,
  render(section) {
    return section.classes.length === 0 ? { empty: t('There are no classes to compare.') } : { table: () => confusionTable(section) };
  },
};

/** Rows: actual classes, then precision; columns: predicted classes, total and recall. */
export function confusionTable({ classes, counts, title }: SectionOf<'confusion'>): TableModel {
  const count = (actual: number, predicted: number): number => counts[actual]?.[predicted] ?? 0;
  const rowTotals = classes.map((_, actual) => classes.reduce((sum, __, predicted) => sum + count(actual, predicted), 0));
  const columnTotals = classes.map((_, predicted) => classes.reduce((sum, __, actual) => sum + count(actual, predicted), 0));
  const total = rowTotals.reduce((sum, rows) => sum + rows, 0);
  const correct = classes.reduce((sum, _, i) => sum + count(i, i), 0);
  return {
    caption: title,
    groups: [{ title: '', span: 1 }, { title: t('Predicted class'), span: classes.length }, { title: '', span: 2 }],
    columns: [
      { title: t('Actual class'), format: 'name', rowHeader: true, unsortable: true },
      ...classes.map(name => ({ title: visibleName(name), format: 'count' as const, unsortable: true, hint: t('Predicted: {0}', visibleName(name)) })),
      { title: t('Rows'), format: 'count', unsortable: true },
      { title: t('Recall'), format: 'number', unsortable: true, hint: t('Share of the rows of the actual class that were predicted right.') },
    ],
    rows: [
      ...classes.map((name, actual): readonly Cell[] => [
        { value: name },
        ...classes.map((_, predicted) => heatCell(count(actual, predicted), rowTotals[actual] as number, actual === predicted)),
        { value: rowTotals[actual] }, share(count(actual, actual), rowTotals[actual] as number),
      ]),
      [
        { value: t('Precision'), className: 'summary-row' },
        ...classes.map((_, predicted) => ({ ...share(count(predicted, predicted), columnTotals[predicted] as number), className: 'summary-row' })),
        { value: total, className: 'summary-row' },
        { ...share(correct, total), className: 'summary-row', title: t('Share of all rows predicted right') },
      ],
    ],
  };
}

function heatCell(count: number, rows: number, diagonal: boolean): Cell {
  const part = rows === 0 ? 0 : count / rows;
  return {
    value: count, heat: part, text: `${formatCount(count)}${count > 0 ? ` · ${formatShare(part)}` : ''}`,
    title: t('{0} of {1} rows', formatCount(count), formatCount(rows)), className: diagonal ? 'diagonal' : '',
  };
}

function share(part: number, whole: number): Cell {
  return whole === 0 ? { value: undefined } : { value: part / whole, text: formatShare(part / whole) };
}
