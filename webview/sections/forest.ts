/** Weights as points with intervals; odds ratios on a logarithmic axis. */
import { html } from 'lit';
import type { Weight } from '../../src/protocol/effects';
import { rowChart, rowChartHeight, rowDomain } from '../charts/rowChart';
import { formatLevel, shortName } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import { chooser, moreButton, shownRows } from './controls';
import type { SectionOf, SectionRenderer } from './section';

export interface ForestRow {
  readonly name: string;
  readonly class?: string | undefined;
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

export const forest: SectionRenderer<'forest'> = {
  wide: true,
  render(section, view) {
    const all = forestRows(section, view.report.weights ?? []);
    if (all.length === 0) return { empty: t('This model has no weights to draw.') };
    const present = new Set(all.map(row => row.class).filter(name => name !== undefined));
    const classes = (view.report.model.classes ?? [...present]).filter(name => present.has(name));
    const chosen = classes.includes(view.state.choice?.class ?? '') ? view.state.choice?.class : classes[0];
    const rows = classes.length > 1 ? all.filter(row => row.class === chosen) : all;
    const shown = rows.slice(0, shownRows(view.state, rows.length));
    const intervals = rows.some(row => row.low !== undefined && row.high !== undefined);
    const log = section.scale === 'oddsRatio';
    const zero = log ? 1 : 0;
    const name = { estimate: t('Estimate'), standardised: t('Standardised weight'), oddsRatio: t('Odds ratio') }[section.scale];
    const level = formatLevel(section.level);
    const series = [{ name, values: shown }];
    const cut = rowDomain(series, log, zero).cut;
    return {
      ...(classes.length > 1 && { controls: chooser(view, 'class', t('Class'), classes, chosen as string) }),
      charts: [{
        spec: {
          label: section.summary, height: rowChartHeight(shown.length),
          build: theme => rowChart(theme, {
            names: shown.map(row => row.name), series, xTitle: shortName(section.xTitle, 80), log, zero, intervalName: t('{0} interval', level),
          }),
        },
      }],
      extra: html`
        <p class="key">
          ${t('Points are {0}{1}; {2}. {3}', log ? t('odds ratios') : 'estimates', intervals ? t(', lines their {0} intervals', level) : t('; they have no intervals'), log ? t('the line at 1 is no change of the odds') : t('the line at 0 is no effect'), cut ? t('Intervals that reach past the axis are cut; the table has their ends.') : '')}</p>
        ${moreButton(view, rows.length, 'weights')}`,
      table: () => ({
        caption: section.title,
        columns: [
          { title: t('Term'), format: 'name', rowHeader: true },
          ...(classes.length > 0 ? [{ title: t('Class'), format: 'name' as const }] : []),
          { title: name, format: 'number' }, { title: t('{0} low', level), format: 'number' }, { title: t('{0} high', level), format: 'number' },
        ],
        rows: rows.map(row => cells(row.name, ...(classes.length > 0 ? [row.class] : []), row.value, row.low, row.high)),
      }),
    };
  },
};

/** The weights on the section's scale without the intercept, the largest first (standardised or odds) or in their order. */
export function forestRows({ scale }: Pick<SectionOf<'forest'>, 'scale'>, weights: readonly Weight[]): readonly ForestRow[] {
  const rows = weights.filter(weight => weight.feature !== undefined).flatMap((weight): ForestRow[] => {
    const [value, low, high] = scale === 'estimate' ? [weight.estimate, weight.low, weight.high]
      : scale === 'standardised' ? [weight.standardised, weight.standardisedLow, weight.standardisedHigh]
        : [weight.oddsRatio, weight.oddsRatioLow, weight.oddsRatioHigh];
    return value === undefined ? [] : [{ name: weight.term, class: weight.class, value, low, high }];
  });
  const size = ({ value }: ForestRow): number => Math.abs(scale === 'oddsRatio' ? Math.log(value) : value);
  return rows.length <= 30 && scale === 'estimate' ? rows : rows.sort((a, b) => size(b) - size(a) || 0);
}
