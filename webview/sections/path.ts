/** A penalty path: cross-validated loss, and how the weights shrink, against the strength of the penalty. */
import { html } from 'lit';
import { lineChart } from '../charts/lineChart';
import { markLine } from '../charts/options';
import type { Options } from '../charts/options';
import { formatNumber } from '../format';
import type { Theme } from '../chartTheme';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { SectionRenderer } from './section';

export const path: SectionRenderer<'path'> = {
  wide: true,
  render(section) {
    const { lambdas, cvMean, cvLow, cvHigh, lossName, chosen, oneStandardError, coefficients, summary, title } = section;
    if (lambdas.length === 0) return { empty: t('There is no path to draw.') };
    const xTitle = t('Penalty λ ({0}), logarithmic', section.penalty);
    const marks = (theme: Theme, labelled: boolean): Options => ({
      chosen: markLine(theme, { xMin: chosen, xMax: chosen }, labelled ? `chosen λ = ${formatNumber(chosen)}` : undefined),
      ...(oneStandardError !== undefined && oneStandardError !== chosen && {
        oneStandardError: markLine(theme, { xMin: oneStandardError, xMax: oneStandardError, borderColor: theme.muted, borderDash: [1, 3] }),
      }),
    });
    const x = { title: xTitle, scale: 'log' as const, min: Math.min(...lambdas), max: Math.max(...lambdas) };
    return {
      charts: [
        {
          title: t('Cross-validated {0}', lossName),
          spec: {
            label: summary, height: 250,
            build: theme => lineChart(theme,
              [{ name: t('Mean {0}', lossName), x: lambdas, y: cvMean, bands: [{ low: cvLow, high: cvHigh, name: t('over folds') }] }],
              { x, y: { title: lossName }, annotations: theme => marks(theme, true), legend: false }),
          },
        },
        ...(coefficients.length > 0 ? [{
          title: t('Standardised weights along the path'),
          spec: {
            label: t('Standardised weights of the {0} largest terms against the penalty. {1}', coefficients.length, summary), height: 280 + (coefficients.length > 6 ? 60 : 0),
            build: (theme: Theme) => lineChart(theme, coefficients.map(({ term, values }) => ({ name: term, x: lambdas, y: values })),
              { x, y: { title: t('Standardised weight') }, annotations: one => marks(one, false), legend: coefficients.length <= 12 }),
          },
        }] : []),
      ],
      extra: html`
        <p class="key">
          <span>${t('Dashed line: the chosen λ.')}</span>
          ${oneStandardError !== undefined && oneStandardError !== chosen
            ? html`<span>${t('Dotted line: the strongest λ within one standard error of the best ({0}).', formatNumber(oneStandardError))}</span>` : ''}
          ${coefficients.length > 12 ? html`<span>${t('Point at a line for its name; the table has all.')}</span>` : ''}
        </p>`,
      table: () => ({
        caption: title,
        columns: [
          { title: 'λ', format: 'number', rowHeader: true }, { title: t('Mean {0}', lossName), format: 'number' },
          { title: t('Low'), format: 'number', hint: t('Lower end of the interval over folds; its kind is under “How this was measured”.') },
          { title: t('High'), format: 'number' }, { title: t('Which'), format: 'text', unsortable: true },
          ...coefficients.map(({ term }) => ({ title: term, format: 'number' as const })),
        ],
        rows: lambdas.map((lambda, i) => cells(lambda, cvMean[i], cvLow[i], cvHigh[i],
          lambda === chosen ? 'chosen' : lambda === oneStandardError ? t('one standard error') : '',
          ...coefficients.map(({ values }) => values[i]))),
      }),
    };
  },
};
