/** A known formula with a model of the rest: what each part explains of the target's variance, as bars and as a table. */
import type { FormulaParts, FormulaSection } from '../../src/protocol/formula';
import { rowChart, rowChartHeight } from '../charts/rowChart';
import { formatLevel, formatShare, shortName, visibleText } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';
import type { ChartPart } from './section';

const title = t('What each part explains of the variance');

const rowsWords = ({ rows, heldOut }: FormulaParts): string => (heldOut ? t('{0} held-out rows, by models that did not see them', rows) : t('{0} rows of the fit; nothing was held out', rows));

export function partsPart({ level }: FormulaSection, parts: FormulaParts): ChartPart {
  const { items } = parts;
  const banded = items.some(({ low }) => low !== undefined);
  return {
    title,
    spec: {
      label: t('Shares of the variance ({0}): {1}.', rowsWords(parts), items.map(item => `${visibleText(item.title)} ${formatShare(item.share)}`).join(', ')),
      height: Math.max(rowChartHeight(items.length), 140),
      build: theme => rowChart(theme, {
        names: items.map(item => shortName(item.title, 44)), xTitle: t('Share of the variance of {0}', parts.heldOut ? t('held-out rows') : t('the rows of the fit')), zero: 0, bars: true, intervalName: banded ? t('{0} interval', formatLevel(level)) : '',
        series: [{ name: t('Share'), values: items.map(({ share, low, high }) => ({ value: share, low, high })) }],
      }),
    },
  };
}

export function partsTable({ level }: FormulaSection, parts: FormulaParts): TableModel {
  return {
    caption: `${title} (${rowsWords(parts)})`,
    columns: [
      { title: t('Part'), format: 'text', rowHeader: true, unsortable: true },
      { title: t('Share'), format: 'number', unsortable: true, hint: t('The shares add to 1; half of what both parts explain together counts to each') },
      { title: t('{0} interval', formatLevel(level)), format: 'text', unsortable: true },
    ],
    rows: parts.items.map(({ title: name, share, low, high }) => cells(
      { value: name, text: visibleText(name) }, { value: share, text: formatShare(share) },
      { value: low === undefined || high === undefined ? undefined : `${low} to ${high}`, text: low === undefined || high === undefined ? '' : `${formatShare(low)} to ${formatShare(high)}` })),
  };
}
